package worked

import (
	"sort"
	"strings"
)

// kind is one kind of record: how its given fields are read, and which fields
// it may expect.
type kind struct {
	// given reads what is given and returns what computes the answer. That is
	// called only where nothing was wrong with the record.
	given func(g *given) func() answer
	// expected reads the mapping of what is expected.
	expected func(g *given, e *fields)
}

// kinds are the kinds of record by name.
var kinds = map[string]kind{
	"limitation":        {limitation, plain(clockFields)},
	"masc":              {negotiation, plain(talkFields)},
	"interest":          {interest, plain(sumFields)},
	"judgment_interest": {judgmentInterest, plain(judgedFields)},
	"vat_window":        {vatWindow, vatExpected},
	"multi_debt":        {manyDebts, manyExpected},
	"carriage_es":       {carriage, plain(clockFields)},
	"guarantor":         {guarantor, plain(guarantorFields)},
	"pt_service":        {service, plain(serviceFields)},
	"court_deadline":    {courtDeadline, plain(deadlineFields)},
}

func kindNames() string {
	names := make([]string, 0, len(kinds))
	for k := range kinds {
		names = append(names, k)
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// given is a record while it is read, with what it expects so far.
type given struct {
	*fields
	want []want
}

// expect takes a field of f up as one that is compared under a path.
func (g *given) expect(f *fields, name, path string, as form) {
	if s, ok := f.want(name, as); ok {
		g.want = append(g.want, want{field: path, value: s, line: f.lineOf(name)})
	}
}

// expected reads the mapping of what is expected.
func (g *given) expected(read func(*given, *fields)) {
	n := g.get("expected", need)
	if n == nil {
		return
	}
	e := g.r.fields(n, "what is expected")
	if e == nil {
		return
	}
	read(g, e)
	e.done()
}

// namedForm is a field that may be expected, and how it is written.
type namedForm struct {
	name string
	as   form
}

// plain reads expected fields that are single values.
func plain(forms []namedForm) func(*given, *fields) {
	return func(g *given, e *fields) {
		for _, f := range forms {
			g.expect(e, f.name, f.name, f.as)
		}
	}
}
