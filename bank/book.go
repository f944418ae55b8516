package bank

import (
	"slices"
	"sort"
	"strings"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/money"
)

// Open is a case that a payment may be for.
type Open struct {
	Case      string
	Debtor    string         // whose debt it is; debts of one debtor may be paid together
	Reference string         // the creditor's own, as a rule the invoice number
	Name      string         // the debtor's
	Owed      money.Amount   // on the day of the statement
	Expected  []money.Amount // sums promised, offered or due by a plan
	Accounts  []string       // IBANs that paid debts of the debtor before
	Paid      []money.Amount // what the debtor paid before
	Closed    bool           // paid or ended otherwise: money for it needs a person
	Standing  []Payment      // its payments, which a bank may take back
}

// Payment is a payment that stands on a case.
type Payment struct {
	ID       string
	Amount   money.Amount
	Received calendar.Date
}

// Booked is an earlier line that was booked, which a bank may take back.
type Booked struct {
	Line  Line
	Parts []Part // with the payments that it was booked as
}

// Book is the cases of a creditor and the lines booked on them, ordered so that
// a line is held against all of them by looking up what it says.
type Book struct {
	cases     []Open
	pay       []string // parallel to cases: what their payments are known by
	booked    map[money.Amount][]Booked
	byCore    map[string]int   // the letters of a payment reference after its check digits
	byHead    map[string][]int // the first and the last letters of a reference
	byTail    map[string][]int
	byRef     map[string][]int
	refs      []keyed // sorted, to find by a beginning
	ends      []keyed // the same turned round, to find by an end
	byOwed    map[money.Amount][]int
	byName    map[string][]int
	byWord    map[string][]int
	words     [][]string // parallel to cases
	byAccount map[string][]int
	byDebtor  map[string][]int
	common    map[string]bool // beginnings and ends of references that tell nothing apart
}

// keyed is a text by which a case is found.
type keyed struct {
	key string
	i   int
}

// NewBook orders cases and booked lines. A case whose id no payment reference is
// made of is found by other signs alone.
func NewBook(cases []Open, booked []Booked) *Book {
	b := &Book{
		cases: cases, pay: make([]string, len(cases)), words: make([][]string, len(cases)), booked: map[money.Amount][]Booked{},
		byCore: map[string]int{}, byHead: map[string][]int{}, byTail: map[string][]int{}, byRef: map[string][]int{},
		byOwed: map[money.Amount][]int{}, byName: map[string][]int{}, byWord: map[string][]int{},
		byAccount: map[string][]int{}, byDebtor: map[string][]int{},
	}
	for i, c := range cases {
		if pay, err := ident.PaymentReference(c.Case); err == nil {
			core := pay[len(pay)-coreLength:]
			b.pay[i], b.byCore[core] = pay, i
			put(b.byHead, core[:damagedAt], i)
			put(b.byTail, core[len(core)-damagedAt:], i)
		}
		if ref := tight(c.Reference); ref != "" {
			put(b.byRef, ref, i)
			b.refs = append(b.refs, keyed{ref, i})
			b.ends = append(b.ends, keyed{turned(ref), i})
		}
		for _, a := range append([]money.Amount{c.Owed}, c.Expected...) {
			if has := b.byOwed[a]; a.Cents > 0 && (len(has) == 0 || has[len(has)-1] != i) {
				b.byOwed[a] = append(has, i)
			}
		}
		b.words[i] = nameWords(c.Name)
		put(b.byName, nameKey(b.words[i]), i)
		for _, w := range b.words[i] {
			put(b.byWord, w, i)
		}
		for _, a := range c.Accounts {
			put(b.byAccount, a, i)
		}
		put(b.byDebtor, c.Debtor, i)
	}
	for _, l := range booked {
		b.booked[l.Line.Amount] = append(b.booked[l.Line.Amount], l)
	}
	for _, k := range [][]keyed{b.refs, b.ends} {
		sort.Slice(k, func(i, j int) bool { return k[i].key < k[j].key })
	}
	return b
}

// Common tells the book of beginnings and ends of references that many cases
// share of which it holds only some.
func (b *Book) Common(parts []string) {
	b.common = map[string]bool{}
	for _, p := range parts {
		b.common[p] = true
	}
}

func put(m map[string][]int, key string, i int) {
	if has := m[key]; key != "" && (len(has) == 0 || has[len(has)-1] != i) { // cases are put in one after the other
		m[key] = append(m[key], i)
	}
}

// beginning lists the cases whose key begins with s, if they are no more than
// most; none where s is empty.
func beginning(in []keyed, s string, most int) []int {
	if s == "" {
		return nil
	}
	i := sort.Search(len(in), func(i int) bool { return in[i].key >= s })
	var out []int
	for ; i < len(in) && strings.HasPrefix(in[i].key, s); i++ {
		if out = append(out, in[i].i); len(out) > most {
			return nil
		}
	}
	return out
}

func turned(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// noName are words that do not tell names apart: what joins words, and legal
// forms, which payers and banks leave out. Single letters go with them.
var noName = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`DE DEL DU DA DO DOS DAS LA EL LOS LAS LE LES ET AND VON VAN
		SL SLU SLL SLP SLNE SA SAU SAS SASU SARL EURL SCI SNC SC SCP SCOOP COOP CB AIE LDA LTDA LTD UNIPESSOAL SGPS GMBH AG BV
		SOCIEDAD LIMITADA ANONIMA SOCIETE SOCIEDADE DON DONA SR SRA MR MME M`) {
		m[w] = true
	}
	return m
}()

// nameWords are the words of a name that tell it apart.
func nameWords(name string) []string {
	var out []string
	for _, w := range strings.Fields(flat(name)) {
		if len(w) > 1 && !noName[w] {
			out = append(out, w)
		}
	}
	return out
}

// nameKey is a name whose words may stand in any order.
func nameKey(words []string) string {
	s := slices.Clone(words)
	slices.Sort(s)
	return strings.Join(s, " ")
}
