package law

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/money"
)

// RateRow is one row of a series: the rate of the days From to To, both
// included. Rows are shared by all who calculate, and only read.
type RateRow struct {
	Series string        `json:"series"`
	From   calendar.Date `json:"from"`
	To     calendar.Date `json:"to"`   // zero: still open
	Rate   money.Rate    `json:"rate"` // percent a year, before what a rule adds or multiplies
	Status Status        `json:"status"`
	Source string        `json:"source"`
	Note   string        `json:"note,omitempty"`
	// Own is the id of an operator's own row, and Author the id of the key that
	// added it; both are empty for a row that ships with the engine.
	Own    string `json:"own_row,omitempty"`
	Author string `json:"author,omitempty"`
}

// Series is a series of rates by day, kept as an embedded CSV file and read
// when it is first asked for.
type Series struct {
	Name string // "es_late_payment"
	// Column holds the rate in the file; a file may hold several series.
	Column string
	// Text is the file: from,to,<column>,…,status,source,note, or
	// effective_date,rate,… for steps that last until the next one.
	Text string
	// Own are an operator's own rows, by their days; no two of one day. On those
	// days they stand in the place of the file's.
	Own []RateRow
	// Notice is what to look for when a row is wanted that is not there yet: the
	// official notice, and where and when it is published.
	Notice string
	// Months is for how long a published rate holds, and so the longest that an
	// own row may be; zero where it holds until it is changed.
	Months int

	once sync.Once
	rows []RateRow
	err  error
}

// Rows returns the rows, oldest first. The error names the line that is wrong;
// a file that ships with the engine has none, as its tests show.
func (s *Series) Rows() ([]RateRow, error) {
	s.once.Do(func() {
		if s.rows, s.err = readRates(s.Text, s.Column); s.err == nil {
			s.err = checkRates(s.rows)
		}
		if s.err != nil {
			s.err = fmt.Errorf("read the rates of %s: %w", s.Name, s.err)
			return
		}
		s.rows = overlaid(s.rows, s.Own)
		for i := range s.rows {
			s.rows[i].Series = s.Name
		}
	})
	return s.rows, s.err
}

// rates returns the rows of a series whose file is sound.
func (s *Series) rates() []RateRow {
	rows, err := s.Rows()
	if err != nil {
		panic(err) // the file is part of the program
	}
	return rows
}

// at returns the index of the row that holds on d, or of the last one before
// it; -1 before the first.
func (s *Series) at(d calendar.Date) int {
	rows := s.rates()
	return sort.Search(len(rows), func(i int) bool { return rows[i].From.After(d) }) - 1
}

// Last returns the last day up to which every day has a rate; zero for a series
// that is open.
func (s *Series) Last() calendar.Date {
	rows := s.rates()
	for i := range rows[1:] {
		if rows[i].To.AddDays(1) != rows[i+1].From {
			return rows[i].To
		}
	}
	return rows[len(rows)-1].To
}

// Table returns the series of that name; ok is false where the place has none.
func (j *Jurisdiction) Table(name string) (s *Series, ok bool) {
	for _, s := range j.Series {
		if s.Name == name {
			return s, true
		}
	}
	return nil, false
}

// Tables lists the rate series of a place, in the order of its tables.
func Tables(j *Jurisdiction) []*Series { return slices.Clone(j.Series) }

// fileStatus reads the marks of confidence of a rate file.
var fileStatus = map[string]Status{"verified": Verified, "secondary": Secondary, "unverified": ToConfirm}

// readRates reads the rows of one column of a rate file.
func readRates(text, column string) ([]RateRow, error) {
	r := csv.NewReader(strings.NewReader(text))
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	at := func(name string) int { return slices.Index(head, name) }
	from, to, rate := at("from"), at("to"), at(column)
	status, source, note := at("status"), at("source"), at("note")
	steps := from < 0
	if steps {
		from = at("effective_date")
	}
	if from < 0 || rate < 0 || status < 0 || source < 0 || note < 0 || !steps && to < 0 {
		return nil, fmt.Errorf("columns %v lack from, to, %s, status, source or note", head, column)
	}
	var rows []RateRow
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		row := RateRow{Source: rec[source], Note: rec[note]}
		line, _ := r.FieldPos(0)
		var known bool
		if row.Status, known = fileStatus[rec[status]]; !known {
			return nil, fmt.Errorf("line %d: status %q must be verified, secondary or unverified", line, rec[status])
		}
		if row.From, err = calendar.Parse(rec[from]); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		if !steps && rec[to] != "" {
			if row.To, err = calendar.Parse(rec[to]); err != nil {
				return nil, fmt.Errorf("line %d: %w", line, err)
			}
		}
		if row.Rate, err = money.ParseRate(rec[rate]); err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
		rows = append(rows, row)
	}
	if steps {
		endSteps(rows)
	}
	return rows, nil
}

// endSteps gives each step its last day. The last one is known to hold for the
// half-year it begins in, and no longer.
func endSteps(rows []RateRow) {
	for i := range rows {
		if i+1 < len(rows) {
			rows[i].To = rows[i+1].From.AddDays(-1)
		} else {
			rows[i].To = halfYear(rows[i].From).AddMonths(6).AddDays(-1)
		}
	}
}

// halfYear returns 1 January or 1 July, whichever begins the half-year of d.
func halfYear(d calendar.Date) calendar.Date {
	y, m, _ := d.Civil()
	if m < 7 {
		return calendar.Day(y, 1, 1)
	}
	return calendar.Day(y, 7, 1)
}

// checkRates refuses rows out of order, that overlap or leave a gap, or that
// name no source.
func checkRates(rows []RateRow) error {
	if len(rows) == 0 {
		return errors.New("no rows")
	}
	for i, r := range rows {
		switch {
		case r.Source == "":
			return fmt.Errorf("row from %s names no source", r.From)
		case !r.To.IsZero() && r.To.Before(r.From):
			return fmt.Errorf("row from %s ends before it begins", r.From)
		case i > 0 && rows[i-1].To.IsZero():
			return fmt.Errorf("row from %s follows a row that is still open", r.From)
		case i > 0 && r.From != rows[i-1].To.AddDays(1):
			return fmt.Errorf("row from %s does not follow the row that ends on %s", r.From, rows[i-1].To)
		}
	}
	return nil
}
