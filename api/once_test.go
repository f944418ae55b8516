package api

import (
	"context"
	"errors"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

func payments(o *office, caseID string) int {
	o.t.Helper()
	list, ok := o.ask("GET", "/v1/cases/"+caseID, asked{key: "creditor"}).is(200).at("payments").([]any)
	require.True(o.t, ok)
	return len(list)
}

func TestTheSameRequestAgainIsAnsweredAlikeAndDoneOnce(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	a := asked{key: "creditor", body: pay("100.00", "EUR", today(0)), idem: "payment-1"}
	first := o.ask("POST", "/v1/cases/"+id+"/payments", a).is(201)
	again := o.ask("POST", "/v1/cases/"+id+"/payments", a).is(201)
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Empty(t, first.Header().Get("Idempotency-Replayed"))
	require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
	require.Equal(t, 1, payments(o, id))

	a.body = pay("100.01", "EUR", today(0))
	o.ask("POST", "/v1/cases/"+id+"/payments", a).saysNo(422, "idempotency_key_reused", "Idempotency-Key")
	a.idem = "payment-2"
	o.ask("POST", "/v1/cases/"+id+"/payments", a).is(201)
	require.Equal(t, 2, payments(o, id), "another key is another payment")
}

func TestARefusalIsRememberedToo(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	a := asked{key: "creditor", body: pay("100.00", "USD", today(0)), idem: "wrong"}
	first := o.ask("POST", "/v1/cases/"+id+"/payments", a).saysNo(422, "other_currency", "amount")
	again := o.ask("POST", "/v1/cases/"+id+"/payments", a).saysNo(422, "other_currency", "amount")
	require.Equal(t, first.Body.String(), again.Body.String())
	require.Equal(t, "true", again.Header().Get("Idempotency-Replayed"))
}

func TestTwoKeysMayUseTheSameIdempotencyKey(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	for _, key := range []string{"creditor", "agent"} {
		o.ask("POST", "/v1/cases/"+id+"/payments", asked{key: key, body: pay("100.00", "EUR", today(0)), idem: "1"}).is(201)
	}
	require.Equal(t, 2, payments(o, id))
}

func TestTwentyOfTheSameRequestAtOnceAreDoneOnce(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	a := asked{key: "creditor", body: pay("100.00", "EUR", today(0)), idem: "race"}
	var wg sync.WaitGroup
	codes := make([]int, 20)
	for i := range codes {
		req := o.request("POST", "/v1/cases/"+id+"/payments", a)
		wg.Go(func() {
			w := httptest.NewRecorder()
			o.handler.ServeHTTP(w, req)
			codes[i] = w.Code
		})
	}
	wg.Wait()
	require.Contains(t, codes, 201)
	for _, c := range codes {
		require.Contains(t, []int{201, 409}, c, "an answer given again, or word that the first is under way")
	}
	require.Equal(t, 1, payments(o, id))
}

// forgetful is a Memory that cannot keep what it is told.
type forgetful struct{ Memory }

func (forgetful) Remember(context.Context, record.Request, record.Answer) error {
	return errors.New("the disk is full")
}

func (forgetful) Recall(context.Context, record.Request) (record.Answer, bool, error) {
	return record.Answer{}, false, nil
}

func TestAWriteWhoseAnswerWasLostIsNotDoneTwice(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.serve(Options{Memory: forgetful{o.store}})
	a := asked{key: "creditor", body: pay("100.00", "EUR", today(0)), idem: "lost"}
	o.ask("POST", "/v1/cases/"+id+"/payments", a).is(201)
	o.ask("POST", "/v1/cases/"+id+"/payments", a).is(201)
	require.Equal(t, 1, payments(o, id))
	doc := asked{key: "creditor", idem: "lost-too", body: map[string]any{"type": "other", "name": "x", "media_type": "text/plain", "content": "eHg="}}
	first := o.ask("POST", "/v1/cases/"+id+"/documents", doc).is(201)
	require.Equal(t, first.text("id"), o.ask("POST", "/v1/cases/"+id+"/documents", doc).is(201).text("id"))
	require.Contains(t, o.log.String(), "an answer was not remembered")
}

// shut is a Door that fails, panics, or lets through.
type shut struct {
	Door
	how string
}

func (s *shut) Record(ctx context.Context, caseID, key string, by debt.Actor, f debt.Fact) (record.File, error) {
	switch s.how {
	case "fails":
		return record.File{}, errors.New("connection refused, said Juana")
	case "panics":
		panic("a bug")
	}
	return s.Door.Record(ctx, caseID, key, by, f)
}

func TestAFaultOfOursTellsNothingIsLoggedAndMayBeTriedAgain(t *testing.T) {
	for _, how := range []string{"fails", "panics"} {
		t.Run(how, func(t *testing.T) {
			o := open(t)
			id := o.aCase(nil)
			door := &shut{o.store, how}
			o.server.Door = door
			a := asked{key: "creditor", body: pay("100.00", "EUR", today(0)), idem: "fault"}
			r := o.ask("POST", "/v1/cases/"+id+"/payments", a).saysNo(500, "internal", "")
			require.NotContains(t, r.Body.String(), "Juana")
			require.Contains(t, o.log.String(), `"status":500`)
			require.Contains(t, o.log.String(), r.Header().Get("X-Request-Id"))
			door.how = ""
			o.ask("POST", "/v1/cases/"+id+"/payments", a).is(201)
			require.Equal(t, 1, payments(o, id))
		})
	}
}

func TestAWriteStandsAlthoughTheWorkflowCannotBeWoken(t *testing.T) {
	o := open(t)
	o.bell.fail = errors.New("Temporal is away")
	id := o.aCase(nil)
	require.Equal(t, id, <-o.bell.woken)
	o.ask("POST", "/v1/cases/"+id+"/payments", asked{key: "creditor", body: pay("100.00", "EUR", today(0))}).is(201)
	require.Equal(t, id, <-o.bell.woken)
	left, err := o.store.Unacknowledged(context.Background(), 0, 10, 0)
	require.NoError(t, err)
	require.Equal(t, []string{id}, left, "the relay finds it")
}

func TestAReadWakesNobody(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	require.Equal(t, id, <-o.bell.woken)
	o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200)
	o.ask("POST", "/v1/cases/"+id+"/payments", asked{key: "creditor", body: pay("1.00", "USD", today(0))}).is(422)
	require.Empty(t, o.bell.woken)
}

func TestTheLogHoldsNoPersonalData(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.ask("GET", "/v1/debtors?query=Talleres", asked{key: "creditor"}).is(200)
	o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200)
	o.ask("GET", "/v1/cases/pagos@talleres.example", asked{key: "creditor"}).is(404)
	o.ask("GET", "/Juana", asked{}).is(404)
	log := o.log.String()
	for _, not := range []string{"Talleres", "talleres", "Juana", "B12345674", "+34", id, o.keys["creditor"], "192.0.2.1"} {
		require.NotContains(t, log, not)
	}
	require.Contains(t, log, `"route":"/v1/cases/:id"`)
	require.Contains(t, log, `"key":"`+o.ids["creditor"]+`"`)
	require.Equal(t, 5, strings.Count(log, `"msg":"request"`), log)
}
