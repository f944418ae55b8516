package letter

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/money"
)

func TestEveryEMailThatSaysHowToPayShowsACodeForTheSameTransfer(t *testing.T) {
	each(t, func(t *testing.T, name, channel, language string) {
		l := sample(name, channel, language)
		out := render(t, l)
		paying := strings.Contains(out.HTML, "ES91 2100 0418 4502 0005 1332</td>")
		if (out.Code != "") != paying || strings.Contains(out.HTML, `src="cid:`+CodeID+`"`) != paying {
			t.Fatalf("it says how to pay (%t), and its code is %q:\n%s", paying, out.Code, out.HTML)
		}
		if !paying {
			return
		}
		for _, want := range []string{"Norte Suministros, S.L.\n", "\nES9121000418450200051332\n", "\nRF18539007547034"} {
			if !strings.Contains(out.Code, want) {
				t.Errorf("the code %q does not hold %q", out.Code, want)
			}
		}
		_, sum, _ := strings.Cut(out.Code, "\nEUR")
		sum, _, _ = strings.Cut(sum, "\n")
		if sum == "" != strings.HasPrefix(name, "plan_") {
			t.Fatalf("the code asks for %q", sum)
		}
		if a, err := money.Parse(sum, "EUR"); sum != "" && (err != nil || !strings.Contains(out.Text, penFor(language, Email).money(a))) {
			t.Errorf("the code asks for %s, and the letter does not:\n%s", sum, out.Text)
		}
	})
}

func TestALetterOfACreditorWithoutAnAccountSaysWhereToAskForIt(t *testing.T) {
	each(t, func(t *testing.T, name, channel, language string) {
		l := sample(name, channel, language)
		with := render(t, l)
		l.Creditor.IBAN = ""
		out := render(t, l)
		if out.Code != "" || strings.Contains(out.HTML, "<img") || strings.Contains(out.Text, "ES91") {
			t.Fatalf("it has the code %q and says\n%s", out.Code, out.Text)
		}
		if strings.Contains(with.Text, l.PayReference) && name != "dispute_received" && !strings.Contains(out.Text, l.PayReference) {
			t.Errorf("it does not say the reference:\n%s", out.Text)
		}
		if with.Code != "" && strings.Count(out.Text, l.Creditor.Email) <= strings.Count(with.Text, l.Creditor.Email) {
			t.Errorf("it does not say where to ask for the account:\n%s", out.Text)
		}
		for _, gap := range []string{"  .", " ,", "()", ": .", "\n\n\n"} {
			if strings.Contains(out.Text, gap) {
				t.Errorf("there is a gap %q:\n%s", gap, out.Text)
			}
		}
	})
}
