package record

import (
	"errors"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
)

// What the record may answer besides a *debt.Refusal.
var (
	ErrNotFound  = errors.New("not found")
	ErrKeyReused = errors.New("this Idempotency-Key was used for another request")
	ErrKeyBusy   = errors.New("a request with this Idempotency-Key is still under way")
)

// Totals sums up an installation, each currency apart.
type Totals struct {
	Stages         map[debt.Stage]int      `json:"stages"`
	Outcomes       map[debt.Outcome]int    `json:"outcomes"`
	Holds          map[debt.HoldReason]int `json:"holds"`
	Messages       map[string]int          `json:"messages"` // by channel
	MessageStates  map[string]int          `json:"message_states"`
	Tasks          int                     `json:"open_tasks"`
	PromisesMade   int                     `json:"promises_made"`
	PromisesKept   int                     `json:"promises_kept"`
	PromisesBroken int                     `json:"promises_broken"`
	Disputes       int                     `json:"disputes"`
	Handoffs       map[string]int          `json:"handoffs"` // by state
	Principal      []money.Amount          `json:"principal"`
	Recovered      []money.Amount          `json:"recovered"`
	OpenPrincipal  []money.Amount          `json:"open_principal"`
	Given          []money.Amount          `json:"given_up"` // adjustments and write-offs of principal
	Cases          int                     `json:"cases"`
	Open           int                     `json:"open"`
}
