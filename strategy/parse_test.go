package strategy_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/strategy"
)

func shippedText(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("standard/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// lineOf gives the line on which text stands, counted from 1.
func lineOf(text, part string) int {
	before, _, found := strings.Cut(text, part)
	if !found {
		return -1
	}
	return 1 + strings.Count(before, "\n")
}

func TestShippedStrategiesLoad(t *testing.T) {
	l := strategy.NewLibrary()
	if n := len(l.All()); n != 6 {
		t.Fatalf("%d strategies ship, want 6", n)
	}
	for _, country := range []string{"ES", "FR", "PT"} {
		for _, debtor := range []law.Party{law.Business, law.Consumer} {
			s, ok := l.Pick(country, debtor, "")
			if !ok || s.Country != country || s.Debtor != debtor {
				t.Errorf("%s %s: picked %v", country, debtor, s)
			}
		}
	}
	business, _ := l.Get("es-business")
	consumer, _ := l.Get("es-consumer@1")
	for k := range business.Steps {
		if consumer.Steps[k].Offset < business.Steps[k].Offset {
			t.Errorf("consumers are reminded sooner than businesses: %s", consumer.Steps[k].Name)
		}
	}
}

func TestLibraryKeepsVersions(t *testing.T) {
	l := strategy.NewLibrary()
	second, err := strategy.Parse([]byte(strings.Replace(shippedText(t, "es-business"), "version: 1", "version: 2", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Add(second); err != nil {
		t.Fatal(err)
	}
	if s, _ := l.Get("es-business"); s != second {
		t.Errorf("the newest is %s", s.Ref())
	}
	if s, _ := l.Get("es-business@1"); s == nil || s.Version != 1 {
		t.Error("the pinned version is gone")
	}
	if err := l.Add(second); err == nil {
		t.Error("a version was changed under the cases pinned to it")
	}
	if _, ok := l.Pick("FR", law.Business, "es-business"); ok {
		t.Error("a Spanish strategy was picked for a French claim")
	}
	if _, ok := l.Pick("DE", law.Business, ""); ok {
		t.Error("a strategy was picked for a country without one")
	}
}

func TestParseRef(t *testing.T) {
	for _, c := range []struct {
		ref     string
		name    string
		version int
		ok      bool
	}{
		{"es-business@3", "es-business", 3, true},
		{"es-business", "es-business", 0, true},
		{"es-business@", "", 0, false},
		{"es-business@0", "", 0, false},
		{"es-business@x", "", 0, false},
		{"", "", 0, false},
		{"Ä@1", "", 0, false},
	} {
		name, version, err := strategy.ParseRef(c.ref)
		if name != c.name || version != c.version || (err == nil) != c.ok {
			t.Errorf("%q is read as %q %d %v", c.ref, name, version, err)
		}
	}
}

// change is one thing done to a shipped strategy, and what is then said of it.
type change struct {
	name     string
	from, to string // text replaced, once
	at       string // text on the line that is named; empty: to
	says     string
}

func TestStrategyIsRefusedWithLineAndReason(t *testing.T) {
	for _, c := range []change{
		{"a key that is not known", "control_days: 60", "control_daze: 60", "", "control_daze is not a known key"},
		{"a key of a step that is not known", "    letter: reminder_1", "    leter: reminder_1", "", "leter is not a known key"},
		{"a word for a number", "gap_days: 7", "gap_days: seven", "", "whole number"},
		{"a country that is not known", "country: ES", "country: DE", "", `"DE" is not known`},
		{"a kind of debtor that is not known", "debtor: business", "debtor: company", "", `"company" is not known`},
		{"a name with capitals", "name: es-business", "name: ES", "", "lower-case"},
		{"no version", "version: 1\n", "version: 0\n", "version: 0", "from 1"},
		{"an act that is not known", "act: claim", "act: sue", "", `"sue" is not known`},
		{"a letter that is not known", "letter: reminder_1", "letter: threat", "", `"threat"`},
		{"a channel that is not known", "channels: [sms, whatsapp, email]", "channels: [fax]", "", `"fax" is not known`},
		{"a channel named twice", "channels: [sms, whatsapp, email]", "channels: [sms, sms]", "", "named twice"},
		{"a letter not written for the channel", "letter: statement_of_account\n    channels: [email]", "letter: statement_of_account\n    channels: [sms]", "channels: [sms]\n", "not written for sms"},
		{"no channel", "letter: statement_of_account\n    channels: [email]", "letter: statement_of_account\n    channels: []", "channels: []", "at least one"},
		{"a stage that is not known", "stage: negotiation\n", "stage: bargaining\n", "stage: bargaining", `"bargaining" is not known`},
		{"the stage closed", "stage: friendly_contact", "stage: closed", "", "not known"},
		{"stages out of order", "    stage: friendly_contact\n    offset: 1", "    stage: negotiation\n    offset: 1", "stage: reminders\n    offset: 8", "comes before negotiation"},
		{"a supervisor held shorter than an agent", "    max_days: 45", "    max_days: 29", "", "want 30 to 365"},
		{"a supervisor's least part above an agent's", "    min_share: 10", "    min_share: 30", "", "want 0 to 25"},
		{"a supervisor's instalment above an agent's", "    min_instalment: \"50.00\"", "    min_instalment: \"150.00\"", "", "not above 100.00"},
		{"an agent who may give more than anybody", "agent_discount: 5", "agent_discount: 11", "", "want 0 to 10"},
		{"an authority without days to approve", "approval_days: 3", "approval_days: 0", "agent_discount: 5", "needs approval_days"},
		{"a rung that gives more than anybody may", "discount: 10\n  agent", "discount: 12\n  agent", "discount: 12", "want 0 to 10"},
		{"a rung for every debt", "from_days: 180", "from_days: 0", "", "from_days or from_amount"},
		{"days to make good without end", "cure_days: 10", "cure_days: 90", "", "want 0 to 60"},
		{"offsets that do not rise", "offset: 22", "offset: 14", "", "does not come after 15"},
		{"a step on the due date itself", "offset: 1\n", "offset: 0\n", "offset: 0", "on the due date itself"},
		{"a collection letter before the due date", "letter: courtesy_reminder", "letter: reminder_1", "", "not due yet"},
		{"a courtesy after the due date", "letter: final_reminder\n    channels: [email,", "letter: courtesy_reminder\n    channels: [email,", "letter: courtesy_reminder\n    channels: [email,", "before the due date"},
		{"collection before the due date", "stage: upcoming", "stage: reminders", "offset: -7", "does not come before the due date"},
		{"a step that stands twice", "name: reminder_2", "name: reminder_1", "name: reminder_1\n    stage: reminders\n    offset: 15", "stands twice"},
		{"a name of the engine's own", "name: reminder_2", "name: study", "", "used by the engine"},
		{"a handoff soon after the claim", "offset: 95", "offset: 70", "name: legal_handoff", "LO 1/2025"},
		{"no claim in Spain", "    act: claim\n    letter: extrajudicial_claim\n", "    letter: last_notice\n", "steps:", "act claim"},
		{"a negative number", "gap_days: 7", "gap_days: -7", "", "may not be negative"},
		{"a negative sum", `tolerance: "1.00"`, `tolerance: "-1.00"`, "", "may not be negative"},
		{"a sum that is none", `tolerance: "1.00"`, `tolerance: "one"`, "", "decimal"},
		{"a large sum written off by itself", `tolerance: "1.00"`, `tolerance: "100.00"`, "", "not written off"},
		{"a day that is not known", "days: [mon, tue, wed, thu, fri]", "days: [mon, someday]", "", `"someday"`},
		{"a weekend, which the law closes", "days: [mon, tue, wed, thu, fri]", "days: [mon, sat]", "", "LGDCU"},
		{"hours before the law's", `"09:00-20:00"`, `"08:00-20:00"`, "", "outside 09:00-21:00"},
		{"hours past the default without a reason", `"09:00-20:00"`, `"09:00-20:30"`, "", "contact.looser.hours"},
		{"hours turned round", `"09:00-20:00"`, `"20:00-09:00"`, "", "HH:MM"},
		{"hours that overlap", `"09:00-20:00"`, `"09:00-12:00", "11:00-20:00"`, "", "before the span above ends"},
		{"a cap above the default without a reason", "message_max: 2", "message_max: 3", "", "contact.looser.messages"},
		{"calls above the default without a reason", "calls_max: 3", "calls_max: 4", "", "contact.looser.calls"},
		{"a cap in fewer days", "message_days: 7", "message_days: 3", "message_max: 2", "looser than the default"},
		{"a cap above all bounds", "message_max: 2", "message_max: 8", "", "more than 7 in a week"},
		{"something loosened that is no default", "contact:\n", "contact:\n  looser: {holidays: because we want to}\n", "looser:", "not a default"},
		{"something loosened without a reason", "contact:\n", "contact:\n  looser: {hours: yes}\n", "looser:", "say why"},
		{"a promise longer than a year", "max_days: 30", "max_days: 400", "", "1 to 365"},
		{"a discount of all", "max_discount: 10", "max_discount: 100", "", "0 to 90"},
		{"a guard too late", "guard:\n  days: 90", "guard:\n  days: 3", "  days: 3\n\nhandoff", "30 to 365"},
		{"no controls", "control_days: 60", "control_days: 0", "", "1 to 180"},
		{"a second strategy in the file", "control_days: 60", "control_days: 60\n---\nname: other", "", "one strategy"},
		{"text that is no YAML", "contact:\n", "contact: [\n", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}

func (c change) check(t *testing.T) {
	text := shippedText(t, "es-business")
	if !strings.Contains(text, c.from) {
		t.Fatalf("%q is not in the strategy", c.from)
	}
	text = strings.Replace(text, c.from, c.to, 1)
	_, err := strategy.Parse([]byte(text))
	var problems strategy.Problems
	if !errors.As(err, &problems) {
		t.Fatalf("it loads, or fails otherwise: %v", err)
	}
	if c.at == "" {
		c.at = strings.TrimSpace(c.to)
	}
	line := lineOf(text, c.at)
	for _, p := range problems {
		if strings.Contains(p.Reason, c.says) && (p.Line == line || c.says == "" && p.Line > 0 || c.says == "one strategy") {
			if strings.Contains(p.Reason, "strategy.") || strings.Contains(p.Reason, "!!") {
				t.Errorf("speaks of the program: %s", p)
			}
			return
		}
	}
	t.Errorf("want line %d to say %q; got %v", line, c.says, err)
}

func TestEveryProblemIsListed(t *testing.T) {
	text := shippedText(t, "fr-consumer")
	for from, to := range map[string]string{"gap_days: 7": "gap_days: -1", "letter: reminder_1": "letter: x", "control_days: 60": "control_days: 999"} {
		text = strings.Replace(text, from, to, 1)
	}
	problems := strategy.Check([]byte(text))
	if len(problems) != 3 {
		t.Fatalf("want three problems, got %v", problems)
	}
	for i := 1; i < len(problems); i++ {
		if problems[i].Line < problems[i-1].Line {
			t.Errorf("they are not in order of lines: %v", problems)
		}
	}
}

func TestADefaultIsLoosenedByNameAndReason(t *testing.T) {
	text := strings.Replace(shippedText(t, "es-business"), `"09:00-20:00"`, `"09:00-21:00"`, 1)
	text = strings.Replace(text, "contact:\n", "contact:\n  looser: {hours: our debtors are restaurants and answer at night}\n", 1)
	if p := strategy.Check([]byte(text)); len(p) != 0 {
		t.Errorf("it does not load: %v", p)
	}
	text = strings.Replace(text, "09:00-21:00", "08:00-21:00", 1)
	if p := strategy.Check([]byte(text)); len(p) == 0 {
		t.Error("the law's own hours were loosened")
	}
}

func TestCreditorsLimitsNarrow(t *testing.T) {
	s, _ := library.Get("es-business")
	own := s.Rules(debt.Limits{})
	if own.MaxDiscount != 10 || own.Tolerance != money.EUR(100) || own.PromiseMaxDays != 30 || !own.ClaimInterest {
		t.Errorf("the strategy's own limits are %+v", own)
	}
	for _, c := range []struct {
		name string
		in   debt.Limits
		want int
	}{
		{"a lower discount holds", debt.Limits{MaxDiscount: 5}, 5},
		{"a higher one does not", debt.Limits{MaxDiscount: 50}, 10},
	} {
		if got := s.Rules(c.in).MaxDiscount; got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
	if got := s.Rules(debt.Limits{Tolerance: money.Of(50, "USD")}).Tolerance; got != money.Of(50, "USD") {
		t.Errorf("the creditor's tolerance became %s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(shippedText(f, "es-business")))
	f.Add([]byte(fmt.Sprintf(oneStep, "ES", `"09:00-20:00"`, "")))
	f.Add([]byte("steps: [{offset: 99999999999999999999}]"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := strategy.Parse(b)
		if (s == nil) == (err == nil) {
			t.Fatalf("neither a strategy nor a reason: %v %v", s, err)
		}
	})
}
