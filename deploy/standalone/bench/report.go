package bench

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// print shows a result on a terminal.
func (r Result) print(w io.Writer) {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range r.Figures {
		fmt.Fprintf(out, "  %s\t%s\t%s\t%s\n", f.Name, f.number(), f.Bar, f.verdict())
	}
	_ = out.Flush() // a terminal that is gone is nobody's loss
	fmt.Fprintf(w, "  %s; load %s before, %s after\n", r.Took.Round(time.Second), r.Before.Load, r.After.Load)
	if r.Err != nil {
		fmt.Fprintf(w, "  failed: %v\n", r.Err)
	}
}

// number shows a value with three digits that count, and its unit.
func (f Figure) number() string {
	decimals := 0
	switch v := max(f.Value, -f.Value); {
	case v == float64(int64(v)) && f.Unit == "":
	case v < 1:
		decimals = 3
	case v < 10:
		decimals = 2
	case v < 100:
		decimals = 1
	}
	digits := strconv.FormatFloat(f.Value, 'f', decimals, 64)
	if point := strings.IndexByte(digits, '.'); point < 0 {
		for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
			digits = digits[:i] + "," + digits[i:]
		}
	}
	return strings.TrimSpace(digits + " " + f.Unit)
}

func (f Figure) verdict() string {
	switch {
	case f.Bar == "":
		return ""
	case f.Kept:
		return "kept"
	}
	return "missed"
}

// markdown writes a result as a section's generated part.
func (r Result) markdown() string {
	var b strings.Builder
	size := "small"
	if r.Full {
		size = "full"
	}
	m := r.Before
	fmt.Fprintf(&b, "| | seen | bar | |\n|---|---:|---|---|\n")
	for _, f := range r.Figures {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.Name, f.number(), f.Bar, f.verdict())
	}
	if r.Err != nil {
		fmt.Fprintf(&b, "\nIt failed: %v\n", r.Err)
	}
	fmt.Fprintf(&b, "\n*%s, %s set, took %s. %d cores (%s), %.0f GiB; load %s before, %s after. %s; PostgreSQL: %s.*\n",
		r.Began.Format(time.DateOnly), size, r.Took.Round(time.Second), m.Cores, m.Processor, m.Memory, m.Load, r.After.Load, m.Go, m.Settings)
	return b.String()
}

// Write puts results into a document, each between its own two markers, and
// leaves every other word of it as it is. A measure that the document does not
// know yet gets a section at the end.
func Write(file string, all []Result) error {
	text, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("write the figures: %w", err)
	}
	doc := string(text)
	for _, r := range all {
		doc = put(doc, r)
	}
	if err := os.WriteFile(file, []byte(doc), 0o644); err != nil {
		return fmt.Errorf("write the figures: %w", err)
	}
	return nil
}

// put puts one result into a document.
func put(doc string, r Result) string {
	name := r.Measure.Name
	begin, end := "<!-- "+name+": written by make bench-full -->\n", "<!-- /"+name+" -->\n"
	from := strings.Index(doc, begin)
	if from < 0 {
		section := "\n## " + name + "\n\n" + r.Measure.About + "\n\n"
		if r.Measure.Bar != "" {
			section += "The bar: " + r.Measure.Bar + "\n\n"
		}
		return strings.TrimLeft(doc+section+begin+r.markdown()+end, "\n")
	}
	to := strings.Index(doc[from:], end)
	if to < 0 {
		return doc[:from] + begin + r.markdown() + end + doc[from+len(begin):]
	}
	return doc[:from] + begin + r.markdown() + doc[from+to:]
}
