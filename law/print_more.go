package law

import "strings"

// printSeveral writes who else an act reaches.
func (j *Jurisdiction) printSeveral(p *page) {
	p.title("Several debtors: whom an act on another reaches, the first that fits")
	for i := range j.Reach {
		r := &j.Reach[i]
		reaches := "does not reach"
		if r.Reaches {
			reaches = "reaches"
		}
		p.line("%s on %s %s %s; %s%s", anyOf(r.Acts, "any act"), anyOf(r.From, "anybody"), reaches, anyOf(r.To, "anybody"), r.Source, doubt(r.Status))
		if r.Flag != "" {
			p.line("%18s %s: %s", "", r.Flag, InWords(r.Flag, "en"))
		}
	}
}

// printPayments writes what concerns payment: terms, judgments, several debts,
// interest on interest, and VAT.
func (j *Jurisdiction) printPayments(p *page) {
	p.title("Payment terms where the contract is silent")
	for _, r := range j.PaymentTerms {
		p.line("%-18s %s; for %s; %s%s", r.Code, r.Note, r.When, r.Source, doubt(r.Status))
		p.flags(r.Flags)
	}
	p.title("Interest after a judgment, by the series before it")
	for _, r := range j.Judgments {
		p.line("%-18s %s: %s%s", r.Code, join(r.Before), r.Why, doubt(r.Status))
		p.flags(r.Flags)
	}
	p.title("One payment over several debts")
	s := &j.Spreading
	p.line("The debtor's choice when paying; %s%s", s.Choice, doubt(s.Status))
	if s.Receipt.Text != "" {
		p.line("Else the receipt that the debtor accepted; %s%s", s.Receipt, doubt(s.Status))
	}
	p.line("Else what is due, %s, and equal ones in proportion; %s%s", join(s.Criteria), s.Source, doubt(s.Status))
	p.title("Interest on interest; the calculations add none")
	for _, r := range j.Capital {
		p.line("%-18s %s For %s; %s%s", r.Code, r.Rule, r.When, r.Source, doubt(r.Status))
	}
	p.title("VAT on bad debts")
	for _, r := range j.VAT {
		p.line("%-18s %s %s%s", r.Code, r.Rule, r.Source, doubt(r.Status))
	}
}

// printCourts writes the routes to court.
func (j *Jurisdiction) printCourts(p *page) {
	p.title("What must be tried before court")
	for _, r := range j.Attempts {
		p.line("%-18s %s %s%s", r.Code, r.Rule, r.Source, doubt(r.Status))
	}
	p.title("Court routes")
	for i := range j.Courts {
		c := &j.Courts[i]
		p.line("%-24s %s; %s%s", c.Code, c.Name, c.Source, doubt(c.Status))
		p.line("%24s for %s; with %s", "", c.When, anyOf(c.Documents, "any document"))
		if !c.Cap.IsZero() {
			p.line("%24s up to %s", "", c.Cap)
		}
		for _, w := range c.CapUnless {
			p.line("%24s without that limit for %s", "", w)
		}
		if !c.Above.IsZero() {
			p.line("%24s above %s", "", c.Above)
		}
		for _, s := range append([]string{c.LawyerText, c.Note}, c.Limits...) {
			if s != "" {
				p.line("%24s %s", "", s)
			}
		}
		for _, f := range c.Fees {
			p.line("%24s fee: %s: %s; %s%s", "", f.Fee, f.Why, f.Source, doubt(f.Status))
		}
		for _, r := range c.Prior {
			name := r.Name
			if r.Code == "" {
				name = "nothing"
			}
			p.line("%24s first: %s, for %s; %s%s", "", name, r.When, r.Source, doubt(r.Status))
		}
		p.flags(c.Flags)
	}
}

// printCourtTime writes how periods before a court are counted.
func (j *Jurisdiction) printCourtTime(p *page) {
	t := &j.CourtTime
	p.title("Periods before a court")
	how := "all days count"
	if t.Working {
		how = "of a period in days, working days alone count"
	}
	p.line("The day of the notice is not counted; %s; a last day without court time moves to the next one; %s%s", how, t.Source, doubt(t.Status))
	for _, r := range t.Recess {
		p.line("%18s no court time from %d %s to %d %s; %s%s", "", r.FromDay, r.FromMonth, r.ToDay, r.ToMonth, r.Source, doubt(r.Status))
	}
	if l := t.Lodging; l != nil {
		p.line("%-18s %s %s%s", l.Code, InWords(l.Code, "en"), l.Source, doubt(l.Status))
	}
	if t.Flag != "" {
		p.flags([]string{t.Flag})
	}
}

// printConduct writes how a debtor may be treated and what must be said.
func (j *Jurisdiction) printConduct(p *page) {
	p.title("Rules of conduct")
	for _, r := range j.Rulebook {
		var who []string
		who = append(who, anyOf(r.Kinds, "any claim")+" on "+anyOf(r.Debtors, "any debtor"))
		if r.Capacity != "" {
			who = append(who, "collected as "+string(r.Capacity))
		}
		if r.Reference {
			who = append(who, "looked to only")
		}
		if !r.From.IsZero() {
			who = append(who, "from "+r.From.String())
		}
		p.line("%-18s %s %s%s", r.Code, r.Rule, r.Source, doubt(r.Status))
		p.line("%18s for %s", "", strings.Join(who, "; "))
		if r.Enforced != "" {
			p.line("%18s kept by %s", "", r.Enforced)
		}
	}
	p.title("What else to know; no calculation applies it")
	for _, r := range j.Remarks {
		p.line("%-18s %s %s%s", r.Code, r.Rule, r.Source, doubt(r.Status))
	}
	p.title("Notices")
	for _, n := range j.NoticeRules {
		p.line("%-18s %s, %s, %s; %s%s", n.Code, n.When, anyOf(n.Capacity, "any collector"), anyOf(n.Debtors, "any debtor"), n.Source, doubt(n.Status))
		for _, item := range n.Items {
			p.line("%18s - %s", "", item)
		}
		if n.Within != "" {
			p.line("%18s %s", "", n.Within)
		}
		for text := range strings.Lines(n.Text) {
			p.line("%18s « %s »", "", strings.TrimSpace(text))
		}
	}
}

// flags writes flags with their words.
func (p *page) flags(list []string) {
	for _, f := range list {
		p.line("%18s %s: %s", "", f, InWords(f, "en"))
	}
}
