package debt

import "github.com/recobro/recobro/law"

// ratesOf lists the rows that lines of interest were reckoned by, each once.
// Agreed rates have none, and days without a published rate are not booked.
func ratesOf(lines []law.Line) []law.RateRow {
	var out []law.RateRow
	var last *law.RateRow
	for i := range lines {
		if l := &lines[i]; !l.Missing && l.Row != nil && l.Row != last {
			out, last = append(out, *l.Row), l.Row
		}
	}
	return out
}
