package command_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/store/storetest"
)

func TestReconcileSaysHowTheRecordStandsAndLiftsItOnce(t *testing.T) {
	s := record(t)
	k := storetest.Creditor(t, s, "Acme")
	due := calendar.DateOf(time.Now()).AddDays(-20)
	for n := range 2 {
		storetest.Case(t, s, storetest.Submission(k.ID, n, due))
	}
	out, err := run(t, "reconcile")
	require.NoError(t, err)
	require.Contains(t, out, "it is not known to have been restored")
	_, err = run(t, "reconcile", "--lift")
	require.ErrorContains(t, err, "nothing to reconcile")

	out, err = run(t, "reconcile", "--hold", "the volume was set back by hand")
	require.NoError(t, err)
	require.Contains(t, out, "the volume was set back by hand")
	require.Regexp(t, `open cases +2 `, out)
	_, err = run(t, "reconcile", "--lift", "--hold", "x")
	require.Error(t, err)
	_, err = run(t, "reconcile", "--lift", "--until", "yesterday")
	require.ErrorContains(t, err, "--until")
	_, err = run(t, "reconcile", "--lift", "--assume", "something")
	require.ErrorContains(t, err, "sent or nothing")

	out, err = run(t, "reconcile", "--lift", "--note", "restored on Monday")
	require.NoError(t, err)
	require.Contains(t, out, "2 open cases")
	require.Contains(t, out, "the stop is lifted", "Temporal is away: the workers wake the cases later")
	out, err = run(t, "reconcile")
	require.NoError(t, err)
	require.Contains(t, out, "it is not known to have been restored")
}
