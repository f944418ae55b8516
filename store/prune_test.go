package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/store/storetest"
)

func TestAnswersAreForgottenAfterTheirTimeOldestFirstAndNoneBefore(t *testing.T) {
	wall := time.Date(2026, time.November, 2, 9, 0, 0, 0, time.UTC)
	s, err := store.New(ctx, storetest.URL(t), store.Options{Wall: func() time.Time { return wall }})
	require.NoError(t, err)
	t.Cleanup(s.Close)
	request := func(day int) record.Request {
		return record.Request{Scope: "k", Key: fmt.Sprint(day), Hash: "h"}
	}
	answer := record.Answer{Status: 201, Body: []byte("{}")}
	for day := range 40 {
		_, found, err := s.Recall(ctx, request(day))
		require.NoError(t, err)
		require.False(t, found)
		if day%2 == 0 { // the others died on the way
			require.NoError(t, s.Remember(ctx, request(day), answer))
		}
		wall = wall.Add(24 * time.Hour)
	}
	const month = 30 * 24 * time.Hour
	var pruned []int
	for range 4 {
		n, err := s.PruneAnswers(ctx, month, 4)
		require.NoError(t, err)
		pruned = append(pruned, n)
	}
	require.Equal(t, []int{4, 4, 2, 0}, pruned, "the ten that began more than thirty days ago")
	for day := range 40 {
		a, found, err := s.Recall(ctx, request(day))
		require.NoError(t, err)
		require.Equal(t, day >= 10 && day%2 == 0, found, "day %d", day)
		if found {
			require.Equal(t, answer.Status, a.Status)
		}
	}
}

func TestAFactWhoseAnswerIsForgottenIsStillPutOnItsCaseOnce(t *testing.T) {
	s, _ := frozen(t)
	k := storetest.Creditor(t, s, "Quevedo")
	id := storetest.Case(t, s, storetest.Submission(k.ID, 1, due)).Case.ID
	for range 2 {
		must(s.Record(ctx, id, "key/1", operator, debt.PaymentReceived{Amount: money.EUR(1000), Received: due}))(t)
		must(s.PruneAnswers(ctx, 0, 1000))(t)
	}
	require.Len(t, must(s.File(ctx, id))(t).Case.Payments, 1)
}
