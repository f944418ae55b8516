package bank

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/recobro/recobro/money"
)

var update = flag.Bool("update", false, "write the goldens anew")

// samples are the statements in testdata, made by the standards' layouts with
// the habits of several banks.
var samples = []string{
	"es_camt053_v08.xml", "fr_camt053_v02_prefix.xml", "pt_camt053_v02_plain.xml", "es_norma43_latin1.n43", "es_norma43_cp850_short.n43",
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func statements(t testing.TB, content []byte) []Statement {
	t.Helper()
	all, err := Read(content)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// told writes statements as a person would check them.
func told(all []Statement) string {
	var b strings.Builder
	for _, s := range all {
		fmt.Fprintf(&b, "%s %q %s %q %s to %s: %s to %s, %d pending\n", s.Format, s.ID, s.Account, s.Owner, s.From, s.To, s.Opening, s.Closing, s.Pending)
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "  line %d, %s, value %s: %s", l.At, l.Booked, l.Value, l.Amount)
			for _, x := range []struct{ name, is string }{{"from", l.Name}, {"for", l.Behalf}, {"account", l.IBAN}, {"reference", l.Reference},
				{"end to end", l.EndToEnd}, {"bank", l.Bank}, {"text", l.Text}, {"reason", l.Reason}} {
				if x.is != "" {
					fmt.Fprintf(&b, "\n    %s: %s", x.name, x.is)
				}
			}
			if l.Reversal {
				b.WriteString("\n    a reversal")
			}
			if l.Batch != 0 {
				fmt.Fprintf(&b, "\n    a batch of %d", l.Batch)
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func TestStatementsOfSeveralBanksAreReadWhole(t *testing.T) {
	for _, name := range samples {
		t.Run(name, func(t *testing.T) {
			got := told(statements(t, sample(t, name)))
			golden := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Fatal(diff)
			}
		})
	}
}

func TestAFileCutOffAnywhereIsRefused(t *testing.T) {
	for _, name := range samples {
		content := sample(t, name)
		whole := len(bytes.TrimRight(content, " \r\n\x1a"))
		if i := bytes.LastIndex(content, []byte("\n88")); i >= 0 {
			whole = i + 1 + 26 // what follows the count is empty
		}
		step := 1
		if strings.HasSuffix(name, ".xml") {
			step = 13
		}
		for n := 0; n < whole; n += step {
			all, err := Read(content[:n])
			var m *Malformed
			if !errors.As(err, &m) || all != nil {
				t.Fatalf("%s: of %d bytes the first %d are taken: %v", name, len(content), n, err)
			}
		}
	}
}

func TestASumChangedByOneDigitIsFound(t *testing.T) {
	for _, name := range samples[3:] {
		rows := strings.Split(string(sample(t, name)), "\n")
		tried := 0
		for i, row := range rows {
			var from, to int
			switch row[:min(2, len(row))] {
			case "11":
				from, to = 33, 47
			case "22":
				from, to = 27, 42
			case "33":
				from, to = 20, 73
			}
			for c := from; c < to; c++ {
				was := row[c]
				rows[i] = row[:c] + string(rune('0'+(was-'0'+1)%10)) + row[c+1:]
				if _, err := Read([]byte(strings.Join(rows, "\n"))); err == nil {
					t.Errorf("%s: line %d, column %d: %c for %c is taken", name, i+1, c+1, rows[i][c], was)
				}
				tried++
			}
			rows[i] = row
		}
		if tried < 100 {
			t.Fatalf("%s: only %d digits were changed", name, tried)
		}
	}
}

// changed is a sample with one thing in it replaced.
type changed struct {
	rule, file, old, new string
	line                 int
	field                string
	says                 string
}

func TestAMalformedFileIsRefusedNamingLineAndField(t *testing.T) {
	es, fr, pt, n43 := samples[0], samples[1], samples[2], samples[3]
	for _, c := range []changed{
		{"a closing balance that does not add up", es, ">18963.92<", ">18963.93<", 0, "closing balance", "add up to"},
		{"an amount of three decimals", es, `<Amt Ccy="EUR">484.50</Amt>`, `<Amt Ccy="EUR">484.505</Amt>`, 0, "Ntry/Amt", "484.505"},
		{"an amount with a comma", es, `<Amt Ccy="EUR">484.50</Amt>`, `<Amt Ccy="EUR">484,50</Amt>`, 0, "Ntry/Amt", "484,50"},
		{"a negative amount", es, `<Amt Ccy="EUR">484.50</Amt>`, `<Amt Ccy="EUR">-484.50</Amt>`, 0, "Ntry/Amt", "no sign"},
		{"an amount in another currency", es, `<Amt Ccy="EUR">484.50</Amt>`, `<Amt Ccy="USD">484.50</Amt>`, 0, "Ntry/Amt", "account in EUR"},
		{"a currency without cents", es, `<Amt Ccy="EUR">484.50</Amt>`, `<Amt Ccy="JPY">484</Amt>`, 0, "Ntry/Amt", "unknown currency"},
		{"neither credit nor debit", es, "<CdtDbtInd>CRDT</CdtDbtInd>", "<CdtDbtInd>PLUS</CdtDbtInd>", 0, "Bal/CdtDbtInd", "PLUS"},
		{"a day that does not exist", es, "<Dt>2026-03-05</Dt>", "<Dt>2026-02-30</Dt>", 0, "Dt", "2026-02-30"},
		{"a status unknown", es, "<Cd>BOOK</Cd>", "<Cd>MAYBE</Cd>", 0, "Ntry/Sts", "MAYBE"},
		{"a mark of reversal unknown", es, "<RvslInd>true</RvslInd>", "<RvslInd>si</RvslInd>", 0, "Ntry/RvslInd", "si"},
		{"an account mistyped", es, "<IBAN>" + own + "</IBAN>\n     </Id>\n     <Ccy>", "<IBAN>ES9121000418450200051323</IBAN>\n     </Id>\n     <Ccy>", 0, "Stmt/Acct/Id/IBAN", "check digits"},
		{"no opening balance", es, "<Cd>OPBD</Cd>", "<Cd>OPAV</Cd>", 0, "Stmt/Bal", "no opening balance"},
		{"no closing balance", es, "<Cd>CLBD</Cd>", "<Cd>CLAV</Cd>", 0, "Stmt/Bal", "no closing balance"},
		{"an entity of one's own", es, "<Envelope>", "<!DOCTYPE x [<!ENTITY a 'b'>]><Envelope>", 2, "DOCTYPE", "refused"},
		{"an entity that is not declared", es, "FRA F-2026", "&fra; F-2026", 0, "XML", "broken"},
		{"an element that is not closed", es, "</Ntry>", "", 0, "XML", "broken"},
		{"a report of the day", es, "BkToCstmrStmt>", "BkToCstmrAcctRpt>", 0, "Document", "camt.052"},
		{"another message", es, "camt.053.001.08", "camt.054.001.08", 0, "Document", "namespace"},
		{"the same statement twice", fr, "R-2026-062/2", "R-2026-062", 0, "Stmt/Id", "twice"},
		{"a count that does not agree", fr, "<ns2:NbOfNtries>3<", "<ns2:NbOfNtries>4<", 0, "TxsSummry/TtlNtries/NbOfNtries", "is 4, and the statement has 3"},
		{"a total that does not agree", pt, "<Sum>3047.18<", "<Sum>3047.19<", 0, "TxsSummry/TtlNtries/Sum", "3047.18"},
		{"an encoding that is not read", fr, "ISO-8859-1", "EBCDIC", 0, "XML", "EBCDIC"},
		{"a letter in an amount", n43, "00000000121000", "0000000012100O", 2, "amount (columns 29-42)", "14 digits"},
		{"neither debit nor credit in Norma 43", n43, "0072000000001210000000000001", "0073000000001210000000000001", 2, "debit or credit (columns 28-28)", "1 for debit"},
		{"a day that does not exist in Norma 43", n43, "260302260303", "260302260231", 5, "value day (columns 17-22)", "YYMMDD"},
		{"a currency unknown", n43, "9783SUM", "9993SUM", 1, "currency (columns 48-50)", "999"},
		{"a record unknown", n43, "\r\n2301INGRESO", "\r\n2501INGRESO", 12, "record 25", "before the end"},
		{"a sixth concept", n43, "2301INGRESO", "2306INGRESO", 12, "number of the concept (columns 3-4)", "01 to 05"},
		{"another account at the end", n43, "3321000418", "3321000419", 0, "account (columns 3-20)", "begun"},
		{"a count of debits that does not agree", n43, "33210004180200051332" + "00002", "33210004180200051332" + "00003", 0, "number of debits (columns 21-25)", "is 3"},
		{"a count of records that does not agree", n43, "88999999999999999999", "8899999999999999999900009988"[:20] + "1", 0, "number of records (columns 21-26)", "before this one"},
		{"a concept before any movement", n43, "\r\n22    04182603022603020400720", "\r\n2301x\r\n22    04182603022603020400720", 2, "record 23", "before any movement"},
		{"something after the end", n43, "\r\n8899", "\r\n88999999999999999999000024\r\n8899", 0, "record 88", "after the end"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			content := string(sample(t, c.file))
			if !strings.Contains(content, c.old) {
				t.Fatalf("%s does not hold %q", c.file, c.old)
			}
			n := 1
			if strings.HasPrefix(c.old, "BkToCstmr") || c.old == "camt.053.001.08" {
				n = -1
			}
			bad := strings.Replace(content, c.old, c.new, n)
			all, err := Read([]byte(bad))
			var m *Malformed
			if !errors.As(err, &m) || all != nil {
				t.Fatalf("got %d statements and %v", len(all), err)
			}
			if m.Field != c.field || m.Line == 0 || !strings.Contains(m.Detail, c.says) || c.line != 0 && m.Line != c.line {
				t.Fatalf("got %+v; want field %q, line %d, saying %q", *m, c.field, c.line, c.says)
			}
		})
	}
}

const own = "ES9121000418450200051332"

func TestWhatIsNoStatementIsRefused(t *testing.T) {
	for _, c := range []struct{ rule, content, says string }{
		{"nothing", "", "empty"},
		{"spaces", " \r\n", "empty"},
		{"a spreadsheet", "date;amount\n2026-03-01;10", "neither"},
		{"XML of another kind", "<invoice/>", "ends before"},
		{"a message without statements", `<Document><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>`, "no statement"},
		{"too deep", "<BkToCstmrStmt><Stmt>" + strings.Repeat("<Id>", 100), "deep"},
		{"the end of a file alone", "11", "digits"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := Read([]byte(c.content))
			var m *Malformed
			if !errors.As(err, &m) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v; want an error that says %q", err, c.says)
			}
		})
	}
}

func TestALineHasOneIDHoweverOftenItIsRead(t *testing.T) {
	for _, name := range samples {
		first, second := statements(t, sample(t, name)), statements(t, sample(t, name))
		seen := map[string]bool{}
		for i := range first {
			for j, l := range first[i].Lines {
				if l.ID == "" || seen[l.ID] {
					t.Errorf("%s: line %d has the ID %q, which is not its own", name, l.At, l.ID)
				}
				seen[l.ID] = true
				if second[i].Lines[j].ID != l.ID {
					t.Errorf("%s: line %d has another ID when it is read again", name, l.At)
				}
			}
		}
	}
}

// move is a movement of a statement that a test makes.
type move struct {
	day   int // of March 2026
	cents int64
	text  string
}

// written makes a file of Norma 43 of the movements of some days.
func written(opening int64, moves []move, from, to int) []byte {
	sum, count, total := opening, [2]int{}, [2]int64{}
	var rows []string
	var part []string
	sign := func(c int64) int {
		if c < 0 {
			return 1
		}
		return 2
	}
	for _, m := range moves {
		if m.day < from {
			opening += m.cents
			sum += m.cents
		}
		if m.day < from || m.day > to {
			continue
		}
		sum += m.cents
		count[sign(m.cents)-1]++
		total[sign(m.cents)-1] += max(m.cents, -m.cents)
		part = append(part, fmt.Sprintf("22    04182603%02d2603%02d04007%d%014d%010d%012d%16s", m.day, m.day, sign(m.cents), max(m.cents, -m.cents), 0, 0, ""),
			fmt.Sprintf("2301%-38s%38s", m.text, ""))
	}
	rows = append(rows, fmt.Sprintf("112100041802000513322603%02d2603%02d%d%014d9783%-26s   ", from, to, sign(opening), max(opening, -opening), "OWNER"))
	rows = append(rows, part...)
	rows = append(rows, fmt.Sprintf("33210004180200051332%05d%014d%05d%014d%d%014d978    ", count[0], total[0], count[1], total[1], sign(sum), max(sum, -sum)))
	rows = append(rows, fmt.Sprintf("88999999999999999999%06d%54s", len(rows), ""))
	return []byte(strings.Join(rows, "\r\n") + "\r\n")
}

func TestFilesThatOverlapGiveEachMovementOneID(t *testing.T) {
	moves := []move{
		{2, 5000, "BIZUM DE ANA"}, {2, 5000, "BIZUM DE ANA"}, {3, 5000, "BIZUM DE ANA"}, {5, 5000, "BIZUM DE ANA"}, {5, 5000, "BIZUM DE ANA"},
		{5, 5000, "BIZUM DE LUIS"}, {5, -5000, "BIZUM DE ANA"}, {9, 120, "X"},
	}
	ids := map[string]bool{}
	for _, days := range [][2]int{{1, 5}, {3, 9}, {5, 5}, {1, 31}} {
		for _, s := range statements(t, written(100, moves, days[0], days[1])) {
			for _, l := range s.Lines {
				ids[l.ID] = true
			}
		}
	}
	if len(ids) != len(moves) {
		t.Fatalf("%d movements have %d IDs", len(moves), len(ids))
	}
	total := money.EUR(0)
	for _, l := range statements(t, written(100, moves, 1, 31))[0].Lines {
		total = total.Plus(l.Amount)
		if !ids[l.ID] {
			t.Errorf("line %d has an ID of its own in the whole month", l.At)
		}
	}
	if total != money.EUR(25120) {
		t.Fatalf("the lines come to %s", total)
	}
}

func FuzzCamt053(f *testing.F) {
	for _, name := range samples[:3] {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, content []byte) { whole(t, content, ReadCamt053) })
}

func FuzzNorma43(f *testing.F) {
	for _, name := range samples[3:] {
		f.Add(sample(f, name))
	}
	f.Fuzz(func(t *testing.T, content []byte) { whole(t, content, ReadNorma43) })
}

// whole holds a reader to give either an error that names its place, or
// statements that add up, with an ID of its own for each line.
func whole(t *testing.T, content []byte, read func([]byte) ([]Statement, error)) {
	all, err := read(content)
	var m *Malformed
	if err != nil {
		if !errors.As(err, &m) || m.Field == "" || m.Detail == "" || all != nil {
			t.Fatalf("%d statements and the error %#v", len(all), err)
		}
		return
	}
	seen := map[string]bool{}
	for _, s := range all {
		if err := s.check(0); err != nil || s.Account == "" {
			t.Fatalf("account %q: %v", s.Account, err)
		}
		for _, l := range s.Lines {
			if seen[l.ID] || l.Booked.IsZero() || l.Amount.Currency != s.Currency || l.Account != s.Account {
				t.Fatalf("line %+v of a statement in %s", l, s.Currency)
			}
			seen[l.ID] = true
		}
	}
}
