package evidence_test

import (
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/recobro/recobro/evidence"
)

// chain makes a valid chain of n events.
func chain(n int) []evidence.Row {
	var rows []evidence.Row
	var prev []byte
	for i := range n {
		salt := make([]byte, 32)
		salt[0] = byte(i)
		payload := []byte(`{"n":` + strconv.Itoa(i) + `}`)
		e := evidence.Event{Case: "c1", Seq: int64(i) + 1, Kind: "noted", At: time.UnixMicro(int64(i) * 1000).UTC(),
			Role: "agent", By: "k1", Commitment: evidence.Commit(salt, payload)}
		prev = evidence.Link(prev, e)
		rows = append(rows, evidence.Row{Event: e, Hash: prev, Salt: salt, Payload: payload})
	}
	return rows
}

func TestVerify(t *testing.T) {
	tests := []struct {
		rule   string
		change func(rows []evidence.Row) []evidence.Row
		want   error
	}{
		{"an untouched chain verifies", func(r []evidence.Row) []evidence.Row { return r }, nil},
		{"an empty chain verifies", func(r []evidence.Row) []evidence.Row { return nil }, nil},
		{"an erased payload keeps the chain", func(r []evidence.Row) []evidence.Row {
			r[1].Salt, r[1].Payload = nil, nil
			return r
		}, nil},
		{"a changed payload shows", func(r []evidence.Row) []evidence.Row {
			r[1].Payload = []byte(`{"n":7}`)
			return r
		}, evidence.ErrPayload},
		{"a payload emptied in place shows", func(r []evidence.Row) []evidence.Row {
			r[1].Payload = []byte{}
			return r
		}, evidence.ErrPayload},
		{"a changed payload with its commitment made anew shows", func(r []evidence.Row) []evidence.Row {
			r[1].Payload = []byte(`{"n":7}`)
			r[1].Commitment = evidence.Commit(r[1].Salt, r[1].Payload)
			return r
		}, evidence.ErrLink},
		{"a changed instant shows", func(r []evidence.Row) []evidence.Row {
			r[2].At = r[2].At.Add(time.Microsecond)
			return r
		}, evidence.ErrLink},
		{"a changed actor shows", func(r []evidence.Row) []evidence.Row {
			r[0].Role, r[0].By = "agentk", "1" // the same bytes, cut elsewhere
			return r
		}, evidence.ErrLink},
		{"an event taken out shows", func(r []evidence.Row) []evidence.Row { return append(r[:1], r[2:]...) }, evidence.ErrGap},
		{"an event of another case shows", func(r []evidence.Row) []evidence.Row {
			r[2].Case = "c2"
			return r
		}, evidence.ErrGap},
		{"two events that change places show", func(r []evidence.Row) []evidence.Row {
			r[1].Event, r[2].Event = r[2].Event, r[1].Event
			r[1].Seq, r[2].Seq = 2, 3
			r[1].Salt, r[1].Payload, r[2].Salt, r[2].Payload = nil, nil, nil, nil
			return r
		}, evidence.ErrLink},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if err := evidence.Verify(tt.change(chain(4))); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}
