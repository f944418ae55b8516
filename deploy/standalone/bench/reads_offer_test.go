package bench

import (
	"regexp"
	"slices"
	"testing"
	"time"
)

func TestAPercentileIsAValueThatWasSeen(t *testing.T) {
	var took []time.Duration
	for n := 200; n > 0; n-- { // the longest first
		took = append(took, time.Duration(n)*time.Millisecond)
	}
	for of, want := range map[float64]float64{1: 2, 50: 100, 99: 198, 100: 200} {
		if got := percentile(took, of); got != want {
			t.Errorf("the %g. of a hundred is %g ms, want %g", of, got, want)
		}
	}
	if got := percentile([]time.Duration{time.Second}, 99); got != 1000 {
		t.Errorf("of one: %g ms", got)
	}
}

func TestIDsOfCopiesSortAsTheyWereMade(t *testing.T) {
	version7 := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	var ids []string
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	for n := range 300 {
		for order := range 20 {
			id := string(slot{kind: anID, order: order}.value(nil, n, at+int64(n)))
			if !version7.MatchString(id) {
				t.Fatalf("%s is no UUID of version 7", id)
			}
			ids = append(ids, id)
		}
	}
	if !slices.IsSorted(ids) || len(slices.Compact(slices.Clone(ids))) != len(ids) {
		t.Error("the ids do not sort, or some are equal")
	}
}
