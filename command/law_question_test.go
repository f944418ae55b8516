package command

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
)

// ask runs recobro law and returns what it printed.
func ask(args ...string) (string, error) {
	c := lawCommand()
	c.SilenceUsage, c.SilenceErrors = true, true
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetArgs(args)
	err := c.Execute()
	return out.String(), err
}

var (
	anOldInvoice = strings.Fields("limitation ES --claim services --debtor business --due 2018-03-15 --act burofax_received=2022-05-02")
	aDebt        = strings.Fields("interest ES --claim services --debtor business --principal 1250.00 --due 2025-10-01 --until 2026-06-30 --payment 100.00=2026-02-01")
)

func TestLawLimitationAndInterestTellRuleArticleArithmeticFlagsAndStatus(t *testing.T) {
	for _, c := range []struct {
		args []string
		want []string
	}{
		{anOldInvoice, []string{
			"Rule               es_cc_1964, Código Civil art. 1964.2: 5 years\n", "Status             verified\n", "Last day           2027-05-02\n",
			"Cautious last day  2021-06-05\n", "\nOther readings\n  es_cc_1967, ", "2022-05-02 + 5 years = 2027-05-02\n",
			"\n  art_1967_scope_debated: It is debated whether",
		}},
		{append(anOldInvoice[:len(anOldInvoice):len(anOldInvoice)], "--language", "es"), []string{"\n  art_1967_scope_debated: Se discute si"}},
		{strings.Fields("limitation PT --claim sale --debtor consumer --due 2022-03-15"), []string{
			"Status             to_confirm\n", "\nTo confirm\n  rule pt_cc_317, Código Civil art. 317: to confirm\n",
		}},
		{strings.Fields("limitation PT --claim sale --debtor consumer --due 2021-02-10"), []string{
			"Presumed paid from 2023-02-11\n", "Ordinary period    pt_cc_309, Código Civil art. 309: 20 years, last day 2041-02-11, cautiously 2041-02-10\n", "Time-barred from   2041-02-12\n",
		}},
		{strings.Fields("limitation ES --claim carriage --debtor business --due 2025-05-20 --contracted 2025-03-15 --act burofax_received=2026-03-01"), []string{
			"Last day           2027-03-01\n", "Cautious last day  2026-06-15\n", "\n  carriage_written_claim: ", "what burofax_received does, Ley 15/2009 art. 79.3, with art. 1973 of the Código Civil: to confirm",
		}},
		{strings.Fields("limitation ES --claim other --debtor business --due 2021-05-05 --act burofax_received=2024-06-10 --guarantor simple --guarantor joint --guarantor unknown"), []string{
			"\nGuarantors\n  guarantor: last day 2026-05-05, cautiously 2026-05-05\n", "  joint_guarantor: last day 2029-06-10, cautiously 2026-05-05; joint_guarantor_debated: ", "guarantor_bond_unknown: ",
		}},
		{strings.Fields("limitation FR --claim sale --debtor business --due 2021-05-05 --unproved-act acknowledgment=2024-06-10"), []string{
			"Last day           2029-06-10\n", "Cautious last day  2026-05-05\n", "\n  act_to_prove: ",
		}},
		{strings.Fields("limitation ES-CT --claim other --debtor business --due 2022-03-15"), []string{"Law                ES-CT\n", "Cautious last day  2027-03-15\n"}},
		{strings.Fields("limitation FR --claim sale --debtor public --due 2022-03-15"), []string{"\nAsk a person\n"}},
		{aDebt, []string{
			"Rate               es_late_payment, Ley 3/2004 arts. 5 and 7\n", "Interest           51.08 EUR\n", "Total              1283.83 EUR\n",
			"2025-10-02 to 2025-12-31: 1250.00 EUR × 10.15 % × 91 / 365 days = 31.63 EUR",
		}},
		{strings.Fields("interest FR --claim sale --debtor consumer --principal 900 --due 2025-03-01 --until 2026-03-01"), []string{"Runs from          a demand: none is known\n"}},
	} {
		out, err := ask(c.args...)
		if err != nil {
			t.Errorf("%v: %v", c.args, err)
		}
		for _, w := range c.want {
			if !strings.Contains(out, w) {
				t.Errorf("%v: no %q in\n%s", c.args, w, out)
			}
		}
	}
}

func TestLawLimitationAndInterestAnswerAsJSON(t *testing.T) {
	for _, c := range []struct {
		args        []string
		field, want string
	}{
		{anOldInvoice, "last_day", "2027-05-02"}, {aDebt, "until", "2026-06-30"},
	} {
		out, err := ask(append(c.args[:len(c.args):len(c.args)], "--json")...)
		var got map[string]any
		if err != nil || json.Unmarshal([]byte(out), &got) != nil || got[c.field] != c.want {
			t.Errorf("%v: %v\n%s", c.args, err, out)
		}
		for _, name := range []string{"arithmetic", "flags_in_words", "to_confirm"} {
			if _, ok := got[name].([]any); !ok {
				t.Errorf("%v: %s is %v", c.args, name, got[name])
			}
		}
	}
}

func TestLawQuestionsNameTheFlagThatIsWrong(t *testing.T) {
	for args, want := range map[string]string{
		"limitation XX":            "COUNTRY must be one whose law is known",
		"limitation ES":            "--claim is missing; --debtor is missing; --due is missing",
		"limitation ES --due soon": "--due: not a date",
		"limitation ES --claim sale --debtor business --due 2025-01-01 --act letter":            "--act letter: want TYPE=DAY",
		"limitation ES --claim sale --debtor business --due 2025-01-01 --act letter=2025-02-30": "--act letter=2025-02-30: not a date",
		"limitation ES --claim sale --debtor business --due 2025-01-01 --act pigeon=2025-02-03": "--act 1: type must be one of",
		"limitation ES --claim sale --debtor business --due 2025-01-01 --unproved-act letter":   "--unproved-act letter: want TYPE=DAY",
		"limitation ES --claim sale --debtor business --due 2025-01-01 --guarantor somebody":    "--guarantor somebody: want simple, joint or unknown",
		"limitation ES --language la": "--language must be one of en, es, fr, pt",
		"interest ES --principal ten": "--principal: ",
		"interest ES --principal 10 --claim sale --debtor business --due 2025-01-01":                                  "--until is missing",
		"interest ES --principal 10 --contract-rate much":                                                             "--contract-rate: ",
		"interest ES --principal 10 --payment 5":                                                                      "--payment 5: want AMOUNT=DAY",
		"interest ES --principal 10USD --payment 5=2025-01-01 --claim sale --debtor business --due 2025-01-01":        "--payment 1: amount must be in the principal's currency",
		"interest ES --principal 10 --costs 5,00 --claim sale --debtor business --due 2025-01-01":                     "--costs: ",
		"interest ES --principal 10 --until 2026-01-01 --claim sale --debtor business --due 2025-01-01 --day-count x": "--day-count must be one of act/365, act/act",
	} {
		out, err := ask(strings.Fields(args)...)
		if err == nil || !strings.Contains(err.Error(), want) || out != "" {
			t.Errorf("%s: %v, want %q\n%s", args, err, want, out)
		}
	}
}

func TestAPlaceIsNamedInAnyCaseAndAskedForWhereItIsMissing(t *testing.T) {
	large, err := ask("ES-CT")
	small, other := ask("es-ct")
	if err != nil || other != nil || large != small {
		t.Errorf("%v, %v: %.80s and %.80s", err, other, large, small)
	}
	for _, name := range []string{"limitation", "interest", "deadline"} {
		if _, err := ask(name); err == nil || !strings.Contains(err.Error(), "COUNTRY is missing: one of ES, ES-AR, ES-CT") {
			t.Error(err)
		}
		if _, err := ask(name, "ES", "FR"); err == nil || !strings.Contains(err.Error(), "one COUNTRY is asked for") {
			t.Error(err)
		}
	}
	out, err := ask(strings.Fields("limitation fr --claim sale --debtor business --due 2022-03-15 --language fr")...)
	if err != nil || !strings.Contains(out, "2022-03-15 + 5 ans = 2027-03-15") {
		t.Errorf("%v: %s", err, out)
	}
}
