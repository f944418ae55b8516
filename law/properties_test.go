package law_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

// What holds of every claim, from 1990 to 2100.

var outcomes = []string{"", "received", "refused", "left_notice", "returned_unknown", "upheld", "dismissed", "withdrawn", "lapsed", "procedural_flaw", "pending"}

// anyAct draws an act of any type, in the years after a day.
func anyAct(t *rapid.T, due calendar.Date) law.Act {
	a := law.Act{
		Type:    rapid.SampledFrom(law.ActTypes).Draw(t, "type"),
		Outcome: rapid.SampledFrom(outcomes).Draw(t, "outcome"),
		Date:    due.AddDays(rapid.OneOf(rapid.IntRange(-60, 400), rapid.IntRange(-60, 9500)).Draw(t, "on")),
	}
	if rapid.Bool().Draw(t, "ends") {
		a.End = a.Date.AddDays(rapid.IntRange(0, 700).Draw(t, "lasts"))
	}
	return a
}

// anything draws a claim due between 1990 and 2100, and acts of any kind.
func anything(t *rapid.T) (law.Claim, []law.Act) {
	party := rapid.SampledFrom([]law.Party{law.Business, law.Consumer, law.Public})
	due := rapid.OneOf(rapid.IntRange(0, 40543), rapid.IntRange(6574, 13513)).Draw(t, "due") // any day; more of 2008 to 2026
	c := law.Claim{Kind: rapid.SampledFrom(law.ClaimKinds).Draw(t, "kind"), Creditor: party.Draw(t, "creditor"), Debtor: party.Draw(t, "debtor"), Due: on("1990-01-01").AddDays(due)}
	c.Issued = c.Due.AddDays(-rapid.IntRange(0, 90).Draw(t, "term"))
	c.Provided = c.Issued.AddDays(-rapid.IntRange(0, 40).Draw(t, "billed"))
	acts := make([]law.Act, rapid.IntRange(0, 8).Draw(t, "acts"))
	for i := range acts {
		acts[i] = anyAct(t, c.Due)
	}
	return c, acts
}

// everywhere checks a property under the law of every place.
func everywhere(t *testing.T, check func(t *rapid.T, j *law.Jurisdiction)) {
	for _, j := range countries.All() {
		t.Run(j.Code, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { check(t, j) })
		})
	}
}

func TestAClockNamesItsRuleAndTheDayAfterItsLast(t *testing.T) {
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		c, acts := anything(t)
		k := j.Limitation(c, acts)
		if k.Cautious.After(k.LastDay) || k.PrescribedFrom != k.LastDay.AddDays(1) || k.Rule == "" || k.Article == "" || k.Why == "" || len(k.Acts) != len(acts) {
			t.Fatalf("%+v", k)
		}
		for _, e := range k.Acts {
			if e.Article == "" || e.Effect == law.Late && !e.Act.Date.AddDays(5).After(e.LastDay) {
				t.Fatalf("%+v", e)
			}
		}
	})
}

// What a clock can show is put into words, and an act that nothing proves never
// makes the cautious day a later one.
func TestAClockShowsNoFlagWithoutWordsAndTrustsNoActThatNothingProves(t *testing.T) {
	known := law.FlagNames()
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		c, acts := anything(t)
		for i := range acts {
			acts[i].Unproved = rapid.Bool().Draw(t, "unproved")
		}
		k := j.Limitation(c, acts)
		shown := slices.Clone(k.Flags)
		for _, e := range k.Acts {
			shown = append(shown, e.Flag)
		}
		for _, r := range j.Readings(c, acts) {
			shown = append(append(shown, r.Flag), r.Flags...)
		}
		for _, g := range j.GuaranteesOf(c, acts, []law.Bond{"", law.Guarantor, law.JointGuarantor}) {
			shown = append(shown, g.Flags...)
			for _, e := range g.Acts {
				shown = append(shown, e.Flag)
			}
		}
		for _, f := range shown {
			if f != "" && !slices.Contains(known, f) {
				t.Fatalf("flag %s has no words", f)
			}
		}
		proved := slices.DeleteFunc(slices.Clone(acts), func(a law.Act) bool { return a.Unproved })
		sure := j.Limitation(c, proved)
		if k.Cautious.After(sure.Cautious) {
			t.Fatalf("cautiously %s, and by what is proved %s", k.Cautious, sure.Cautious)
		}
		longer := sure.LastDay.Before(k.LastDay) || k.Ordinary != nil && sure.Ordinary.LastDay.Before(k.Ordinary.LastDay)
		if longer && !slices.Contains(k.Flags, law.FlagToProve) {
			t.Fatalf("until %s, by what is proved until %s, and nothing says so: %v", k.LastDay, sure.LastDay, k.Flags)
		}
	})
}

func TestTheOrderInWhichActsAreGivenDoesNotMatter(t *testing.T) {
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		c, acts := anything(t)
		if !distinct(acts) {
			t.Skip("what is of one day keeps its order")
		}
		turned := slices.Clone(acts)
		slices.Reverse(turned)
		slices.SortStableFunc(turned, func(a, b law.Act) int { return strings.Compare(a.Type, b.Type) })
		if k, again := j.Limitation(c, acts), j.Limitation(c, turned); again.LastDay != k.LastDay || again.Cautious != k.Cautious {
			t.Fatalf("until %s, cautious %s; given otherwise %s and %s", k.LastDay, k.Cautious, again.LastDay, again.Cautious)
		}
	})
}

func TestAnInterruptionAfterTheLastDayChangesNothing(t *testing.T) {
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		c, acts := anything(t)
		k := j.Limitation(c, acts)
		late := anyAct(t, c.Due)
		late.Type = rapid.SampledFrom(slices.Concat(law.DebtorActs, law.CourtActs, []string{"burofax_received", "negotiation_request"})).Draw(t, "late")
		late.Date = k.LastDay.AddDays(rapid.IntRange(1, 3000).Draw(t, "days"))
		late.End = calendar.Date{}
		after := j.Limitation(c, append(slices.Clone(acts), late))
		if after.LastDay != k.LastDay || after.Cautious.After(k.LastDay) {
			t.Fatalf("%s of %s moved the last day from %s to %s", late.Type, late.Date, k.LastDay, after.LastDay)
		}
		if e := after.Acts[len(after.Acts)-1]; e.Act == late && e.Effect != law.Late && e.Effect != law.NoEffect {
			t.Fatalf("%s of %s after %s: %s", late.Type, late.Date, k.LastDay, e.Effect)
		}
	})
}

// still is the law of a place without the move of a last day off a day of rest:
// a Friday's holiday ends on Monday, and the Saturday after it on Saturday.
func still(j *law.Jurisdiction) *law.Jurisdiction {
	own := *j
	own.Move = nil
	return &own
}

func TestAddingASuspensionNeverShortens(t *testing.T) {
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		j = still(j)
		c, acts := anything(t)
		k := j.Limitation(c, acts)
		kinds := []string{"mediation", "conciliation", "small_claims_procedure_accepted"}
		if j.Code == "ES-NC" {
			kinds = kinds[:1] // a conciliation interrupts there
		}
		stop := law.Act{Type: rapid.SampledFrom(kinds).Draw(t, "stop")}
		stop.Date = c.Due.AddDays(rapid.IntRange(-50, 4000).Draw(t, "talks"))
		stop.End = stop.Date.AddDays(rapid.IntRange(1, 500).Draw(t, "long"))
		after := j.Limitation(c, append(slices.Clone(acts), stop))
		if after.LastDay.Before(k.LastDay) || after.Cautious.Before(k.Cautious) {
			t.Fatalf("%s from %s to %s: until %s and %s, was %s and %s", stop.Type, stop.Date, stop.End, after.LastDay, after.Cautious, k.LastDay, k.Cautious)
		}
		longer := stop
		longer.End = stop.End.AddDays(rapid.IntRange(1, 300).Draw(t, "longer"))
		if more := j.Limitation(c, append(slices.Clone(acts), longer)); more.LastDay.Before(after.LastDay) {
			t.Fatalf("%s until %s in place of %s: until %s, was %s", stop.Type, longer.End, stop.End, more.LastDay, after.LastDay)
		}
	})
}

// monthEnds is by how many days the lengths of two months may differ.
const monthEnds = 3

func TestNoActShortensAPeriod(t *testing.T) {
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		j = still(j)
		c, acts := anything(t)
		k := j.Limitation(c, acts)
		act := anyAct(t, c.Due)
		if act.Type == "written_claim" {
			act.Type = "letter" // the first written claim takes the room of a second, which may be longer
		}
		after := j.Limitation(c, append(slices.Clone(acts), act))
		// A period anew from the last days of a month may end on the same day as
		// one from the days before: 29 February and a year is 28 February.
		if after.LastDay.AddDays(monthEnds).Before(k.LastDay) {
			t.Fatalf("%s %s of %s: until %s, was %s", act.Type, act.Outcome, act.Date, after.LastDay, k.LastDay)
		}
	})
}

func distinct(acts []law.Act) bool {
	seen := map[calendar.Date]bool{}
	for _, a := range acts {
		if seen[a.Date] {
			return false
		}
		seen[a.Date] = true
	}
	return true
}

func TestSplittingAPeriodMovesTheTotalByHalfACentALine(t *testing.T) {
	everywhere(t, func(t *rapid.T, j *law.Jurisdiction) {
		c, _ := anything(t)
		c.Demanded = c.Due
		if rapid.Bool().Draw(t, "agreed") {
			r := money.Rate(rapid.Int64Range(0, 30*int64(money.Percent)).Draw(t, "rate"))
			c.ContractRate = &r
		}
		terms := j.InterestTerms(c)
		terms.DayCount = rapid.SampledFrom([]law.DayCount{law.Act365, law.ActAct}).Draw(t, "count")
		from := c.Due.AddDays(1)
		to := from.AddDays(rapid.IntRange(1, 8000).Draw(t, "days"))
		base := money.EUR(rapid.Int64Range(1, 10_000_000_00).Draw(t, "base"))
		sum := func(lines []law.Line) (cents int64) {
			for _, l := range lines {
				cents += l.Interest.Cents
			}
			return cents
		}
		whole := sum(j.Accrue(terms, base, from, to))
		var parts int64
		cuts := rapid.IntRange(1, 6).Draw(t, "cuts")
		next := from
		for i := range cuts {
			last := next.AddDays(rapid.IntRange(0, max(next.Days(to)/(cuts-i), 0)).Draw(t, "cut"))
			if !last.Before(to) {
				break
			}
			parts += sum(j.Accrue(terms, base, next, last))
			next = last.AddDays(1)
		}
		parts += sum(j.Accrue(terms, base, next, to))
		// A cut touches three lines: the one it cuts, and the two that it makes.
		if d := whole - parts; 2*d > int64(3*cuts) || -2*d > int64(3*cuts) {
			t.Fatalf("%d cents whole, %d in %d parts", whole, parts, cuts+1)
		}
	})
}
