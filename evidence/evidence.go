// Package evidence chains the events of a case, so that a change, a cut or an
// insertion shows. It is pure and reads nothing but what it is handed, so that
// a third party can check a record without the engine.
//
// The chain holds commitments, not payloads: a payload and its salt may be
// erased, and the chain still verifies.
package evidence

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// domain keeps these hashes apart from any other use of SHA-256.
const domain = "recobro/event/1"

// Event is what the chain binds of one event.
type Event struct {
	Case       string
	Seq        int64
	Kind       string
	At         time.Time // business instant, in whole microseconds
	Role, By   string    // who brought it: role and key, no name
	Commitment []byte    // Commit of salt and payload
}

// Row is one event as it is kept. Salt and Payload are nil where they were
// erased.
type Row struct {
	Event
	Hash          []byte // Link of the row before and this event
	Salt, Payload []byte
}

// What Verify may find; errors it returns wrap one of them.
var (
	ErrGap     = errors.New("the numbers of the events do not run 1, 2, 3 …")
	ErrLink    = errors.New("the hash does not follow from the event and the hash before")
	ErrPayload = errors.New("the payload is not the one committed to")
)

// Commit binds a payload without telling it: SHA-256 over salt and payload.
// The salt is random, of a fixed length of 32 bytes, and kept beside the payload.
func Commit(salt, payload []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return h.Sum(nil)
}

// Link gives the hash of the chain up to event e: SHA-256 over the hash before
// (empty for the first event) and each field of e, every one led by its length
// in eight bytes, big-endian; numbers and microseconds since 1970 likewise.
func Link(prev []byte, e Event) []byte {
	h := sha256.New()
	field := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	number := func(v int64) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(v))
		field(n[:])
	}
	field([]byte(domain))
	field(prev)
	field([]byte(e.Case))
	number(e.Seq)
	field([]byte(e.Kind))
	number(e.At.UnixMicro())
	field([]byte(e.Role))
	field([]byte(e.By))
	field(e.Commitment)
	return h.Sum(nil)
}

// Verify checks a chain from its first event on: numbers without a gap, each
// hash following from the one before, each payload that is still there being
// the one committed to. The error names the first event that is wrong.
func Verify(rows []Row) error {
	var prev []byte
	for i, r := range rows {
		if r.Seq != int64(i)+1 || r.Case != rows[0].Case {
			return fmt.Errorf("verify case %s, place %d, event %d: %w", r.Case, i+1, r.Seq, ErrGap)
		}
		if r.Payload != nil && !bytes.Equal(Commit(r.Salt, r.Payload), r.Commitment) {
			return fmt.Errorf("verify case %s, event %d: %w", r.Case, r.Seq, ErrPayload)
		}
		if !bytes.Equal(Link(prev, r.Event), r.Hash) {
			return fmt.Errorf("verify case %s, event %d: %w", r.Case, r.Seq, ErrLink)
		}
		prev = r.Hash
	}
	return nil
}
