package letter

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

var update = flag.Bool("update", false, "write the goldens anew")

var channels = []string{Email, SMS, WhatsApp}

// claim is a debt of 1,250 € with one payment, interest over two rates and the
// compensation.
func claim(reference string) ClaimLine {
	line := func(from, to string, days int, rate string, cents int64) law.Line {
		r, err := money.ParseRate(rate)
		if err != nil {
			panic(err)
		}
		return law.Line{From: calendar.Must(from), To: calendar.Must(to), Days: days, Rate: r, Base: money.EUR(125000),
			Interest: money.EUR(cents), Table: "es_late_payment", Article: "Ley 3/2004 arts. 5 and 7", Status: law.Verified}
	}
	return ClaimLine{
		Reference: reference, CaseRef: "01J9", Issued: calendar.Must("2026-05-01"), Due: calendar.Must("2026-06-01"),
		Principal: money.EUR(125000), Paid: money.EUR(25000), Interest: money.EUR(2000), Compensation: money.EUR(4000),
		Outstanding: money.EUR(106000),
		Lines: []law.Line{line("2026-06-02", "2026-06-30", 29, "10.15", 1000),
			line("2026-07-01", "2026-07-29", 29, "10.4", 1000)},
	}
}

// plainClaim is a debt without extras.
func plainClaim(reference string, cents int64, currency string) ClaimLine {
	return ClaimLine{Reference: reference, CaseRef: "01J8", Issued: calendar.Must("2026-09-01"), Due: calendar.Must("2026-10-01"),
		Principal: money.Of(cents, currency), Outstanding: money.Of(cents, currency)}
}

var home = map[string]string{"es": "ES", "fr": "FR", "pt": "PT", "en": "ES"}

// sample is a letter with all that any letter may be about.
func sample(name, channel, language string) Letter {
	l := Letter{
		Name: name, Channel: channel, Language: language, Country: home[language],
		Creditor: Creditor{Name: "Norte Suministros", LegalName: "Norte Suministros, S.L.", TaxID: "B12345674",
			Address: "Calle Mayor 1, 28013 Madrid", IBAN: "ES9121000418450200051332", Email: "cobros@norte.example",
			Phone: "+34911234567", Color: "#0a5c36", Signature: "Marta Gil\nAdministración", Footer: "Registro Mercantil de Madrid"},
		Debtor:   Debtor{Name: "Talleres López", Kind: law.Business},
		Operator: Operator{Name: "Recobro Amable", Address: "Gran Vía 2, 28013 Madrid"},
		Capacity: debt.AsCreditor,
		Claims:   []ClaimLine{claim("F-2026-00123")},
		Today:    calendar.Must("2026-08-03"), Deadline: calendar.Must("2026-08-17"), PayReference: "RF18539007547034",
		Consequence: &Consequence{FollowsClaim, calendar.Must("2026-08-18")},
		Offer:       &Offer{money.EUR(95400), 10, calendar.Must("2026-08-20")},
		Promise:     &Promise{money.EUR(106000), calendar.Must("2026-08-28")},
		Instalment:  &Instalment{money.EUR(53000), calendar.Must("2026-09-01"), 1, 2},
		Plan: []Instalment{{money.EUR(53000), calendar.Must("2026-09-01"), 1, 2},
			{money.EUR(53000), calendar.Must("2026-10-01"), 2, 2}},
		Late: &Late{money.EUR(33000), calendar.Must("2026-09-14")},
		Terms: &Terms{Total: money.EUR(106000), Interest: 8 * money.Percent, Charged: money.EUR(900), CureDays: 10,
			Until: calendar.Must("2026-08-17")},
		Payment: &Payment{Amount: money.EUR(25000), On: calendar.Must("2026-07-29")},
		Dispute: &Dispute{Outcome: "partly", Left: money.EUR(100000)},
	}
	switch name {
	case "dispute_proof":
		l.Dispute = &Dispute{By: calendar.Must("2026-08-17")}
	case "courtesy_reminder", "first_contact":
		l.Claims = []ClaimLine{plainClaim("F-2026-00123", 125000, "EUR")}
	case "extrajudicial_claim":
		l.Capacity = debt.AsThirdParty
		l.Consequence = &Consequence{FollowsLawyer, calendar.Must("2026-09-04")}
	}
	return l
}

func render(t *testing.T, l Letter) Rendered {
	t.Helper()
	out, err := Render(l)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// each runs f for every letter in every channel and language.
func each(t *testing.T, f func(t *testing.T, name, channel, language string)) {
	for _, language := range languages {
		for _, name := range Names() {
			for _, channel := range channels {
				if Exists(name, channel) {
					t.Run(language+"/"+name+"."+channel, func(t *testing.T) { f(t, name, channel, language) })
				}
			}
		}
	}
}

func TestEveryLetterReadsAsItsGolden(t *testing.T) {
	each(t, func(t *testing.T, name, channel, language string) {
		out := render(t, sample(name, channel, language))
		got := out.Text
		if channel == Email {
			got = "Subject: " + out.Subject + "\n\n" + got
		}
		golden(t, filepath.Join("testdata", language, name+"."+channel+".txt"), got)
	})
}

func TestSeveralDebtsReadAsTheirGolden(t *testing.T) {
	for _, language := range languages {
		l := sample("reminder_1", Email, language)
		l.Claims = []ClaimLine{claim("F-1"), plainClaim("F-2", 30000, "EUR")}
		golden(t, filepath.Join("testdata", language, "several.email.txt"), render(t, l).Text)
	}
	l := sample("statement_of_account", Email, "es")
	golden(t, filepath.Join("testdata", "es", "statement_of_account.email.html"), render(t, l).HTML)
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	got = strings.TrimRight(got, "\n") + "\n"
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s reads\n%s\nwant\n%s", path, got, want)
	}
}

func TestEveryMessageSaysWhoClaimsWhatAndHowToPayAndAnswer(t *testing.T) {
	each(t, func(t *testing.T, name, channel, language string) {
		l := sample(name, channel, language)
		out := render(t, l)
		p := penFor(language, channel)
		account := iban(l.Creditor.IBAN)
		if channel == SMS {
			account = l.Creditor.IBAN
		}
		if strings.HasPrefix(name, "dispute_") { // an answer asks for no money
			account = l.Claims[0].Reference
		}
		texts := []string{out.Text}
		if channel == Email {
			texts = append(texts, out.HTML)
		}
		for _, text := range texts {
			for _, want := range []string{"Norte Suministros", l.Claims[0].Reference, p.money(l.Claims[0].Outstanding), account,
				"cobros@norte.example", "34911234567"} {
				if !strings.Contains(text, want) {
					t.Errorf("it does not say %q:\n%s", want, text)
				}
			}
		}
		if channel == Email && (!strings.Contains(out.Subject, "F-2026-00123") || out.HTML == "") {
			t.Errorf("subject %q lacks the reference, or the HTML is missing", out.Subject)
		}
		if all := out.Subject + out.Text + out.HTML; regexp.MustCompile(`\{\{|\}\}|<no value>|%!|[\x00-\x08\x0b-\x1f]`).MatchString(all) {
			t.Errorf("something is left unwritten:\n%s", all)
		}
	})
}

func TestTheFourLanguagesHaveTheSameLettersAndWords(t *testing.T) {
	var want []string
	for _, c := range catalogue {
		for _, channel := range channels {
			if Exists(c.name, channel) {
				want = append(want, c.name+"."+channel+".tmpl")
			}
		}
	}
	want = append(want, "words.tmpl")
	slices.Sort(want)
	define := regexp.MustCompile(`\{\{define "([a-z_]+)"`)
	var words []string
	for _, language := range languages {
		var files []string
		entries, err := fs.ReadDir(texts, "text/"+language)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			files = append(files, e.Name())
		}
		if !slices.Equal(files, want) {
			t.Errorf("%s has the letters %v, want %v", language, files, want)
		}
		b, err := texts.ReadFile("text/" + language + "/words.tmpl")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range define.FindAllStringSubmatch(string(b), -1) {
			got = append(got, m[1])
		}
		if words == nil {
			words = got
		}
		if !slices.Equal(got, words) {
			t.Errorf("%s defines %v, want %v", language, got, words)
		}
	}
}

func TestTheBreakdownOfALetterAddsUp(t *testing.T) {
	l := sample("statement_of_account", Email, "es")
	l.Claims[0].Outstanding.Cents++
	if _, err := Render(l); err == nil || !strings.Contains(err.Error(), "1060.00 EUR, not 1060.01 EUR") {
		t.Errorf("a breakdown one cent off gives %v", err)
	}
}

func TestALetterIsRefusedWithItsCaseAndReason(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*Letter)
		want   string
	}{
		{"a limited debt is not stated as due", func(l *Letter) { l.Claims[0].Limited = true }, "limitation period is over"},
		{"a limited debt among others neither", func(l *Letter) {
			c := plainClaim("F-9", 100, "EUR")
			c.Limited = true
			l.Claims = append(l.Claims, c)
		}, "debt 01J8: its limitation period"},
		{"a consumer in France pays no recovery costs", func(l *Letter) { l.Country, l.Debtor.Kind = "FR", law.Consumer }, "L111-8"},
		{"FR: a third party asks for no costs", func(l *Letter) {
			l.Country, l.Capacity, l.Claims[0].Costs = "FR", debt.AsThirdParty, money.EUR(100)
			l.Claims[0].Outstanding.Cents += 100
		}, "asks for no costs"},
		{"currencies are not mixed in one debt", func(l *Letter) { l.Claims[0].Paid = money.Of(1, "USD") }, "mixes EUR and USD"},
		{"a letter covers a debt", func(l *Letter) { l.Claims = nil }, "covers no debt"},
		{"a letter exists", func(l *Letter) { l.Name = "threat" }, "no such letter"},
		{"a letter exists for its channel", func(l *Letter) { l.Name, l.Channel = "statement_of_account", SMS }, "no such letter"},
		{"there is a way to answer", func(l *Letter) { l.Creditor.Email, l.Creditor.Phone = "", "" }, "to answer to"},
		{"a third party says its name", func(l *Letter) { l.Capacity, l.Operator.Name = debt.AsThirdParty, "\n" }, "says its own name"},
		{"a letter is to somebody", func(l *Letter) { l.Debtor.Name = " \u200b" }, "has no name"},
		{"a letter has a date", func(l *Letter) { l.Today = calendar.Date{} }, "has no date"},
		{"what follows is of a known kind", func(l *Letter) { l.Consequence.Kind = "prison" }, "could follow"},
		{"an offer letter has an offer", func(l *Letter) { l.Name, l.Offer = "negotiation_offer", nil }, "lacks the offer"},
		{"a promise letter has a promise", func(l *Letter) { l.Name, l.Promise = "promise_reminder", nil }, "lacks the promise"},
		{"a plan letter has instalments", func(l *Letter) { l.Name, l.Plan = "plan_confirmation", nil }, "lacks the instalments"},
		{"a receipt has a payment", func(l *Letter) { l.Name, l.Payment = "payment_receipt", nil }, "lacks the payment"},
		{"a final reminder has a day", func(l *Letter) {
			l.Name, l.Consequence, l.Deadline = "final_reminder", nil, calendar.Date{}
		}, "lacks the day"},
		{"FR: a third party's claim has the addresses", func(l *Letter) {
			l.Name, l.Country, l.Capacity, l.Operator.Address = "extrajudicial_claim", "FR", debt.AsThirdParty, ""
		}, "R124-4"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := sample("reminder_1", Email, "es")
			tt.change(&l)
			_, err := Render(l)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want it to say %q", err, tt.want)
			}
			if !strings.Contains(err.Error(), "case 01J9") && len(l.Claims) > 0 {
				t.Errorf("%v names no case", err)
			}
		})
	}
}

func TestALimitedDebtMayStillHaveAServiceLetter(t *testing.T) {
	l := sample("promise_reminder", Email, "es")
	l.Claims[0].Limited = true
	render(t, l)
}

func TestNoSumOverCurrencies(t *testing.T) {
	for _, channel := range []string{Email, WhatsApp} {
		l := sample("reminder_1", channel, "es")
		l.Claims = []ClaimLine{plainClaim("F-1", 100000, "EUR"), plainClaim("F-2", 50000, "USD"), plainClaim("F-3", 1, "EUR")}
		out := render(t, l)
		for _, want := range []string{"1.000,01\u00a0€ y 500,00\u00a0USD", "F-1", "F-2", "F-3"} {
			if !strings.Contains(out.Text, want) {
				t.Errorf("%s lacks %q:\n%s", channel, want, out.Text)
			}
		}
		for _, never := range []string{"Total pendiente", "1.500,0"} {
			if strings.Contains(out.Text+out.HTML, never) {
				t.Errorf("%s says %q:\n%s", channel, never, out.Text)
			}
		}
	}
}

func TestSeveralDebtsStandEachWithItsBreakdownAndATotal(t *testing.T) {
	l := sample("reminder_1", Email, "es")
	l.Claims = []ClaimLine{claim("F-1"), plainClaim("F-2", 30000, "EUR")}
	out := render(t, l)
	for _, want := range []string{"Factura F-1,", "Factura F-2,", "1.060,00\u00a0€", "300,00\u00a0€", "Total pendiente: 1.360,00\u00a0€",
		"al 10,15\u00a0%, 10,40\u00a0% anual"} {
		if !strings.Contains(out.Text, want) {
			t.Errorf("it lacks %q:\n%s", want, out.Text)
		}
	}
}
