package law

import (
	"fmt"
	"strings"
)

func (j *Jurisdiction) writeTerms(m *sheet) {
	var rows [][]string
	var notes []string
	for i := range j.Terms {
		r := &j.Terms[i]
		rows = append(rows, []string{code(r.Code), who(r.When) + ". " + r.Why, r.rateWords(), r.startWords(), r.agreedWords(), linked(r.Source), inWords(r.Status)})
		for _, f := range r.Flags {
			notes = append(notes, fmt.Sprintf("%s: %s (`%s`)", code(r.Code), InWords(f, "en"), f))
		}
		if r.ScopeFlag != "" {
			notes = append(notes, fmt.Sprintf("%s, for %s: %s (`%s`)", code(r.Code), who(r.Scope), InWords(r.ScopeFlag, "en"), r.ScopeFlag))
		}
	}
	m.line("The first row that fits a claim. Debts in another currency than euro bear an agreed rate only. Simple interest; days are counted over %d, and each line is "+
		"rounded half up to the cent (%s).\n", YearDays, inWords(ToConfirm))
	m.table([]string{"code", "for", "rate", "first day that bears interest", "agreed rate", "source", "status"}, rows)
	m.noted(notes)
	if len(j.Capital) == 0 {
		return
	}
	m.line("\n**Interest on interest.** The calculations add none.\n")
	rows = nil
	for _, r := range j.Capital {
		rows = append(rows, []string{code(r.Code), who(r.When), r.Rule, linked(r.Source), inWords(r.Status)})
	}
	m.table([]string{"code", "for", "rule", "source", "status"}, rows)
}

func (r *TermsRule) rateWords() string {
	s := "series " + code(r.Table)
	if r.Margin > 0 {
		s += fmt.Sprintf(" plus %s points", r.Margin)
	}
	if r.FixedRate {
		s += ", that of the half-year in which interest begins, for good"
	}
	return s
}

func (r *TermsRule) startWords() string {
	if r.OnDemand {
		return "the day after a demand that reached the debtor, not before the day after the due date; a contract that makes the due date enough is given as a demand on that date"
	}
	return "the day after the due date, without a demand"
}

func (r *TermsRule) agreedWords() string {
	var out []string
	switch {
	case r.Contract && r.ContractAsk:
		out = append(out, "goes before, and a person reads it")
	case r.Contract:
		out = append(out, "goes before")
	case r.ContractAsk:
		out = append(out, "not applied; a person reads it")
	default:
		out = append(out, "not applied")
	}
	if r.Floor != "" {
		out = append(out, "at least three times "+code(r.Floor))
	}
	if r.UnfairBelow > 0 {
		out = append(out, fmt.Sprintf("below %d %% of the series it is presumed unfair, and flagged", r.UnfairBelow))
	}
	return strings.Join(out, "; ")
}

func (j *Jurisdiction) writeFixed(m *sheet) {
	var rows [][]string
	for _, f := range j.Fixed {
		rows = append(rows, []string{f.Amount.String(), who(f.When), "each late invoice", linked(f.Source), inWords(f.Status), f.From.String()})
	}
	m.table([]string{"sum", "for", "per", "source", "status", "first due date"}, rows)
	m.line("\n**Recovery costs above it.** The first row that fits; court costs are for the court.\n")
	rows = nil
	for _, r := range j.CostRules {
		by := "anybody"
		if len(r.Capacity) > 0 {
			by = Listed(r.Capacity)
		}
		owed := "the creditor bears them"
		if r.Claim {
			owed = "claimed, where proved and above the fixed sum"
		}
		rows = append(rows, []string{code(r.Code), who(r.When), by, owed, r.Why, linked(r.Source), inWords(r.Status), firstDayOf(r.From)})
	}
	m.table([]string{"code", "for", "collected by", "costs", "why", "source", "status", "first due date"}, rows)
}

func (j *Jurisdiction) writeImputation(m *sheet) {
	m.line("Within one debt, in this order: %s.\n", Listed(j.Imputation))
	s := &j.Spreading
	m.line("Between several debts:\n")
	m.line("1. the debt that the debtor names when paying (%s; %s);", linked(s.Choice), inWords(s.Status))
	if s.Receipt.Text != "" {
		m.line("1. the debt that a receipt names which the debtor accepted (%s; %s);", linked(s.Receipt), inWords(s.Status))
	}
	m.line("1. of the debts that are due: %s; equal ones share in proportion (%s; %s).", Listed(s.Criteria), linked(s.Source), inWords(s.Status))
	if s.Undue {
		m.line("1. What is left goes to debts that are not due yet, in the same order.")
	} else {
		m.line("\nWhether what is left goes to debts that are not due yet is open: a person is asked.")
	}
}

func (j *Jurisdiction) writeJudgments(m *sheet) {
	var rows [][]string
	var notes []string
	for _, r := range j.Judgments {
		after := "the same goes on"
		if r.Table != "" {
			after = "series " + code(r.Table)
		}
		if r.Margin > 0 {
			after = fmt.Sprintf("the same plus %s points, from %d months after the judgment can be enforced", r.Margin, r.Months)
		}
		rows = append(rows, []string{code(r.Code), code(strings.Join(r.Before, "`, `")), after + ". " + r.Why, linked(r.Source), inWords(r.Status)})
		for _, f := range r.Flags {
			notes = append(notes, fmt.Sprintf("%s: %s (`%s`)", code(r.Code), InWords(f, "en"), f))
		}
	}
	m.table([]string{"code", "rate before", "rate after", "source", "status"}, rows)
	m.noted(notes)
}

func (j *Jurisdiction) writePaymentTerms(m *sheet) {
	var rows [][]string
	var notes []string
	for _, r := range j.PaymentTerms {
		most := ""
		if r.Max > 0 {
			most = fmt.Sprintf("%d days from %s", r.Max, r.MaxOf)
		}
		if r.MonthEnd > 0 {
			most += fmt.Sprintf(", or %d days and the end of that month", r.MonthEnd)
		}
		if r.Soft {
			most += "; more if agreed expressly and fair"
		}
		rows = append(rows, []string{code(r.Code), who(r.When) + ". " + r.Note, fmt.Sprintf("%d days from %s", r.Silent, r.Event), most, linked(r.Source), inWords(r.Status)})
		for _, f := range r.Flags {
			notes = append(notes, fmt.Sprintf("%s: %s (`%s`)", code(r.Code), InWords(f, "en"), f))
		}
	}
	m.table([]string{"code", "for", "where the contract is silent", "at most", "source", "status"}, rows)
	m.noted(notes)
}

func (j *Jurisdiction) writeVAT(m *sheet) {
	var rows [][]string
	for _, r := range j.VAT {
		rows = append(rows, []string{code(r.Code), r.Rule, linked(r.Source), inWords(r.Status)})
	}
	m.table([]string{"code", "rule", "source", "status"}, rows)
	r, ok := j.RecoverVAT(VATFacts{})
	if !ok {
		m.line("\nNo window is reckoned for this country.")
		return
	}
	m.line("\nThe window opens on the day after one year from the tax point (six months, for a creditor of small turnover that so chooses) and stays open for six months; "+
		"where payment is deferred by more than a year the unpaid due date stands in for the tax point. Tests (%s, %s):", r.Article, inWords(r.Status))
	var tests []string
	for _, t := range r.Tests {
		tests = append(tests, code(t.Code)+": "+t.Reason)
	}
	m.noted(tests)
}

// written is a series as a table, with the notice to look for.
func (s *Series) written() (*sheet, error) {
	all, err := s.Rows()
	if err != nil {
		return nil, err
	}
	rows := make([][]string, len(all))
	for i, r := range all {
		to, note := r.To.String(), r.Note
		if r.To.IsZero() {
			to = "still open"
		}
		if r.Own != "" {
			note = fmt.Sprintf("own row %s, added by key %s; %s", r.Own, r.Author, note)
		}
		rows[i] = []string{r.From.String(), to, r.Rate.String(), r.Source, strings.TrimSuffix(note, "; "), inWords(r.Status)}
	}
	return written(func(m *sheet) {
		m.line("Percent a year, both days included.")
		if last := s.Last(); last.IsZero() {
			m.line("They hold until they are changed by: %s\n", s.Notice)
		} else {
			m.line("They go up to %s; the next row comes from: %s\n", last, s.Notice)
		}
		m.list([]string{"from", "to", "rate", "source", "note", "status"}, rows)
	}), nil
}
