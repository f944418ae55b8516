package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

func TestTwoSpellingsOfOneAddressAreOneContactPoint(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	in.Debtor.Contacts = []debt.ContactPoint{{Channel: "email", Value: "a@b.es"}, {Channel: "email", Value: "A@B.es"}}
	first := storetest.Case(t, s, in)
	if len(first.Debtor.Points) != 1 || first.Debtor.Points[0].Value != "a@b.es" {
		t.Errorf("contact points %+v", first.Debtor.Points)
	}
	more := storetest.Submission(k.ID, 1, due)
	more.Reference, more.Debtor.Contacts = "F-2", []debt.ContactPoint{{Channel: "email", Value: "A@b.es"}}
	if again := storetest.Case(t, s, more); len(again.Debtor.Points) != 1 {
		t.Errorf("contact points after another debt: %+v", again.Debtor.Points)
	}
	if d := must(s.AddPoint(ctx, first.Debtor.ID, record.Point{Channel: "email", Value: "a@B.es"}))(t); len(d.Points) != 1 {
		t.Errorf("contact points after one was added: %+v", d.Points)
	}
	if n := one[int](t, url, `select count(*) from persons`); n != 1 {
		t.Errorf("%d persons", n)
	}
}

func TestAPreviewTellsNothingOfOtherCreditors(t *testing.T) {
	for _, known := range []bool{false, true} {
		s := storetest.At(t, start)
		a, b := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
		mine, theirs := storetest.Submission(a.ID, 1, due), storetest.Submission(b.ID, 1, due)
		mine.Debtor.TaxID, theirs.Debtor.TaxID = "B12345674", "B12345674"
		if known {
			old := mine
			old.Reference = "F-0"
			storetest.Case(t, s, old)
		}
		before, steps, err := s.Preview(ctx, mine)
		ok(t, err)
		theirs.Debtor.PostalCode, theirs.Debtor.City = "35001", "Las Palmas" // an hour behind, with holidays of its own
		for day := range 3 {
			theirs.Earlier.Contacts = append(theirs.Earlier.Contacts,
				debt.EarlierContact{Channel: "email", On: calendar.DateOf(start).AddDays(-1 - day)})
		}
		f := storetest.Case(t, s, theirs)
		if !known {
			ok(t, s.OptOut(ctx, f.Debtor.ID, "email", "page", operator))
		}
		after, again, err := s.Preview(ctx, mine)
		ok(t, err)
		if !after.Next.Same(before.Next) || !after.Next.At.Equal(before.Next.At) {
			t.Errorf("known %v: next is %s at %s, and was %s at %s before another creditor came", known, after.Next.Do, after.Next.At, before.Next.Do, before.Next.At)
		}
		equal := func(x, y strategy.Decision) bool { return x.Do == y.Do && x.Channel == y.Channel && x.At.Equal(y.At) }
		if !slices.EqualFunc(again, steps, equal) {
			t.Errorf("known %v: the %d steps are not the %d of before another creditor came", known, len(again), len(steps))
		}
		if slices.ContainsFunc(after.Debtor.Points, func(p record.Point) bool { return p.OptedOut }) {
			t.Errorf("known %v: an opt-out towards another creditor is told", known)
		}
		storetest.Case(t, s, mine)
		real := must(s.Forecast(ctx, storetest.Case(t, s, mine).Case.ID, start.AddDate(2, 0, 0)))(t)
		if slices.EqualFunc(real, steps, equal) {
			t.Errorf("known %v: the other creditor bears on nothing even in earnest", known)
		}
	}
}

func TestAKnownDebtorIsNobodyElse(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	in.Debtor.TaxID = "B12345674"
	storetest.Case(t, s, in)
	more := in
	more.Reference, more.Debtor.TaxID, more.Debtor.Kind = "F-2", "12345678Z", law.Consumer
	_, err := s.Open(ctx, more, operator)
	var fields []string
	for _, e := range joined(err) {
		var no *debt.Refusal
		if errors.As(e, &no) && no.Rule == "debtor_differs" && no.Conflict {
			fields = append(fields, no.Field)
		}
	}
	if !slices.Equal(fields, []string{"debtor.tax_id", "debtor.kind"}) {
		t.Errorf("refused for %v: %v", fields, err)
	}
	if rows := must(s.Cases(ctx, record.Filter{}))(t); len(rows) != 1 {
		t.Errorf("%d cases", len(rows))
	}
	more.Debtor = in.Debtor
	more.Debtor.TaxID = ""
	if f := storetest.Case(t, s, more); f.Debtor.Party.TaxID != "B12345674" {
		t.Errorf("a tax id that was not given again is %q", f.Debtor.Party.TaxID)
	}
}

// joined gives the errors that are joined in err.
func joined(err error) []error {
	for err != nil {
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			return many.Unwrap()
		}
		err = errors.Unwrap(err)
	}
	return nil
}

func TestAFrenchCompanyMayBeNamedByAnyOfItsNumbers(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	in.Country, in.Debtor.Country, in.Debtor.PostalCode, in.Debtor.City = "FR", "FR", "75001", "Paris"
	in.Debtor.TaxID, in.Debtor.Language = "732829320", "fr"
	storetest.Case(t, s, in)
	in.Reference, in.Debtor.TaxID = "F-2", "FR44732829320"
	if f := storetest.Case(t, s, in); f.Debtor.Party.TaxID != "FR44732829320" {
		t.Errorf("the tax id is %s", f.Debtor.Party.TaxID)
	}
}

func TestTheNewestThatIsGivenOfADebtorIsKept(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	in := storetest.Submission(k.ID, 1, due)
	in.Debtor.Language = "en"
	first := storetest.Case(t, s, in)

	bare := in
	bare.Reference = "F-2"
	bare.Debtor = debt.Party{Reference: "C-1", Kind: law.Business, Name: "Talleres Quevedo e Hijos",
		Contacts: []debt.ContactPoint{{Channel: "email", Value: "nuevo@talleres.example"}}}
	got := storetest.Case(t, s, bare).Debtor.Party
	if got.Name != "Talleres Quevedo e Hijos" || got.Language != "en" || got.Street != "Gran Vía 10" || got.PostalCode != "28013" || got.Country != "ES" {
		t.Errorf("after a submission that gives the name alone: %+v", got)
	}

	moved := in
	moved.Reference = "F-3"
	moved.Debtor.Name, moved.Debtor.Language = "", "es"
	moved.Debtor.Street, moved.Debtor.PostalCode, moved.Debtor.City = "Calle Triana 2", "35001", "Las Palmas"
	moved.Debtor.Name = "Talleres Quevedo"
	f := storetest.Case(t, s, moved)
	got = f.Debtor.Party
	if got.Name != "Talleres Quevedo" || got.Language != "es" || got.Street != "Calle Triana 2" || got.City != "Las Palmas" {
		t.Errorf("after a move: %+v", got)
	}
	if zone := one[string](t, url, `select zone from persons`); zone != "Atlantic/Canary" || f.Zone.String() != zone {
		t.Errorf("the person's zone is %s, the case's %s", zone, f.Zone)
	}
	again := must(s.File(ctx, first.Case.ID))(t)
	if again.Next.At.Equal(first.Next.At) || again.Zone.String() != "Atlantic/Canary" {
		t.Errorf("the first case still acts at %s, by the clock of %s", again.Next.At, again.Zone)
	}
	verified(t, s, first.Case.ID, f.Case.ID)
}

func TestAKnownDebtorIsFoundByWhatIsNewlyKnown(t *testing.T) {
	s := storetest.At(t, start)
	a, b := storetest.Creditor(t, s, "Acme"), storetest.Creditor(t, s, "Beta")
	in := storetest.Submission(a.ID, 1, due)
	first := storetest.Case(t, s, in)
	in.Reference, in.Debtor.TaxID = "F-2", "B12345674"
	storetest.Case(t, s, in)
	theirs := storetest.Submission(b.ID, 7, due)
	theirs.Debtor.TaxID = "B12345674"
	if f := storetest.Case(t, s, theirs); f.Case.Person != first.Case.Person {
		t.Error("one tax id is two persons")
	}
}

func TestACallEndsOnlyAnOpenTaskOfItsCase(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	mine := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	other := storetest.Case(t, s, storetest.Submission(k.ID, 2, due)).Case.ID
	for id, of := range map[string][2]string{"open": {mine, "open"}, "elsewhere": {other, "open"}, "over": {mine, "expired"}} {
		ok(t, sql(t, url, `insert into tasks (id, case_id, creditor_id, kind, state, opened_at, done_at)
			values ($1, $2, $3, 'call', $4, $5, case when $4 = 'open' then null else $5::timestamptz end)`, id, of[0], k.ID, of[1], start))
	}
	call := func(key, task string) error {
		_, err := s.Record(ctx, mine, key, operator, debt.CallLogged{Task: task, Outcome: debt.CallNoAnswer})
		return err
	}
	for task, want := range map[string]string{"none": "task_unknown", "elsewhere": "task_unknown", "over": "task_expired"} {
		err := call("c-"+task, task)
		var no *debt.Refusal
		if !errors.As(err, &no) || no.Field != "task_id" || no.Rule != want || no.Conflict != (want != "task_unknown") {
			t.Errorf("a call for task %s: %v", task, err)
		}
	}
	ok(t, call("c-1", "open"))
	ok(t, call("c-1", "open")) // the same call, told twice
	if got := rule(call("c-2", "open")); got != "task_done" {
		t.Errorf("a second call for a task that is done: %q", got)
	}
	if n := one[int](t, url, `select count(*) from events where kind = 'call_logged'`); n != 1 {
		t.Errorf("%d calls are on the record", n)
	}
}

func TestTheLastOperatorsKeyStands(t *testing.T) {
	s := storetest.At(t, start)
	first, _, err := s.NewKey(ctx, record.Key{Role: debt.Operator})
	ok(t, err)
	agent, _, err := s.NewKey(ctx, record.Key{Role: debt.Agent})
	ok(t, err)
	var no *debt.Refusal
	if err := s.RevokeKey(ctx, first.ID); !errors.As(err, &no) || no.Rule != "last_operator_key" || !no.Conflict {
		t.Errorf("the last operator's key: %v", err)
	}
	ok(t, s.RevokeKey(ctx, agent.ID))
	second, _, err := s.NewKey(ctx, record.Key{Role: debt.Operator})
	ok(t, err)
	failed := make(chan error, 2)
	for _, id := range []string{first.ID, second.ID} {
		go func() { failed <- s.RevokeKey(ctx, id) }()
	}
	if a, b := <-failed, <-failed; (a == nil) == (b == nil) {
		t.Errorf("of the last two, revoked at once: %v, %v", a, b)
	}
	if err := s.RevokeKey(ctx, "none"); !errors.Is(err, record.ErrNotFound) {
		t.Errorf("an unknown key: %v", err)
	}
}

func TestWhatIsNotOwedIsNotRecovered(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	recovered := func() money.Amount { return must(s.Totals(ctx))(t).Recovered[0] }
	pay := func(id string, sum money.Amount) {
		day := calendar.DateOf(start)
		must(s.Record(ctx, id, "", operator, debt.PaymentReceived{ID: "p-" + sum.Decimal(), Amount: sum, Received: day}))(t)
	}
	f := storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	pay(f.Case.ID, f.Balance.Plus(money.EUR(5000)))
	if got := recovered(); got != f.Balance {
		t.Errorf("recovered %s of a balance of %s, paid with 50.00 too much", got, f.Balance)
	}
	must(s.Record(ctx, f.Case.ID, "b", operator, debt.PaymentBounced{Payment: "p-" + f.Balance.Plus(money.EUR(5000)).Decimal(),
		On: calendar.DateOf(start)}))(t)
	if got := recovered(); got.Cents != 0 {
		t.Errorf("recovered %s after the payment bounced", got)
	}
	x := storetest.Case(t, s, storetest.Submission(k.ID, 2, due)).Case.ID
	pay(x, money.EUR(10000))
	must(s.Record(ctx, x, "d", operator, debt.Disputed{ID: "d-1", Reason: "goods_not_received"}))(t)
	must(s.Record(ctx, x, "u", operator, debt.DisputeResolved{Dispute: "d-1", State: "upheld"}))(t)
	if got := recovered(); got.Cents != 0 {
		t.Errorf("recovered %s of what was never owed", got)
	}
}

func TestWhereTheTimeMachineMayRunNobodyIsSpread(t *testing.T) {
	url := storetest.URL(t)
	opened := func(o store.Options, n int) time.Time {
		o.Wall = func() time.Time { return start.Add(-5 * time.Hour) } // at night: the next window opens for all at once
		s, err := store.New(ctx, url, o)
		ok(t, err)
		t.Cleanup(s.Close)
		k := storetest.Creditor(t, s, "Acme")
		return toSendAt(t, s, storetest.Case(t, s, storetest.Submission(k.ID, n, due)).Case.ID)
	}
	spread := map[time.Time]bool{}
	for n := range 5 {
		spread[opened(store.Options{}, n)] = true
	}
	if len(spread) < 2 {
		t.Error("nobody is spread even without the time machine")
	}
	sharp := map[time.Time]bool{}
	for n := range 5 {
		sharp[opened(store.Options{NoJitter: true}, 10+n)] = true
	}
	if len(sharp) != 1 {
		t.Errorf("five persons are contacted at %v", sharp)
	}
}

// toSendAt gives when the forecast of a case has its first send.
func toSendAt(t *testing.T, s *store.Store, id string) time.Time {
	t.Helper()
	for _, d := range must(s.Forecast(ctx, id, start.AddDate(1, 0, 0)))(t) {
		if d.Do.Sends() {
			return d.At
		}
	}
	t.Fatal("nothing is ever sent")
	return time.Time{}
}

func TestAnImportIsTheSameWhicheverWayItComesIn(t *testing.T) {
	s := storetest.At(t, start)
	k := must(s.SaveCreditor(ctx, record.Creditor{Name: "Ana", Kind: law.Consumer, Country: "ES", PostalCode: "28014",
		IBAN: "ES9121000418450200051332", Email: "ana@example.com", Phone: "+34910000000"}))(t)
	row := record.ImportRow{Row: 2, Submission: storetest.Submission("", 1, due)}
	first := must(s.StartImport(ctx, k.ID, "a.csv", []record.ImportRow{row}))(t)
	row.Submission.Claim.Creditor = law.Consumer
	if again := must(s.StartImport(ctx, k.ID, "b.csv", []record.ImportRow{row}))(t); again.ID != first.ID {
		t.Errorf("import %s, and %s", first.ID, again.ID)
	}
	_, wake, err := s.WorkImport(ctx, 10)
	ok(t, err)
	if len(wake) != 1 || must(s.File(ctx, wake[0]))(t).Case.Claim.Creditor != law.Consumer {
		t.Errorf("opened %v, not as a consumer's claim", wake)
	}
}

func TestATalkIsHeededAfterItsDebtIsPaid(t *testing.T) {
	s := storetest.At(t, start)
	k := storetest.Creditor(t, s, "Acme")
	first, second := storetest.Submission(k.ID, 1, due), storetest.Submission(k.ID, 1, due)
	second.Reference = "F-2"
	spoken, other := storetest.Case(t, s, first), storetest.Case(t, s, second)
	agent := debt.Actor{Role: debt.Agent, ID: "agent-1"}
	must(s.Record(ctx, spoken.Case.ID, "call", agent, debt.CallLogged{ID: "c1", Outcome: debt.CallRightParty, Inbound: true}))(t)
	waits := must(s.File(ctx, other.Case.ID))(t).Next
	must(s.Record(ctx, spoken.Case.ID, "pay", operator, payAll(t, s, spoken.Case.ID)))(t)
	must(s.Act(ctx, spoken.Case.ID, must(s.File(ctx, spoken.Case.ID))(t).Next, storetest.Deliver("outbox")))(t)
	if f := must(s.File(ctx, spoken.Case.ID))(t); f.Case.Open() {
		t.Fatalf("the paid case is at %s, and does %s next", f.Case.Stage, f.Next.Do)
	}
	next := must(s.Decide(ctx, other.Case.ID))(t).Decision
	if !next.At.Equal(waits.At) || next.At.Before(start.AddDate(0, 0, 6)) {
		t.Errorf("after a talk about both the other case acts at %s; before the first was paid it waited until %s", next.At, waits.At)
	}
}

// TestATalkIsHeededByWhoWaitsForItsDebtToClose has the other case decide while
// the one that was spoken about is being closed.
func TestATalkIsHeededByWhoWaitsForItsDebtToClose(t *testing.T) {
	o := openOffice(t)
	ids := o.family(t, 2)
	agent := debt.Actor{Role: debt.Agent, ID: "agent-1"}
	must(o.Record(ctx, ids[0], "call", agent, debt.CallLogged{ID: "c1", Outcome: debt.CallRightParty, Inbound: true}))(t)
	waits := must(o.Decide(ctx, ids[1]))(t).Decision
	must(o.Record(ctx, ids[0], "pay", operator, payAll(t, o.Store, ids[0])))(t)
	decided := make(chan record.Next, 1)
	must(o.Act(ctx, ids[0], must(o.Decide(ctx, ids[0]))(t).Decision, func(turn *record.Turn) (record.Done, error) {
		go func() {
			next, err := o.Decide(ctx, ids[1])
			if err != nil {
				t.Error(err)
			}
			decided <- next
		}()
		o.somebodyWaits(t)
		return storetest.Deliver("outbox")(turn)
	}))(t)
	if next := (<-decided).Decision; !next.At.Equal(waits.At) {
		t.Errorf("it acts at %s; before the other was closed it waited until %s", next.At, waits.At)
	}
}
