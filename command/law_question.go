package command

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
	"github.com/recobro/recobro/money"
)

// asking is what the commands that answer one question of the law share.
type asking struct {
	place    question.Place
	claim    question.Claim
	language string
	json     bool
	days     map[string]*calendar.Date // by flag: days to be read
	texts    map[string]*string
}

// days of a claim by the flag that gives them.
var dayFlags = [][2]string{
	{"issued", "day of the invoice"}, {"due", "due date"}, {"provided", "last day of the service or delivery"},
	{"contracted", "day of the contract"}, {"demanded", "first formal demand that reached the debtor"},
}

// languageHelp tells what of an answer is in the language asked for.
var languageHelp = "of the arithmetic, of the flags in words and of what is to confirm: " + strings.Join(law.Languages, ", ") +
	"; names of lines, reasons and notices are in English, as the tables have them"

// onePlace wants the place that a question is about, and says which there are.
func onePlace(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 1:
		return nil
	case 0:
		return fmt.Errorf("COUNTRY is missing: one of %s", strings.Join(codes(), ", "))
	}
	return fmt.Errorf("one COUNTRY is asked for, and %d are given", len(args))
}

// newAsking puts the flags of a claim on c.
func newAsking(c *cobra.Command) *asking {
	a := &asking{days: map[string]*calendar.Date{}, texts: map[string]*string{}}
	f := c.Flags()
	f.StringVar((*string)(&a.claim.Kind), "claim", "", "what the debt arose from: "+joined(law.ClaimKinds))
	f.StringVar((*string)(&a.claim.Creditor), "creditor", "", "business, consumer or public; a business where left out")
	f.StringVar((*string)(&a.claim.Debtor), "debtor", "", "business, consumer or public")
	f.StringVar(&a.language, "language", "en", languageHelp)
	f.BoolVar(&a.json, "json", false, "answer as JSON")
	at := []*calendar.Date{&a.claim.Issued, &a.claim.Due, &a.claim.Provided, &a.claim.Contracted, &a.claim.Demanded}
	for i, d := range dayFlags {
		a.day(c, d[0], at[i], d[1]+", as 2026-10-01")
	}
	return a
}

// day puts a flag for a day on c.
func (a *asking) day(c *cobra.Command, name string, to *calendar.Date, use string) {
	a.days[name], a.texts[name] = to, c.Flags().String(name, "", use)
}

// read takes the place and the days from what was given.
func (a *asking) read(place string) error {
	a.place.Country, a.place.Region, _ = strings.Cut(strings.ToUpper(place), "-")
	for name, text := range a.texts {
		if *text == "" {
			continue
		}
		d, err := calendar.Parse(*text)
		if err != nil {
			return fmt.Errorf("--%s: %w", name, err)
		}
		*a.days[name] = d
	}
	for _, l := range law.Languages {
		if l == a.language {
			return nil
		}
	}
	return fmt.Errorf("--language must be one of %s", strings.Join(law.Languages, ", "))
}

// flagOf names the flag that fills a field of a question: --due for due_on,
// --act 2 for what is within the second act.
func flagOf(field string) string {
	list, rest, within := strings.Cut(field, "[")
	switch {
	case field == "country" || field == "region":
		return strings.ToUpper(field)
	case within:
		n, member, _ := strings.Cut(rest, "].")
		i, err := strconv.Atoi(n)
		if err != nil {
			return field
		}
		return fmt.Sprintf("--%s %d: %s", strings.TrimSuffix(list, "s"), i+1, member)
	}
	return "--" + strings.ReplaceAll(strings.TrimSuffix(field, "_on"), "_", "-")
}

// said turns the faults of a question into an error that names the flags.
func said(what string, err error) error {
	var faults question.Faults
	if !errors.As(err, &faults) {
		return err
	}
	list := make([]string, len(faults))
	for i, f := range faults {
		list[i] = strings.Replace(f.Detail, f.Field, flagOf(f.Field), 1)
	}
	return fmt.Errorf("%s: %s", what, strings.Join(list, "; "))
}

// printJSON writes an answer as the API gives it.
func printJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

func lawLimitationCommand() *cobra.Command {
	var q question.Limitation
	var acts, told, bonds []string
	c := &cobra.Command{
		Use:   "limitation COUNTRY[-REGION] (--claim KIND --debtor KIND --due DAY | --rule CODE --anchor DAY) [--act ACT]…",
		Short: "Say when a claim is time-barred, by which rule and article, with the arithmetic",
		Long: "Say when a claim is time-barred. The rule is chosen from the claim, or named with the day that it runs from.\n\n" +
			"An act is TYPE=DAY, TYPE=DAY..DAY for what lasts, or TYPE:OUTCOME=DAY, such as burofax_received=2024-05-02,\n" +
			"mediation=2024-05-02..2024-09-01 or court_claim:withdrawn=2024-05-02.",
		Example: "  recobro law limitation ES --claim services --debtor business --due 2021-03-15 --act burofax_received=2024-05-02",
		Args:    onePlace,
	}
	a := newAsking(c)
	a.day(c, "anchor", &q.Anchor, "day that the rule runs from; the day after it is day one")
	c.Flags().StringVar(&q.Rule, "rule", "", "code of the rule, such as es_cc_1964")
	c.Flags().StringArrayVar(&q.Suspensions, "suspension", nil, "code of a suspension that the tables leave out until confirmed, such as pt_covid_2020, taken as confirmed; may be repeated")
	c.Flags().StringArrayVar(&acts, "act", nil, "what happened, as TYPE[:OUTCOME]=DAY[..DAY]; may be repeated")
	c.Flags().StringArrayVar(&told, "unproved-act", nil, "what somebody reports and nothing proves yet, as an act; may be repeated")
	c.Flags().StringArrayVar(&bonds, "guarantor", nil, "somebody who answers beside the debtor: simple, joint, or unknown where nobody says; may be repeated")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := a.read(args[0]); err != nil {
			return err
		}
		q.Place, q.Claim = a.place, a.claim
		for i, text := range append(slices.Clone(acts), told...) {
			act, err := readAct(text)
			if err != nil {
				return fmt.Errorf("--%s %s: %w", map[bool]string{true: "act", false: "unproved-act"}[i < len(acts)], text, err)
			}
			act.Unproved = i >= len(acts)
			q.Acts = append(q.Acts, act)
		}
		bound, free := true, false
		for _, bond := range bonds {
			joint, known := map[string]*bool{"simple": &free, "joint": &bound, "unknown": nil}[bond]
			if !known {
				return fmt.Errorf("--guarantor %s: want simple, joint or unknown", bond)
			}
			q.Guarantors = append(q.Guarantors, question.Guarantor{Joint: joint})
		}
		out, err := q.Answer(countries.For, a.language)
		if err != nil {
			return said("reckon a limitation period", err)
		}
		if a.json {
			return printJSON(cmd.OutOrStdout(), out)
		}
		return printLimitation(cmd.OutOrStdout(), &out)
	}
	return c
}

// readAct reads TYPE[:OUTCOME]=DAY[..DAY].
func readAct(text string) (law.Act, error) {
	what, when, ok := strings.Cut(text, "=")
	if !ok {
		return law.Act{}, errors.New("want TYPE=DAY")
	}
	var a law.Act
	var err error
	a.Type, a.Outcome, _ = strings.Cut(what, ":")
	from, to, lasts := strings.Cut(when, "..")
	if a.Date, err = calendar.Parse(from); err == nil && lasts {
		a.End, err = calendar.Parse(to)
	}
	return a, err
}

func lawInterestCommand() *cobra.Command {
	var q question.Interest
	var in sums
	var count string
	var invoices int
	var shipped bool
	c := &cobra.Command{
		Use:   "interest COUNTRY[-REGION] --claim KIND --debtor KIND --principal AMOUNT --due DAY --until DAY [--payment AMOUNT=DAY]…",
		Short: "Say what a debt has grown to, line by line, by which rate and article, with the arithmetic",
		Long: "Say what a debt has grown to. Where DATABASE_URL names a record, the rates that its operator added hold beside those that\n" +
			"ship with the engine, as in cases; --shipped leaves them out. The answer says which rows it used.",
		Example: "  recobro law interest ES --claim services --debtor business --principal 1250.00 --due 2025-10-01 --until 2026-06-30\n" +
			"  recobro law interest FR --claim sale --debtor business --principal 900 --due 2025-03-01 --until 2026-03-01 --payment 200.00=2025-09-15 --json",
		Args: onePlace,
	}
	a := newAsking(c)
	a.day(c, "until", &q.Until, "last day that bears interest")
	f := c.Flags()
	f.StringVar(&in.principal, "principal", "", "what is owed, as 1250.00, or 1250.00USD where not in euro")
	f.StringVar(&in.costs, "costs", "", "recovery costs that are owed besides")
	f.StringVar(&in.rate, "contract-rate", "", "agreed late-payment rate, in percent a year")
	f.StringVar(&count, "day-count", "", "act/365, or act/act")
	f.IntVar(&invoices, "invoices", 1, "how many late invoices, for the fixed sum; 0 leaves it out")
	f.StringArrayVar(&in.payments, "payment", nil, "money that came in, as AMOUNT=DAY; may be repeated")
	f.BoolVar(&shipped, "shipped", false, "by the rates that ship with the engine alone, whatever record DATABASE_URL names")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := a.read(args[0]); err != nil {
			return err
		}
		q.Place, q.Claim, q.Invoices, q.DayCount = a.place, a.claim, &invoices, law.DayCount(count)
		if err := in.read(&q); err != nil {
			return err
		}
		own := !shipped && Environ()["DATABASE_URL"] != ""
		laws, done, err := lawsFrom(cmd, own)
		if err != nil {
			return fmt.Errorf("read the operator's own rates (--shipped leaves them out): %w", err)
		}
		defer done()
		out, err := q.Answer(laws, a.language)
		if err != nil {
			return said("reckon the interest of a debt", err)
		}
		if a.json {
			return printJSON(cmd.OutOrStdout(), out)
		}
		return printInterest(cmd.OutOrStdout(), &out, own)
	}
	return c
}

// sums is what is money or a rate among the flags.
type sums struct {
	principal, costs, rate string
	payments               []string
}

// read puts the sums into a question.
func (in sums) read(q *question.Interest) (err error) {
	if q.Principal, err = readMoney(in.principal); err != nil {
		return fmt.Errorf("--principal: %w", err)
	}
	if in.costs != "" {
		sum, err := readMoney(in.costs)
		if err != nil {
			return fmt.Errorf("--costs: %w", err)
		}
		q.Costs = &sum
	}
	if in.rate != "" {
		r, err := money.ParseRate(in.rate)
		if err != nil {
			return fmt.Errorf("--contract-rate: %w", err)
		}
		q.ContractRate = &r
	}
	for _, text := range in.payments {
		sum, when, ok := strings.Cut(text, "=")
		if !ok {
			return fmt.Errorf("--payment %s: want AMOUNT=DAY", text)
		}
		var p question.Payment
		if p.Amount, err = readMoney(sum); err == nil {
			p.Received, err = calendar.Parse(when)
		}
		if err != nil {
			return fmt.Errorf("--payment %s: %w", text, err)
		}
		q.Payments = append(q.Payments, p)
	}
	return nil
}

// readMoney reads 1250.00, in euro, or 1250.00USD.
func readMoney(text string) (money.Amount, error) {
	currency := "EUR"
	if i := strings.IndexFunc(text, func(r rune) bool { return r >= 'A' && r <= 'Z' }); i >= 0 {
		text, currency = strings.TrimSpace(text[:i]), text[i:]
	}
	return money.Parse(text, currency)
}

// joined lists words.
func joined[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, w := range list {
		out[i] = string(w)
	}
	return strings.Join(out, ", ")
}
