package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
)

// newYear is some weeks into a half-year for which no rate is shipped.
var newYear = time.Date(2027, time.February, 15, 12, 0, 0, 0, time.UTC)

// ownRate is an operator's row of the Spanish rate of late payment.
func ownRate(from, to string, rate money.Rate) record.OwnRate {
	return record.OwnRate{RateRow: law.RateRow{Series: "es_late_payment", From: calendar.Must(from), To: calendar.Must(to), Rate: rate,
		Status: law.Verified, Source: "BOE-A-2026-99999", Author: "key-of-an-operator"}, Confirmed: true}
}

func firstHalf(rate money.Rate) record.OwnRate { return ownRate("2027-01-01", "2027-06-30", rate) }

// afterNewYear gives a record in the new year with a case that fell due before
// it, and its database.
func afterNewYear(t *testing.T) (*store.Store, string, record.File) {
	t.Helper()
	url := storetest.URL(t)
	s := storetest.Open(t, url)
	ok(t, s.Freeze(ctx, newYear))
	k := storetest.Creditor(t, s, "Acme")
	return s, url, storetest.Case(t, s, storetest.Submission(k.ID, 1, calendar.Must("2026-11-30")))
}

// covered is how many days a series is known for.
func covered(t *testing.T, s *store.Store, series string) record.Coverage {
	t.Helper()
	for _, c := range must(s.Standing(ctx))(t).Rates {
		if c.Series == series {
			return c
		}
	}
	t.Fatalf("%s is not among the series", series)
	return record.Coverage{}
}

func TestInAHalfYearWithoutARateResultsAreMarkedUntilAnOperatorAddsIt(t *testing.T) {
	s, _, f := afterNewYear(t)
	day := calendar.Must("2027-02-15")
	before := must(s.Statement(ctx, f.Case.ID, day))(t)
	// 1250.00 × 10.40 % × 31 / 365 to the end of the year; then an estimate of 46 days.
	assert.True(t, before.RateMissing)
	assert.Equal(t, money.EUR(11_04), before.Open[law.Interest])
	assert.Equal(t, money.EUR(16_38), before.Estimate)
	last := before.Lines[len(before.Lines)-1]
	assert.True(t, last.Missing)
	assert.Contains(t, last.Notice, "BOE")
	assert.Equal(t, calendar.Must("2026-07-01"), last.Row.From, "the last known rate is shown apart")
	c := covered(t, s, "es_late_payment")
	assert.Equal(t, -46, c.Days)
	assert.True(t, c.Ends())
	assert.Contains(t, c.Notice, "tipo legal de interés de demora")

	own := must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	assert.Equal(t, newYear, own.Added)
	after := must(s.Statement(ctx, f.Case.ID, day))(t)
	// 1250.00 × 10.65 % × 46 / 365 = 16.777… beside the 11.04.
	assert.False(t, after.RateMissing)
	assert.Equal(t, money.EUR(27_82), after.Open[law.Interest])
	assert.True(t, after.Estimate.IsZero())
	last = after.Lines[len(after.Lines)-1]
	assert.Equal(t, own.RateRow, *last.Row)
	assert.Equal(t, "key-of-an-operator", last.Row.Author)
	assert.Empty(t, after.Lines[0].Row.Author)
	c = covered(t, s, "es_late_payment")
	assert.Equal(t, 135, c.Days)
	assert.False(t, c.Ends())
	assert.True(t, covered(t, s, "fr_late_payment").Ends(), "other series go on as they were")
	for _, c := range must(s.Coverage(ctx))(t) {
		assert.NotEqual(t, "pt_civil", c.Series, "a series without an end cannot end")
	}
}

func TestOverTheTurnOfTheHalfYearTheAlarmComesFirstAndThenTheMark(t *testing.T) {
	s := storetest.At(t, time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC))
	k := storetest.Creditor(t, s, "Acme")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, calendar.Must("2026-11-20"))).Case.ID
	for _, x := range []struct {
		at            time.Time
		left          int
		ends, missing bool
	}{
		{time.Date(2026, time.December, 1, 12, 0, 0, 0, time.UTC), 30, false, false},
		{time.Date(2026, time.December, 2, 12, 0, 0, 0, time.UTC), 29, true, false},
		{time.Date(2026, time.December, 31, 12, 0, 0, 0, time.UTC), 0, true, false},
		{time.Date(2027, time.January, 1, 12, 0, 0, 0, time.UTC), -1, true, true},
	} {
		ok(t, s.Advance(ctx, x.at))
		c := covered(t, s, "es_late_payment")
		assert.Equal(t, x.left, c.Days, x.at)
		assert.Equal(t, x.ends, c.Ends(), x.at)
		assert.Equal(t, x.missing, must(s.Statement(ctx, id, calendar.Date{}))(t).RateMissing, x.at)
	}
	must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	assert.False(t, covered(t, s, "es_late_payment").Ends())
	assert.False(t, must(s.Statement(ctx, id, calendar.Date{}))(t).RateMissing)
}

func TestAPaymentNotesTheRowsByWhichItsInterestWasReckoned(t *testing.T) {
	s, url, f := afterNewYear(t)
	own := must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	must(s.Record(ctx, f.Case.ID, "p", debt.Actor{Role: debt.Agent}, debt.PaymentReceived{Amount: money.EUR(200_00), Received: calendar.Must("2027-02-10")}))(t)
	payload := one[string](t, url, `select convert_from(p.payload, 'utf8') from events e join event_payloads p using (case_id, seq) where e.kind = 'payment_imputed'`)
	var fact struct {
		Imputation debt.Imputation `json:"imputation"`
	}
	ok(t, json.Unmarshal([]byte(payload), &fact))
	if len(fact.Imputation.Rates) != 2 {
		t.Fatalf("the payment notes %+v in %s", fact.Imputation.Rates, payload)
	}
	shipped, mine := fact.Imputation.Rates[0], fact.Imputation.Rates[1]
	assert.Equal(t, calendar.Must("2026-07-01"), shipped.From)
	assert.Equal(t, law.Secondary, shipped.Status)
	assert.Contains(t, shipped.Source, "boe.es")
	assert.Empty(t, shipped.Author)
	assert.Equal(t, own.RateRow, mine)

	must(s.AddRate(ctx, record.OwnRate{RateRow: firstHalf(20_000_000).RateRow, Supersedes: own.Own, Confirmed: true}))(t)
	must(s.Record(ctx, f.Case.ID, "p2", debt.Actor{Role: debt.Agent}, debt.PaymentReceived{Amount: money.EUR(1_00), Received: calendar.Must("2027-02-12")}))(t)
	st := must(s.Statement(ctx, f.Case.ID, calendar.Must("2027-02-12")))(t)
	assert.Contains(t, st.Flags, "rate_corrected_since_imputation", "what was booked stands")
	claim := letter.LineOf(must(s.File(ctx, f.Case.ID))(t).Case, st)
	rates, sum := "", money.EUR(0)
	for _, l := range claim.Lines {
		rates, sum = rates+" "+l.Rate.String(), sum.Plus(l.Interest)
	}
	assert.Equal(t, " 10.40 10.65 20.00", rates, "a letter shows each rate that was used")
	assert.Equal(t, claim.Interest, sum, "and lines that come to the sum")
	verified(t, s, f.Case.ID)
}

func TestEveryProcessUsesARowOnceItIsAcknowledged(t *testing.T) {
	s, url, f := afterNewYear(t)
	others := []*store.Store{storetest.Open(t, url), storetest.Open(t, url)}
	day := calendar.Must("2027-01-31")
	interest := func(s *store.Store) money.Amount {
		return must(s.Statement(ctx, f.Case.ID, day))(t).Open[law.Interest]
	}
	for _, o := range others {
		require.Equal(t, money.EUR(11_04), interest(o))
	}
	last := ""
	for n := range 30 {
		by := append([]*store.Store{s}, others...)[n%3]
		row := firstHalf(money.Rate(n+1) * money.Percent)
		row.Supersedes = last
		if n%10 == 9 {
			row = record.OwnRate{RateRow: law.RateRow{Author: "key", Note: "typed in the wrong series"}, Supersedes: last, Withdrawal: true}
			last = ""
		} else {
			row.Rate = money.Rate(n%9+1) * money.Percent
		}
		made := must(by.AddRate(ctx, row))(t)
		want := money.EUR(11_04)
		if !row.Withdrawal {
			last = made.Own
			want = want.Plus(money.Simple(money.EUR(1250_00), row.Rate, 31, 365))
		}
		for i, o := range append(others, s) {
			require.Equal(t, want, interest(o), "process %d after row %d", i, n)
			laws := must(o.Laws(ctx))(t)
			j, _ := laws("ES", "MD")
			table, _ := j.Table("es_late_payment")
			require.Equal(t, row.Withdrawal, table.Last() == calendar.Must("2026-12-31"))
		}
	}
}

func TestRowsAreAddedAndSupersededAndNeverChanged(t *testing.T) {
	s, url, _ := afterNewYear(t)
	first := must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	over := must(s.AddRate(ctx, ownRate("2026-07-01", "2026-12-31", 10_500_000)))(t)
	written := one[string](t, url, `select json_agg(r order by n)::text from rates r`)
	second := must(s.AddRate(ctx, record.OwnRate{RateRow: firstHalf(10_700_000).RateRow, Supersedes: first.Own}))(t)
	gone := must(s.AddRate(ctx, record.OwnRate{RateRow: law.RateRow{Author: "key", Note: "the gazette corrected itself"}, Supersedes: over.Own, Withdrawal: true}))(t)

	assert.Equal(t, written, one[string](t, url, `select json_agg(r order by n)::text from rates r where n <= 2`))
	all := must(s.OwnRates(ctx, "es_late_payment"))(t)
	require.Len(t, all, 4)
	for i, want := range []struct {
		by     string
		stands bool
	}{{second.Own, false}, {gone.Own, false}, {"", true}, {"", false}} {
		assert.Equal(t, want.by, all[i].Superseded, i)
		assert.Equal(t, want.stands, all[i].Stands(), i)
	}
	assert.Equal(t, first.RateRow, all[0].RateRow, "the old one stays readable")
	assert.Equal(t, "the gazette corrected itself", all[3].Note)
	assert.Equal(t, "es_late_payment", all[3].Series)
	assert.Empty(t, must(s.OwnRates(ctx, "fr_late_payment"))(t))
}

func TestARowThatMayNotStandIsRefusedAndLeavesNothing(t *testing.T) {
	s, url, _ := afterNewYear(t)
	first := must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	stands := must(s.AddRate(ctx, record.OwnRate{RateRow: firstHalf(10_700_000).RateRow, Supersedes: first.Own}))(t)
	must(s.AddRate(ctx, ownRate("2027-07-01", "2027-12-31", 10_650_000)))(t)
	bad := ownRate("2028-02-01", "2028-12-31", 40_000_000)
	bad.Source = ""
	french := record.OwnRate{RateRow: firstHalf(12_000_000).RateRow, Supersedes: stands.Own}
	french.Series = "fr_late_payment"
	for _, tt := range []struct {
		name     string
		row      record.OwnRate
		want     string
		conflict bool
	}{
		{"all that is wrong at once", bad, "rate rate_range, source missing", false},
		{"on days of another own row", firstHalf(11_000_000), "from overlaps_own_row", false},
		{"with a gap before it", ownRate("2028-02-01", "2028-06-30", 11_000_000), "from gap", false},
		{"in the place of no row", record.OwnRate{RateRow: firstHalf(1).RateRow, Supersedes: "nobody"}, "supersedes row_unknown", false},
		{"in the place of one of another series", french, "series other_series", false},
		{"in the place of one that is gone", record.OwnRate{RateRow: firstHalf(1).RateRow, Supersedes: first.Own}, "supersedes row_superseded", true},
		{"taken away without saying which", record.OwnRate{Withdrawal: true}, "supersedes row_unknown", false},
		{"taken away from before another", record.OwnRate{Withdrawal: true, Supersedes: stands.Own}, " gap", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := s.AddRate(ctx, tt.row)
			var got []string
			var no *debt.Refusal
			require.ErrorAs(t, err, &no)
			assert.Equal(t, tt.conflict, no.Conflict)
			all := joined(err)
			if all == nil {
				all = []error{no}
			}
			for _, x := range all {
				if errors.As(x, &no) {
					got = append(got, no.Field+" "+no.Rule)
				}
			}
			// In the order in which the law looks at the fields.
			assert.ElementsMatch(t, strings.Split(tt.want, ", "), got)
			assert.Equal(t, 3, one[int](t, url, `select count(*) from rates`))
		})
	}
}

func TestARowThatWasMadeByARequestThatDiedIsNotMadeTwice(t *testing.T) {
	s, url, _ := afterNewYear(t)
	making := record.Making(ctx, "018f-made")
	one1 := must(s.AddRate(making, firstHalf(10_650_000)))(t)
	two := must(s.AddRate(making, firstHalf(10_650_000)))(t)
	assert.Equal(t, one1, two)
	assert.Equal(t, 1, one[int](t, url, `select count(*) from rates`))
}

func TestOfRowsForTheSameDaysThatComeAtOnceOneStands(t *testing.T) {
	s, url, _ := afterNewYear(t)
	other := storetest.Open(t, url)
	var wg sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	for n := range 8 {
		wg.Go(func() {
			_, err := []*store.Store{s, other}[n%2].AddRate(ctx, firstHalf(money.Rate(n+1)*money.Percent))
			var no *debt.Refusal
			if err != nil && (!errors.As(err, &no) || no.Rule != "overlaps_own_row") {
				t.Errorf("row %d: %v", n, err)
			}
			if err != nil {
				mu.Lock()
				refused++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	assert.Equal(t, 7, refused)
	assert.Equal(t, 1, one[int](t, url, `select count(*) from rates`))
}

func TestOnlyCasesWhoseNextActLooksAtInterestDecideAnew(t *testing.T) {
	s, url, whole := afterNewYear(t)
	k := whole.Creditor.ID
	rest := storetest.Case(t, s, storetest.Submission(k, 2, calendar.Must("2026-11-30")))
	abroad := storetest.Submission(k, 3, calendar.Must("2026-11-30"))
	abroad.Country, abroad.Debtor.Country, abroad.Debtor.PostalCode, abroad.Debtor.City = "PT", "PT", "1000-001", "Lisboa"
	foreign := storetest.Case(t, s, abroad)
	for _, f := range []record.File{rest, foreign} {
		// 0.30 are left of the principal; interest and the fixed sum were paid first.
		st := must(s.Statement(ctx, f.Case.ID, calendar.Must("2027-02-15")))(t)
		pay := st.Balance.Minus(money.EUR(30))
		must(s.Record(ctx, f.Case.ID, "p", debt.Actor{Role: debt.Agent}, debt.PaymentReceived{Amount: pay, Received: calendar.Must("2027-02-15")}))(t)
		require.Equal(t, "0.30", fmt.Sprint(must(s.File(ctx, f.Case.ID))(t).Case.OpenPrincipal().Decimal()))
	}
	ok(t, sql(t, url, `update cases set nudged = false`))
	must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	assert.Equal(t, rest.Case.ID, one[string](t, url, `select string_agg(id, ' ') from cases where nudged`))
}

func TestOwnRowsGoThroughABackup(t *testing.T) {
	s, url, f := afterNewYear(t)
	first := must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	must(s.AddRate(ctx, record.OwnRate{RateRow: firstHalf(10_700_000).RateRow, Supersedes: first.Own}))(t)
	want := must(s.Statement(ctx, f.Case.ID, calendar.Must("2027-02-15")))(t)
	file, _ := backedUp(t, url)
	to := empty(t)
	require.NoError(t, restore(file, to, false))
	back := storetest.Open(t, to)
	assert.Equal(t, must(s.OwnRates(ctx, ""))(t), must(back.OwnRates(ctx, ""))(t))
	got := must(back.Statement(ctx, f.Case.ID, calendar.Must("2027-02-15")))(t)
	assert.Equal(t, want.Open, got.Open)
}

func TestMoneyThatCameForInterestOfAnUnknownRateIsUsedBeforeAnythingIsClaimed(t *testing.T) {
	s, url, f := afterNewYear(t)
	id := f.Case.ID
	due := must(s.Statement(ctx, id, calendar.Must("2027-02-15")))(t)
	pay := due.Balance.Plus(money.EUR(20_00)) // of which 16.78 are to be owed
	must(s.Record(ctx, id, "p", debt.Actor{Role: debt.Agent}, debt.PaymentReceived{Amount: pay, Received: calendar.Must("2027-02-15")}))(t)
	must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	next := must(s.Decide(ctx, id))(t).Decision
	require.Equal(t, strategy.Control, next.Do)
	require.Equal(t, "credit_used", next.Why[0].Code)
	act := func(want strategy.Decision) strategy.Decision {
		t.Helper()
		return must(s.Act(ctx, id, want, func(turn *record.Turn) (record.Done, error) {
			return record.Done{Facts: strategy.Facts(&turn.Person.Cases[turn.Index], turn.Decision, turn.Now, turn.NewID)}, nil
		}))(t).Decision
	}
	next = act(next)
	st := must(s.Statement(ctx, id, calendar.Date{}))(t)
	assert.Equal(t, money.EUR(0), st.Balance)
	assert.Equal(t, money.EUR(3_22), st.Credit)
	require.Equal(t, strategy.CloseCase, next.Do)
	assert.True(t, act(next).Final())
	balanced(t, s, url, id)
	verified(t, s, id)
}

func TestACaseWhosePrincipalIsPaidWaitsForItsRateAndThenGoesOn(t *testing.T) {
	s, url, f := afterNewYear(t)
	id := f.Case.ID
	due := must(s.Statement(ctx, id, calendar.Must("2027-02-15")))(t)
	// Interest to the end of the year, the fixed sum and the principal; 16.38 of
	// interest are reserved.
	must(s.Record(ctx, id, "p", debt.Actor{Role: debt.Agent}, debt.PaymentReceived{Amount: due.Balance, Received: calendar.Must("2027-02-15")}))(t)
	now := must(s.File(ctx, id))(t)
	next := now.Next
	assert.True(t, now.Case.Open(), "it is not closed as paid")
	assert.Equal(t, strategy.Control, next.Do, "and nothing is claimed: %+v", next)
	assert.Contains(t, fmt.Sprint(next.Why), "rate_awaited")
	assert.Equal(t, money.EUR(0), must(s.Statement(ctx, id, calendar.Date{}))(t).Balance)

	must(s.AddRate(ctx, firstHalf(10_650_000)))(t)
	assert.True(t, one[bool](t, url, `select nudged from cases where id = '`+id+`'`), "the row has it decide anew")
	assert.Equal(t, money.EUR(16_78), must(s.Statement(ctx, id, calendar.Date{}))(t).Balance, "and the interest is owed")
	must(s.Record(ctx, id, "p2", debt.Actor{Role: debt.Agent}, debt.PaymentReceived{Amount: money.EUR(16_78), Received: calendar.Must("2027-02-15")}))(t)
	assert.Equal(t, strategy.CloseCase, must(s.File(ctx, id))(t).Next.Do)
	verified(t, s, id)
}
