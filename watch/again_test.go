package watch_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/watch"
)

// failOnce has PostgreSQL ask, at the first message that is written, for the
// transaction to be run once more.
func (h *house) failOnce() {
	h.t.Helper()
	conn, err := pgx.Connect(ctx, h.url)
	require.NoError(h.t, err)
	defer conn.Close(ctx)
	for _, sql := range []string{
		`drop trigger if exists fail_once on messages`,
		`drop sequence if exists tries`,
		`create sequence tries`, // no rollback takes its numbers back
		`create or replace function fail_once() returns trigger language plpgsql as $$
			begin if nextval('tries') = 1 then raise exception 'once more' using errcode = '40001'; end if; return new; end $$`,
		`create trigger fail_once before insert on messages for each row execute function fail_once()`,
	} {
		_, err := conn.Exec(ctx, sql)
		require.NoError(h.t, err, sql)
	}
}

func TestAnActIsCountedByWhatItsLastTransactionDid(t *testing.T) {
	h := open(t, watch.Options{Logger: still})
	for name, x := range map[string]struct {
		stands bool // when it is run once more
		mode   string
	}{
		"recorded, and it still stands": {true, "outbox"}, "recorded, and it no longer stands": {false, "outbox"},
		"reserved, and it still stands": {true, "smtp"}, "reserved, and it no longer stands": {false, "smtp"},
	} {
		t.Run(name, func(t *testing.T) {
			h.t = t
			h.now = start
			id := h.open(3)
			d := h.until(id, strategy.SendEmail)
			h.failOnce()
			tries, deliver := 0, storetest.Deliver(x.mode)
			do := func(turn *record.Turn) (record.Done, error) {
				tries++
				if !x.stands {
					h.now = time.Date(2026, time.November, 15, 3, 0, 0, 0, time.UTC) // a Sunday, at night
				}
				return deliver(turn)
			}
			before := h.look()
			if x.mode == "outbox" {
				_, err := h.door.Act(ctx, id, d, do)
				require.NoError(t, err)
			} else {
				_, _, err := h.sends.Reserve(ctx, id, d, do)
				require.NoError(t, err)
			}
			after := h.look()
			rose := func(figure string, labels ...string) float64 {
				return after.value(figure, labels...) - before.value(figure, labels...)
			}
			done, away, sent, want := 1.0, 0.0, 1.0, 2
			if !x.stands {
				done, away, sent, want = 0, 1, 0, 1
			}
			if x.mode == "smtp" {
				sent = 0 // the post tells
			}
			assert.Equal(t, want, tries, "how often it was done")
			assert.Equal(t, 1.0, rose("recobro_transactions_again_total", "why", "40001"))
			assert.Equal(t, done, rose("recobro_acts_total", "act", "SendEmail"))
			assert.Equal(t, away, rose("recobro_turned_away_total", "act", "SendEmail"))
			assert.Equal(t, sent, rose("recobro_sends_total", "channel", "email"))
		})
	}
}
