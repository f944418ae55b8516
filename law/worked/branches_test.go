package worked_test

import (
	"slices"
	"testing"

	"github.com/recobro/recobro/law/countries"
)

// TestEachOutcomeOfACaseHasARecord finds, for each law that has acts of its own,
// a record of every outcome that undoes an act before a court, counts from its
// own day, or is for a person to read; and of each way in which a letter arrives
// or does not.
func TestEachOutcomeOfACaseHasARecord(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range recordFiles(t) {
		for _, r := range documents(t, text) {
			for _, e := range list(r["events"]) {
				if place := word(r, "jurisdiction"); place != "" { // carriage is Spain's without saying so
					seen[placeIn(place, word(r, "rule"))+" "+word(e, "outcome")] = true
				}
			}
		}
	}
	for _, j := range countries.All() {
		at := j.Country
		switch j.Code {
		case "ES-CT", "ES-NC":
			at = j.Code[3:]
		}
		var want []string
		for _, a := range j.Acts {
			want = slices.Concat(want, a.Void, a.AtStart, a.Doubt)
			if a.Proof || a.Presumed {
				want = append(want, "received", "refused", "left_notice", "returned_unknown", "sent", "delivery_attempted")
			}
		}
		slices.Sort(want)
		for _, outcome := range slices.Compact(want) {
			if key := at + " " + outcome; !seen[key] {
				t.Errorf("no record of %s", key)
				seen[key] = true
			}
		}
	}
}
