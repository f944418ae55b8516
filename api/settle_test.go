package api

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

// unknownMessage has a case send a message whose outcome is not known.
func (o *office) unknownMessage() (caseID, message string) {
	o.t.Helper()
	ctx := context.Background()
	o.withoutAgents()
	caseID = o.aCase(nil)
	<-o.bell.woken
	for range 20 {
		next, err := o.store.Decide(ctx, caseID)
		require.NoError(o.t, err)
		if now, err := o.store.Now(ctx); err == nil && next.Decision.At.After(now) {
			require.NoError(o.t, o.store.Advance(ctx, next.Decision.At))
		}
		_, err = o.store.Act(ctx, caseID, next.Decision, func(t *record.Turn) (record.Done, error) {
			done, err := storetest.Deliver("outbox")(t)
			if done.Message == nil {
				return done, err
			}
			done.Message.State, message = "unknown", done.Message.ID
			for i, f := range done.Facts {
				if ended, ok := f.(debt.MessageEnded); ok {
					ended.State = "unknown"
					done.Facts[i] = ended
				}
			}
			return done, err
		})
		require.NoError(o.t, err)
		if message != "" {
			return caseID, message
		}
	}
	require.Fail(o.t, "no message was sent", caseID)
	return "", ""
}

func TestStaffSettleAMessageOfUnknownOutcome(t *testing.T) {
	for _, role := range []string{"supervisor", "operator", "agent"} {
		t.Run(role, func(t *testing.T) {
			o := open(t)
			id, message := o.unknownMessage()
			if role == "agent" {
				_, secret, err := o.store.NewKey(context.Background(), record.Key{Role: debt.Agent})
				require.NoError(t, err)
				o.keys["agent"] = secret
			}
			path := "/v1/messages/" + message
			require.Equal(t, "unknown", o.ask("GET", path, asked{key: role}).is(200).text("state"))
			body := map[string]any{"state": "failed", "note": "the provider has no such message"}
			settled := o.ask("POST", path+"/settle", asked{key: role, body: body, idem: "one"}).is(200)
			require.Equal(t, "failed", settled.text("state"))
			require.Equal(t, id, <-o.bell.woken, "the case is told")
			require.Equal(t, "failed", o.ask("POST", path+"/settle", asked{key: role, body: body, idem: "one"}).is(200).text("state"))
			o.ask("POST", path+"/settle", asked{key: role, body: map[string]any{"state": "sent"}}).saysNo(409, "message_failed", "")
			line := o.ask("GET", "/v1/cases/"+id+"/timeline", asked{key: role}).is(200).Body.String()
			require.Contains(t, line, "the provider has no such message")
		})
	}
}

func TestAMessageIsSettledByStaffAloneAndAsSentOrFailed(t *testing.T) {
	o := open(t)
	_, message := o.unknownMessage()
	path := "/v1/messages/" + message + "/settle"
	for _, role := range []string{"creditor", "lawyer", "other"} {
		o.ask("POST", path, asked{key: role, body: map[string]any{"state": "sent"}}).saysNo(403, "role_forbidden", "")
	}
	o.ask("POST", path, asked{key: "supervisor", body: map[string]any{}}).is(400)
	require.GreaterOrEqual(t, o.ask("POST", path, asked{key: "supervisor", body: map[string]any{"state": "unknown"}}).Code, 400)
	o.ask("POST", "/v1/messages/none/settle", asked{key: "supervisor", body: map[string]any{"state": "sent"}}).saysNo(404, "not_found", "")
	require.Equal(t, "unknown", o.ask("GET", "/v1/messages/"+message, asked{key: "supervisor"}).is(200).text("state"))
}
