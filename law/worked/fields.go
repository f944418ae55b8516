package worked

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// fields are the fields of one mapping. What is asked for is marked, so that
// done can refuse the rest.
type fields struct {
	r      *reader
	node   *yaml.Node
	what   string // "a record", "an event": for messages
	byName map[string]*yaml.Node
	key    map[string]*yaml.Node
	asked  map[string]bool
}

// presence says whether a field must be there.
type presence bool

const (
	need presence = true
	may  presence = false
)

// fields returns the fields of n, or nil where n is no mapping.
func (r *reader) fields(n *yaml.Node, what string) *fields {
	if n.Kind != yaml.MappingNode {
		r.wrong(r.offset+n.Line, "%s must be a mapping of fields", what)
		return nil
	}
	f := &fields{r: r, node: n, what: what, byName: map[string]*yaml.Node{}, key: map[string]*yaml.Node{}, asked: map[string]bool{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		switch {
		case k.Kind != yaml.ScalarNode:
			r.wrong(r.offset+k.Line, "a field of %s must have a plain name", what)
		case f.key[k.Value] != nil:
			r.wrong(r.offset+k.Line, "field %q stands twice in %s: first on line %d", k.Value, what, r.offset+f.key[k.Value].Line)
		default:
			f.byName[k.Value], f.key[k.Value] = v, k
		}
	}
	return f
}

func (f *fields) line() int { return f.r.offset + f.node.Line }

// lineOf is the line of a field, or of the mapping where it is not there.
func (f *fields) lineOf(name string) int {
	if k := f.key[name]; k != nil {
		return f.r.offset + k.Line
	}
	return f.line()
}

func (f *fields) wrong(name, format string, args ...any) {
	f.r.wrong(f.lineOf(name), "%s", fmt.Sprintf(format, args...))
}

// get marks a field as asked for and returns it; nil where it is not there.
func (f *fields) get(name string, p presence) *yaml.Node {
	f.asked[name] = true
	n := f.byName[name]
	if n == nil && p == need {
		f.wrong(name, "%s lacks the field %q", f.what, name)
	}
	return n
}

func (f *fields) has(name string) bool { return f.byName[name] != nil }

// scalar returns the plain value of a field; null reads as not there.
func (f *fields) scalar(name string, p presence) (string, bool) {
	n := f.get(name, p)
	if n == nil {
		return "", false
	}
	if n.Kind != yaml.ScalarNode {
		f.wrong(name, "field %q must be one value", name)
		return "", false
	}
	if n.Tag == "!!null" {
		if p == need {
			f.wrong(name, "field %q must have a value", name)
		}
		return "", false
	}
	return n.Value, true
}

// text reads a field that people read, and that nothing is compared with.
func (f *fields) text(name string) string {
	s, _ := f.scalar(name, may)
	return s
}

func (f *fields) word(name string, p presence) string {
	s, _ := f.scalar(name, p)
	return s
}

func (f *fields) day(name string, p presence) calendar.Date {
	s, ok := f.scalar(name, p)
	if !ok {
		return calendar.Date{}
	}
	d, err := calendar.Parse(s)
	if err != nil {
		f.wrong(name, "field %q: %q: %v", name, s, err)
	}
	return d
}

// amount reads euro, not below zero.
func (f *fields) amount(name string, p presence) money.Amount {
	s, ok := f.scalar(name, p)
	if !ok {
		return money.EUR(0)
	}
	a, err := money.Parse(s, "EUR")
	switch {
	case err != nil:
		f.wrong(name, "field %q: %q: %v", name, s, err)
		return money.EUR(0)
	case a.Cents < 0:
		f.wrong(name, "field %q: %s is below zero", name, s)
		return money.EUR(0)
	}
	return a
}

// rate reads percent a year, not below zero.
func (f *fields) rate(name string, p presence) money.Rate {
	s, ok := f.scalar(name, p)
	if !ok {
		return 0
	}
	r, err := money.ParseRate(s)
	if err != nil || r < 0 {
		f.wrong(name, "field %q: %q is not a rate in percent a year", name, s)
		return 0
	}
	return r
}

func (f *fields) yes(name string, p presence) bool {
	s, ok := f.scalar(name, p)
	if ok && s != "true" && s != "false" {
		f.wrong(name, "field %q: %q is neither true nor false", name, s)
	}
	return s == "true"
}

// oneOf reads a word of a list.
func (f *fields) oneOf(name string, p presence, words []string) string {
	s, ok := f.scalar(name, p)
	if !ok {
		return ""
	}
	if !slices.Contains(words, s) {
		f.wrong(name, "field %q: unknown %q: want one of %s", name, s, strings.Join(words, ", "))
		return ""
	}
	return s
}

// list returns the elements of a field; none where it is not there.
func (f *fields) list(name string, p presence) []*yaml.Node {
	n := f.get(name, p)
	if n == nil || n.Kind == yaml.ScalarNode && n.Tag == "!!null" && p == may {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		f.wrong(name, "field %q must be a list", name)
		return nil
	}
	return n.Content
}

// each gives the mappings of a list, with their place in it.
func (f *fields) each(name, what string, p presence, do func(i int, e *fields)) {
	for i, n := range f.list(name, p) {
		if e := f.r.fields(n, what); e != nil {
			do(i, e)
			e.done()
		}
	}
}

// done refuses the fields that nothing asked for.
func (f *fields) done() {
	for i := 0; i+1 < len(f.node.Content); i += 2 {
		if k := f.node.Content[i]; k.Kind == yaml.ScalarNode && !f.asked[k.Value] {
			f.r.wrong(f.r.offset+k.Line, "unknown field %q in %s", k.Value, f.what)
			f.asked[k.Value] = true
		}
	}
}

// form is how an expected value is written.
type form int

const (
	aDay form = iota
	anAmount
	aRate
	aCount
	aWord
	aTruth
	aSet
)

// want reads an expected value in its one spelling, so that 40 and 40.00 are
// the same; a null says that there must be none.
func (f *fields) want(name string, as form) (string, bool) {
	n := f.byName[name]
	f.asked[name] = true
	if n == nil {
		return "", false
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return none, true
	}
	if as == aSet {
		return f.wantSet(name)
	}
	switch as {
	case aDay:
		return dayText(f.day(name, may)), true
	case anAmount:
		return f.amount(name, may).Decimal(), true
	case aRate:
		return f.rate(name, may).String(), true
	case aCount:
		s, _ := f.scalar(name, may)
		k, err := strconv.Atoi(s)
		if err != nil {
			f.wrong(name, "field %q: %q is no whole number", name, s)
		}
		return strconv.Itoa(k), true
	case aTruth:
		return strconv.FormatBool(f.yes(name, may)), true
	}
	s := f.word(name, may)
	if s == "" {
		s = none
	}
	return s, true
}

func (f *fields) wantSet(name string) (string, bool) {
	var words []string
	for _, e := range f.list(name, need) {
		if e.Kind != yaml.ScalarNode {
			f.wrong(name, "field %q must be a list of words", name)
			return "", false
		}
		words = append(words, e.Value)
	}
	return setText(words), true
}
