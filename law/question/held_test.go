package question_test

import (
	"os"
	"testing"

	"github.com/recobro/recobro/law/lawtest"
)

// TestMain holds the tables of rates, so that a row that is published changes
// no question that was asked before it.
func TestMain(m *testing.M) {
	lawtest.Hold()
	os.Exit(m.Run())
}
