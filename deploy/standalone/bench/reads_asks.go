package bench

import (
	"encoding/base64"
	"math/rand/v2"
	"net/url"
)

// asks lists the kinds of request, each at random.
func (c *choice) asks() []ask {
	all := []ask{
		{name: "list, first page", barred: true, path: fixed("/v1/cases")},
		{name: "list, 200 at once", barred: true, path: fixed("/v1/cases?limit=200")},
		{name: "list, from anywhere on", barred: true, path: c.from("/v1/cases?cursor=")},
		{name: "list of a creditor", barred: true, path: one("/v1/cases?creditor_id=", c.creditors)},
		{name: "list of a creditor, from anywhere on", barred: true, path: c.fromOf("/v1/cases?creditor_id=", c.creditors)},
		{name: "list of a debtor", barred: true, path: one("/v1/cases?debtor_id=", c.debtors)},
		{name: "list by stage", barred: true, path: one("/v1/cases?stage=", stages)},
		{name: "list by stage, from anywhere on", barred: true, path: c.fromOf("/v1/cases?stage=", stages)},
		{name: "list by outcome", barred: true, path: one("/v1/cases?outcome=", outcomes)},
		{name: "list by hold", barred: true, path: one("/v1/cases?hold=", holds)},
		{name: "list by hold, from anywhere on", barred: true, path: c.fromOf("/v1/cases?hold=", holds)},
		{name: "list by country", barred: true, path: one("/v1/cases?country=", countries)},
		{name: "list of open cases", barred: true, path: fixed("/v1/cases?open=true")},
		{name: "list of overdue cases", barred: true, path: fixed("/v1/cases?overdue=true")},
		{name: "list by creditor and stage", barred: true, path: both(one("/v1/cases?creditor_id=", c.creditors), one("&stage=", stages))},
		{name: "list by creditor, stage and country", barred: true, path: both(one("/v1/cases?creditor_id=", c.creditors), both(one("&stage=", stages), one("&country=", countries)))},
		{name: "list by creditor and hold", barred: true, path: both(one("/v1/cases?creditor_id=", c.creditors), one("&hold=", holds))},
		{name: "list by creditor and outcome", barred: true, path: both(one("/v1/cases?creditor_id=", c.creditors), one("&outcome=", outcomes))},
	}
	return append(append(all, c.searches()...), c.pages()...)
}

func (c *choice) searches() []ask {
	return []ask{
		{name: "search by reference", barred: true, path: one("/v1/cases?query=", c.references)},
		{name: "search by a reference's beginning", barred: true, path: begun("/v1/cases?query=", c.references, 6)},
		{name: "search by case id", barred: true, path: one("/v1/cases?query=", c.cases)},
		{name: "search by tax id", barred: true, path: one("/v1/cases?query=", c.taxes)},
		{name: "search by surname", barred: true, path: one("/v1/cases?query=", c.surnames)},
		{name: "search by a name that thousands bear", barred: true, path: one("/v1/cases?query=", c.names)},
		{name: "search by three letters of a name", barred: true, path: begun("/v1/cases?query=", c.names, 3)},
		{name: "search of a creditor by a name", barred: true, path: both(one("/v1/cases?creditor_id=", c.creditors), one("&query=", c.names))},
		{name: "search for what is not there", barred: true, path: one("/v1/cases?query=zz", c.surnames)},
		{name: "search of debtors by surname", barred: true, path: one("/v1/debtors?query=", c.surnames)},
		{name: "search of debtors by a name that thousands bear", barred: true, path: one("/v1/debtors?query=", c.names)},
		{name: "search of debtors by tax id", barred: true, path: one("/v1/debtors?query=", c.taxes)},
		{name: "search of a creditor's debtors", barred: true, path: both(one("/v1/debtors?creditor_id=", c.creditors), one("&query=", c.surnames))},
	}
}

func (c *choice) pages() []ask {
	of := func(list []string, rest string) func(*rand.Rand) string {
		return both(one("/v1/cases/", list), fixed(rest))
	}
	return []ask{
		{name: "case page", barred: true, path: one("/v1/cases/", c.cases)},
		{name: "timeline", path: of(c.rich, "/timeline")},
		{name: "statement", path: of(c.cases, "/statement")},
		{name: "forecast", path: of(c.cases, "/forecast")},
		{name: "limitation", path: of(c.cases, "/limitation")},
		{name: "evidence", path: of(c.cases, "/evidence")},
		{name: "documents", path: of(c.cases, "/documents")},
		{name: "messages of a case", path: one("/v1/messages?case_id=", c.rich)},
		{name: "messages, first page", path: fixed("/v1/messages")},
		{name: "messages of a creditor", path: one("/v1/messages?creditor_id=", c.creditors)},
		{name: "messages of a creditor, from anywhere on", path: c.fromOf("/v1/messages?creditor_id=", c.creditors)},
		{name: "tasks", path: fixed("/v1/tasks")},
		{name: "tasks, open", path: fixed("/v1/tasks?state=open")},
		{name: "tasks of a creditor, open", path: one("/v1/tasks?state=open&creditor_id=", c.creditors)},
		{name: "tasks of a creditor, open, from anywhere on", path: c.fromOf("/v1/tasks?state=open&creditor_id=", c.creditors)},
		{name: "debtors, first page", path: fixed("/v1/debtors")},
		{name: "debtor", path: one("/v1/debtors/", c.debtors)},
		{name: "handoffs, offered", path: fixed("/v1/handoffs?state=offered")},
		{name: "handoffs, accepted", path: fixed("/v1/handoffs?state=accepted")},
		{name: "summary of the installation", path: fixed("/v1/reports/summary"), alone: true},
	}
}

var (
	stages    = []string{"upcoming", "friendly_contact", "reminders", "negotiation", "extrajudicial_claim", "legal_handoff", "closed"}
	outcomes  = []string{"paid", "settled", "withdrawn", "upheld", "uncollectable", "insolvency", "submitted_in_error", "limited"}
	holds     = []string{"promise", "plan", "dispute", "hardship", "paused"}
	countries = []string{"ES", "FR", "PT"}
)

func fixed(path string) func(*rand.Rand) string { return func(*rand.Rand) string { return path } }

func one(lead string, of []string) func(*rand.Rand) string {
	return func(r *rand.Rand) string { return lead + url.QueryEscape(of[r.IntN(len(of))]) }
}

// begun asks for the first letters of a word.
func begun(lead string, of []string, letters int) func(*rand.Rand) string {
	return func(r *rand.Rand) string {
		word := []rune(of[r.IntN(len(of))])
		return lead + url.QueryEscape(string(word[:min(letters, len(word))]))
	}
}

func both(a, b func(*rand.Rand) string) func(*rand.Rand) string {
	return func(r *rand.Rand) string { return a(r) + b(r) }
}

// from asks for the page after a case anywhere; ids of everything sort by time.
func (c *choice) from(lead string) func(*rand.Rand) string {
	return func(r *rand.Rand) string {
		return lead + base64.RawURLEncoding.EncodeToString([]byte("after:"+c.cases[r.IntN(len(c.cases))]))
	}
}

func (c *choice) fromOf(lead string, of []string) func(*rand.Rand) string {
	return both(one(lead, of), c.from("&cursor="))
}
