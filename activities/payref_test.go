package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/activities/activitiestest"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/ident"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/strategy"
)

// firstLetter gives the text of the first e-mail about debts of one person.
func firstLetter(t *testing.T, ids ...string) string {
	t.Helper()
	var now time.Time
	f, err := activitiestest.New("ES", law.Business, func() time.Time { return now })
	require.NoError(t, err)
	now = calendar.Must("2026-10-02").At(0, 0, f.Person.Place.Zone())
	for _, id := range ids {
		require.NoError(t, f.Open(id, calendar.Must("2026-10-01")))
	}
	act := activities.New(activities.Deps{Cases: f, Sends: f, Post: &provider{mode: "outbox", answer: sent}})
	for range 10 {
		next, err := act.Decide(t.Context(), activities.Turn{Case: ids[0]})
		require.NoError(t, err)
		if next.Decision.At.After(now) {
			now = next.Decision.At
		}
		turn := activities.Turn{Case: ids[0], Want: next.Decision}
		switch next.Decision.Do {
		case strategy.SendEmail:
			_, err = act.SendEmail(t.Context(), turn)
			require.NoError(t, err)
			require.NotEmpty(t, f.Messages)
			return f.Messages[0].Text
		case strategy.ChangeStage:
			_, err = act.ChangeStage(t.Context(), turn)
			require.NoError(t, err)
		default:
			require.Fail(t, "the case does something else first", next.Decision.Do)
		}
	}
	require.Fail(t, "no letter is ever written")
	return ""
}

func TestALetterNamesTheReferenceByWhichItsPaymentIsFound(t *testing.T) {
	const one, two = "01913c5e-8a11-7b02-9c3d-4e5f60718293", "01913c5e-8a11-7b02-9c3d-4e5f60718294"
	first, err := ident.PaymentReference(one)
	require.NoError(t, err)
	second, err := ident.PaymentReference(two)
	require.NoError(t, err)

	alone := firstLetter(t, one)
	assert.Contains(t, alone, first)
	assert.Contains(t, alone, "F-2026-"+one, "the creditor's own stays in the letter")

	both := firstLetter(t, one, two)
	assert.Contains(t, both, "F-2026-"+one)
	assert.Contains(t, both, "F-2026-"+two)
	assert.NotContains(t, both, first, "the reference of one debt would put the whole sum on it")
	assert.NotContains(t, both, second)
}
