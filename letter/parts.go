package letter

import (
	"strconv"
	"strings"
	"text/template"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

// part is one paragraph, or one table, of an e-mail.
type part struct {
	Text  []string // lines of a paragraph; empty for a table
	Title string
	Rows  []row
	Alt   string // words for the code to pay with, which stands below; empty: none does
}

// row is one line of a table.
type row struct {
	Label, Value string
	Strong       bool
	Detail       bool // explains the row before; has no value
}

// detailed lists the letters that show how the interest came about line by line.
var detailed = map[string]bool{
	"statement_of_account": true, "final_reminder": true, "last_notice": true, "extrajudicial_claim": true,
}

// clerk writes the tables of one letter.
type clerk struct {
	v   view
	pen pen
	t   *template.Template
	// room is how many debts a WhatsApp message lists, and up to how many it
	// breaks each down.
	room room
	err  error // the first that occurred
}

type room struct{ listed, spelled int }

// word writes one of the language's shared words.
func (c *clerk) word(name string, in any) string {
	s, err := fill(c.t, name, in)
	if err != nil && c.err == nil {
		c.err = err
	}
	return s
}

// parts cuts the text of a letter into paragraphs and tables.
func (c *clerk) parts(body string) []part {
	var out []part
	for _, para := range strings.Split(body, "\n\n") {
		para = strings.Trim(para, "\n ")
		switch {
		case para == "":
		case para == mark+"claims"+mark && c.v.Channel == WhatsApp:
			out = append(out, c.list())
		case para == mark+"claims"+mark:
			out = append(out, c.claims()...)
		case para == mark+"applied"+mark:
			out = append(out, c.applied()...)
		case para == mark+"pay"+mark:
			out = append(out, c.pay())
		case para == mark+"plan"+mark:
			out = append(out, c.plan())
		default:
			out = append(out, part{Text: strings.Split(para, "\n")})
		}
	}
	return out
}

// claims gives a table for each debt, and a total where there are several in
// one currency.
func (c *clerk) claims() []part {
	var out []part
	for _, claim := range c.v.Claims {
		out = append(out, part{Title: c.word("claim_title", claim), Rows: c.breakdown(claim)})
	}
	if sums := totals(c.v.Claims); len(sums) == 1 && c.v.Many {
		out = append(out, part{Title: c.word("total_title", c.v),
			Rows: []row{{Label: c.word("label_total", c.v), Value: c.pen.money(sums[0]), Strong: true}}})
	}
	return out
}

// list gives a line for each debt, with its breakdown where there is one.
func (c *clerk) list() part {
	var p part
	for i, claim := range c.v.Claims {
		if i == c.room.listed {
			p.Text = append(p.Text, "+"+strconv.Itoa(len(c.v.Claims)-i))
			break
		}
		sums := []string{c.pen.money(claim.Outstanding)}
		if rows := c.breakdown(claim); len(rows) > 2 && len(c.v.Claims) <= c.room.spelled {
			sums = nil
			for _, r := range rows {
				if !r.Detail {
					sums = append(sums, r.Label+" "+r.Value)
				}
			}
		}
		p.Text = append(p.Text, "• "+c.word("claim_title", claim)+c.pen.colon()+" "+strings.Join(sums, "; "))
	}
	if sums := totals(c.v.Claims); len(sums) == 1 && c.v.Many {
		p.Text = append(p.Text, c.word("label_total", c.v)+c.pen.colon()+" "+c.pen.money(sums[0]))
	}
	return p
}

// breakdown gives the rows of one debt.
func (c *clerk) breakdown(claim ClaimLine) []row {
	var rows []row
	add := func(label string, a money.Amount) {
		if a.Cents != 0 {
			rows = append(rows, row{Label: c.word(label, c.v), Value: c.pen.money(a)})
		}
	}
	rows = append(rows, row{Label: c.word("label_principal", c.v), Value: c.pen.money(claim.Principal)})
	add("label_reduced", claim.Reduced.Neg())
	add("label_interest", claim.Interest)
	rows = append(rows, c.interest(claim)...)
	add("label_compensation", claim.Compensation)
	add("label_costs", claim.Costs)
	add("label_paid", claim.Paid.Neg())
	rows = append(rows, row{Label: c.word("label_outstanding", c.v), Value: c.pen.money(claim.Outstanding), Strong: true})
	add("label_credit", claim.Credit)
	return rows
}

// interestLine is what the words of one line of interest see.
type interestLine struct {
	From, To             calendar.Date
	Days                 int
	Rate, Base, Interest string
	Article              string
	Doubt                bool // it rests on a rate or a rule that is not verified
}

// interest explains the interest: line by line where the letter is a detailed
// one and the lines come to the sum, else by its rates. A detailed letter says
// too up to which day interest is counted, where that is not the day it states.
func (c *clerk) interest(claim ClaimLine) []row {
	var (
		rows     []row
		rates    []string
		sum      int64
		reserved interestLine
	)
	for _, l := range claim.Lines {
		if l.Missing {
			if reserved.From.IsZero() {
				reserved.From = l.From
			}
			continue
		}
		sum += l.Interest.Cents
		reserved.To = l.To
		if r := c.pen.rate(l.Rate); len(rates) == 0 || rates[len(rates)-1] != r {
			rates = append(rates, r)
		}
		rows = append(rows, row{Label: c.word("interest_line", c.line(l)), Detail: true})
	}
	switch {
	case claim.Interest.Cents == 0, len(rates) == 0:
		rows = nil
	case !detailed[c.v.Name], sum != claim.Interest.Cents:
		rows = []row{{Label: c.word("interest_rates", strings.Join(unique(rates), ", ")), Detail: true}}
	}
	if detailed[c.v.Name] && !reserved.From.IsZero() {
		rows = append(rows, row{Label: c.word("interest_reserved", reserved), Detail: true})
	}
	return rows
}

// line is a line of interest. The debtor is told where its rate is uncertain;
// that its notice was read in a source that quotes it is for the lawyer to see.
func (c *clerk) line(l law.Line) interestLine {
	return interestLine{l.From, l.To, l.Days, c.pen.rate(l.Rate), c.pen.money(l.Base), c.pen.money(l.Interest),
		article(l.Article, c.v.Language), l.Status == law.ToConfirm}
}

func unique(in []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, s := range in {
		if !seen[s] {
			out = append(out, s)
		}
		seen[s] = true
	}
	return out
}

// applied says which parts of the claim a payment went to, where that is known.
func (c *clerk) applied() []part {
	p := part{Title: c.word("applied_title", c.v)}
	add := func(label string, a money.Amount) {
		if a.Cents != 0 {
			p.Rows = append(p.Rows, row{Label: c.word(label, c.v), Value: c.pen.money(a)})
		}
	}
	for _, x := range orderOfParts {
		add(x.label, c.v.Payment.Parts[x.part])
	}
	add("label_credit", c.v.Payment.Credit)
	if len(p.Rows) == 0 {
		return nil
	}
	return []part{p}
}

// pay says how to pay.
func (c *clerk) pay() part {
	p := part{Title: c.word("pay_title", c.v)}
	amount := c.v.Owed
	if sum, single := c.v.asked(); single {
		amount = c.pen.money(sum)
	} else if c.v.planned() {
		amount = ""
	}
	if c.v.Channel == Email && c.v.code() != "" {
		p.Alt = c.word("code_alt", c.v)
	}
	account := iban(c.v.Creditor.IBAN)
	if account == "" {
		account = c.word("ask_iban", c.v)
	}
	for _, r := range []row{
		{Label: c.word("label_beneficiary", c.v), Value: c.v.Creditor.LegalName},
		{Label: "IBAN", Value: account},
		{Label: c.word("label_reference", c.v), Value: c.v.PayRef},
		{Label: c.word("label_amount", c.v), Value: amount, Strong: true},
	} {
		if r.Value != "" {
			p.Rows = append(p.Rows, r)
		}
	}
	return p
}

// plan lists the instalments agreed.
func (c *clerk) plan() part {
	p := part{Title: c.word("plan_title", c.v)}
	for _, i := range c.v.Plan {
		p.Rows = append(p.Rows, row{Label: c.word("plan_line", i), Value: c.pen.money(i.Amount)})
	}
	return p
}
