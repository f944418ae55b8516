package epc

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

const account = "ES9121000418450200051332"

// read decodes a picture with a reader that shares nothing with the writer.
func read(t *testing.T, picture []byte) string {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
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
	if level := got.GetResultMetadata()[gozxing.ResultMetadataType_ERROR_CORRECTION_LEVEL]; level != "M" {
		t.Fatalf("the code corrects errors at level %v: the guidelines ask for M", level)
	}
	return got.GetText()
}

func TestTheCodeIsReadAsTheGuidelinesSay(t *testing.T) {
	rf, err := ident.PaymentReference("01913c5e-8a11-7b02-9c3d-4e5f60718293")
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ñandú €uro ", 20)
	for _, c := range []struct {
		rule string
		in   Transfer
		want []string // the lines of the payload
	}{
		{"with a reference", Transfer{Name: "Suministros Peña, S.L.", IBAN: "ES91 2100 0418 4502 0005 1332", Amount: money.EUR(123456), Reference: ident.Grouped(rf)},
			[]string{"BCD", "002", "1", "SCT", "", "Suministros Peña, S.L.", account, "EUR1234.56", "", rf}},
		{"the example of ISO 11649", Transfer{Name: "François D'Alsace S.A.", IBAN: "FR1420041010050500013M02606", Amount: money.EUR(1230), Reference: "RF18 5390 0754 7034"},
			[]string{"BCD", "002", "1", "SCT", "", "François D'Alsace S.A.", "FR1420041010050500013M02606", "EUR12.30", "", "RF18539007547034"}},
		{"with a BIC and a text", Transfer{Name: "Wikimedia", IBAN: "DE89370400440532013000", BIC: "cobadeff", Amount: money.EUR(1), Text: "F-2026-1\nF-2026-2"},
			[]string{"BCD", "002", "1", "SCT", "COBADEFF", "Wikimedia", "DE89370400440532013000", "EUR0.01", "", "", "F-2026-1 F-2026-2"}},
		{"without a sum", Transfer{Name: "Vega", IBAN: account, Reference: rf},
			[]string{"BCD", "002", "1", "SCT", "", "Vega", account, "", "", rf}},
		{"a reference leaves no room for a text", Transfer{Name: "Vega", IBAN: account, Reference: rf, Text: "F-1"},
			[]string{"BCD", "002", "1", "SCT", "", "Vega", account, "", "", rf}},
		{"without reference and text", Transfer{Name: "Vega", IBAN: account, Amount: money.EUR(500)},
			[]string{"BCD", "002", "1", "SCT", "", "Vega", account, "EUR5.00"}},
		{"the largest sum", Transfer{Name: "Vega", IBAN: account, Amount: money.EUR(999_999_999_99)},
			[]string{"BCD", "002", "1", "SCT", "", "Vega", account, "EUR999999999.99"}},
		{"a name that is too long", Transfer{Name: strings.Repeat("Ñ", 80), IBAN: account, Reference: rf},
			[]string{"BCD", "002", "1", "SCT", "", strings.Repeat("Ñ", 70), account, "", "", rf}},
		{"a name that would begin a line of its own", Transfer{Name: "Vega\r\nDE89370400440532013000\tx", IBAN: account, Reference: rf},
			[]string{"BCD", "002", "1", "SCT", "", "Vega DE89370400440532013000 x", account, "", "", rf}},
		{"a text too long for the code", Transfer{Name: strings.Repeat("Ñ", 70), IBAN: account, Text: long}, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			payload, err := c.in.Payload()
			if err != nil {
				t.Fatal(err)
			}
			if c.want != nil && payload != strings.Join(c.want, "\n") {
				t.Fatalf("got %q", payload)
			}
			if len(payload) > mostBytes || strings.Count(payload, "\n") > 11 {
				t.Fatalf("%d bytes: %q", len(payload), payload)
			}
			for _, pixels := range []int{3, 8} {
				picture, err := c.in.PNG(pixels)
				if err != nil {
					t.Fatal(err)
				}
				if got := read(t, picture); got != payload {
					t.Fatalf("it is read as %q, and is %q", got, payload)
				}
			}
		})
	}
}

func TestWhatSEPADoesNotTakeIsRefused(t *testing.T) {
	good := Transfer{Name: "Vega", IBAN: account, Amount: money.EUR(100)}
	for _, c := range []struct {
		rule   string
		change func(*Transfer)
		says   string
	}{
		{"another currency", func(t *Transfer) { t.Amount = money.Of(100, "USD") }, "in EUR"},
		{"a negative sum", func(t *Transfer) { t.Amount = money.EUR(-1) }, "want 0.01"},
		{"a sum too large", func(t *Transfer) { t.Amount = money.EUR(999_999_999_99 + 1) }, "want 0.01"},
		{"an account mistyped", func(t *Transfer) { t.IBAN = "ES9121000418450200051323" }, "check digits"},
		{"no account", func(t *Transfer) { t.IBAN = "" }, "empty"},
		{"no name", func(t *Transfer) { t.Name = "\n" }, "name of who is paid"},
		{"a reference mistyped", func(t *Transfer) { t.Reference = "RF18539007547035" }, "check digits"},
		{"a BIC of nine letters", func(t *Transfer) { t.BIC = "COBADEFFX" }, "BIC"},
		{"a BIC with a digit in the country", func(t *Transfer) { t.BIC = "COBAD1FF" }, "BIC"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			in := good
			c.change(&in)
			if _, err := in.Payload(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v; want an error that says %q", err, c.says)
			}
			if _, err := in.PNG(4); err == nil {
				t.Fatal("it was drawn all the same")
			}
		})
	}
	for _, pixels := range []int{-1, 0, 41} {
		if _, err := good.PNG(pixels); err == nil {
			t.Fatalf("%d pixels a module were drawn", pixels)
		}
	}
}

func TestTheSameTransferIsDrawnAlike(t *testing.T) {
	in := Transfer{Name: "Vega", IBAN: account, Amount: money.EUR(100)}
	a, err := in.PNG(4)
	if err != nil {
		t.Fatal(err)
	}
	b, err := in.PNG(4)
	if err != nil || !bytes.Equal(a, b) {
		t.Fatalf("two drawings differ: %v", err)
	}
}
