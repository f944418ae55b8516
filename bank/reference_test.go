package bank

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// drawn is a case with an id as random as those of cases, and its reference.
func drawn(r *rapid.T, what string) (Open, string) {
	o := Open{Case: id(rapid.Int().Draw(r, what)), Debtor: what, Reference: "INV-" + what,
		Name: "Casa " + what + " Vega", Owed: money.EUR(rapid.Int64Range(1, 5).Draw(r, "owed") * 100)}
	rf, err := ident.PaymentReference(o.Case)
	if err != nil {
		r.Fatal(err)
	}
	return o, rf
}

// spelled writes a reference as people do.
func spelled(r *rapid.T, s string) string {
	switch rapid.IntRange(0, 2).Draw(r, "spelled") {
	case 0:
		return ident.Grouped(s)
	case 1:
		return strings.ToLower(s)
	}
	return s
}

// between is what stands before, between and after the references of a text.
var between = rapid.SampledFrom([]string{" ", " PAGO ", ", ", " / ", " Concepto: ", "; transferencia TRF 8812 "})

// TestAWholeReferenceBesideAPartOfAnotherIsNeverBooked draws a whole reference
// and what is left of another one, in either order, and any sum.
func TestAWholeReferenceBesideAPartOfAnotherIsNeverBooked(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, whole := drawn(r, "a")
		b, other := drawn(r, "b")
		if a.Case == b.Case {
			return
		}
		var part string
		switch rapid.IntRange(0, 3).Draw(r, "damage") {
		case 0: // cut off: RF and check digits at least
			part = other[:rapid.IntRange(4, len(other)-1).Draw(r, "kept")]
		case 1: // its end, without RF
			part = other[rapid.IntRange(3, len(other)-damagedAt).Draw(r, "lost"):]
		case 2: // check digits mistyped
			part = "RF" + string('0'+(other[2]-'0'+byte(rapid.IntRange(1, 9).Draw(r, "digit")))%10) + other[3:]
		case 3:
			part = other
		}
		if strings.HasPrefix(whole, part) { // as little as RF and digits that both have
			return
		}
		pieces := []string{spelled(r, whole), spelled(r, part)}
		if rapid.Bool().Draw(r, "turned") {
			pieces[0], pieces[1] = pieces[1], pieces[0]
		}
		l := Line{Account: own, Booked: calendar.Must("2026-03-10"), Amount: money.EUR(rapid.Int64Range(1, 12).Draw(r, "paid") * 100),
			Name: rapid.SampledFrom([]string{"", a.Name, b.Name}).Draw(r, "name"),
			Text: between.Draw(r, "before") + pieces[0] + between.Draw(r, "between") + pieces[1] + between.Draw(r, "after")}
		if rapid.Bool().Draw(r, "in two fields") {
			l.Text, l.EndToEnd = pieces[0], pieces[1]
		}
		m := book(t, []Open{a, b}).Match(l)
		both := len(m.Candidates) > 0 && len(m.Candidates[0].Parts) == 2
		if m.Verdict == Sure && !both {
			r.Fatalf("%q %q of %s is booked on %s alone:\n%s", l.Text, l.EndToEnd, l.Amount, m.Candidates[0].Parts[0].Case, explained([]Open{a, b}, m))
		}
	})
}

// TestAWholeReferenceDecidesBesideAnythingThatIsNone draws a whole reference, and
// the same one over again, whole or cut off, among other words; the other case's
// reference begins or ends with the same letters.
func TestAWholeReferenceDecidesBesideAnythingThatIsNone(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, whole := drawn(r, "a")
		b, _ := drawn(r, "b")
		n := len(a.Case)
		if rapid.Bool().Draw(r, "same head") {
			b.Case = a.Case[:n-5] + b.Case[n-5:]
		} else {
			b.Case = b.Case[:n-11] + a.Case[n-11:]
		}
		if a.Case == b.Case {
			return
		}
		l := Line{Account: own, Booked: calendar.Must("2026-03-10"), Amount: money.EUR(rapid.Int64Range(1, 900).Draw(r, "paid")),
			Name: rapid.SampledFrom([]string{"", a.Name, b.Name, "Ana Ruiz"}).Draw(r, "name"),
			Text: between.Draw(r, "before") + spelled(r, whole) + between.Draw(r, "after")}
		if rapid.Bool().Draw(r, "again") {
			l.EndToEnd = spelled(r, whole[:rapid.IntRange(8, len(whole)).Draw(r, "kept")])
		}
		m := book(t, []Open{a, b}).Match(l)
		if m.Verdict != Sure || m.Candidates[0].Parts[0].Case != a.Case {
			r.Fatalf("%q %q is %s (%s):\n%s", l.Text, l.EndToEnd, m.Verdict, m.Why, explained([]Open{a, b}, m))
		}
	})
}

// TestAPartOfAReferenceOrAnInvoiceBooksNothingWithoutTheSum draws what is left of
// a reference with the debtor's name and account, and a sum that nobody owes.
func TestAPartOfAReferenceOrAnInvoiceBooksNothingWithoutTheSum(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a, whole := drawn(r, "a")
		a.Accounts = []string{known}
		from := rapid.IntRange(0, 6).Draw(r, "from")
		to := rapid.IntRange(from+damagedAt, len(whole)).Draw(r, "to")
		part := whole[from:to]
		if part == whole {
			part = "RF00" + whole[4:]
		}
		l := Line{Account: own, Booked: calendar.Must("2026-03-10"), Amount: money.EUR(1), Name: a.Name, IBAN: known, Text: "pago " + part}
		if m := book(t, []Open{a}).Match(l); m.Verdict == Sure {
			r.Fatalf("%q is booked:\n%s", l.Text, explained([]Open{a}, m))
		}
	})
}
