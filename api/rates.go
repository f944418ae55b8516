package api

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// rateRoutes show the series of interest rates, and take an operator's own rows.
func (s *server) rateRoutes() []route {
	return []route{
		{method: get, path: "/v1/rates", roles: everyone, handle: s.listRates},
		{method: post, path: "/v1/rates", roles: operators, handle: s.addRate},
		{method: get, path: "/v1/rates/{series}", roles: everyone, handle: s.showRates},
		{method: post, path: "/v1/rates/{row}/withdraw", roles: operators, handle: s.withdrawRate},
	}
}

// seriesView is a series of rates: what ships with the engine, what operators
// added, and up to which day both together reach.
type seriesView struct {
	Series  string `json:"series"`
	Country string `json:"country"`
	// Last is the last day up to which every day has a rate; null, as the days
	// left, for a rate that holds until it is changed.
	Last   calendar.Date `json:"last_day"`
	Left   *int          `json:"days_left"`
	Ends   bool          `json:"ends_soon"`
	Notice string        `json:"notice"`
	Rows   []shippedView `json:"rows"`
	Own    []ownView     `json:"own_rows"`
}

// shippedView is a row that ships with the engine.
type shippedView struct {
	law.RateRow
	Overridden law.Override `json:"overridden"`
}

// ownView is an operator's own row, or that one was withdrawn: then it has no
// days and no rate.
type ownView struct {
	ID         string        `json:"id"`
	Series     string        `json:"series"`
	From       calendar.Date `json:"from"`
	To         calendar.Date `json:"to"`
	Rate       *money.Rate   `json:"rate"`
	Status     law.Status    `json:"status"`
	Source     string        `json:"source"`
	Note       string        `json:"note,omitempty"`
	Author     string        `json:"author"`
	Added      time.Time     `json:"added_at"`
	WallAdded  time.Time     `json:"wall_added_at"`
	Supersedes string        `json:"supersedes,omitempty"`
	Superseded string        `json:"superseded_by,omitempty"`
	Withdrawal bool          `json:"withdrawal"`
	Stands     bool          `json:"stands"`
}

func ownRateView(r record.OwnRate) ownView {
	v := ownView{ID: r.Own, Series: r.Series, From: r.From, To: r.To, Status: r.Status, Source: r.Source, Note: r.Note, Author: r.Author,
		Added: r.Added, WallAdded: r.WallAdded, Supersedes: r.Supersedes, Superseded: r.Superseded, Withdrawal: r.Withdrawal, Stands: r.Stands()}
	if !r.Withdrawal {
		v.Rate = &r.Rate
	}
	return v
}

func (s *server) listRates(ctx context.Context, c *call) (answer, error) {
	all, err := s.series(ctx, func(_ string, country string) bool { return in(c.query("country"), country) })
	if err != nil {
		return answer{}, err
	}
	return ok(page[seriesView]{Items: some(all)})
}

// in reports whether a country is the one that is asked for; all are where none
// is.
func in(asked, country string) bool { return asked == "" || asked == country }

func (s *server) showRates(ctx context.Context, c *call) (answer, error) {
	all, err := s.series(ctx, func(name, _ string) bool { return name == c.path["series"] })
	if err != nil {
		return answer{}, err
	}
	if len(all) == 0 {
		return answer{}, notFound()
	}
	return ok(all[0])
}

// series gives the series that are wanted, in the order of the places' tables.
func (s *server) series(ctx context.Context, wanted func(name, country string) bool) ([]seriesView, error) {
	own, err := s.Rates.OwnRates(ctx, "")
	if err != nil {
		return nil, err
	}
	laws, err := s.Rates.Laws(ctx)
	if err != nil {
		return nil, err
	}
	now, _, _, err := s.Figures.ClockState(ctx)
	if err != nil {
		return nil, err
	}
	var out []seriesView
	seen := map[string]bool{}
	for _, place := range countries.All() {
		j, _ := laws(place.Code, "")
		for _, t := range law.Tables(j) {
			if seen[t.Name] || !wanted(t.Name, j.Country) {
				continue
			}
			seen[t.Name] = true
			v, err := seriesOf(t, calendar.DateOf(now.UTC()))
			if err != nil {
				return nil, err
			}
			v.Country = j.Country
			for _, r := range own {
				if r.Series == t.Name {
					v.Own = append(v.Own, ownRateView(r))
				}
			}
			out = append(out, v)
		}
	}
	return out, nil
}

// seriesOf shows a series as it stands on a day.
func seriesOf(t *law.Series, today calendar.Date) (seriesView, error) {
	v := seriesView{Series: t.Name, Last: t.Last(), Notice: t.Notice, Rows: []shippedView{}, Own: []ownView{}}
	if !v.Last.IsZero() {
		left := today.Days(v.Last)
		v.Left, v.Ends = &left, left < record.RatesEndSoon
	}
	rows, overridden, err := t.Shipped()
	for i, r := range rows {
		v.Rows = append(v.Rows, shippedView{r, overridden[i]})
	}
	slices.Reverse(v.Rows) // newest first, as they are looked for
	return v, err
}

type rateRequest struct {
	Series     string        `json:"series"`
	From       calendar.Date `json:"from"`
	To         calendar.Date `json:"to"`
	Rate       money.Rate    `json:"rate"`
	Status     law.Status    `json:"status"`
	Source     string        `json:"source"`
	Note       string        `json:"note"`
	Supersedes string        `json:"supersedes"`
	Confirmed  bool          `json:"confirmed"`
}

// addRate puts an operator's own row on the record.
func (s *server) addRate(ctx context.Context, c *call) (answer, error) {
	in, err := decode[rateRequest](c)
	if err != nil {
		return answer{}, err
	}
	r, err := s.Rates.AddRate(ctx, record.OwnRate{Supersedes: in.Supersedes, Confirmed: in.Confirmed, RateRow: law.RateRow{Series: in.Series, From: in.From, To: in.To,
		Rate: in.Rate, Status: in.Status, Source: strings.TrimSpace(in.Source), Note: strings.TrimSpace(in.Note), Author: c.key.ID}})
	if err != nil {
		return answer{}, err
	}
	return created(ownRateView(r))
}

// withdrawRate takes an own row away, and puts nothing in its place: the shipped
// rows hold again, or there is no rate.
func (s *server) withdrawRate(ctx context.Context, c *call) (answer, error) {
	in, err := decode[struct {
		Reason string `json:"reason"`
	}](c)
	if err != nil {
		return answer{}, err
	}
	reason := strings.TrimSpace(in.Reason)
	if reason == "" {
		return answer{}, &debt.Refusal{Field: "reason", Rule: "reason_missing", Detail: "say why the row is withdrawn"}
	}
	r, err := s.Rates.AddRate(ctx, record.OwnRate{Supersedes: c.path["row"], Withdrawal: true, RateRow: law.RateRow{Note: reason, Author: c.key.ID}})
	var no *debt.Refusal
	if errors.As(err, &no) && no.Rule == "row_unknown" {
		return answer{}, notFound()
	}
	if err != nil {
		return answer{}, err
	}
	return created(ownRateView(r))
}
