package demo_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/deploy/standalone/demo"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/worker"
)

// proving runs the demonstrations at full length, and one more.
var proving = os.Getenv("RECOBRO_PROVE") != ""

// eve is when every demonstration begins, so that two of them can be compared.
var eve = time.Date(2026, time.September, 20, 12, 0, 0, 0, time.UTC)

// stage is an installation on a folder of its own, on which a demonstration is
// played.
type stage struct {
	*standalone.Installation
	t      *testing.T
	folder string
	months int
}

func newStage(t *testing.T, months int) *stage {
	t.Helper()
	folder, err := os.MkdirTemp("", "rcb-demo-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil { // PostgreSQL's own user passes through
		t.Fatal(err)
	}
	s := &stage{t: t, folder: folder, months: months}
	s.start()
	t.Cleanup(s.stop)
	if err := s.Parts.Store.Freeze(t.Context(), eve); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) start() {
	s.t.Helper()
	settings, err := standalone.Load(map[string]string{
		"RECOBRO_DATA": s.folder, "RECOBRO_LISTEN": "127.0.0.1:0", "RECOBRO_TEMPORAL_PORT": "0", "RECOBRO_TIME_MACHINE": "true",
		"RECOBRO_POSTGRES_REPOSITORY": "off", "RECOBRO_OPERATOR_NAME": demo.Collector, "RECOBRO_OPERATOR_ADDRESS": demo.CollectorAddress,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.Installation, err = standalone.Start(s.t.Context(), settings); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) stop() {
	s.t.Helper()
	if s.Installation == nil {
		return
	}
	if err := s.Installation.Stop(); err != nil {
		s.t.Error(err)
	}
	s.Installation = nil
}

// play runs the demonstration to its end, or until the clock has come that many
// days on from where it began (negative: never cut), and gives what it printed.
func (s *stage) play(days int) (printed string, err error) {
	ctx, cut := context.WithCancel(s.t.Context())
	defer cut()
	machine := s.Parts.Machine()
	if days >= 0 {
		machine.Store = &scissors{MachineRecord: machine.Store, at: eve.AddDate(0, 0, 1+days), cut: cut}
	}
	var out strings.Builder
	show := demo.Show{Store: s.Parts.Store, Machine: machine, DatabaseURL: s.Settings.DatabaseURL, Out: &out, Months: s.months}
	err = show.Run(ctx)
	return out.String(), err
}

// scissors cut a demonstration off when its clock is to come to an instant.
type scissors struct {
	worker.MachineRecord
	at  time.Time
	cut context.CancelFunc
}

// Advance moves the clock; what is due at the instant of the cut is not begun,
// or cut off while it is done.
func (s *scissors) Advance(ctx context.Context, to time.Time) error {
	if to.After(s.at) {
		s.cut()
	}
	return s.MachineRecord.Advance(context.WithoutCancel(ctx), to)
}

// cutOff plays until so many days have passed, and no further.
func (s *stage) cutOff(days int) {
	s.t.Helper()
	began := time.Now()
	out, err := s.play(days)
	if !errors.Is(err, context.Canceled) {
		s.t.Fatalf("cut off after %d days, the demonstration says %v:\n%s", days, err, out)
	}
	s.t.Logf("%.1f s to day %d", time.Since(began).Seconds(), days)
}

// toTheEnd plays on and gives the table.
func (s *stage) toTheEnd() string {
	s.t.Helper()
	began := time.Now()
	out, err := s.play(-1)
	s.t.Logf("%.1f s to the end:\n%s", time.Since(began).Seconds(), out)
	if err != nil {
		s.t.Fatal(err)
	}
	_, table, found := strings.Cut(out, "\n\n")
	table, _, ended := strings.Cut(table, "\n\n")
	if !found || !ended || !strings.Contains(out, "all kept") {
		s.t.Fatal("the demonstration printed no table")
	}
	return table
}

// TestADemonstrationCutOffGoesOn also holds what was forecast on the first day
// against what happens. Proving, it ends as one does that nobody cut off.
func TestADemonstrationCutOffGoesOn(t *testing.T) {
	months, middle := 1, 14
	if proving {
		months, middle = demo.Months, 270
	}
	s := newStage(t, months)
	s.cutOff(0) // all is loaded
	told := s.forecasts()
	s.cutOff(middle)
	s.stop()
	s.start()
	table := s.toTheEnd()
	s.adds(table)
	s.happened(told)
	if !proving {
		return
	}
	s.stop()
	other := newStage(t, months)
	if whole := other.toTheEnd(); whole != table {
		t.Errorf("played without a break, another demonstration ends otherwise:\n%s", whole)
	}
}

var (
	allCases    = regexp.MustCompile(`(?m)^cases +340$`)
	allAreThere = regexp.MustCompile(`(?m)^  not accounted for +0$`)
)

// adds checks the table against the record's own sums.
func (s *stage) adds(table string) {
	s.t.Helper()
	if !allCases.MatchString(table) || !allAreThere.MatchString(table) {
		s.t.Error("the table does not account for all cases")
	}
	sum, err := s.Parts.Store.Totals(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	in, out := 0, sum.Open
	for _, n := range sum.Stages {
		in += n
	}
	for _, n := range sum.Outcomes {
		out += n
	}
	if in != sum.Cases || out != sum.Cases {
		s.t.Errorf("%d cases, %d of them in a stage, %d open or with an outcome", sum.Cases, in, out)
	}
	// The table finds what was paid as a difference; the ledger booked it.
	paid := s.number(`select coalesce(-sum(amount) * 100, 0)::bigint from ledger_entries
		where component = 'principal' and kind in ('imputation', 'reversal', 'credit')`)
	if want := sum.Principal[0].Cents - sum.OpenPrincipal[0].Cents - sum.Given[0].Cents; paid != want || paid == 0 {
		s.t.Errorf("of the principal %d cents are paid, by the ledger %d", want, paid)
	}
	if n := s.number(`select count(*) from (select key from messages group by key having count(*) > 1) t`); n != 0 {
		s.t.Errorf("%d keys have more than one message", n)
	}
}

func (s *stage) number(query string) (n int64) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.Settings.DatabaseURL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(s.t.Context()))
	if err := conn.QueryRow(s.t.Context(), query).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// forecast is what one case was to do, from an instant on.
type forecast struct {
	caseID, person string
	from           time.Time
	acts           []act
}

// act is one thing that a case does, or did, at an instant: the act with its
// step and channel.
type act struct {
	at   time.Time
	what string
}

func (a act) String() string { return a.at.UTC().Format("2006-01-02 15:04:05.000000 ") + a.what }

// forecasts asks every open case what it will do until the demonstration ends.
func (s *stage) forecasts() []forecast {
	s.t.Helper()
	now, err := s.Parts.Store.Now(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	open := true
	rows, err := s.Parts.Store.Cases(s.t.Context(), record.Filter{Open: &open, Limit: 500})
	if err != nil {
		s.t.Fatal(err)
	}
	var out []forecast
	for _, r := range rows {
		f, err := s.Parts.Store.File(s.t.Context(), r.ID)
		if err != nil {
			s.t.Fatal(err)
		}
		told, err := s.Parts.Store.Forecast(s.t.Context(), r.ID, eve.AddDate(0, s.months, 0))
		if err != nil {
			s.t.Fatal(err)
		}
		out = append(out, forecast{r.ID, f.Debtor.Person, now, actsTold(told, r.Stage)})
	}
	return out
}

// actsTold are the acts of a forecast, as the record will have them.
func actsTold(told []strategy.Decision, stage debt.Stage) []act {
	var out []act
	for _, d := range told {
		put := func(format string, args ...any) { out = append(out, act{d.At, fmt.Sprintf(format, args...)}) }
		for _, step := range d.Skips {
			put("skip %s", step)
		}
		if d.Do != strategy.CloseCase && d.Stage != "" && d.Stage != stage {
			put("stage %s", d.Stage)
			stage = d.Stage
		}
		switch {
		case d.Do.Sends():
			put("message %s %d by %s", d.Step, d.Occurrence, d.Channel)
		case d.Do == strategy.OpenTask || d.Do == strategy.ReviewHold || d.Do == strategy.OfferHandoff:
			put("done %s %d by %s", d.Step, d.Occurrence, d.Channel)
		case d.Do == strategy.LapseHandoff:
			put("lapsed")
		case d.Do == strategy.RaiseAlarm:
			put("alarm %s", d.Letter)
		case d.Do == strategy.Control:
			put("control")
		case d.Do == strategy.CloseCase:
			put("closed %s", d.Outcome)
		}
	}
	return out
}

// acted is what an entry of the timeline says was done; empty where it only
// says more of something done.
func acted(e record.Entry) string {
	mark := func(kind string, m debt.Mark) string {
		return fmt.Sprintf("%s %s %d by %s", kind, m.Step, m.Occurrence, m.Channel)
	}
	switch f := e.Data.(type) {
	case debt.StepSkipped:
		return "skip " + f.Step
	case debt.StageChanged:
		return "stage " + string(f.To)
	case debt.MessageReserved:
		return mark("message", f.Mark)
	case debt.StepDone:
		return mark("done", f.Mark)
	case debt.HandoffEnded:
		return f.State
	case debt.AlarmRaised:
		name, _, _ := strings.Cut(f.Alarm, "@")
		return "alarm " + name
	case debt.Controlled:
		return "control"
	case debt.CaseClosed:
		return "closed " + string(f.Outcome)
	}
	return ""
}

// happened checks, for each case, that up to the first fact from outside on any
// case of its person it did what was forecast, and when.
func (s *stage) happened(told []forecast) {
	s.t.Helper()
	end, err := s.Parts.Store.Now(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	end = slices.MinFunc([]time.Time{end, eve.AddDate(0, s.months, 0)}, time.Time.Compare)
	timelines, outside := map[string][]record.Entry{}, map[string]time.Time{}
	for _, f := range told {
		timelines[f.caseID] = s.timeline(f.caseID)
		for _, e := range timelines[f.caseID] {
			if assumed(e) {
				continue
			}
			if first, some := outside[f.person]; !some || e.At.Before(first) {
				outside[f.person] = e.At
			}
		}
	}
	cases, acts, undisturbed := 0, 0, 0
	for _, f := range told {
		until, disturbed := outside[f.person]
		if !disturbed {
			until = end
			undisturbed++
		}
		within := func(at time.Time) bool { return at.After(f.from) && at.Before(until) }
		var want, got []string
		for _, a := range f.acts {
			if within(a.at) {
				want = append(want, a.String())
			}
		}
		for _, e := range timelines[f.caseID] {
			if what := acted(e); what != "" && e.By.Role == debt.Engine && within(e.At) {
				got = append(got, act{e.At, what}.String())
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(want, got) {
			s.t.Errorf("case %s was to\n  %s\nand did\n  %s", f.caseID, strings.Join(want, "\n  "), strings.Join(got, "\n  "))
		}
		acts += len(want)
		cases += min(len(want), 1)
	}
	s.t.Logf("%d acts of %d cases were as forecast; %d cases had no fact from outside", acts, cases, undisturbed)
	if cases < 40 || acts < 100 {
		s.t.Errorf("too few to show anything")
	}
}

// assumed reports whether an entry says no more than a forecast assumes: what
// the engine does itself, and that nobody answers the telephone.
func assumed(e record.Entry) bool {
	switch f := e.Data.(type) {
	case debt.CaseOpened:
		return true
	case debt.CallLogged:
		return f.Outcome == debt.CallNoAnswer
	}
	return e.By.Role == debt.Engine
}

func (s *stage) timeline(caseID string) []record.Entry {
	s.t.Helper()
	var all []record.Entry
	for after := int64(0); ; {
		some, err := s.Parts.Store.Timeline(s.t.Context(), caseID, after, 200)
		if err != nil {
			s.t.Fatal(err)
		}
		if len(some) == 0 {
			slices.SortStableFunc(all, func(a, b record.Entry) int { return cmp.Compare(a.Seq, b.Seq) })
			return all
		}
		all = append(all, some...)
		after = some[len(some)-1].Seq
	}
}
