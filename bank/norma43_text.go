package bank

import (
	"regexp"
	"strings"
)

// Norma 43 has no field for who paid: each bank writes it into the concepts in
// its own way. What stands here was taken from the forms that banks print.
var (
	nameIn = regexp.MustCompile(`(?i)\b(?:transferencia|transf\.?|trf\.?|traspaso|bizum|abono|ingreso)(?: inmediata| recibida| sepa| instant[aá]nea)*(?: de| de:|:| a favor de| ordenante:?) *([^,;/\n]+)`)
	payer  = regexp.MustCompile(`(?i)\b(?:ordenante|ord|remitente|emisor|librado|deudor|de): *([^,;/\n]+)`)
	stops  = regexp.MustCompile(`(?i)\s+(?:concepto|conc|ref|referencia|n[ºo°.]|fra|fact|factura|iban|cta|cuenta|motivo|obs)\b.*$|\s+(?:RF\d{2}|[A-Z]{2}\d{2}[ \d]{8,}).*$`)
	endToE = regexp.MustCompile(`(?i)\b(?:e2e|end ?to ?end|id\.? ?extremo):? *([0-9A-Z/?:().,'+-]{1,35})`)
	remesa = regexp.MustCompile(`(?i)\bremesas?\b`)
	motive = regexp.MustCompile(`(?i)\b(AC0[1-6]|AC13|AG0[12]|AM0[1-5]|BE05|CNOR|DNOR|FF01|MD0[1-7]|MS0[23]|RC01|RR0[1-4]|SL01)\b`)
)

// understand reads name, account, references and the rest from the texts of a
// movement of Norma 43.
func (l *Line) understand() {
	said := l.Text // its parts on lines of their own
	l.Text = line(said)
	l.IBAN = findIBAN(l.Text, l.Account)
	l.Reference = findRF(l.Text)
	for _, form := range []*regexp.Regexp{payer, nameIn} {
		if m := form.FindStringSubmatch(said); m != nil && l.Name == "" {
			l.Name = line(stops.ReplaceAllString(m[1], ""))
		}
	}
	if m := endToE.FindStringSubmatch(l.Text); m != nil {
		l.EndToEnd = given(m[1])
	}
	if l.Batch == 0 && l.Credit() && remesa.MatchString(l.Text) {
		l.Batch = UnknownBatch
	}
	if m := motive.FindString(l.Text); l.Reversal && m != "" {
		l.Reason = strings.ToUpper(m)
	}
}
