package record

import (
	"context"
	"time"

	"github.com/recobro/recobro/debt"
)

// Seen is what a case's workflow was last told of the record: its last event,
// and after which restore that was. The zero value has seen nothing.
type Seen struct {
	Seq   int64  `json:"seq,omitempty"`
	Epoch string `json:"epoch,omitempty"`
}

// Seen is what who is told n has seen.
func (n Next) Seen() Seen { return Seen{Seq: n.Seq, Epoch: n.Epoch} }

type seenKey struct{}

// WithSeen lets what is asked of the record within ctx carry what the asker has
// seen of the case. It decides nothing about the case, and so is no part of
// what is asked: a record that knows less than the asker was told has gone back.
// The zero value forgets what an outer one carries.
func WithSeen(ctx context.Context, s Seen) context.Context {
	if s == SeenBy(ctx) {
		return ctx
	}
	return context.WithValue(ctx, seenKey{}, s)
}

// SeenBy gives what the asker within ctx has seen; zero where nothing is said.
func SeenBy(ctx context.Context) Seen {
	s, _ := ctx.Value(seenKey{}).(Seen)
	return s
}

// Restored is a record that was brought back to an earlier point: nothing goes
// out until an operator lifts it.
type Restored struct {
	Stop  string    // the emergency stop that holds everything
	Since time.Time // when it was noticed
	Found string    // what gave it away
	Last  time.Time // the record's last instant when it was noticed
	// Due counts the open cases that had something due between Last and Since.
	Due      int
	Open     int // open cases
	Reserved int // sends begun and not ended
	// Until and Assume tell how it is being lifted, where a lift was begun.
	Until  time.Time
	Assume string
	// Blind lists what PostgreSQL does not let be asked, and by which a restore
	// would be noticed.
	Blind []string
}

// What is assumed to have gone out after the last instant of a restored record.
const (
	AssumeSent    = "sent"    // all that was due: of unknown outcome
	AssumeNothing = "nothing" // none of it
)

// Lift is how a restored record is let go on.
type Lift struct {
	// Until is the instant up to which messages may have gone out; zero: when
	// the restore was noticed.
	Until  time.Time
	Assume string // AssumeSent (where empty) or AssumeNothing
	By     debt.Actor
	Note   string // why, in the operator's words
	// Mode gives how a channel's messages go out.
	Mode func(channel string) string
}

// Lifted is what a lift did. One that goes on after it was cut off counts from
// there.
type Lifted struct {
	Cases    int // that go on
	Messages int // put on the record as of unknown outcome
	Reserved int // sends begun before the restore, now of unknown outcome
	// Left says why sends that had begun could not be parked as unknown; empty
	// where all were.
	Left string
}
