// Package epc makes the code that a bank's app reads to fill in a transfer: the
// quick response code of the European Payments Council for a SEPA credit
// transfer.
//
// Source: EPC069-12, Quick Response Code: Guidelines to enable data capture for
// the initiation of a SEPA credit transfer, version 2.1.
package epc

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/boombuler/barcode/qr"

	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// Transfer is what a code asks to be paid.
type Transfer struct {
	Name      string       // of who is paid; what is beyond 70 characters is left out
	IBAN      string       // where to
	BIC       string       // needed only outside the European Economic Area; may be empty
	Amount    money.Amount // EUR alone; zero: the payer fills it in
	Reference string       // structured creditor reference (ISO 11649); may be empty
	Text      string       // what else is said, where there is no reference: a transfer has one of both
}

const (
	longestName  = 70
	longestText  = 140
	mostEuros    = 999_999_999_99 // in cents
	mostBytes    = 331            // of the payload
	mostVersion  = 13             // of the code: 69 modules a side
	quiet        = 4              // modules left white around it
	leastModules = 21
)

// Payload gives the text of the code. It fails where the transfer is not one
// that SEPA takes.
func (t Transfer) Payload() (string, error) {
	iban, err := ident.IBAN(t.IBAN)
	if err != nil {
		return "", fmt.Errorf("code to pay with: the IBAN %w", err)
	}
	name := plain(t.Name, longestName)
	if name == "" {
		return "", errors.New("code to pay with: the name of who is paid is missing")
	}
	amount := ""
	switch {
	case t.Amount.IsZero():
	case t.Amount.Currency != "EUR":
		return "", fmt.Errorf("code to pay with: %s cannot be sent: a SEPA transfer is in EUR", t.Amount)
	case t.Amount.Cents < 0 || t.Amount.Cents > mostEuros:
		return "", fmt.Errorf("code to pay with: %s cannot be sent: want 0.01 to 999999999.99", t.Amount)
	default:
		amount = "EUR" + t.Amount.Decimal()
	}
	bic := strings.ToUpper(strings.TrimSpace(t.BIC))
	if bic != "" && !isBIC(bic) {
		return "", fmt.Errorf("code to pay with: the BIC %q is none: want 8 or 11 letters and digits", t.BIC)
	}
	reference, text := "", plain(t.Text, longestText)
	if t.Reference != "" {
		if reference, err = ident.CheckRF(t.Reference); err != nil {
			return "", fmt.Errorf("code to pay with: the reference %w", err)
		}
		text = ""
	}
	// Service tag, version, character set (UTF-8), identification, then who is
	// paid, how much, for what purpose (not given) and the reference or text.
	s := strings.TrimRight(strings.Join([]string{"BCD", "002", "1", "SCT", bic, name, iban, amount, "", reference, text}, "\n"), "\n")
	for len(s) > mostBytes { // a long text in letters of several bytes
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s, nil
}

// plain keeps a text on one line, without what a terminal or an app might take
// for something else, and within a length in characters.
func plain(s string, longest int) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if r := []rune(s); len(r) > longest {
		s = strings.TrimSpace(string(r[:longest]))
	}
	return s
}

// isBIC tells the form of a business identifier code (ISO 9362).
func isBIC(s string) bool {
	if len(s) != 8 && len(s) != 11 {
		return false
	}
	for i, c := range s {
		letter, digit := c >= 'A' && c <= 'Z', c >= '0' && c <= '9'
		if !letter && !(digit && (i < 4 || i > 5)) {
			return false
		}
	}
	return true
}

// PNG draws the code in black on white, each module so many pixels a side, with
// the white margin that readers need.
func (t Transfer) PNG(pixels int) ([]byte, error) {
	s, err := t.Payload()
	if err != nil {
		return nil, err
	}
	return Draw(s, pixels)
}

// Draw draws the code of a payload that Payload gave.
func Draw(payload string, pixels int) ([]byte, error) {
	if pixels < 1 || pixels > 40 {
		return nil, fmt.Errorf("code to pay with: %d pixels a module: want 1 to 40", pixels)
	}
	code, err := qr.Encode(payload, qr.M, qr.Unicode)
	if err != nil {
		return nil, fmt.Errorf("code to pay with: %w", err)
	}
	n := code.Bounds().Dx()
	if n > leastModules+4*(mostVersion-1) {
		return nil, fmt.Errorf("code to pay with: %d modules a side are more than version %d has", n, mostVersion)
	}
	side := (n + 2*quiet) * pixels
	img := image.NewPaletted(image.Rect(0, 0, side, side), color.Palette{color.White, color.Black})
	for y := range n * pixels {
		for x := range n * pixels {
			if r, _, _, _ := code.At(x/pixels, y/pixels).RGBA(); r == 0 {
				img.SetColorIndex(x+quiet*pixels, y+quiet*pixels, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("code to pay with: %w", err)
	}
	return b.Bytes(), nil
}
