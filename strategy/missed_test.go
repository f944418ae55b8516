package strategy_test

import (
	"slices"
	"testing"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/strategy"
)

// TestACourtesyThatWasMissedIsSaidToBeSkipped comes to the first contact of a
// debt that was there before it was due.
func TestACourtesyThatWasMissedIsSaidToBeSkipped(t *testing.T) {
	early := life{strategy: "es-business", due: "2026-10-01", opened: "2026-09-20T06:00:00Z"}
	for _, x := range []struct {
		name string
		life life
		with func(*testing.T, *strategy.Person)
		want []string
	}{
		{"nobody worked until after the due date", early, nil, []string{"courtesy due_passed"}},
		{"a hold stood until after it", early, func(_ *testing.T, p *strategy.Person) {
			c := p.Cases[0].Case
			put(c, c.Opened, debt.HoldPlaced{Hold: debt.Hold{ID: "h", Reason: debt.HoldPaused, Until: on("2026-10-02")}})
			put(c, at(t, "2026-10-03 00:00"), debt.HoldEnded{Hold: "h"})
		}, []string{"courtesy due_passed"}},
		{"it was sent", early, mark("courtesy", "sent", "2026-09-24 09:00"), nil},
		{"what became of it is not known", early, mark("courtesy", "unknown", "2026-09-24 09:00"), nil},
		{"the debt came once it was due", madrid, nil, nil},
		{"the debt came on the day it was due", life{strategy: "es-business", due: "2026-10-01", opened: "2026-10-01T06:00:00Z"}, nil, nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := person(placeOf(t, "ES", "28001", ""), x.life.situation(t, "case-1"))
			if x.with != nil {
				x.with(t, p)
			}
			now := at(t, "2026-10-07 10:00")
			d := p.Next(0, now)
			if d.Step != "first_contact" || !d.At.Equal(now) {
				t.Fatalf("next is %+v", d)
			}
			var skipped []string
			c := p.Cases[0].Case
			for _, f := range strategy.Facts(&p.Cases[0], d, now, ids()) {
				if s, is := f.(debt.StepSkipped); is {
					skipped = append(skipped, s.Step+" "+s.Why)
				}
				put(c, now, f)
			}
			if !slices.Equal(skipped, x.want) {
				t.Errorf("the record says %v, want %v", skipped, x.want)
			}
			if d := p.Next(0, now); len(d.Skips) > 0 {
				t.Errorf("it is said once more: %v before %s", d.Skips, d.Step)
			}
		})
	}
	p := person(placeOf(t, "ES", "28001", ""), early.situation(t, "case-1"))
	if d := p.Next(0, at(t, "2026-09-30 10:00")); d.Step != "courtesy" || len(d.Skips) > 0 {
		t.Errorf("the day before it is due, next is %+v", d)
	}
}
