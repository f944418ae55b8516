package worked

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Tally counts what became of the records of one or several files.
type Tally struct {
	Records   int // that could be read
	Differing int // of which something came out otherwise
	Problems  int // that kept a record from being read
}

// Good reports whether every record could be read and came out as expected.
func (t Tally) Good() bool { return t.Records > 0 && t.Differing == 0 && t.Problems == 0 }

// String gives the tally in words.
func (t Tally) String() string {
	return fmt.Sprintf("%s: %d as expected, %d otherwise; %s", counted(t.Records, "record"), t.Records-t.Differing, t.Differing,
		counted(t.Problems, "problem"))
}

func counted(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// Report checks the records of one file, prints what is wrong with the file
// and each difference of each record, and adds to t.
func (t *Tally) Report(w io.Writer, file string, text []byte) error {
	records, problems := Read(file, text)
	for _, p := range problems {
		if _, err := fmt.Fprintln(w, p); err != nil {
			return err
		}
	}
	t.Problems += len(problems)
	for _, r := range records {
		t.Records++
		res := r.Check()
		if len(res.Differences) == 0 {
			continue
		}
		t.Differing++
		if err := res.print(w); err != nil {
			return err
		}
	}
	return nil
}

// print tells each difference of a record, with what the answer rests on.
func (r Result) print(w io.Writer) error {
	fmt.Fprintf(w, "%s:%d: %s %s: %s\n", r.File, r.Line, r.Kind, r.name(), counted(len(r.Differences), "difference"))
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range r.Differences {
		fmt.Fprintf(out, "  line %d\t%s\texpected %s\tgot %s\n", d.Line, d.Field, d.Expected, d.Got)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	for _, s := range r.Articles {
		if _, err := fmt.Fprintf(w, "  by %s\n", s); err != nil {
			return err
		}
	}
	return nil
}

func (r Record) name() string {
	switch {
	case r.ID != "" && r.Title != "":
		return r.ID + ", " + r.Title
	case r.ID != "":
		return r.ID
	case r.Title != "":
		return r.Title
	}
	return "without a name"
}
