package bank

import (
	"cmp"
	"slices"

	"github.com/recobro/recobro/money"
)

// Verdict is what a line is held to be.
type Verdict string

// The verdicts.
const (
	Sure      Verdict = "sure"      // booked as its first candidate says
	Doubtful  Verdict = "doubtful"  // a person chooses among the candidates
	Unmatched Verdict = "unmatched" // nothing points to a case
	Other     Verdict = "other"     // neither money in nor a payment taken back
)

// Points are what a sign is worth. They are not probabilities: they are set so
// that what suffices together reaches sureAt, and what does not stays below.
const (
	// pointsReference: our own structured reference, checked by its digits,
	// names one case and was given for nothing else.
	pointsReference = 100
	// pointsDamaged: its twelve letters are whole, and the check digits are
	// missing or wrong. Sixty bits are no accident; one more sign is wanted all
	// the same.
	pointsDamaged = 80
	// pointsInvoice: the creditor's own reference is whole in the text. It may
	// be a number that something else bears too.
	pointsInvoice = 50
	// pointsCut: a part of a reference, long enough that few cases share it.
	pointsCut = 25
	// pointsShort: a whole reference that is so short that it stands in many
	// texts by chance.
	pointsShort = 15
	// pointsAmount: the sum is what is owed, promised, offered or due.
	pointsAmount = 35
	// pointsName: the payer has the debtor's name. Two debtors may share it.
	pointsName = 35
	// pointsNamePartly: one name holds the other, as where a bank cuts it off.
	pointsNamePartly = 20
	// pointsAccount: the account paid debts of this debtor before.
	pointsAccount = 45
	// pointsHistory: the debtor paid this sum before, as with instalments.
	pointsHistory = 10
	// pointsEndToEnd: the payer's own id of a payment that is taken back.
	pointsEndToEnd = 60
)

const (
	// sureAt is reached by our reference alone, by an invoice number with the
	// sum or the name or a known account, and by account, name and sum together.
	// It is not reached by name and sum (two debtors of one name may owe the
	// same), nor by account and name (the payer may pay for something else).
	sureAt = 85
	// margin is how far the first candidate must be before the next one that
	// says something else: less than the least sign that tells cases apart.
	margin = 20
	// mostCandidates is how many a person is shown.
	mostCandidates = 5
	// mostByAmount is how many cases may owe one sum for the sum alone to be
	// worth a look: with more of them it says nothing.
	mostByAmount = 3
)

// Reason is one sign that a line is for a case, and what it is worth.
type Reason struct {
	Code   string `json:"code"`
	Points int    `json:"points"`
	Detail string `json:"detail,omitempty"`
}

// Part is what a line pays on one case, or takes back from one payment.
type Part struct {
	Case    string       `json:"case_id"`
	Amount  money.Amount `json:"amount"`
	Payment string       `json:"payment_id,omitempty"` // the payment taken back
}

// Candidate is what a line may be. Its score is the sum of its reasons.
type Candidate struct {
	Parts   []Part   `json:"parts"`
	Score   int      `json:"score"`
	Reasons []Reason `json:"reasons"`
	// Line is the earlier line that a bounce takes back.
	Line string `json:"line,omitempty"`
	// sure tells whether this may be booked without a person.
	sure bool
}

func (c *Candidate) add(r Reason) {
	for i, has := range c.Reasons {
		if has.Code == r.Code {
			if r.Points > has.Points {
				c.Score += r.Points - has.Points
				c.Reasons[i] = r
			}
			return
		}
	}
	c.Reasons = append(c.Reasons, r)
	c.Score += r.Points
}

func (c *Candidate) has(codes ...string) bool {
	return slices.ContainsFunc(c.Reasons, func(r Reason) bool { return slices.Contains(codes, r.Code) })
}

// Match is what a line is held to be, with the candidates in order.
type Match struct {
	Verdict    Verdict     `json:"verdict"`
	Candidates []Candidate `json:"candidates"`
	// Why is a code for what stands in the way of booking: "" where nothing does.
	Why string `json:"why,omitempty"`
}

// Match says what a line is. It books nothing, and gives the same answer for the
// same line and book.
func (b *Book) Match(l Line) Match {
	switch {
	case l.Amount.Cents < 0 && l.Reversal:
		return b.bounce(l)
	case l.Amount.Cents <= 0 || l.Reversal:
		return Match{Verdict: Other, Candidates: []Candidate{}}
	}
	found := b.signs(l)
	all := make([]Candidate, 0, len(found))
	for i, c := range found {
		b.weigh(i, c, l)
		all = append(all, *c)
	}
	all = b.worthALook(append(all, b.splits(l, found)...))
	m := verdict(all, l.Batch != 0)
	if m.Verdict == Sure && m.Candidates[0].has("reference") && b.another(l) {
		m.Verdict, m.Why = Doubtful, "several_references"
	}
	return m
}

// weigh says whether a candidate of one case may be booked without a person.
func (b *Book) weigh(i int, c *Candidate, l Line) {
	x := b.cases[i]
	named := c.has("reference", "reference_damaged", "invoice")
	typed := c.has("reference", "amount") || !c.has("reference_damaged", "reference_cut") // what was mistyped needs the sum
	c.sure = c.Score >= sureAt && !x.Closed && x.Owed.Currency == l.Amount.Currency && typed &&
		(named || l.Amount.Cents <= x.Owed.Cents) // more than is owed, and no word for what: a person looks
}

// worthALook leaves out cases to which the sum alone points, where many owe it.
func (b *Book) worthALook(all []Candidate) []Candidate {
	alone := func(c Candidate) bool { return len(c.Reasons) == 1 && c.has("amount") }
	n := 0
	for _, c := range all {
		if alone(c) {
			n++
		}
	}
	if n > mostByAmount {
		all = slices.DeleteFunc(all, alone)
	}
	return all
}

// verdict puts candidates in order and says what they come to.
func verdict(all []Candidate, batch bool) Match {
	slices.SortFunc(all, func(x, y Candidate) int {
		return cmp.Or(cmp.Compare(y.Score, x.Score), cmp.Compare(x.Parts[0].Case, y.Parts[0].Case),
			cmp.Compare(len(y.Parts), len(x.Parts)), cmp.Compare(x.Line, y.Line), cmp.Compare(last(x), last(y)))
	})
	m := Match{Verdict: Doubtful, Candidates: all[:min(len(all), mostCandidates):min(len(all), mostCandidates)]}
	switch {
	case len(all) == 0:
		m.Verdict, m.Candidates, m.Why = Unmatched, []Candidate{}, "nothing_points_to_a_case"
	case batch:
		m.Why = "batch"
	case len(all) > 1 && all[0].Score-all[1].Score < margin:
		m.Why = "several_candidates"
	case several(all):
		m.Why = "several_references"
	case !all[0].sure:
		m.Why = "too_few_signs"
	default:
		m.Verdict = Sure
	}
	return m
}

func last(c Candidate) string { return c.Parts[len(c.Parts)-1].Case }

// several reports whether the line names a case that its first candidate does
// not pay, be it by a reference whose check digits are missing or wrong, or by a
// part of one: then it is not known how the sum is meant to be shared.
func several(all []Candidate) bool {
	for _, c := range all[1:] {
		if c.has("reference", "reference_damaged", "reference_cut", "invoice") && len(c.Parts) == 1 &&
			!slices.ContainsFunc(all[0].Parts, func(p Part) bool { return p.Case == c.Parts[0].Case }) {
			return true
		}
	}
	return false
}
