package strategy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// Strategy is one version of a plan of action for a segment of debts: which
// steps at which offsets by which channels, within which limits. It is written
// in YAML, and a running case keeps the version it began with.
type Strategy struct {
	Name    string    `yaml:"name"`
	Version int       `yaml:"version"`
	Country string    `yaml:"country"` // whose law: ES, FR, PT
	Debtor  law.Party `yaml:"debtor"`
	Claims  struct {
		Interest     bool `yaml:"interest"`     // letters and balance claim late-payment interest
		Compensation bool `yaml:"compensation"` // … and the fixed compensation
	} `yaml:"claims"`
	Contact  ContactRules `yaml:"contact"`
	Steps    []Step       `yaml:"steps"`
	Promises PromiseRules `yaml:"promises"`
	Plans    PlanRules    `yaml:"plans"`
	Offers   OfferRules   `yaml:"offers"`
	Disputes struct {
		AnswerDays int `yaml:"answer_days"` // then a person is asked, again and again
	} `yaml:"disputes"`
	// Hardship names the strategy that a case is on while its debtor is in
	// hardship; none: the hold stops contact instead.
	Hardship struct {
		Strategy string `yaml:"strategy"` // name, or name@version
	} `yaml:"hardship"`
	Guard struct {
		Days int `yaml:"days"` // act so many days before the cautious limitation date
	} `yaml:"guard"`
	Handoff struct {
		AcceptDays int    `yaml:"accept_days"`
		MinBalance string `yaml:"min_balance"` // below it the case is studied, not handed over
	} `yaml:"handoff"`
	ControlDays int `yaml:"control_days"`
	// Tolerance is the rest that is written off when all else is paid.
	Tolerance string `yaml:"tolerance"`

	tolerance, minBalance, minInstalment int64  // in minor units
	supervisorInstalment                 int64  // as minInstalment
	handoff                              string // name of the handoff step
}

// Step is one rung of the ladder.
type Step struct {
	Name     string     `yaml:"name"`
	Stage    debt.Stage `yaml:"stage"`
	Offset   int        `yaml:"offset"`  // days after the due date; negative: before it
	Spacing  int        `yaml:"spacing"` // least days after the step before; default: the difference of offsets
	Act      string     `yaml:"act"`     // message (default), call, claim, handoff
	Letter   string     `yaml:"letter"`
	Channels []string   `yaml:"channels"` // the first that can be used is used
	// CallDays is the deadline, in working days, of a call task; then the
	// letter goes by the next channel.
	CallDays int `yaml:"call_days"`
	// MinAmount in major units: the step is left out for smaller debts.
	MinAmount int64 `yaml:"min_amount"`

	call string // mark of the call that comes before the letter
	rank int    // of Stage
}

// ContactRules are hours, gaps and caps, never looser than the law's.
type ContactRules struct {
	Days        []string `yaml:"days"`     // mon … sun
	Hours       []string `yaml:"hours"`    // "09:00-20:00"
	GapDays     int      `yaml:"gap_days"` // least days between two contacts of one person
	MessageMax  int      `yaml:"message_max"`
	MessageDays int      `yaml:"message_days"`
	CallsMax    int      `yaml:"calls_max"`
	CallsDays   int      `yaml:"calls_days"`
	MergeDays   int      `yaml:"merge_days"` // siblings due within so many days go out together
	// Looser names the default (law §6.3) that the operator loosens, and why.
	Looser map[string]string `yaml:"looser"`

	window [7][]law.Span
}

// PromiseRules are the limits of a promise to pay.
type PromiseRules struct {
	MaxDays      int `yaml:"max_days"`      // latest day, counted from the promise
	MinShare     int `yaml:"min_share"`     // least part of the balance, in percent
	GraceDays    int `yaml:"grace_days"`    // working days
	RemindBefore int `yaml:"remind_before"` // days before the day; 0: no reminder
	AfterBroken  int `yaml:"after_broken"`  // how many more after a broken one
	// Supervisor are the limits of a supervisor; those above where it says none.
	Supervisor struct {
		MaxDays     *int `yaml:"max_days"`
		MinShare    *int `yaml:"min_share"`
		AfterBroken *int `yaml:"after_broken"`
	} `yaml:"supervisor"`
}

// PlanRules are the limits of an instalment plan.
type PlanRules struct {
	MaxInstalments int    `yaml:"max_instalments"`
	MaxMonths      int    `yaml:"max_months"`
	MinInstalment  string `yaml:"min_instalment"`
	GraceDays      int    `yaml:"grace_days"` // working days after an instalment's day
	RemindBefore   int    `yaml:"remind_before"`
	AnswerDays     int    `yaml:"answer_days"` // to confirm a proposal; default: two weeks
	// CureDays are the days to pay a late instalment after its notice; where zero
	// none is given, and the plan ends with the grace.
	CureDays int `yaml:"cure_days"`
	// Supervisor are the limits of a supervisor; those above where it says none.
	Supervisor struct {
		MaxInstalments *int   `yaml:"max_instalments"`
		MaxMonths      *int   `yaml:"max_months"`
		MinInstalment  string `yaml:"min_instalment"`
	} `yaml:"supervisor"`
}

// OfferRules are the discounts that may be offered.
type OfferRules struct {
	MaxDiscount int `yaml:"max_discount"` // percent of the balance
	Discount    int `yaml:"discount"`     // percent that the ladder's own offers take off
	Days        int `yaml:"days"`         // how long an offer stands
	// Ladder gives the ladder's own offers another discount by the age and the
	// size of the debt: that of the last rung that fits.
	Ladder []DiscountRung `yaml:"ladder"`
	// AgentDiscount is what an agent may give alone, in percent; above it a
	// supervisor approves within ApprovalDays. Left out: all that may be given.
	AgentDiscount *int `yaml:"agent_discount"`
	ApprovalDays  int  `yaml:"approval_days"`
}

// DiscountRung is the discount for debts of an age and a size.
type DiscountRung struct {
	FromDays   int   `yaml:"from_days"`   // after the due date
	FromAmount int64 `yaml:"from_amount"` // balance in major units
	Discount   int   `yaml:"discount"`    // percent
}

// Ref is name@version, as a case pins it.
func (s *Strategy) Ref() string { return s.Name + "@" + strconv.Itoa(s.Version) }

// ParseRef splits name@version; version is 0 where it is not given, which
// stands for the newest.
func ParseRef(ref string) (name string, version int, err error) {
	name, v, at := strings.Cut(ref, "@")
	if !named(name) {
		return "", 0, fmt.Errorf("strategy %q: want name or name@version, in lower-case letters, digits and hyphens", ref)
	}
	if !at {
		return name, 0, nil
	}
	version, err = strconv.Atoi(v)
	if err != nil || version < 1 {
		return "", 0, fmt.Errorf("strategy %q: the version is a number from 1", ref)
	}
	return name, version, nil
}

// Rules returns the limits that debt.Case asks for: the strategy's, narrowed
// by those of the creditor that are set. Sums are in the creditor's currency,
// or in euro where none is given.
func (s *Strategy) Rules(creditor debt.Limits) debt.Limits {
	l := debt.Limits{
		ClaimInterest:       s.Claims.Interest,
		ClaimCompensation:   s.Claims.Compensation,
		Tolerance:           least(s.tolerance, creditor.Tolerance),
		PromiseMaxDays:      lower(s.Promises.MaxDays, creditor.PromiseMaxDays),
		PromiseMinShare:     max(s.Promises.MinShare, creditor.PromiseMinShare),
		PromiseGraceDays:    lower(s.Promises.GraceDays, creditor.PromiseGraceDays),
		PromisesAfterBroken: lower(s.Promises.AfterBroken, creditor.PromisesAfterBroken),
		PlanMaxInstalments:  lower(s.Plans.MaxInstalments, creditor.PlanMaxInstalments),
		PlanMaxMonths:       lower(s.Plans.MaxMonths, creditor.PlanMaxMonths),
		PlanMinInstalment:   money.Of(max(s.minInstalment, creditor.PlanMinInstalment.Cents), currency(creditor.PlanMinInstalment)),
		PlanGraceDays:       lower(s.Plans.GraceDays, creditor.PlanGraceDays),
		PlanAnswerDays:      s.Plans.AnswerDays,
		PlanCureDays:        s.Plans.CureDays,
		MaxDiscount:         lower(s.Offers.MaxDiscount, creditor.MaxDiscount),
		ApprovalDays:        s.Offers.ApprovalDays,
		DisputeAnswerDays:   lower(s.Disputes.AnswerDays, creditor.DisputeAnswerDays),
	}
	if l.PlanAnswerDays == 0 {
		l.PlanAnswerDays = answerDays
	}
	above := l
	above.PromiseMaxDays = lower(or(s.Promises.Supervisor.MaxDays, s.Promises.MaxDays), creditor.PromiseMaxDays)
	above.PromiseMinShare = max(or(s.Promises.Supervisor.MinShare, s.Promises.MinShare), creditor.PromiseMinShare)
	above.PromisesAfterBroken = lower(or(s.Promises.Supervisor.AfterBroken, s.Promises.AfterBroken), creditor.PromisesAfterBroken)
	above.PlanMaxInstalments = lower(or(s.Plans.Supervisor.MaxInstalments, s.Plans.MaxInstalments), creditor.PlanMaxInstalments)
	above.PlanMaxMonths = lower(or(s.Plans.Supervisor.MaxMonths, s.Plans.MaxMonths), creditor.PlanMaxMonths)
	if s.Plans.Supervisor.MinInstalment != "" {
		above.PlanMinInstalment.Cents = max(s.supervisorInstalment, creditor.PlanMinInstalment.Cents)
	}
	l.Above = &above
	if own := s.Offers.AgentDiscount; own != nil {
		l.DiscountToApprove = *own + 1
	}
	return l
}

// answerDays is how long a debtor has to confirm a plan where the strategy does
// not say.
const answerDays = 14

// or gives what is set, or else the other.
func or(own *int, other int) int {
	if own != nil {
		return *own
	}
	return other
}

// RulesIn is Rules with every sum in a debt's own currency: the strategy's sums
// are meant in it.
func (s *Strategy) RulesIn(currency string, creditor debt.Limits) debt.Limits {
	l := s.Rules(creditor)
	for _, x := range []*debt.Limits{&l, l.Above} {
		x.Tolerance.Currency, x.PlanMinInstalment.Currency = currency, currency
	}
	return l
}

// lower narrows ours by theirs, where that is set.
func lower(ours, theirs int) int {
	if theirs > 0 && theirs < ours {
		return theirs
	}
	return ours
}

func least(ours int64, theirs money.Amount) money.Amount {
	if theirs.Cents > 0 && theirs.Cents < ours {
		ours = theirs.Cents
	}
	return money.Of(ours, currency(theirs))
}

func currency(a money.Amount) string {
	if a.Currency == "" {
		return "EUR"
	}
	return a.Currency
}
