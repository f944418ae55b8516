package law

import (
	"slices"

	"github.com/recobro/recobro/calendar"
)

// Bond is how a person is bound to a debt.
type Bond string

// The bonds.
const (
	MainDebtor     Bond = "debtor"
	CoDebtor       Bond = "co_debtor"       // joint and several: each owes the whole
	ShareDebtor    Bond = "share_debtor"    // owes a share of its own
	Guarantor      Bond = "guarantor"       // pays if the debtor does not
	JointGuarantor Bond = "joint_guarantor" // guarantor bound like a co-debtor
	Heir           Bond = "heir"            // one of the heirs of a co-debtor
)

// Bonds lists every bond.
var Bonds = []Bond{MainDebtor, CoDebtor, ShareDebtor, Guarantor, JointGuarantor, Heir}

// Owing is one of several persons who owe a debt.
type Owing struct {
	Party string `json:"party"`
	Bond  Bond   `json:"bond"`
}

// PartyAct is an act, and the person it was addressed to or who did it.
type PartyAct struct {
	Act
	Party string `json:"party"`
}

// PartyClock is the limitation clock of one of several persons. Acts that do
// not reach the person are listed without effect.
type PartyClock struct {
	Owing
	Clock
}

// ReachRule is one row of the table of who else an act reaches.
type ReachRule struct {
	From, To []Bond   // empty: any
	Acts     []string // empty: any
	Reaches  bool
	// Doubt: the text leaves it open. The cautious reading takes it that the
	// act does not reach, and a person is asked.
	Doubt  bool
	Flag   string // says why it does not reach, or what is doubtful
	Source Source
	Status Status
}

// Several runs the clock of the rule with that code, from one anchor, for each
// of the persons who owe. An act without a party, or of one that is not among
// them, is the first one's. ok is false for a code that the place does not have.
func (j *Jurisdiction) Several(rule string, anchor calendar.Date, owing []Owing, acts []PartyAct) (clocks []PartyClock, ok bool) {
	if j.named(rule, &Claim{}) == nil {
		return nil, false
	}
	acts = slices.Clone(acts)
	slices.SortStableFunc(acts, func(a, b PartyAct) int { return a.Date.Compare(b.Date) })
	clocks = make([]PartyClock, 0, len(owing))
	g := group{rule, anchor, owing, acts}
	for i := range owing {
		clocks = append(clocks, PartyClock{owing[i], j.oneOf(&g, i)})
	}
	accessory(clocks)
	return clocks, true
}

// Guarantees runs the clock of the rule with that code, from one anchor, against
// each of those who guarantee a debt, in their order. All acts are the debtor's,
// or towards the debtor. A guarantor of whom nobody says how they are bound, by
// an empty bond, is taken as one who pays if the debtor does not; where a joint
// one would be reached otherwise a flag says so, and a person is asked.
//
// Source: Código Civil (ES), arts. 1822, 1974 and 1975; law.Reach elsewhere.
func (j *Jurisdiction) Guarantees(rule string, anchor calendar.Date, acts []Act, bonds []Bond) []PartyClock {
	with := make([]PartyAct, len(acts))
	for i, a := range acts {
		with[i] = PartyAct{Act: a, Party: string(MainDebtor)}
	}
	out := make([]PartyClock, 0, len(bonds))
	of := func(b Bond) PartyClock {
		clocks, _ := j.Several(rule, anchor, []Owing{{Party: string(MainDebtor), Bond: MainDebtor}, {Party: string(Guarantor), Bond: b}}, with)
		return clocks[1]
	}
	for _, b := range bonds {
		if b != "" {
			out = append(out, of(b))
			continue
		}
		k, joint := of(Guarantor), of(JointGuarantor)
		if k.LastDay != joint.LastDay || k.Cautious != joint.Cautious {
			k.flag("guarantor_bond_unknown")
			k.AskPerson = true
		}
		out = append(out, k)
	}
	return out
}

// GuaranteesOf is Guarantees by the rule that governs c. Where another rule may
// govern it, the cautious days are those of the harder one.
func (j *Jurisdiction) GuaranteesOf(c Claim, acts []Act, bonds []Bond) []PartyClock {
	readings := j.Readings(c, nil)
	if len(bonds) == 0 || readings[0].Rule == "" {
		return nil
	}
	out := j.Guarantees(readings[0].Rule, readings[0].Anchor, acts, bonds)
	for _, r := range readings[1:] {
		for i, other := range j.Guarantees(r.Rule, r.Anchor, acts, bonds) {
			out[i].Cautious = earlier(out[i].Cautious, other.Cautious)
		}
	}
	return out
}

// group is several persons who owe one debt.
type group struct {
	rule   string
	anchor calendar.Date
	owing  []Owing
	acts   []PartyAct // by day
}

// oneOf runs the clock of the person at i.
func (j *Jurisdiction) oneOf(g *group, i int) Clock {
	owing, acts := g.owing, g.acts
	rows := make([]*ReachRule, len(acts)) // nil: the person's own act
	var reached, certain []Act
	for n := range acts {
		from := owing[0]
		if at := slices.IndexFunc(owing, func(o Owing) bool { return o.Party == acts[n].Party }); at >= 0 {
			from = owing[at]
		}
		if from.Party != owing[i].Party {
			rows[n] = j.reach(from.Bond, owing[i].Bond, acts[n].Type)
		}
		if r := rows[n]; r == nil || r.Reaches {
			reached = append(reached, acts[n].Act)
			if r == nil || !r.Doubt {
				certain = append(certain, acts[n].Act)
			}
		}
	}
	k, _ := j.ClockFor(g.rule, g.anchor, reached)
	if len(certain) < len(reached) {
		strict, _ := j.ClockFor(g.rule, g.anchor, certain)
		k.Cautious = earlier(k.Cautious, strict.Cautious)
	}
	k.Acts = withUnreached(&k, acts, rows, j.first(g.rule, g.anchor))
	return k
}

// first is the last day of a period to which nothing happened.
func (j *Jurisdiction) first(rule string, anchor calendar.Date) calendar.Date {
	k, _ := j.ClockFor(rule, anchor, nil)
	return k.LastDay
}

// withUnreached puts the acts that do not reach the person among those that
// do, with the reason, and flags what is doubtful.
func withUnreached(k *Clock, acts []PartyAct, rows []*ReachRule, last calendar.Date) []ActEffect {
	done := k.Acts
	out := make([]ActEffect, 0, len(acts))
	for n := range acts {
		r := rows[n]
		if r != nil && r.Doubt {
			k.flag(r.Flag)
			k.AskPerson = true
		}
		if r != nil && !r.Reaches {
			out = append(out, ActEffect{Act: acts[n].Act, Effect: NoEffect, Flag: r.Flag, Article: r.Source.String(), LastDay: last})
			continue
		}
		e := done[0]
		done = done[1:]
		if r != nil {
			e.Article += "; " + r.Source.String()
			if e.Flag == "" {
				e.Flag = r.Flag
			}
		}
		last = e.LastDay
		out = append(out, e)
	}
	return out
}

// unlisted stands for what the table has no row for.
var unlisted = ReachRule{Doubt: true, Flag: "reach_not_in_table", Status: ToConfirm}

// reach returns the row for an act of that type on somebody else.
func (j *Jurisdiction) reach(from, to Bond, act string) *ReachRule {
	for i := range j.Reach {
		r := &j.Reach[i]
		if (len(r.From) == 0 || slices.Contains(r.From, from)) && (len(r.To) == 0 || slices.Contains(r.To, to)) &&
			(len(r.Acts) == 0 || slices.Contains(r.Acts, act)) {
			return r
		}
	}
	return &unlisted
}

// accessory: a guarantor may rely on the debtor's limitation, so that the
// cautious day of a guarantee is not later than the debt's own.
func accessory(clocks []PartyClock) {
	at := slices.IndexFunc(clocks, func(c PartyClock) bool { return c.Bond == MainDebtor })
	if at < 0 {
		return
	}
	for i := range clocks {
		c := &clocks[i]
		if (c.Bond == Guarantor || c.Bond == JointGuarantor) && clocks[at].LastDay.Before(c.LastDay) {
			c.flag("debt_limited_before_guarantee")
			c.AskPerson = true
			c.Cautious = earlier(c.Cautious, clocks[at].Cautious)
		}
	}
}

// CourtActs are the types of act before a court, for the rows of ReachRule.
var CourtActs = []string{"court_claim", "payment_order_petition", "payment_order_served", "enforcement", "conservatory_measure"}

// DebtorActs are the types of act by which a debtor admits the debt.
var DebtorActs = []string{"acknowledgment", "part_payment", "instalment_request"}
