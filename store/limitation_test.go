package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// aged is a debt of no special kind, for which there are five years.
func aged(creditor string, n int, due string) debt.Submission {
	in := storetest.Submission(creditor, n, calendar.Must(due))
	in.Claim.Kind = law.Other
	return in
}

// sentFor lists the days on which messages went out for a case.
func sentFor(t *testing.T, s *store.Store, id string) []string {
	t.Helper()
	var out []string
	for _, m := range must(s.Messages(ctx, id, "", "", 200))(t) {
		out = append(out, calendar.DateOf(m.Reserved).String())
	}
	return out
}

// tasksFor lists the kinds of a case's tasks that are open.
func tasksFor(t *testing.T, s *store.Store, id string) []string {
	t.Helper()
	var out []string
	for _, k := range must(s.Tasks(ctx, "", "open", "", 200))(t) {
		if k.Case == id {
			out = append(out, k.Kind)
		}
	}
	return out
}

func TestADebtThatIsLimitedOnSubmissionIsAskedAboutAndNeverClaimed(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	dry, steps, err := s.Preview(ctx, aged(k.ID, 0, "2021-09-01"))
	ok(t, err)
	if debt.StateOf(dry.Clock, dry.Today) != debt.ClockLimited || slices.ContainsFunc(steps, func(d strategy.Decision) bool { return d.Do.Sends() }) {
		t.Errorf("the preview says %s and %d steps with a message among them", debt.StateOf(dry.Clock, dry.Today), len(steps))
	}
	f := storetest.Case(t, s, aged(k.ID, 1, "2021-09-01"))
	if f.Next.Do != strategy.RaiseAlarm || f.Next.Letter != "limitation_reached" || !f.Next.At.Equal(start) {
		t.Fatalf("next it does %s %s at %s", f.Next.Do, f.Next.Letter, f.Next.At)
	}
	id := f.Case.ID
	drive(t, s, start.AddDate(0, 8, 0))
	if got := sentFor(t, s, id); len(got) > 0 {
		t.Errorf("messages went out on %v", got)
	}
	got := tasksFor(t, s, id)
	if slices.Index(got, "limitation_reached") != 0 || !slices.Contains(got, "review_hold") {
		t.Errorf("people are asked %v", got)
	}
	f = must(s.File(ctx, id))(t)
	if h, held := f.Case.Hold(); !held || h.Reason != debt.HoldLimited || !f.Case.Open() {
		t.Fatalf("held %+v, stage %s", h, f.Case.Stage)
	}
	_, err = s.Record(ctx, id, "lift", operator, debt.HoldEnded{Hold: f.Case.Holds[0].ID})
	if rule(err) != "limited" {
		t.Errorf("the hold is lifted by a word: %v", err)
	}
	verified(t, s, id)
}

func TestThePersonWhoIsAskedLetsALimitedDebtGoOnOrEnd(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	alive := storetest.Case(t, s, aged(k.ID, 1, "2021-09-01")).Case.ID
	dead := storetest.Case(t, s, aged(k.ID, 2, "2021-09-01")).Case.ID
	drive(t, s, start.AddDate(0, 0, 3))

	d := must(s.AddDocument(ctx, alive, "doc", operator, record.Document{Type: "other", Name: "a.pdf", Media: "application/pdf", Bytes: []byte("I owe it")}))(t)
	f := must(s.Record(ctx, alive, "ack", operator, debt.ActNoted{Act: law.Act{Type: "acknowledgment", Date: calendar.Must("2024-03-01"), Ref: d.ID}}))(t)
	if _, held := f.Case.Hold(); held || f.Clock.LastDay != calendar.Must("2029-03-01") {
		t.Errorf("after the acknowledgement it is held: %v, until %s", held, f.Clock.LastDay)
	}
	if got := tasksFor(t, s, alive); slices.Contains(got, "limitation_reached") {
		t.Errorf("people are still asked %v", got)
	}
	f = must(s.Record(ctx, dead, "close", operator, debt.CaseClosed{Outcome: debt.Uncollectable, Reason: "time-barred, no paper"}))(t)
	if f.Case.Outcome != debt.Uncollectable {
		t.Errorf("outcome %s", f.Case.Outcome)
	}
	drive(t, s, start.AddDate(0, 1, 0))
	if len(sentFor(t, s, alive)) == 0 {
		t.Error("the debt that is not limited after all is not collected")
	}
	if got := append(sentFor(t, s, dead), tasksFor(t, s, dead)...); len(got) > 0 {
		t.Errorf("the closed case still brings %v", got)
	}
	verified(t, s, alive, dead)
}

// A whole life past the last day: warned, claimed in time, followed by a task
// since nothing proves the receipt; then silence, a question, and why.
func TestALifePastItsLastDayStopsClaimingAndSaysWhy(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, aged(k.ID, 1, "2022-01-31")).Case.ID // until 31 January 2027; the guard acts on 2 November
	drive(t, s, start.AddDate(1, 0, 0))
	var alarms []string
	for _, e := range must(s.Timeline(ctx, id, 0, 200))(t) {
		if a, is := e.Data.(debt.AlarmRaised); is {
			zone := must(s.File(ctx, id))(t).Zone
			alarms = append(alarms, strings.TrimSuffix(a.Alarm, "@2027-01-31")+" "+calendar.DateOf(e.At.In(zone)).String())
		}
	}
	if want := []string{"limitation_180 2026-10-01", "limitation_90 2026-11-02", "limitation_30 2027-01-01", "limitation_reached 2027-02-01"}; !slices.Equal(alarms, want) {
		t.Errorf("warned %v, want %v", alarms, want)
	}
	if claim := one[string](t, url, `select min(reserved_at)::date::text from messages where case_id = $1 and purpose = 'legal_notice'`, id); claim != "2026-11-03" { // All Saints' was a Sunday: the Monday is a holiday
		t.Errorf("claimed on %s, want 2026-11-03", claim)
	}
	if got := tasksFor(t, s, id); !slices.Contains(got, "limitation_claim") {
		t.Errorf("nobody is asked for the proof: %v", got)
	}
	for _, day := range sentFor(t, s, id) {
		if day > "2027-01-31" {
			t.Errorf("a message went out on %s, after the last day", day)
		}
	}
	f := must(s.File(ctx, id))(t)
	if h, held := f.Case.Hold(); !held || h.Reason != debt.HoldLimited || f.Next.Why[0].What != "limited" {
		t.Errorf("held %+v, next %+v", h, f.Next)
	}
	verified(t, s, id)
}

func TestAnImportTellsOfRowsWhoseDebtIsLimitedOrSoonWillBe(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	want := map[int]string{2: "limited", 3: "limited_within_30", 4: "limited_within_90", 5: "limited_within_180", 7: "presumed_paid", 8: "limited", 9: "cautious_date_passed"}
	dues := []string{"2021-09-01", "2021-10-20", "2021-12-20", "2022-02-20", "2026-09-20"}
	var rows []record.ImportRow
	for i, day := range dues {
		rows = append(rows, record.ImportRow{Row: i + 2, Submission: aged(k.ID, i, day)})
	}
	portuguese := func(n int, kind law.ClaimKind, day string) debt.Submission {
		in := aged(k.ID, n, day)
		in.Country, in.Claim.Kind, in.Debtor.Kind = "PT", kind, law.Consumer
		in.Debtor.Country, in.Debtor.PostalCode, in.Debtor.Language = "PT", "1000-001", "pt"
		return in
	}
	rows = append(rows,
		record.ImportRow{Row: 7, Submission: portuguese(10, law.Sale, "2024-09-01")},
		record.ImportRow{Row: 8, Submission: portuguese(11, law.Utilities, "2026-02-01")},
		record.ImportRow{Row: 9, Submission: storetest.Submission(k.ID, 12, calendar.Must("2023-09-01"))})
	together := must(s.StartImport(ctx, k.ID, "together", rows))(t)
	var alone []record.Import
	for i, r := range rows {
		r.Submission.Reference, r.Submission.Debtor.Reference = "A-"+r.Submission.Reference, "A-"+r.Submission.Debtor.Reference
		r.Submission.Debtor.Contacts = []debt.ContactPoint{{Channel: "email", Value: "a" + string(rune('a'+i)) + "@alone.example"}}
		alone = append(alone, must(s.StartImport(ctx, k.ID, "alone", []record.ImportRow{r}))(t))
		for {
			worked, _, err := s.WorkImport(ctx, 1)
			ok(t, err)
			if worked == 0 {
				break
			}
		}
	}
	check := func(got []record.ImportError, rows ...int) {
		t.Helper()
		seen := map[int]bool{}
		for _, w := range got {
			seen[w.Row] = true
			if want[w.Row] != w.Rule || w.Field != "due_on" || !strings.Contains(w.Detail, "limitation period") && !strings.Contains(w.Detail, "presumes") {
				t.Errorf("row %d is told %+v, want %q", w.Row, w, want[w.Row])
			}
		}
		for _, n := range rows {
			if seen[n] != (want[n] != "") {
				t.Errorf("row %d: told %v, want %q", n, seen[n], want[n])
			}
		}
	}
	i := imported(t, s, together.ID)
	if i.Accepted != len(rows) || len(i.Errors) > 0 {
		t.Fatalf("%+v", i)
	}
	check(i.Warnings, 2, 3, 4, 5, 6, 7, 8, 9)
	for n, x := range alone {
		check(imported(t, s, x.ID).Warnings, n+2)
	}
}

// Complaint 4: old debts that are taken up together are not met by silence: of
// each there is a dated next action, and those that are limited ask a person
// and are not contacted.
func TestComplaint4AnOldPortfolioAsksAboutWhatIsLimitedAndContactsTheRest(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	var ids []string
	for n := range 12 {
		day := calendar.DateOf(start).AddDays(-400 - n*200)
		ids = append(ids, storetest.Case(t, s, aged(k.ID, n, day.String())).Case.ID)
	}
	drive(t, s, start.Add(21*24*time.Hour))
	limited := 0
	for _, id := range ids {
		f := must(s.File(ctx, id))(t)
		sent, asked := sentFor(t, s, id), tasksFor(t, s, id)
		if f.Next.At.IsZero() {
			t.Errorf("case %s has no next action", id)
		}
		if debt.Barred(f.Clock, f.Today) {
			if limited++; len(sent) > 0 || !slices.Contains(asked, "limitation_reached") {
				t.Errorf("limited since %s: messages %v, tasks %v", f.Clock.PrescribedFrom, sent, asked)
			}
		} else if len(sent) == 0 {
			t.Errorf("due %s, until %s: nothing was sent; tasks %v, next %+v", f.Case.Claim.Due, f.Clock.LastDay, asked, f.Next)
		}
	}
	if limited != 4 { // due 1,826 days ago or more, the last four but none of the first eight
		t.Errorf("%d of 12 are limited", limited)
	}
	verified(t, s, ids...)
}
