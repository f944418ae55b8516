package api

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

var spoken = language.NewMatcher([]language.Tag{language.English, language.Spanish, language.French, language.Portuguese})

// languageOf gives the language in which reasons are worded: the one of es, fr,
// pt and en that the caller likes best.
func languageOf(r *http.Request) string {
	_, i := language.MatchStrings(spoken, r.Header.Get("Accept-Language"))
	return []string{"en", "es", "fr", "pt"}[i]
}

// action is what a case does next, or does after that.
type action struct {
	Do      string     `json:"do"`
	Letter  string     `json:"letter,omitempty"`
	Channel string     `json:"channel,omitempty"`
	On      string     `json:"on,omitempty"` // RFC 3339, in the debtor's zone
	Why     string     `json:"why"`
	Code    string     `json:"code"`
	Step    string     `json:"step,omitempty"`
	Stage   debt.Stage `json:"stage,omitempty"`
	Outcome string     `json:"outcome,omitempty"`
	Reasons []reason   `json:"reasons"`
}

// reason is a cause of an action, or of its day, as a code and in words.
type reason struct {
	strategy.Reason
	Words string `json:"words"`
}

// reader is to whom something is shown.
type reader struct {
	lang string
	role debt.Role
}

func (c *call) reader() reader { return reader{c.lang, c.key.Role} }

// crowded says to a creditor that contact waits, and not for whose sake.
var crowded = map[string]string{
	"es": "los límites de contacto están agotados", "fr": "les limites de contact sont atteintes",
	"pt": "os limites de contacto estão esgotados", "en": "the limits on contact are used up",
}

// reason words a reason. A creditor does not learn from it that the debtor owes
// others too: contact about another case, and a talk that was not about this
// one (own), are told as limits.
func (to reader) reason(w strategy.Reason, own bool) reason {
	if to.role == debt.Creditor && (w.Code == "other_case" || w.Code == "conversation_pause" && !own) {
		return reason{strategy.Reason{Code: "contact_limit"}, crowded[to.lang]}
	}
	return reason{w, strategy.Words(w, to.lang)}
}

// does words the acts.
var does = map[strategy.Act]string{
	strategy.SendEmail: "send", strategy.SendSMS: "send", strategy.SendWhatsApp: "send",
	strategy.OpenTask: "open_task", strategy.IssueClaim: "issue_claim", strategy.OfferHandoff: "offer_handoff",
	strategy.LapseHandoff: "lapse_handoff", strategy.BreakPromise: "break_promise", strategy.DefaultPlan: "default_plan",
	strategy.LapseOffer: "lapse_offer", strategy.EndHold: "end_hold", strategy.ReviewHold: "review_hold",
	strategy.ChangeStage: "change_stage", strategy.RaiseAlarm: "raise_alarm", strategy.Control: "control",
	strategy.CloseCase: "close_case", strategy.Nothing: "nothing",
}

// actionOf is where reasons become what is shown; own is the case's own talk
// with the debtor, where it is known.
func actionOf(d strategy.Decision, zone *time.Location, own time.Time, to reader) action {
	a := action{
		Do: does[d.Do], Letter: d.Letter, Channel: d.Channel, Step: d.Step,
		Stage: d.Stage, Outcome: string(d.Outcome), Reasons: make([]reason, 0, len(d.Why)),
	}
	if a.Do == "" {
		a.Do = string(d.Do)
	}
	if !d.At.IsZero() {
		a.On = d.At.In(zone).Truncate(time.Second).Format(time.RFC3339)
	}
	said := make([]string, 0, len(d.Why))
	for _, w := range d.Why {
		r := to.reason(w, !own.IsZero() && calendar.DateOf(own.In(zone)) == w.On)
		if !slices.Contains(a.Reasons, r) {
			a.Reasons, said = append(a.Reasons, r), append(said, r.Words)
		}
	}
	a.Why = strings.Join(said, "; ")
	if len(a.Reasons) > 0 {
		a.Code = a.Reasons[0].Code
	}
	return a
}

func actionsOf(all []strategy.Decision, f record.File, to reader) []action {
	out := make([]action, len(all))
	for i, d := range all {
		out[i] = actionOf(d, zoneOf(f), f.Case.Conversed, to)
	}
	return out
}

// caseView is a case as everybody may see it who may see the case.
type caseView struct {
	ID         string            `json:"case_id,omitempty"`
	Reference  string            `json:"reference"`
	PayRef     string            `json:"payment_reference,omitempty"`
	Creditor   string            `json:"creditor_id"`
	Debtor     debtorBrief       `json:"debtor"`
	Country    string            `json:"country"`
	Region     string            `json:"region,omitempty"`
	Claim      law.ClaimKind     `json:"claim"`
	Capacity   debt.Capacity     `json:"capacity"`
	Principal  money.Amount      `json:"principal"`
	Issued     calendar.Date     `json:"issued_on"`
	Due        calendar.Date     `json:"due_on"`
	Strategy   string            `json:"strategy"`
	Stage      debt.Stage        `json:"stage"`
	Outcome    debt.Outcome      `json:"outcome,omitempty"`
	Opened     time.Time         `json:"opened_at"`
	Closed     time.Time         `json:"closed_at"`
	Balance    money.Amount      `json:"balance"`
	Holds      []debt.Hold       `json:"holds"`
	Limitation limitationBrief   `json:"limitation"`
	Next       action            `json:"next_action"`
	Payments   []debt.Payment    `json:"payments"`
	Promises   []debt.Promise    `json:"promises"`
	Plans      []planView        `json:"plans"`
	Offers     []debt.Offer      `json:"offers"`
	Adjusted   []debt.Adjustment `json:"adjustments"`
	Refunds    []debt.Refund     `json:"refunds"`
	Costs      []debt.Cost       `json:"costs"`
	Disputes   []debt.Dispute    `json:"disputes"`
	Handoffs   []debt.Handoff    `json:"handoffs"`
	Alarms     []string          `json:"alarms"`
	Undisputed *money.Amount     `json:"undisputed,omitempty"` // while a dispute is open
}

type debtorBrief struct {
	ID        string    `json:"id,omitempty"`
	Reference string    `json:"reference"`
	Kind      law.Party `json:"kind"`
	Name      string    `json:"name"`
	Language  string    `json:"language,omitempty"`
}

// some makes a list that is never null.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// payReference gives the structured reference (ISO 11649) by which a payment finds
// its case; none for a case that is only tried.
func payReference(caseID string) string {
	ref, err := ident.PaymentReference(caseID)
	if err != nil {
		return ""
	}
	return ref
}

func viewOf(f record.File, to reader) caseView {
	k := f.Case
	v := caseView{
		ID: k.ID, Reference: k.Reference, PayRef: payReference(k.ID), Creditor: k.Creditor, Country: k.Country, Region: k.Region,
		Debtor: debtorBrief{ID: k.Debtor, Reference: f.Debtor.Party.Reference, Kind: f.Debtor.Party.Kind,
			Name: f.Debtor.Party.Name, Language: k.Language},
		Claim: k.Claim.Kind, Capacity: k.Capacity, Principal: k.Principal, Issued: k.Claim.Issued, Due: k.Claim.Due,
		Strategy: k.Strategy, Stage: k.Stage, Outcome: k.Outcome, Opened: k.Opened, Closed: k.ClosedAt,
		Balance: f.Balance, Holds: some(k.Holds), Limitation: limitationOf(f, to), Next: actionOf(f.Next, zoneOf(f), k.Conversed, to),
		Payments: some(k.Payments), Promises: some(k.Promises), Plans: plansOf(k), Offers: some(k.Offers),
		Adjusted: some(k.Adjustments), Refunds: some(k.Refunds), Costs: some(k.Costs),
		Disputes: some(k.Disputes), Handoffs: some(k.Handoffs), Alarms: some(k.Alarms),
	}
	if _, open := k.OpenDispute(); open {
		left := k.Undisputed(f.Balance)
		v.Undisputed = &left
	}
	return v
}

func zoneOf(f record.File) *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}

// outline is what a firm sees of a case that it is offered: enough to weigh it
// and to see a conflict of interest, no address or number of the debtor.
type outline struct {
	ID         string          `json:"case_id"`
	Country    string          `json:"country"`
	Region     string          `json:"region,omitempty"`
	Claim      law.ClaimKind   `json:"claim"`
	Principal  money.Amount    `json:"principal"`
	Balance    money.Amount    `json:"balance"`
	Due        calendar.Date   `json:"due_on"`
	Stage      debt.Stage      `json:"stage"`
	Creditor   string          `json:"creditor"`
	Debtor     string          `json:"debtor"`
	Kind       law.Party       `json:"debtor_kind"`
	Limitation limitationBrief `json:"limitation"`
	Disputed   bool            `json:"disputed"`
}

func outlineOf(f record.File, to reader) outline {
	k := f.Case
	return outline{
		ID: k.ID, Country: k.Country, Region: k.Region, Claim: k.Claim.Kind, Principal: k.Principal, Balance: f.Balance,
		Due: k.Claim.Due, Stage: k.Stage, Creditor: f.Creditor.Name, Debtor: f.Debtor.Party.Name, Kind: f.Debtor.Party.Kind,
		Limitation: limitationOf(f, to), Disputed: len(k.Disputes) > 0,
	}
}

// made is a case after a write, with the id of what the write made.
type made struct {
	Made string `json:"id,omitempty"`
	caseView
}

// rowView is one line of the list of cases.
type rowView struct {
	record.Row
	Holds []debt.HoldReason `json:"holds"`
	Next  action            `json:"next_action"`
}

func rowOf(r record.Row, to reader) rowView {
	zone := time.UTC
	if p, err := calendar.PlaceOf(r.Country, "", ""); err == nil {
		zone = p.Zone()
	}
	return rowView{Row: r, Holds: some(r.Holds), Next: actionOf(r.Next, zone, time.Time{}, to)}
}

// address is where somebody lives or sits.
type address struct {
	Street     string `json:"street,omitempty"`
	PostalCode string `json:"postal_code,omitempty"`
	City       string `json:"city,omitempty"`
	Country    string `json:"country,omitempty"`
}

// debtorView is a debtor as the creditor whose debtor it is may see it. The
// person behind it, whom other creditors may share, is not shown.
type debtorView struct {
	ID        string         `json:"id"`
	Creditor  string         `json:"creditor_id"`
	Reference string         `json:"reference"`
	Kind      law.Party      `json:"kind"`
	Name      string         `json:"name"`
	TaxID     string         `json:"tax_id,omitempty"`
	Language  string         `json:"language,omitempty"`
	TimeZone  string         `json:"time_zone,omitempty"`
	Address   address        `json:"address"`
	Points    []record.Point `json:"contact_points"`
	OptedOut  []string       `json:"opted_out_channels"`
}

func debtorOf(d record.Debtor) debtorView {
	p := d.Party
	return debtorView{
		ID: d.ID, Creditor: d.Creditor, Reference: p.Reference, Kind: p.Kind, Name: p.Name, TaxID: p.TaxID,
		Language: p.Language, TimeZone: p.TimeZone, Points: some(d.Points), OptedOut: some(d.OptedOut),
		Address: address{Street: p.Street, PostalCode: p.PostalCode, City: p.City, Country: p.Country},
	}
}

// statementView is a statement in which every sum has a currency and no list
// is null.
func statementView(st debt.Statement) debt.Statement {
	currency := st.Principal.Currency
	for _, a := range []*money.Amount{&st.Compensation, &st.Received, &st.Credit, &st.Refunded, &st.OwnCosts, &st.Balance, &st.Estimate} {
		if a.Currency == "" {
			a.Currency = currency
		}
	}
	open := map[law.Component]money.Amount{}
	for _, part := range []law.Component{law.Principal, law.Interest, law.Compensation, law.Costs} {
		open[part] = money.Of(st.Open[part].Cents, currency)
	}
	st.Open = open
	st.Lines, st.Entries, st.Flags, st.Terms.Flags = some(st.Lines), some(st.Entries), some(st.Flags), some(st.Terms.Flags)
	return st
}

// entryView is one event of the timeline.
type entryView struct {
	Seq  int64      `json:"seq"`
	Kind string     `json:"kind"`
	At   time.Time  `json:"at"`
	By   debt.Actor `json:"by"`
	Data debt.Fact  `json:"data"`
	Hash string     `json:"hash"`
}

// page is one page of a list.
type page[T any] struct {
	Items []T    `json:"items"`
	Next  string `json:"next_cursor,omitempty"`
}
