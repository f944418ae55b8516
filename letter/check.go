package letter

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// cleaned returns l with every text from outside on one line and without
// control or invisible characters, so that no name can break a header, a
// paragraph or the direction of the writing.
func (l Letter) cleaned() Letter {
	c := &l.Creditor
	l.Language = Language(l.Language, l.Country)
	if l.Country == "" && l.Language != "en" {
		l.Country = strings.ToUpper(l.Language)
	}
	if c.LegalName == "" {
		c.LegalName = c.Name
	}
	if c.Name == "" {
		c.Name = c.LegalName
	}
	for _, s := range []*string{&c.Name, &c.LegalName, &c.TaxID, &c.Address, &c.IBAN, &c.Email, &c.Phone, &c.Sender,
		&c.Color, &l.Debtor.Name, &l.Operator.Name, &l.Operator.Address, &l.PayReference} {
		*s = oneLine(*s)
	}
	c.Signature, c.Footer = lines(c.Signature), lines(c.Footer)
	if l.Notice != nil {
		l.Notice = &Notice{oneLine(l.Notice.Reference), l.Notice.On}
	}
	l.Claims = append([]ClaimLine(nil), l.Claims...)
	for i := range l.Claims {
		l.Claims[i].Reference = oneLine(l.Claims[i].Reference)
		l.Claims[i].CaseRef = oneLine(l.Claims[i].CaseRef)
	}
	return l
}

// oneLine turns every run of white space and control characters into one
// space and drops what cannot be seen.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r), unicode.IsControl(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Co), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}

// lines cleans a text of several lines line by line.
func lines(s string) string {
	var out []string
	for _, l := range strings.Split(s, "\n") {
		if l = oneLine(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// check says why the letter cannot be written.
func (l Letter) check() error {
	if !Exists(l.Name, l.Channel) {
		return errors.New("there is no such letter")
	}
	if len(l.Claims) == 0 {
		return errors.New("it covers no debt")
	}
	if l.Creditor.Name == "" || l.Creditor.Email == "" && l.Creditor.Phone == "" {
		return errors.New("the creditor needs a name, and an e-mail address or phone to answer to")
	}
	if l.Debtor.Name == "" {
		return errors.New("the debtor has no name")
	}
	if l.Today.IsZero() {
		return errors.New("it has no date")
	}
	for _, c := range l.Claims {
		if err := l.checkClaim(c); err != nil {
			return fmt.Errorf("debt %s: %w", c.CaseRef, err)
		}
	}
	if l.Capacity == debt.AsThirdParty && l.Operator.Name == "" {
		return errors.New("a third party says its own name")
	}
	if l.Consequence != nil && !known(l.Consequence.Kind) {
		return fmt.Errorf("nothing is called %q that could follow", l.Consequence.Kind)
	}
	return l.checkSubject()
}

func known(kind string) bool {
	switch kind {
	case FollowsReminder, FollowsCall, FollowsClaim, FollowsLawyer:
		return true
	}
	return false
}

func (l Letter) checkClaim(c ClaimLine) error {
	switch {
	case c.Limited && Claims(l.Name):
		return errors.New("its limitation period is over: it is not stated as due")
	case c.Reference == "":
		return errors.New("it has no reference")
	case c.Due.IsZero():
		return errors.New("it has no due date")
	case l.Country == "FR" && l.Debtor.Kind == law.Consumer && (c.Costs.Cents != 0 || c.Compensation.Cents != 0):
		return errors.New("a consumer in France is not charged recovery costs (CPCE, art. L111-8)")
	case l.Country == "FR" && l.Capacity == debt.AsThirdParty && c.Costs.Cents != 0:
		return errors.New("who collects for another in France asks for no costs (CPCE, art. R124-4)")
	}
	for _, a := range []money.Amount{c.Paid, c.Reduced, c.Interest, c.Compensation, c.Costs, c.Credit, c.Outstanding} {
		if a.Currency != c.Principal.Currency && (a.Currency != "" || a.Cents != 0) {
			return fmt.Errorf("it mixes %s and %s", c.Principal.Currency, a.Currency)
		}
	}
	owed := c.Principal.Plus(c.Interest).Plus(c.Compensation).Plus(c.Costs).Minus(c.Paid).Minus(c.Reduced)
	if owed.Cents != c.Outstanding.Cents {
		return fmt.Errorf("its breakdown comes to %s, not %s", owed, c.Outstanding)
	}
	return nil
}

// checkSubject says what the letter is about and lacks.
func (l Letter) checkSubject() error {
	lacks := func(missing bool, what string) error {
		if missing {
			return errors.New("it lacks " + what)
		}
		return nil
	}
	switch l.Name {
	case "final_reminder", "last_notice":
		return lacks(l.followsOn().IsZero(), "the day of what follows")
	case "extrajudicial_claim":
		if l.Country == "FR" && l.Capacity == debt.AsThirdParty && (l.Operator.Address == "" || l.Creditor.Address == "") {
			return errors.New("it lacks the addresses of creditor and collector (CPCE, art. R124-4)")
		}
		return lacks(l.Deadline.IsZero() && l.followsOn().IsZero(), "the day until which to pay")
	case "negotiation_offer", "settlement_offer":
		return lacks(l.Offer == nil, "the offer")
	case "promise_confirmation", "promise_reminder":
		return lacks(l.Promise == nil, "the promise")
	case "plan_confirmation":
		return lacks(len(l.Plan) == 0, "the instalments")
	case "plan_proposal":
		return lacks(len(l.Plan) == 0 || l.Terms == nil || l.Terms.Until.IsZero(), "the instalments, or until when to confirm them")
	case "instalment_reminder":
		return lacks(l.Instalment == nil, "the instalment")
	case "default_notice":
		return lacks(l.Instalment == nil || l.Late == nil, "the instalment, or what is missing of it")
	case "dispute_proof", "dispute_answer":
		return lacks(l.Dispute == nil || (l.Name == "dispute_answer") == (l.Dispute.Outcome == ""), "the dispute, or its answer")
	case "payment_receipt":
		return lacks(l.Payment == nil, "the payment")
	}
	return nil
}

// followsOn is the day from which something follows.
func (l Letter) followsOn() calendar.Date {
	if l.Consequence != nil && !l.Consequence.On.IsZero() {
		return l.Consequence.On
	}
	return l.Deadline
}
