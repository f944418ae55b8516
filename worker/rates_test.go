package worker

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/record"
)

// tables are series of rates on a day.
type tables struct {
	today calendar.Date
	last  map[string]calendar.Date
	down  error
}

func (x *tables) Coverage(context.Context) ([]record.Coverage, error) {
	var out []record.Coverage
	for _, name := range []string{"es_late_payment", "fr_late_payment"} {
		out = append(out, record.Coverage{Series: name, Last: x.last[name], Days: x.today.Days(x.last[name]), Notice: "the notice of " + name})
	}
	return out, x.down
}

func TestTheLogSaysOnceADayWhichRatesEndAndWhatToLookFor(t *testing.T) {
	end := calendar.Must("2026-12-31")
	x := &tables{last: map[string]calendar.Date{"es_late_payment": end, "fr_late_payment": end}}
	var log bytes.Buffer
	a := &almanac{store: x, log: slog.New(slog.NewTextHandler(&log, nil))}
	for _, tt := range []struct {
		today     string
		own       string // up to which day an operator added the Spanish rate
		ends      int
		warned    bool
		say, dont string
	}{
		{"2026-12-01", "", 0, false, "", ""}, // thirty days are left
		{"2026-12-02", "", 2, true, "es_late_payment: the last day with a rate is 2026-12-31; look for: the notice of es_late_payment", ""},
		{"2026-12-02", "", 2, false, "", ""},
		{"2026-12-03", "", 2, true, "fr_late_payment", ""},
		{"2027-01-01", "", 2, true, "2026-12-31", ""}, // over, and said all the same
		{"2027-01-02", "2027-06-30", 1, true, "fr_late_payment", "es_late_payment"},
		{"2027-01-02", "2027-06-30", 1, false, "", ""},
	} {
		x.today = calendar.Must(tt.today)
		if tt.own != "" {
			x.last["es_late_payment"] = calendar.Must(tt.own)
		}
		log.Reset()
		n, err := a.once(t.Context())
		require.NoError(t, err)
		assert.Equal(t, tt.ends, n, tt.today)
		assert.Equal(t, tt.warned, log.Len() > 0, "%s: %s", tt.today, &log)
		assert.LessOrEqual(t, strings.Count(log.String(), "WARN"), 1)
		assert.Contains(t, log.String(), tt.say)
		if tt.dont != "" {
			assert.NotContains(t, log.String(), tt.dont)
		}
	}
	x.down = errors.New("away")
	_, err := a.once(t.Context())
	assert.ErrorIs(t, err, x.down)
}
