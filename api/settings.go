package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

func (s *server) listFirms(ctx context.Context, _ *call) (answer, error) {
	all, err := s.Firms.Firms(ctx)
	if err != nil {
		return answer{}, err
	}
	return ok(page[record.Firm]{Items: some(all)})
}

type firmRequest struct {
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Countries []string `json:"countries"`
	Capacity  int      `json:"capacity"`
	Active    *bool    `json:"active"`
}

func (s *server) saveFirm(ctx context.Context, c *call, id string) (record.Firm, error) {
	in, err := decode[firmRequest](c)
	if err != nil {
		return record.Firm{}, err
	}
	if in.Email != "" {
		if in.Email, err = ident.Email(in.Email); err != nil {
			return record.Firm{}, &debt.Refusal{Field: "email", Rule: "email_invalid", Detail: "email: " + err.Error()}
		}
	}
	f := record.Firm{ID: id, Name: in.Name, Email: in.Email, Countries: in.Countries, Capacity: in.Capacity, Active: in.Active == nil || *in.Active}
	return s.Firms.SaveFirm(ctx, f)
}

func (s *server) addFirm(ctx context.Context, c *call) (answer, error) {
	f, err := s.saveFirm(ctx, c, "")
	if err != nil {
		return answer{}, err
	}
	return created(f)
}

func (s *server) changeFirm(ctx context.Context, c *call) (answer, error) {
	f, err := s.saveFirm(ctx, c, c.path["firm"])
	if err != nil {
		return answer{}, err
	}
	return ok(f)
}

// strategyBrief is one line of the list of strategies.
type strategyBrief struct {
	Ref     string `json:"strategy"`
	Name    string `json:"name"`
	Version int    `json:"version"`
	Country string `json:"country"`
	Debtor  string `json:"debtor"`
	Steps   int    `json:"steps"`
}

func briefOf(st *strategy.Strategy) strategyBrief {
	return strategyBrief{Ref: st.Ref(), Name: st.Name, Version: st.Version, Country: st.Country, Debtor: string(st.Debtor), Steps: len(st.Steps)}
}

func (s *server) listStrategies(ctx context.Context, _ *call) (answer, error) {
	all, err := s.Strategies.Strategies(ctx)
	if err != nil {
		return answer{}, err
	}
	p := page[strategyBrief]{Items: make([]strategyBrief, len(all))}
	for i, st := range all {
		p.Items[i] = briefOf(st)
	}
	return ok(p)
}

// findStrategy finds name@version, or the newest version of a name.
func (s *server) findStrategy(ctx context.Context, ref string) (*strategy.Strategy, error) {
	all, err := s.Strategies.Strategies(ctx)
	if err != nil {
		return nil, err
	}
	if st := pick(all, ref); st != nil {
		return st, nil
	}
	return nil, notFound()
}

// pick picks name@version, or the newest version of a name; nil where there is
// none.
func pick(all []*strategy.Strategy, ref string) *strategy.Strategy {
	var newest *strategy.Strategy
	for _, st := range all {
		if st.Ref() == ref {
			return st
		}
		if st.Name == ref && (newest == nil || st.Version > newest.Version) {
			newest = st
		}
	}
	return newest
}

// showStrategy gives a strategy as YAML, to read, or to change and post again
// under a new version.
func (s *server) showStrategy(ctx context.Context, c *call) (answer, error) {
	st, err := s.findStrategy(ctx, c.path["ref"])
	if err != nil {
		return answer{}, err
	}
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := errors.Join(enc.Encode(st), enc.Close()); err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusOK, raw: b.Bytes(), media: "application/yaml"}, nil
}

// addStrategy keeps a strategy, or says what is wrong with it line by line.
func (s *server) addStrategy(ctx context.Context, c *call) (answer, error) {
	if !keepable(string(c.body)) {
		return answer{}, bad("nul_byte", "", "the file is not UTF-8 text, or holds a NUL character")
	}
	st, err := strategy.Parse(c.body)
	var wrong strategy.Problems
	if errors.As(err, &wrong) {
		faults := make([]fault, len(wrong))
		for i, p := range wrong {
			faults[i] = fault{Field: "yaml", Code: "strategy_invalid", Detail: p.Reason, Line: p.Line}
		}
		return answer{}, problems(http.StatusUnprocessableEntity, faults...)
	}
	if err != nil {
		return answer{}, err
	}
	if c.dry() {
		return ok(briefOf(st))
	}
	if st, err = s.Strategies.SaveStrategy(ctx, c.body); err != nil {
		return answer{}, err
	}
	return created(briefOf(st))
}

type letterView struct {
	Letter   string   `json:"letter"`
	Channels []string `json:"channels"`
	Claims   bool     `json:"claims"`
}

func (s *server) listLetters(_ context.Context, _ *call) (answer, error) {
	p := page[letterView]{Items: []letterView{}}
	for _, name := range letter.Names() {
		v := letterView{Letter: name, Channels: []string{}, Claims: letter.Claims(name)}
		for _, channel := range []string{letter.Email, letter.SMS, letter.WhatsApp} {
			if letter.Exists(name, channel) {
				v.Channels = append(v.Channels, channel)
			}
		}
		p.Items = append(p.Items, v)
	}
	return ok(p)
}

func (s *server) listStops(ctx context.Context, _ *call) (answer, error) {
	all, err := s.Stops.Stops(ctx)
	if err != nil {
		return answer{}, err
	}
	return ok(page[record.Stop]{Items: some(all)})
}

// placeStop stops everything automatic within a scope, at once.
func (s *server) placeStop(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Scope  string `json:"scope"`
		Of     string `json:"of"`
		Reason string `json:"reason"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	st, cases, err := s.Stops.PlaceStop(ctx, record.Stop{Scope: in.Scope, Of: in.Of, Reason: strings.TrimSpace(in.Reason), By: c.key.ID})
	s.wake(ctx, cases...)
	if err != nil {
		return answer{}, err
	}
	return created(st)
}

func (s *server) liftStop(ctx context.Context, c *call) (answer, error) {
	cases, err := s.Stops.LiftStop(ctx, c.path["stop"], c.key.ID)
	s.wake(ctx, cases...)
	if err != nil {
		return answer{}, err
	}
	all, err := s.Stops.Stops(ctx)
	if err != nil {
		return answer{}, err
	}
	i := slices.IndexFunc(all, func(st record.Stop) bool { return st.ID == c.path["stop"] })
	if i < 0 {
		return answer{}, notFound()
	}
	return ok(all[i])
}

// summary sums the installation up.
func (s *server) summary(ctx context.Context, _ *call) (answer, error) {
	t, err := s.Figures.Totals(ctx)
	if err != nil {
		return answer{}, err
	}
	t.Principal, t.Recovered, t.OpenPrincipal, t.Given = some(t.Principal), some(t.Recovered), some(t.OpenPrincipal), some(t.Given)
	return ok(t)
}

// clock tells the business instant, which the time machine may have moved.
func (s *server) clock(ctx context.Context, _ *call) (answer, error) {
	now, offset, frozen, err := s.Figures.ClockState(ctx)
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		Now    time.Time `json:"now"`
		Offset int64     `json:"offset_seconds"`
		Frozen bool      `json:"frozen"`
	}{now.UTC(), int64(offset.Seconds()), frozen})
}
