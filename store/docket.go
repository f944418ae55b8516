package store

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/clock"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// docket is a person with their open cases, and the case that was asked for
// even where it is closed: all that a decision looks at, at one instant.
type docket struct {
	s *Store
	house
	wall time.Time // wall instant …
	now  time.Time // … and the business instant that it is

	personID  string
	place     calendar.Place
	zone      string
	conversed time.Time // last talk about a debt that is closed by now
	held      []*held   // by case id
	contacts  []strategy.Contact
	contactBy []string // parallel to contacts: the message, if it was one
	debtors   map[string]*record.Debtor
	cred      map[string]record.Creditor
	optOuts   []string
	full      map[string]map[string]calendar.Date // creditor → channel → day
	sent      []sentRow

	strategies func(ref string) (*strategy.Strategy, error)

	queue pgx.Batch // what is to be written after the rows of the cases
	sheet *sheet    // takes new rows instead, where they are written with those of others
}

// house is what a decision looks at that is nobody's own.
type house struct {
	clock    clock.State
	agents   bool
	stops    []record.Stop
	firms    []firmRow
	epoch    string // the last restore that was lifted
	restored string // the stop of a restore that was not
	replaced bool   // the tables are not those that were kept
	lastRate string // the last of an operator's own rows of rates …
	laws     *lawBook
}

// held is one case of a docket.
type held struct {
	c        *debt.Case
	was      strategy.Decision // as the row has it
	plan     strategy.Decision
	open     bool  // when it was loaded
	from     int64 // its last event when it was loaded
	last     int64
	at       time.Time // of its last event; zero where that is not known
	decided  int64
	nudged   bool
	head     []byte
	debtor   string
	strategy *strategy.Strategy
	back     *strategy.Strategy // that a case in hardship goes back to
	terms    debt.Terms
	hash     []byte           // of the submission; set for a case that has no row yet
	off      []strategy.Fault // as the row has it
	faults   []strategy.Fault // as it stands now
	handoff  string           // offered in this transaction
	made     debt.Fact        // what was reported in it, as it is on the record
}

type firmRow struct {
	id        string
	countries []string
}

type sentRow struct {
	creditor, channel string
	n                 int
}

// find gives the held case with an id.
func (d *docket) find(caseID string) (*held, int) {
	for i, h := range d.held {
		if h.c.ID == caseID {
			return h, i
		}
	}
	return nil, -1
}

// complete finishes what was read: contact points by opt-outs, full days, and
// each case with the law and the strategy it is judged by.
func (d *docket) complete(strategies func(ref string) (*strategy.Strategy, error)) error {
	today := calendar.DateOf(d.now.In(d.place.Zone()))
	d.full = map[string]map[string]calendar.Date{}
	for _, r := range d.sent {
		if limit := dailyLimit(d.cred[r.creditor].Limits, r.channel); limit > 0 && r.n >= limit {
			if d.full[r.creditor] == nil {
				d.full[r.creditor] = map[string]calendar.Date{}
			}
			d.full[r.creditor][r.channel] = today
		}
	}
	d.showOptOuts()
	for _, h := range d.held {
		if err := d.terms(h, strategies); err != nil {
			return fmt.Errorf("case %s: %w", h.c.ID, err)
		}
	}
	return nil
}

// terms finds what h is judged by.
func (d *docket) terms(h *held, strategies func(ref string) (*strategy.Strategy, error)) error {
	st, err := strategies(h.c.Strategy)
	if err != nil {
		return err
	}
	j, ok := d.laws.place(h.c.Country, h.c.Region)
	if !ok {
		return fmt.Errorf("no law of %s %s", h.c.Country, h.c.Region)
	}
	k := d.cred[h.c.Creditor]
	lim := st.RulesIn(h.c.Principal.Currency, k.Limits.Agreed())
	party := d.debtors[h.debtor].Party
	h.strategy, h.back = st, nil
	for _, x := range h.c.Holds {
		if x.Softer() {
			if h.back, err = strategies(x.Back); err != nil {
				return err
			}
		}
	}
	h.terms = debt.Terms{Law: j, Limits: lim,
		Debtor: d.s.place(party.Country, party.PostalCode, party.TimeZone),
		Home:   d.s.place(k.Country, k.PostalCode, "")}
	return nil
}

func dailyLimit(l record.CreditorLimits, channel string) int {
	switch channel {
	case "email":
		return l.DailyEmail
	case "sms":
		return l.DailySMS
	case "whatsapp":
		return l.DailyWhatsApp
	}
	return 0
}

// markOptOuts marks the points that a person's opt-outs close: a telephone only
// where both calls and SMS are refused.
func markOptOuts(points []record.Point, out []string) {
	for i, p := range points {
		closed := slices.Contains(out, p.Channel)
		if p.Channel == "phone" {
			closed = closed && slices.Contains(out, "sms")
		}
		points[i].OptedOut = p.Refused || closed && !p.Representative
	}
}

// showOptOuts shows the person's opt-outs on each debtor that they are.
func (d *docket) showOptOuts() {
	for _, x := range d.debtors {
		x.OptedOut = slices.Clone(d.optOuts)
		markOptOuts(x.Points, d.optOuts)
	}
}

// reach lists the channels by which a debtor can be reached: those with a
// contact point that works and was not refused. A telephone carries calls and SMS.
func reach(points []record.Point, out []string) []string {
	var on []string
	for _, channel := range []string{"email", "sms", "whatsapp", "phone"} {
		carrier := channel
		if channel == "sms" {
			carrier = "phone"
		}
		works := func(p record.Point) bool { return p.Channel == carrier && p.Valid && !p.OptedOut }
		if !slices.Contains(out, channel) && slices.ContainsFunc(points, works) {
			on = append(on, channel)
		}
	}
	return on
}

// reach lists the channels by which the debtor of h can be reached, or who
// represents them there.
func (d *docket) reach(h *held) []string {
	points := d.debtors[h.debtor].Points
	if h.c.Represented() {
		return reach(record.Whom(points, true), nil)
	}
	return reach(record.Whom(points, false), d.optOuts)
}

// moved puts a case on the strategy that its events have it on.
func (d *docket) moved(h *held) error {
	if d.strategies == nil || h.strategy.Ref() == h.c.Strategy {
		return nil
	}
	return d.terms(h, d.strategies)
}

// situation is what a decision on h sees.
func (d *docket) situation(h *held) strategy.Situation {
	s := strategy.Situation{MaxDiscount: d.cred[h.c.Creditor].Limits.MaxDiscount, Case: h.c, Strategy: h.strategy, Law: h.terms.Law, Agents: d.agents,
		Back: h.back, Reach: d.reach(h), Full: d.full[h.c.Creditor], Firms: d.firmsFor(h.c)}
	for _, st := range d.stops {
		switch {
		case st.Scope == "channel":
			s.StoppedChannels = append(s.StoppedChannels, st.Of)
		case st.Scope == "installation", st.Scope == "creditor" && st.Of == h.c.Creditor, st.Scope == "case" && st.Of == h.c.ID:
			s.Stopped = st.Scope
		}
	}
	if d.restored != "" {
		s.Stopped = strategy.Restored
	}
	return s
}

// firmsFor lists the firms of the case's country that have room, in an order
// that spreads cases evenly and is the same for a case whenever it is asked.
func (d *docket) firmsFor(c *debt.Case) []string {
	type ranked struct {
		id   string
		rank uint64
	}
	var fit []ranked
	for _, f := range d.firms {
		if slices.Contains(f.countries, c.Country) {
			h := fnv.New64a()
			h.Write([]byte(f.id + "/" + c.ID))
			fit = append(fit, ranked{f.id, h.Sum64()})
		}
	}
	slices.SortFunc(fit, func(a, b ranked) int {
		if a.rank < b.rank {
			return -1
		}
		return 1
	})
	out := make([]string, len(fit))
	for i, f := range fit {
		out[i] = f.id
	}
	return out
}

// jitterSpan is over how long after the opening of the contact window people
// are spread.
const jitterSpan = 45 * time.Minute

// person is the docket as the strategy sees it.
func (d *docket) person() *strategy.Person {
	p := &strategy.Person{Contacts: d.contacts, Place: d.place, Conversed: d.conversed, Cases: make([]strategy.Situation, len(d.held))}
	for i, h := range d.held {
		p.Cases[i] = d.situation(h)
	}
	if d.clock.Real() && !d.s.noJitter {
		h := fnv.New64a()
		h.Write([]byte(d.personID))
		p.Jitter = time.Duration(h.Sum64()%uint64(jitterSpan/time.Second)) * time.Second
	}
	return p
}

// decide plans every case of the docket anew.
func (d *docket) decide() *strategy.Person {
	began := time.Now() // of the machine: how long it took, not when it is
	p := d.person()
	for i, next := range p.Plan(d.now) {
		d.held[i].plan = next
	}
	d.s.watch.Planned(time.Since(began))
	return p
}

// next is what h does next, as its workflow is told.
func (d *docket) next(h *held) record.Next {
	n := record.Next{Case: h.c.ID, Seq: h.last, Decision: h.plan, Stage: h.c.Stage, Creditor: h.c.Creditor,
		Country: h.c.Country, Handoff: h.handoff, Epoch: d.epoch}
	if !h.plan.Final() {
		n.Wake = d.clock.Wall(h.plan.At, d.wall)
	}
	return n
}

// file is h with what is shown beside it.
func (d *docket) file(h *held) record.File {
	if d.restored != "" { // what the row says may have been decided before that was noticed
		d.decide()
	}
	zone := h.terms.Debtor.Zone()
	f := record.File{Case: h.c, Made: h.made, Next: h.plan, Clock: h.c.Clock(h.terms.Law), Debtor: *d.debtors[h.debtor],
		Creditor: d.cred[h.c.Creditor], Zone: zone, Today: calendar.DateOf(d.now.In(zone)),
		Balance: h.c.Statement(h.terms, calendar.DateOf(d.now.In(zone))).Balance}
	if n := len(h.c.Handoffs); n > 0 {
		x := h.c.Handoffs[n-1]
		f.Handoff = &record.Handoff{ID: x.ID, Case: h.c.ID, Creditor: h.c.Creditor, Firm: x.Firm, State: x.State,
			Offered: x.Offered, Until: x.Until}
	}
	return f
}

// same reports whether two decisions are equal in every part.
func same(a, b strategy.Decision) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && string(x) == string(y)
}
