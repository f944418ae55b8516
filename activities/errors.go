package activities

import (
	"errors"
	"fmt"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"go.temporal.io/sdk/temporal"
)

// Refused is the type of an error for good: the record said no, and trying
// again would not help.
const Refused = "refused"

// failed says what was being done to which case. A refusal, and a case that
// does not exist, are not tried again; everything else is.
func failed(doing, caseID string, err error) error {
	if err == nil {
		return nil
	}
	err = fmt.Errorf("%s for case %s: %w", doing, caseID, err)
	if forGood(err) {
		return refused(err)
	}
	return err
}

// forGood reports whether trying again would give the same answer.
func forGood(err error) bool {
	var no *debt.Refusal
	return errors.As(err, &no) || errors.Is(err, record.ErrNotFound)
}

func refused(err error) error {
	return temporal.NewNonRetryableApplicationError(err.Error(), Refused, err)
}
