package law

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// Criterion says which of several debts a payment goes to first.
type Criterion string

// The criteria.
const (
	LeastSecured Criterion = "least secured"
	MostOnerous  Criterion = "most onerous"
	FirstDue     Criterion = "first due"
	Oldest       Criterion = "oldest"
)

// AmongRule is how one payment is spread over several debts of one debtor.
type AmongRule struct {
	Choice   Source // lets the debtor choose when paying
	Receipt  Source // lets a receipt that the debtor accepted choose; no text where none does
	Criteria []Criterion
	Undue    bool // what is left goes to debts that are not due
	Source   Source
	Status   Status
}

// OpenDebt is one of several debts of one debtor to one creditor.
type OpenDebt struct {
	Ref     string        `json:"ref"`
	Balance money.Amount  `json:"balance"`
	Due     calendar.Date `json:"due"`    // zero: taken as due
	Issued  calendar.Date `json:"issued"` // zero: as old as its due date
	Kind    ClaimKind     `json:"kind,omitempty"`
	Rate    *money.Rate   `json:"rate,omitempty"` // that it bears, as far as known
	Secured bool          `json:"secured,omitempty"`
}

// Deposit is one payment for several debts; On is zero where all are due.
type Deposit struct {
	Amount     money.Amount
	On         calendar.Date
	Designated string // the debt that the debtor named when paying; empty: none
	Receipt    string // the debt that an accepted receipt names; empty: none
}

// Portion is what one debt gets of a payment, and why.
type Portion struct {
	Ref     string       `json:"ref"`
	Amount  money.Amount `json:"amount"`
	Why     string       `json:"why"`
	Article string       `json:"article"`
	Status  Status       `json:"status"`
}

// Spread is a payment spread over debts, in the order in which they are served.
type Spread struct {
	Portions  []Portion    `json:"portions"`
	Rest      money.Amount `json:"rest"` // that no debt takes
	Flags     []string     `json:"flags"`
	AskPerson bool         `json:"ask_person"`
}

// Among spreads a payment over the debts of one debtor: first what the debtor
// chose, then the order of the law; every debt gets a portion, of nothing where
// nothing is left. Within a debt, Order says what it goes to. The error names
// what cannot be: a choice of no such debt, a reference twice, a balance or
// payment below zero, or two currencies.
func (j *Jurisdiction) Among(debts []OpenDebt, p Deposit) (Spread, error) {
	if err := checkDebts(debts, p); err != nil {
		return Spread{}, fmt.Errorf("spread a payment over %d debts in %s: %w", len(debts), j.Code, err)
	}
	s := &spreading{rule: &j.Spreading, rest: p.Amount, out: Spread{Portions: make([]Portion, 0, len(debts)), Flags: []string{}}}
	s.chosen(debts, p)
	due, undue := make([]OpenDebt, 0, len(debts)), []OpenDebt(nil)
	for _, d := range debts {
		switch {
		case s.served(d.Ref):
		case d.Due.IsZero() || p.On.IsZero() || !d.Due.After(p.On):
			due = append(due, d)
		default:
			undue = append(undue, d)
		}
	}
	s.inOrder(due, "of those due")
	if s.rule.Undue {
		s.inOrder(undue, "of those not due yet")
	} else {
		if len(undue) > 0 && s.rest.Cents > 0 {
			s.doubt("rest_not_due_open")
		}
		for _, d := range undue {
			s.give(d, money.Of(0, p.Amount.Currency), "not due yet", s.rule.Source)
		}
	}
	s.out.Rest = s.rest
	return s.out, nil
}

func checkDebts(debts []OpenDebt, p Deposit) error {
	seen := map[string]bool{}
	for _, d := range debts {
		switch {
		case seen[d.Ref]:
			return fmt.Errorf("debt %s stands twice", d.Ref)
		case d.Balance.Cents < 0:
			return fmt.Errorf("debt %s has a balance of %s", d.Ref, d.Balance)
		case d.Balance.Currency != p.Amount.Currency:
			return fmt.Errorf("debt %s is in %s, the payment in %s", d.Ref, d.Balance.Currency, p.Amount.Currency)
		}
		seen[d.Ref] = true
	}
	switch {
	case p.Amount.Cents < 0:
		return fmt.Errorf("a payment of %s", p.Amount)
	case p.Designated != "" && !seen[p.Designated]:
		return fmt.Errorf("the debtor chose debt %s, which is not among them", p.Designated)
	case p.Receipt != "" && !seen[p.Receipt]:
		return fmt.Errorf("the receipt names debt %s, which is not among them", p.Receipt)
	}
	return nil
}

// spreading is a payment while it is spread.
type spreading struct {
	rule *AmongRule
	rest money.Amount
	out  Spread
}

func (s *spreading) served(ref string) bool {
	return slices.ContainsFunc(s.out.Portions, func(p Portion) bool { return p.Ref == ref })
}

func (s *spreading) doubt(flag string) {
	s.out.AskPerson = true
	if !slices.Contains(s.out.Flags, flag) {
		s.out.Flags = append(s.out.Flags, flag)
	}
}

// give books sum to d, for the reason.
func (s *spreading) give(d OpenDebt, sum money.Amount, why string, from Source) {
	s.rest = s.rest.Minus(sum)
	s.out.Portions = append(s.out.Portions, Portion{Ref: d.Ref, Amount: sum, Why: why, Article: from.String(), Status: s.rule.Status})
}

// chosen serves the debt that the debtor named, or else the receipt.
func (s *spreading) chosen(debts []OpenDebt, p Deposit) {
	ref, why, from := p.Designated, "chosen by the debtor when paying", s.rule.Choice
	if ref == "" && p.Receipt != "" {
		if s.rule.Receipt.Text == "" {
			s.doubt("receipt_choice_open")
			return
		}
		ref, why, from = p.Receipt, "named by the receipt that the debtor accepted", s.rule.Receipt
	}
	for _, d := range debts {
		if d.Ref != ref || ref == "" {
			continue
		}
		if !d.Due.IsZero() && !p.On.IsZero() && d.Due.After(p.On) {
			s.doubt("chosen_debt_not_due")
		}
		s.give(d, money.Min(s.rest, d.Balance), why, from)
	}
}

// inOrder serves debts by the criteria of the law; those that are equal in all
// of them share in proportion.
func (s *spreading) inOrder(debts []OpenDebt, which string) {
	byRule := func(a, b OpenDebt) int { c, _ := s.compare(&a, &b); return c }
	slices.SortStableFunc(debts, byRule)
	if total(debts, s.rest).Cents > s.rest.Cents && s.rest.Cents > 0 {
		s.onerousDoubts(debts)
	}
	for len(debts) > 0 {
		n := 1
		for n < len(debts) && byRule(debts[0], debts[n]) == 0 {
			n++
		}
		why := "the last " + which
		if n < len(debts) {
			_, c := s.compare(&debts[0], &debts[n])
			why = string(c) + " " + which
		}
		s.share(debts[:n], why)
		debts = debts[n:]
	}
}

// share serves debts of one rank.
func (s *spreading) share(debts []OpenDebt, why string) {
	sum := total(debts, s.rest)
	if len(debts) == 1 || sum.Cents <= s.rest.Cents || s.rest.Cents == 0 {
		for _, d := range debts {
			got := money.Min(s.rest, d.Balance)
			if got.Cents == 0 {
				s.give(d, got, "nothing was left", s.rule.Source)
				continue
			}
			s.give(d, got, why, s.rule.Source)
		}
		return
	}
	weights := make([]int64, len(debts))
	for i, d := range debts {
		weights[i] = d.Balance.Cents
	}
	for i, part := range s.rest.Shares(weights...) {
		s.give(debts[i], part, why+", in proportion among equals", s.rule.Source)
	}
}

func total(debts []OpenDebt, like money.Amount) money.Amount {
	sum := money.Of(0, like.Currency)
	for _, d := range debts {
		sum = sum.Plus(d.Balance)
	}
	return sum
}

// compare says which of two debts comes first, and by which criterion.
func (s *spreading) compare(a, b *OpenDebt) (int, Criterion) {
	for _, c := range s.rule.Criteria {
		if n := c.compare(a, b); n != 0 {
			return n, c
		}
	}
	return 0, ""
}

func (c Criterion) compare(a, b *OpenDebt) int {
	switch c {
	case LeastSecured:
		return rank(a.Secured) - rank(b.Secured)
	case MostOnerous:
		if n := cmp.Compare(b.rate(), a.rate()); n != 0 {
			return n
		}
		return rank(b.Secured) - rank(a.Secured)
	case FirstDue:
		return a.Due.Compare(b.Due)
	}
	return earlierOf(a).Compare(earlierOf(b))
}

func earlierOf(d *OpenDebt) calendar.Date {
	if d.Issued.IsZero() {
		return d.Due
	}
	return d.Issued
}

func (d *OpenDebt) rate() money.Rate {
	if d.Rate == nil {
		return -1
	}
	return *d.Rate
}

func rank(on bool) int {
	if on {
		return 1
	}
	return 0
}

// onerousDoubts asks a person where it is open which debt weighs most on the
// debtor: the text names no measure.
func (s *spreading) onerousDoubts(debts []OpenDebt) {
	for i := range debts {
		for k := i + 1; k < len(debts); k++ {
			a, b := &debts[i], &debts[k]
			unknown := (a.Rate == nil) != (b.Rate == nil)
			against := a.rate() != b.rate() && a.Secured != b.Secured && (a.rate() > b.rate()) != a.Secured
			kinds := a.Rate == nil && b.Rate == nil && a.Kind != b.Kind && a.Kind != "" && b.Kind != ""
			if unknown || against || kinds {
				s.doubt("most_onerous_open")
			}
		}
	}
}
