package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

func TestSoundingsTellHowTheRecordStandsToProgramAndMachine(t *testing.T) {
	s, url := frozen(t)
	k := storetest.Creditor(t, s, "Acme")
	storetest.Case(t, s, storetest.Submission(k.ID, 1, due))
	x := must(s.Soundings(ctx))(t)
	assert.Equal(t, x.Newest, x.Schema)
	assert.Equal(t, start, x.Now.UTC())
	assert.Equal(t, start, x.Last)
	assert.NotEmpty(t, x.Rates)

	behind, err := store.New(ctx, url, store.Options{Wall: func() time.Time { return time.Now().Add(-time.Hour) }})
	require.NoError(t, err)
	defer behind.Close()
	x = must(behind.Soundings(ctx))(t)
	assert.InDelta(t, -time.Hour, x.Ahead, float64(10*time.Minute), "a clock that is an hour behind")

	ok(t, sql(t, url, `delete from goose_db_version where version_id = $1`, x.Newest))
	x = must(s.Soundings(ctx))(t)
	assert.Less(t, x.Schema, x.Newest)
	assert.Empty(t, x.Rates)
}
