package bench

import (
	"context"
	"fmt"
	"reflect"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/deploy/standalone/demo"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/worker"
)

// lifeBegins is when the portfolio begins from which a large record is made.
var lifeBegins = calendar.Day(2026, 9, 21)

// live puts the demonstration's portfolio on an empty record and lets it live
// for so many months: every act is carried out by the real activities and every
// fact comes through the door, only without Temporal, which a record does not
// show.
func live(ctx context.Context, s *store.Store, months int) error {
	office, err := post.New(post.Config{})
	if err != nil {
		return err
	}
	begins, err := calendar.PlaceOf("ES", "28013", "")
	if err != nil {
		return err
	}
	if err := s.Freeze(ctx, lifeBegins.At(7, 0, begins.Zone())); err != nil {
		return err
	}
	world, err := demo.Load(ctx, s, lifeBegins)
	if err != nil {
		return err
	}
	acts := activities.New(activities.Deps{Cases: s, Sends: s, Post: office,
		Operator: letter.Operator{Name: demo.Collector, Address: demo.CollectorAddress}})
	m := worker.Machine{Store: s, Waker: &hand{s, acts}, Allowed: true, Mode: office.Mode, Facts: world.Play}
	return m.Advance(ctx, lifeBegins.AddMonths(months).At(11, 0, begins.Zone()), nil)
}

// hand carries out by itself what a case's workflow would have carried out.
type hand struct {
	store *store.Store
	acts  *activities.Activities
}

// Wake has a case decide anew.
func (h *hand) Wake(ctx context.Context, caseID string) error {
	_, err := h.store.Decide(ctx, caseID)
	return err
}

// Due carries out what a case does next.
func (h *hand) Due(ctx context.Context, caseID string) error {
	f, err := h.store.File(ctx, caseID)
	if err != nil {
		return err
	}
	act := reflect.ValueOf(h.acts).MethodByName(string(f.Next.Do))
	if !act.IsValid() {
		return fmt.Errorf("case %s: there is no activity %s", caseID, f.Next.Do)
	}
	do, is := act.Interface().(func(context.Context, activities.Turn) (record.Next, error))
	if !is {
		return fmt.Errorf("case %s: %s is not an act", caseID, f.Next.Do)
	}
	_, err = do(ctx, activities.Turn{Case: caseID, Want: f.Next})
	return err
}
