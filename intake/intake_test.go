package intake

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

var today = calendar.Must("2026-11-02")

const columns = "reference,country,claim,principal,issued_on,due_on,debtor.reference,debtor.kind,debtor.name,contact.email"

// row gives a good row with some columns changed: row("reference", "F-2").
func row(change ...string) string {
	cells := map[string]string{
		"reference": "F-1", "country": "ES", "claim": "services", "principal": "1250.00", "issued_on": "2026-09-01", "due_on": "2026-10-01",
		"debtor.reference": "C-77", "debtor.kind": "business", "debtor.name": "Talleres Ruiz SL", "contact.email": "ana@example.com",
	}
	for i := 0; i < len(change); i += 2 {
		cells[change[i]] = change[i+1]
	}
	var out []string
	for _, c := range strings.Split(columns, ",") {
		out = append(out, cells[c])
	}
	return strings.Join(out, ",")
}

func read(t *testing.T, file string) []record.ImportRow {
	t.Helper()
	rows, err := ReadCSV(strings.NewReader(file), "cr-1", today)
	if err != nil {
		t.Fatalf("the file is refused: %v", err)
	}
	return rows
}

func TestAFileWithEveryColumn(t *testing.T) {
	rows := read(t, "reference,country,region,claim,principal.amount,principal.currency,issued_on,due_on,provided_on,contract_rate,capacity,strategy,"+
		"debtor.reference,debtor.kind,debtor.name,debtor.tax_id,debtor.language,debtor.time_zone,"+
		"address.street,address.postal_code,address.city,address.country,contact.email,contact.phone,contact.whatsapp\n"+
		"F-1,ES,CT,services,1250.00,EUR,2026-09-01,2026-10-01,2026-08-31,8.25,third_party,es-business,"+
		"C-77,business,Talleres Ruiz SL,B12345674,es,Europe/Madrid,"+
		"\"Gran Via 1, 2.º\",08001,Barcelona,ES,Ana@Example.com,612 34 56 78,+34612345678\n")
	if len(rows) != 1 || len(rows[0].Errors) > 0 {
		t.Fatalf("rows %+v", rows)
	}
	s := rows[0].Submission
	rate := 8*money.Percent + money.Percent/4
	got := fmt.Sprintf("%s %s %s %s %s %s %s %s %s %s %s %s", s.Creditor, s.Reference, s.Country, s.Region, s.Claim.Kind, s.Principal,
		s.Claim.Issued, s.Claim.Due, s.Claim.Provided, s.Claim.ContractRate, s.Capacity, s.Strategy)
	if want := "cr-1 F-1 ES CT services 1250.00 EUR 2026-09-01 2026-10-01 2026-08-31 " + rate.String() + " third_party es-business"; got != want {
		t.Errorf("submission\n got %s\nwant %s", got, want)
	}
	d := s.Debtor
	got = strings.Join([]string{d.Reference, string(d.Kind), d.Name, d.TaxID, d.Language, d.TimeZone, d.Street, d.PostalCode, d.City, d.Country}, "|")
	if want := "C-77|business|Talleres Ruiz SL|B12345674|es|Europe/Madrid|Gran Via 1, 2.º|08001|Barcelona|ES"; got != want {
		t.Errorf("debtor\n got %s\nwant %s", got, want)
	}
	if got, want := fmt.Sprint(d.Contacts), "[{email Ana@example.com} {phone +34612345678} {whatsapp +34612345678}]"; got != want {
		t.Errorf("contacts %s, want %s", got, want)
	}
}

func TestTheDayOfTheContractOfCarriageIsRead(t *testing.T) {
	for _, column := range []string{"contracted_on", "Fecha contrato", "date_contrat"} {
		rows := read(t, columns+","+column+"\n"+row("claim", "carriage")+",2026-06-15\n")
		if len(rows) != 1 || len(rows[0].Errors) > 0 || rows[0].Submission.Claim.Contracted != calendar.Must("2026-06-15") {
			t.Errorf("%s: %+v", column, rows)
		}
	}
	rows := read(t, columns+",contracted_on\n"+row("claim", "carriage")+",2026-10-02\n") // due on 1 October
	if len(rows[0].Errors) != 1 || rows[0].Errors[0].Field != "contracted_on" || rows[0].Errors[0].Rule != "date_range" {
		t.Errorf("%+v", rows[0].Errors)
	}
}

const spreadsheet = "Nº Factura;País;Tipo de deuda;Importe;Fecha factura;Vencimiento;Código cliente;Tipo;Razón social;NIF/CIF;Dirección;C.P.;Población;Correo electrónico;Teléfono;Móvil\r\n" +
	"F-1;España;Servicios;1.234,56 €;01/09/2026;01/10/2026;C-1;Empresa;Construcciones Peñón SL;B-12345674;Cañón, 3;8001;L'Hospitalet;ana@example.com;934123456;612345678\r\n" +
	"F-2;ES;Venta;2.000;1/9/2026;15/10/2026;C-2;Particular;Íñigo Muñoz;54362315k;;;;;;600111222\r\n"

func TestASpanishSpreadsheetIsRead(t *testing.T) {
	narrow, err := charmap.Windows1252.NewEncoder().String(spreadsheet)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(spreadsheet)
	if err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{
		"UTF-8": spreadsheet, "with a byte order mark": "\xef\xbb\xbf" + spreadsheet, "Windows-1252": narrow, "UTF-16": wide,
		"tabs": strings.ReplaceAll(spreadsheet, ";", "\t"), "a line sep=;": "sep=;\r\n" + spreadsheet,
		"old line ends": strings.ReplaceAll(spreadsheet, "\r\n", "\r"), "no last line end": strings.TrimSpace(spreadsheet),
	} {
		t.Run(name, func(t *testing.T) {
			rows := read(t, file)
			if len(rows) != 2 || len(rows[0].Errors)+len(rows[1].Errors) > 0 {
				t.Fatalf("rows %+v", rows)
			}
			a, b := rows[0].Submission, rows[1].Submission
			if a.Principal != money.EUR(123456) || b.Principal != money.EUR(200000) {
				t.Errorf("amounts %s and %s", a.Principal, b.Principal)
			}
			if a.Debtor.Name != "Construcciones Peñón SL" || a.Debtor.Street != "Cañón, 3" || b.Debtor.Name != "Íñigo Muñoz" {
				t.Errorf("names %q, %q, %q", a.Debtor.Name, a.Debtor.Street, b.Debtor.Name)
			}
			if a.Debtor.PostalCode != "08001" || a.Debtor.TaxID != "B12345674" || b.Debtor.TaxID != "54362315K" {
				t.Errorf("codes %q, %q, %q", a.Debtor.PostalCode, a.Debtor.TaxID, b.Debtor.TaxID)
			}
			if a.Claim.Kind != law.Services || b.Claim.Kind != law.Sale || a.Debtor.Kind != law.Business || b.Debtor.Kind != law.Consumer {
				t.Errorf("kinds %s %s %s %s", a.Claim.Kind, b.Claim.Kind, a.Debtor.Kind, b.Debtor.Kind)
			}
			if len(a.Debtor.Contacts) != 3 || len(b.Debtor.Contacts) != 1 || rows[0].Row != 2 || rows[1].Row != 3 {
				t.Errorf("contacts %v, %v, rows %d, %d", a.Debtor.Contacts, b.Debtor.Contacts, rows[0].Row, rows[1].Row)
			}
		})
	}
}

func TestAFileIsRefusedAsAWhole(t *testing.T) {
	for _, c := range []struct{ name, file, field, rule string }{
		{"empty", "", "file", "file_empty"},
		{"a workbook", "PK\x03\x04\x14\x00\x06\x00\n", "file", "no_text"},
		{"UTF-16 without its mark", "r\x00e\x00f\x00;\x00\n\x00", "file", "no_text"},
		{"blank lines alone", "\r\n ; \r\n", "file", "file_empty"},
		{"a header alone", columns + "\n\n", "file", "file_empty"},
		{"a column that is not known", columns + ",shoe_size\n" + row() + ",44\n", `"shoe_size"`, "column_unknown"},
		{"a column without a name", columns + ",,strategy\n" + row() + ",,\n", "file", "column_unknown"},
		{"a column twice", columns + ",vencimiento\n" + row() + ",\n", "due_on", "column_repeated"},
		{"a required column is missing", strings.Replace(columns, "due_on,", "", 1) + "\nx\n", "due_on", "column_missing"},
		{"no column for a contact", strings.Replace(columns, ",contact.email", "", 1) + "\nx\n", "contact.email (or contact.phone, contact.whatsapp)", "column_missing"},
		{"no header", row() + "\n" + row() + "\n", `"F-1"`, "column_unknown"},
		{"a quotation mark that is never closed", columns + "\n" + row("debtor.name", `"Ruiz`) + "\n" + row() + "\n", "file", "quotation_marks"},
		{"a quotation mark that is closed rows later", columns + "\n" + row("debtor.name", `"Ruiz`) + "\n" + row("debtor.name", `"Gil"`) + "\n", "file", "quotation_marks"},
		{"a header with an astray quotation mark", `"refer"ence",` + columns + "\nx\n", "file", "header"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows, err := ReadCSV(strings.NewReader(c.file), "cr-1", today)
			var no *debt.Refusal
			if !errors.As(err, &no) || no.Rule != c.rule || no.Field != c.field || rows != nil {
				t.Fatalf("got %d rows, %#v; want %s on %s", len(rows), err, c.rule, c.field)
			}
		})
	}
}

func TestABadRowTellsAllThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		name string
		row  string
		want string // field:rule of each error
	}{
		{"good", row(), ""},
		{"amount and date", row("principal", "mil", "due_on", "31/02/2026"), "principal.amount:amount_invalid due_on:date_invalid"},
		{"no amount", row("principal", ""), "principal.amount:missing"},
		{"zero", row("principal", "0"), "principal.amount:amount_not_positive"},
		{"negative", row("principal", "-3.00"), "principal.amount:amount_not_positive"},
		{"twenty digits", row("principal", "12345678901234567890"), "principal.amount:amount_invalid"},
		{"due before issued", row("due_on", "2026-08-01"), "due_on:due_before_issued"},
		{"a wrong letter and an impossible address", row("debtor.kind", "alien", "contact.email", "ana@"), "debtor.kind:kind_unknown contact.email:contact_invalid"},
		{"no contact", row("contact.email", " "), "debtor.contacts:no_contact"},
		{"NUL", row("debtor.name", "Ru\x00iz"), "debtor.name:control_characters"},
		{"a cell above 4 KB", row("debtor.name", strings.Repeat("a", 4097)), "debtor.name:cell_too_long"},
		{"a cell too few", "F-1,ES", ":cells"},
		{"a cell too many", row() + ",x", ":cells"},
		{"empty cells at the end", row() + ",,", ""},
		{"a quotation mark astray", row("debtor.name", `"El "Rayo" SL"`), ":quotation_marks"},
		{"a quotation mark in a plain cell", row("debtor.name", `Bar "El Rayo"`), ""},
		{"an unknown claim", row("claim", "guess"), "claim:claim_unknown"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rows := read(t, columns+"\n"+c.row+"\n"+row("reference", "F-9")+"\n")
			var got []string
			for _, e := range rows[0].Errors {
				got = append(got, e.Field+":"+e.Rule)
				if e.Row != 2 || e.Detail == "" {
					t.Errorf("row and detail of %+v", e)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("got %v; want %s", rows[0].Errors, c.want)
			}
			if len(rows) != 2 || len(rows[1].Errors) > 0 {
				t.Errorf("the row after it suffers: %+v", rows)
			}
		})
	}
}

func TestCellsThatLookLikeFormulasAreText(t *testing.T) {
	for _, name := range []string{"=1+1", "+34 SL", "-Gil-", "@ruiz", "=HYPERLINK(\"\"http://x\"\")"} {
		rows := read(t, columns+"\n"+row("debtor.name", `"`+name+`"`)+"\n")
		if got := rows[0].Submission.Debtor.Name; got != strings.ReplaceAll(name, `""`, `"`) || len(rows[0].Errors) > 0 {
			t.Errorf("%q became %q, %v", name, got, rows[0].Errors)
		}
	}
}

func TestLineBreaksInACellDoNotShiftRows(t *testing.T) {
	rows := read(t, columns+"\n"+row("debtor.name", "\"Talleres\r\nRuiz, SL\"")+"\n\n"+row("reference", "F-2", "principal", "x")+"\n")
	if got := rows[0].Submission.Debtor.Name; got != "Talleres Ruiz, SL" {
		t.Errorf("name %q", got)
	}
	if len(rows) != 2 || rows[1].Row != 4 || rows[1].Errors[0].Row != 4 {
		t.Errorf("rows %+v", rows)
	}
}

func TestAReferenceTwiceInAFileIsRefusedTheSecondTime(t *testing.T) {
	rows := read(t, columns+"\n"+row()+"\n"+row("reference", "F-2")+"\n"+row("reference", " F-1 ")+"\n")
	if len(rows[0].Errors)+len(rows[1].Errors) > 0 {
		t.Errorf("the first suffers: %+v", rows)
	}
	if e := rows[2].Errors; len(e) != 1 || e[0].Rule != "reference_repeated" || !strings.Contains(e[0].Detail, "row 2") {
		t.Errorf("errors %+v", e)
	}
}

func TestTheFileDecidesAmbiguousAmounts(t *testing.T) {
	for _, c := range []struct {
		name   string
		others []string
		want   money.Amount // of "1.234"; zero: refused
	}{
		{"commas for decimals elsewhere", []string{`"10,50"`}, money.EUR(123400)},
		{"nothing elsewhere", []string{"10"}, money.Amount{}},
		{"points for decimals elsewhere", []string{"10.50"}, money.Amount{}},
		{"both elsewhere", []string{"10.50", `"10,50"`}, money.Amount{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			file := columns + "\n" + row("principal", "1.234") + "\n"
			for i, o := range c.others {
				file += row("principal", o, "reference", fmt.Sprint("G-", i)) + "\n"
			}
			got := read(t, file)[0]
			if refused := len(got.Errors) > 0; refused != c.want.IsZero() || (!refused && got.Submission.Principal != c.want) {
				t.Errorf("got %s, %v; want %s", got.Submission.Principal, got.Errors, c.want)
			}
		})
	}
}

func TestOneAmericanDateMakesTheOthersDoubtful(t *testing.T) {
	rows := read(t, columns+"\n"+row("issued_on", "09/01/2026")+"\n"+row("reference", "F-2", "issued_on", "09/15/2026")+"\n")
	if e := rows[0].Errors; len(e) != 1 || e[0].Rule != "date_ambiguous" {
		t.Errorf("errors %+v", e)
	}
	if e := rows[1].Errors; len(e) != 1 || e[0].Rule != "date_invalid" {
		t.Errorf("errors %+v", e)
	}
}

func TestCurrencies(t *testing.T) {
	for _, c := range []struct{ amount, currency, want, rule string }{
		{"10.00", "", "10.00 EUR", ""},
		{"10.00", "gbp", "10.00 GBP", ""},
		{"10.00 €", "EUR", "10.00 EUR", ""},
		{"10.00", "€", "10.00 EUR", ""},
		{"£10.00", "", "10.00 GBP", ""},
		{"10.00 €", "USD", "", "currency_contradicts"},
		{"10.00", "QQQ", "", "currency_unknown"},
	} {
		got := read(t, columns+",moneda\n"+row("principal", c.amount)+","+c.currency+"\n")[0]
		switch {
		case c.rule == "" && (len(got.Errors) > 0 || got.Submission.Principal.String() != c.want):
			t.Errorf("%s %s: got %s, %v", c.amount, c.currency, got.Submission.Principal, got.Errors)
		case c.rule != "" && (len(got.Errors) != 1 || got.Errors[0].Rule != c.rule || got.Errors[0].Field != "principal.currency"):
			t.Errorf("%s %s: got %v; want %s", c.amount, c.currency, got.Errors, c.rule)
		}
	}
}

func TestLimits(t *testing.T) {
	three := columns + "\n" + row() + "\n" + row("reference", "F-2") + "\n" + row("reference", "F-3") + "\n"
	for _, c := range []struct {
		name   string
		limits Limits
		rule   string
	}{
		{"as many rows as allowed", Limits{Rows: 3, Bytes: 1 << 20, Cell: 100}, ""},
		{"a row too many", Limits{Rows: 2, Bytes: 1 << 20, Cell: 100}, "too_many_rows"},
		{"as many bytes as allowed", Limits{Rows: 3, Bytes: int64(len(three)), Cell: 100}, ""},
		{"a byte too many", Limits{Rows: 3, Bytes: int64(len(three)) - 1, Cell: 100}, "file_too_large"},
	} {
		_, err := c.limits.ReadCSV(strings.NewReader(three), "cr-1", today)
		var no *debt.Refusal
		if (c.rule == "") != (err == nil) || (c.rule != "" && (!errors.As(err, &no) || no.Rule != c.rule)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestWhatTheReaderFailsWithIsKept(t *testing.T) {
	_, err := ReadCSV(iotest.ErrReader(io.ErrUnexpectedEOF), "cr-1", today)
	var no *debt.Refusal
	if !errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &no) {
		t.Errorf("err %v", err)
	}
}

func FuzzReadCSV(f *testing.F) {
	for _, s := range []string{
		columns + "\n" + row(), spreadsheet, "", "\xff\xfe", "sep=;", "a;\"", columns + "\n" + row("principal", "1.234") + "\n\"\"\"\n",
		columns + "\n" + row("due_on", "1/1/26", "debtor.name", "=1\x00") + "\r", strings.Repeat(",", 300),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		rows, err := ReadCSV(strings.NewReader(string(file)), "cr-1", today)
		if err != nil {
			return
		}
		last := 1
		for _, r := range rows {
			if r.Row <= last {
				t.Fatalf("row %d follows row %d", r.Row, last)
			}
			last = r.Row
			if len(r.Errors) == 0 {
				if no := r.Submission.Normal().Validate(today); len(no) > 0 {
					t.Fatalf("row %d passes, and is refused at the door: %v", r.Row, no[0])
				}
			}
		}
	})
}

func BenchmarkReadCSV(b *testing.B) {
	const n = 5_000
	var file strings.Builder
	file.WriteString(columns + ",contact.phone,debtor.tax_id\n")
	for i := range n {
		fmt.Fprintf(&file, "%s,612345678,B12345674\n", row("reference", fmt.Sprint("F-", i)))
	}
	for b.Loop() {
		if _, err := ReadCSV(strings.NewReader(file.String()), "cr-1", today); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "rows/s")
}
