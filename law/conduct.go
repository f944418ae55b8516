package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// ConductRule is one row of the table of what a collector must not, or must,
// do to a debtor.
type ConductRule struct {
	Code    string
	From    calendar.Date // first day; zero: since ever
	Debtors []Party       // empty: any
	// Capacity: only for who collects in it; empty: any.
	Capacity Capacity
	Kinds    []ClaimKind // empty: any
	Rule     string
	// Reference marks rules of other trades that are only looked to.
	Reference bool
	// Enforced says what in the engine keeps the rule; empty where people do.
	Enforced string
	Source   Source
	Status   Status
}

// Capacity is in what right somebody collects a debt.
type Capacity string

// The capacities.
const (
	AsCreditor   Capacity = "creditor"
	AsThirdParty Capacity = "third_party"
	AsPurchaser  Capacity = "purchaser"
)

// Collection is who collects what from whom, and when.
type Collection struct {
	Kind     ClaimKind
	Debtor   Party
	Capacity Capacity
	On       calendar.Date
}

// Rules lists what binds the collection of a debt, in the order of the table.
func (j *Jurisdiction) Rules(c Collection) []ConductRule {
	var out []ConductRule
	for _, r := range j.Rulebook {
		if r.From.After(c.On) || len(r.Debtors) > 0 && !slices.Contains(r.Debtors, c.Debtor) ||
			r.Capacity != "" && r.Capacity != c.Capacity || len(r.Kinds) > 0 && !slices.Contains(r.Kinds, c.Kind) {
			continue
		}
		out = append(out, r)
	}
	return out
}

// NoticeRule is one row of the table of what a contact with a debtor must say.
type NoticeRule struct {
	Code     string
	Capacity []Capacity // empty: any
	Debtors  []Party    // empty: any
	When     NoticeTime
	// Items are what must be said.
	Items []string
	// Text is the wording that the law prescribes; empty where it prescribes
	// none. Quoted in the language of the place.
	Text     string
	Within   string // by when
	Required bool   // false: good practice
	Source   Source
	Status   Status
}

// NoticeTime is when a notice is due.
type NoticeTime string

// The times of a notice.
const (
	FirstContact  NoticeTime = "first contact"
	EveryContact  NoticeTime = "every contact"
	AfterTransfer NoticeTime = "first contact after a transfer of the credit"
	BeforeListing NoticeTime = "before a listing in a credit bureau"
)

// Notices lists what must be said to the debtor, in the order of the table: at
// the first contact, after a transfer where the collector bought the debt, and
// later.
func (j *Jurisdiction) Notices(c Collection) []NoticeRule {
	var out []NoticeRule
	for _, r := range j.NoticeRules {
		if len(r.Capacity) > 0 && !slices.Contains(r.Capacity, c.Capacity) || len(r.Debtors) > 0 && !slices.Contains(r.Debtors, c.Debtor) {
			continue
		}
		r.Items = slices.Clone(r.Items)
		out = append(out, r)
	}
	return out
}

// Listing is what a listing in a Spanish credit bureau turns on.
type Listing struct {
	By           Capacity      `json:"by"`
	Principal    money.Amount  `json:"principal"`
	Due          calendar.Date `json:"due"`
	On           calendar.Date `json:"on"` // the day of the listing
	Certain      bool          `json:"certain"`
	Paid         bool          `json:"paid"`
	Disputed     bool          `json:"disputed"`      // before a court, administration or binding ADR
	NoticeGiven  bool          `json:"notice_given"`  // in the contract or in the demand …
	BureausNamed bool          `json:"bureaus_named"` // … naming the bureaus
}

// ListingTest is one test of a listing, and whether it is passed.
type ListingTest struct {
	Code    string `json:"code"`
	OK      bool   `json:"ok"`
	Reason  string `json:"reason"`
	Article string `json:"article"`
}

// BureauAnswer says whether a debt may be listed in a credit bureau.
type BureauAnswer struct {
	OK    bool          `json:"ok"` // every test is passed
	Tests []ListingTest `json:"tests"`
	// RemoveBy is the last day that it may stay listed, while unpaid.
	RemoveBy calendar.Date `json:"remove_by"`
	// BureauTells is the last day on which the bureau tells the debtor; until
	// then nobody may read the listing.
	BureauTells calendar.Date `json:"bureau_tells"`
	Status      Status        `json:"status"`
	AskPerson   bool          `json:"ask_person"`
}

// The figures of a Spanish listing.
const (
	leastListed    = 50_00 // cents of principal
	mostListed     = 5     // years from the due date
	bureauTellDays = 30
)

// MayList goes through the tests of a listing in a Spanish credit bureau. ok is
// false outside of Spain.
//
// Source: Ley Orgánica 3/2018 (ES), art. 20 and DA 6.
func (j *Jurisdiction) MayList(l Listing) (a BureauAnswer, ok bool) {
	if j.Country != "ES" {
		return BureauAnswer{}, false
	}
	const art, da = "Ley Orgánica 3/2018 art. 20", "Ley Orgánica 3/2018 DA 6"
	last := l.Due.AddYears(mostListed)
	a = BureauAnswer{RemoveBy: last, BureauTells: l.On.AddDays(bureauTellDays), Status: Verified, AskPerson: l.Principal.Currency != "EUR"}
	a.Tests = []ListingTest{
		{"by_creditor", l.By != "", "The creditor reports, or somebody on its behalf.", art},
		{"certain", l.Certain, "The debt must be certain, due and payable.", art},
		{"due", !l.Due.IsZero() && l.Due.Before(l.On), "The debt must be past its due date.", art},
		{"unpaid", !l.Paid, "Only a debt that is unpaid; it is deleted on payment.", art},
		{"not_disputed", !l.Disputed, "Neither existence nor amount may be challenged before a court, an administration or a binding ADR body.", art},
		{"least", l.Principal.Currency == "EUR" && l.Principal.Cents >= leastListed, "The principal must be at least 50 EUR.", da},
		{"notice", l.NoticeGiven, "The contract or the demand must have warned of the listing.", art},
		{"named", l.BureausNamed, "The warning must name the bureaus.", art},
		{"five_years", !l.Due.IsZero() && !l.On.After(last), "A listing ends five years after the due date.", art},
	}
	a.OK = true
	for _, t := range a.Tests {
		a.OK = a.OK && t.OK
	}
	return a, true
}
