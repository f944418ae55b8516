package post_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// reminder is an e-mail that asks for 1.234,56 euros.
func reminder(t *testing.T, change func(*letter.Letter)) record.Message {
	t.Helper()
	rf, err := ident.PaymentReference("01913c5e-8a11-7b02-9c3d-4e5f60718293")
	if err != nil {
		t.Fatal(err)
	}
	sum := money.EUR(123456)
	l := letter.Letter{Name: "reminder_1", Channel: letter.Email, Language: "es", Country: "ES", Today: calendar.Must("2026-08-03"),
		Creditor: letter.Creditor{Name: "Peña", LegalName: "Suministros Peña, S.L.", IBAN: "ES9121000418450200051332", Email: "a@pena.example", Phone: "+34911234567"},
		Debtor:   letter.Debtor{Name: "Ana Ruiz", Kind: law.Business}, Capacity: debt.AsCreditor, PayReference: rf,
		Claims: []letter.ClaimLine{{Reference: "F-1", CaseRef: "c", Issued: calendar.Must("2026-05-01"), Due: calendar.Must("2026-06-01"),
			Principal: sum, Outstanding: sum}}}
	if change != nil {
		change(&l)
	}
	out, err := letter.Render(l)
	if err != nil {
		t.Fatal(err)
	}
	m := email("m")
	m.Subject, m.Text, m.HTML, m.PayCode = out.Subject, out.Text, out.HTML, out.Code
	return m
}

// scanned reads a code with a reader that shares nothing with the writer.
func scanned(t *testing.T, picture string) string {
	t.Helper()
	img, err := png.Decode(bytes.NewReader([]byte(picture)))
	if err != nil {
		t.Fatal(err)
	}
	bits, err := gozxing.NewBinaryBitmapFromImage(img)
	if err != nil {
		t.Fatal(err)
	}
	got, err := qrcode.NewQRCodeReader().Decode(bits, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_CHARACTER_SET: "UTF-8"})
	if err != nil {
		t.Fatal(err)
	}
	return got.GetText()
}

func TestTheCodeOfAnEMailIsReadFromTheBytesThatWereSent(t *testing.T) {
	p, base := provider(t)
	m := reminder(t, nil)
	if d := office(t, live(base)).Send(t.Context(), m); d.State != "sent" {
		t.Fatalf("by SendGrid: %+v", d)
	}
	want := strings.Join([]string{"BCD", "002", "1", "SCT", "", "Suministros Peña, S.L.", "ES9121000418450200051332", "EUR1234.56", "", rfIn(t)}, "\n")
	got := p.Letters()
	if len(got) != 1 || scanned(t, got[0].Picture) != want {
		t.Fatalf("SendGrid was given %q", got)
	}
	box, cfg := mailbox(t)
	if d := office(t, cfg).Send(t.Context(), m); d.State != "sent" {
		t.Fatalf("by SMTP: %+v", d)
	}
	if got := box.Letters(); len(got) != 1 || scanned(t, got[0].Picture) != want || got[0].Text != strings.TrimSuffix(m.Text, "\n") {
		t.Fatalf("the mail server was given %q", got)
	}
	if !strings.Contains(m.HTML, `alt="Código QR`) || !strings.Contains(m.Text, rfIn(t)) || !strings.Contains(m.Text, "ES91 2100") {
		t.Fatalf("the letter says\n%s\n%s", m.Text, m.HTML)
	}
}

// rfIn is the reference of the reminder.
func rfIn(t *testing.T) string {
	t.Helper()
	rf, err := ident.PaymentReference("01913c5e-8a11-7b02-9c3d-4e5f60718293")
	if err != nil {
		t.Fatal(err)
	}
	return rf
}

func TestALetterThatNoTransferPaysHasNoCodeAndIsRight(t *testing.T) {
	p, base := provider(t)
	for _, c := range []struct {
		rule   string
		change func(*letter.Letter)
	}{
		{"a creditor without an account", func(l *letter.Letter) { l.Creditor.IBAN = "" }},
		{"a debt in another currency", func(l *letter.Letter) {
			sum := money.Of(123456, "USD")
			l.Claims[0].Principal, l.Claims[0].Outstanding = sum, sum
		}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			m := reminder(t, c.change)
			m.ID = c.rule
			if m.PayCode != "" || strings.Contains(m.HTML, "<img") || !strings.Contains(m.Text, rfIn(t)) {
				t.Fatalf("the letter has the code %q and says\n%s", m.PayCode, m.HTML)
			}
			if d := office(t, live(base)).Send(t.Context(), m); d.State != "sent" {
				t.Fatalf("%+v", d)
			}
			if got := p.Letters(); got[len(got)-1].Picture != "" {
				t.Fatal("a picture was sent")
			}
		})
	}
}
