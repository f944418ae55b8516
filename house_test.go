package recobro_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/recobro/recobro/"

// Longest lengths that can still be read at one sitting.
const (
	longestFunction = 70
	longestFile     = 600
	mostParameters  = 4 // besides the context
	mostMethods     = 3
)

// room says which of our own packages a package may import, and why no others.
type room struct {
	may []string // "*" is every one
	why string
	// pure packages do no input or output and read no clock.
	pure bool
}

var ground = []string{"money", "calendar", "law", "law/countries", "debt", "strategy", "letter", "record", "ident"}

// rooms are the directions of import: the ground floor knows, the first floor
// acts, the outer walls speak to the world, the top floor speaks to people.
var rooms = map[string]room{
	"money":         {pure: true, why: "an amount knows nothing of debts"},
	"calendar":      {pure: true, why: "a day is a day, whoever asks"},
	"ident":         {pure: true, may: []string{"calendar"}, why: "an identifier is checked by itself"},
	"law":           {pure: true, may: []string{"money", "calendar"}, why: "the law stands before any debt"},
	"law/es":        {pure: true, may: []string{"money", "calendar", "law"}, why: "a country fills the law's tables"},
	"law/fr":        {pure: true, may: []string{"money", "calendar", "law"}, why: "a country fills the law's tables"},
	"law/pt":        {pure: true, may: []string{"money", "calendar", "law"}, why: "a country fills the law's tables"},
	"law/countries": {pure: true, may: []string{"law", "law/es", "law/fr", "law/pt", "calendar", "money"}, why: "an explicit list"},
	"law/lawtest":   {pure: true, may: []string{"calendar", "law", "law/countries"}, why: "tables that stand still, for tests"},
	"law/worked":    {pure: true, may: []string{"money", "calendar", "law", "law/countries"}, why: "a record is checked against the law alone; whoever has the file reads it"},
	"law/question":  {pure: true, may: []string{"money", "calendar", "law", "law/countries"}, why: "the law is asked without a case"},
	"debt":          {pure: true, may: []string{"money", "calendar", "law", "ident"}, why: "a case is judged by the law, not by what is done about it"},
	"strategy":      {pure: true, may: []string{"money", "calendar", "law", "law/countries", "debt"}, why: "a decision must be the same in life, forecast and rehearsal"},
	"letter":        {pure: true, may: []string{"money", "calendar", "law", "debt", "strategy", "record", "bank/epc"}, why: "a letter is words for facts, and the code to pay with"},
	"record":        {pure: true, may: []string{"money", "calendar", "law", "debt", "strategy", "bank"}, why: "nouns only"},
	"clock":         {pure: true, why: "how business time stands to wall time is arithmetic"},
	"evidence":      {pure: true, may: []string{"debt", "record"}, why: "a third party must be able to check the chain without us"},
	"intake":        {pure: true, may: []string{"money", "calendar", "law", "law/countries", "debt", "record", "ident"}, why: "reading a file is not storing it"},

	"bank":     {pure: true, may: []string{"money", "calendar", "ident"}, why: "what a bank says is read and held against cases that are handed in"},
	"bank/epc": {pure: true, may: []string{"money", "ident"}, why: "a code to pay with knows nothing of debts"},

	"activities/activitiestest": {may: []string{"*"}, why: "a record in memory, for tests"},
	"workflows/workflowstest":   {may: []string{"*"}, why: "the golden lives, for tests and for who records them"},

	"activities": {may: slices.Concat(ground, []string{"clock"}), why: "it acts through small interfaces of its own, so that tests may stand in"},
	"workflows":  {may: []string{"activities", "strategy", "debt", "money", "calendar", "record"}, why: "it interprets decisions, judges nothing and writes no letter"},
	"worker":     {may: []string{"activities", "workflows", "record", "clock"}, why: "it serves and wakes; where the record lies is not its matter"},

	"store":            {may: slices.Concat(ground, []string{"clock", "evidence", "bank"}), why: "the record does not know who reads it"},
	"store/storetest":  {may: slices.Concat(ground, []string{"clock", "evidence", "store", "law/lawtest"}), why: "it brings the record up for tests"},
	"store/migrations": {may: nil, why: "SQL only"},
	"post":             {may: slices.Concat(ground, []string{"bank/epc"}), why: "a message goes out without knowing why"},

	"api": {may: slices.Concat(ground, []string{"intake", "workflows", "evidence", "law/question", "bank"}), why: "a handler decodes, asks and answers"},

	"watch": {may: []string{"record", "strategy", "debt"}, why: "it hears what others do, by interfaces of its own, and changes nothing"},

	"fake":        {may: []string{"*"}, why: "stand-ins for tests"},
	"command":     {may: []string{"*"}, why: "it wires everything"},
	"cmd/recobro": {may: []string{"*"}, why: "it starts the command line"},
}

// unclean is what a pure package may not import.
var unclean = []string{"os", "net", "net/http", "database/sql", "os/exec", "log", "log/slog", "github.com/jackc/", "go.temporal.io/"}

// source is one Go file of the main module.
type source struct {
	name  string // from the module's root
	room  string
	lines int
	file  *ast.File
	test  bool
}

func (s source) generated() bool { return ast.IsGenerated(s.file) }

var fset = token.NewFileSet()

func sources(t *testing.T) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name != "." && strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules" {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		all = append(all, source{
			name: name, room: filepath.ToSlash(filepath.Dir(name)), file: f,
			lines: bytes.Count(text, []byte("\n")), test: strings.HasSuffix(name, "_test.go"),
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 50 {
		t.Fatalf("only %d Go files were found", len(all))
	}
	return all
}

// inMainModule leaves out the folders that are modules of their own.
func inMainModule(s source) bool {
	return !strings.HasPrefix(s.name, "deploy/") && !strings.HasPrefix(s.name, "tools/") && s.room != "."
}

func TestImportDirections(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !inMainModule(s) {
			continue
		}
		r, known := rooms[s.room]
		if !known {
			t.Errorf("%s: package %s has no place in the house: add it to rooms with its reason", s.name, s.room)
			continue
		}
		for _, imp := range s.file.Imports {
			path := strings.Trim(imp.Path.Value, `"`)
			if own, ours := strings.CutPrefix(path, module); ours && !slices.Contains(r.may, "*") && !slices.Contains(r.may, own) {
				t.Errorf("%s imports %s: %s may not, for %s", s.name, own, s.room, r.why)
			}
			if !r.pure {
				continue
			}
			for _, not := range unclean {
				if path == not || strings.HasSuffix(not, "/") && strings.HasPrefix(path, not) {
					t.Errorf("%s imports %s: %s is pure, for %s", s.name, path, s.room, r.why)
				}
			}
		}
	}
}

func TestThePureRoomsReadNoClock(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || !inMainModule(s) || !rooms[s.room].pure {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			pkg, ok := sel.X.(*ast.Ident)
			if ok && pkg.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "After", "Sleep", "Tick", "NewTimer"}, sel.Sel.Name) {
				t.Errorf("%s: time.%s in %s: the instant is handed in, so that a rehearsal and a replay decide alike", fset.Position(sel.Pos()), sel.Sel.Name, s.room)
			}
			return true
		})
	}
}

func TestNothingIsTooLongToRead(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated() {
			continue
		}
		if !s.test && s.lines > longestFile {
			t.Errorf("%s has %d lines, more than %d", s.name, s.lines, longestFile)
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil || s.test && strings.HasPrefix(f.Name.Name, "Test") {
				continue // a test may hold a long table
			}
			if n := fset.Position(f.End()).Line - fset.Position(f.Pos()).Line + 1; n > longestFunction {
				t.Errorf("%s: %s has %d lines, more than %d", fset.Position(f.Pos()), f.Name.Name, n, longestFunction)
			}
			if n := parameters(f.Type); n > mostParameters && !s.test && wide[f.Name.Name] == "" {
				t.Errorf("%s: %s takes %d parameters besides the context, more than %d", fset.Position(f.Pos()), f.Name.Name, n, mostParameters)
			}
		}
	}
}

// wide functions may take more, each for its reason.
var wide = map[string]string{
	"Remember": "an answer is kept whole: whose, to which request, and what was said",
}

// parameters counts a function's parameters without its context; a format and
// what goes into it are one.
func parameters(f *ast.FuncType) int {
	n := 0
	for _, p := range f.Params.List {
		if sel, ok := p.Type.(*ast.SelectorExpr); ok && sel.Sel.Name == "Context" {
			continue
		}
		if _, ok := p.Type.(*ast.Ellipsis); ok {
			continue
		}
		n += max(1, len(p.Names))
	}
	return n
}

func TestInterfacesAreSmall(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.generated() {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if i, ok := spec.Type.(*ast.InterfaceType); ok && i.Methods.NumFields() > mostMethods {
				t.Errorf("%s: interface %s has %d methods, more than %d: who needs it declares it, and needs little",
					fset.Position(spec.Pos()), spec.Name.Name, i.Methods.NumFields(), mostMethods)
			}
			return true
		})
	}
}

func TestEveryExportedNameIsDocumented(t *testing.T) {
	for _, s := range sources(t) {
		if s.test || s.generated() || s.file.Name.Name == "main" {
			continue
		}
		for _, d := range s.file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil && !obvious(d) {
					t.Errorf("%s: %s has no comment", fset.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				undocumented(t, d)
			}
		}
	}
}

// obvious are methods whose meaning their interface gives.
func obvious(d *ast.FuncDecl) bool {
	return d.Recv != nil && slices.Contains([]string{"Kind", "Error", "Unwrap", "String", "LogValue", "MarshalJSON", "UnmarshalJSON", "MarshalText", "UnmarshalText"}, d.Name.Name)
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	typ := d.Recv.List[0].Type
	if star, ok := typ.(*ast.StarExpr); ok {
		typ = star.X
	}
	if generic, ok := typ.(*ast.IndexExpr); ok {
		typ = generic.X
	}
	name, ok := typ.(*ast.Ident)
	return ok && name.IsExported()
}

func undocumented(t *testing.T, d *ast.GenDecl) {
	t.Helper()
	for _, spec := range d.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if spec.Name.IsExported() && d.Doc == nil && spec.Doc == nil {
				t.Errorf("%s: %s has no comment", fset.Position(spec.Pos()), spec.Name.Name)
			}
		case *ast.ValueSpec:
			for _, name := range spec.Names {
				if name.IsExported() && d.Doc == nil && spec.Doc == nil && spec.Comment == nil {
					t.Errorf("%s: %s has no comment", fset.Position(name.Pos()), name.Name)
				}
			}
		}
	}
}

// nothings are words that say nothing of what a thing is.
var nothings = []string{"Manager", "Service", "Helper", "Util", "Impl", "Info", "Data", "Process"}

func TestTypesAreNamedInTheFieldsWords(t *testing.T) {
	for _, s := range sources(t) {
		if s.generated() {
			continue
		}
		for _, d := range s.file.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.TYPE {
				continue
			}
			for _, spec := range g.Specs {
				name := spec.(*ast.TypeSpec).Name
				for _, w := range nothings {
					if strings.HasSuffix(name.Name, w) {
						t.Errorf("%s: type %s: %q says nothing of what it is", fset.Position(name.Pos()), name.Name, w)
					}
				}
			}
		}
	}
}
