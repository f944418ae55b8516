package watch

import (
	"context"
	"errors"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

// Door is the door to the record, as the activities ask it.
type Door interface {
	Decide(ctx context.Context, caseID string) (record.Next, error)
	Act(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error)
}

// Sends is the same door for what goes out to a provider.
type Sends interface {
	Reserve(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error)
	Settle(ctx context.Context, messageID string, d record.Delivery) (record.Next, error)
}

// Post is what brings messages out.
type Post interface {
	Send(ctx context.Context, m record.Message) record.Delivery
	Mode(channel string) string
}

// Door returns d, counted and timed.
func (w *Watch) Door(d Door) Door { return &door{w, d} }

// Sends returns s, counted and timed.
func (w *Watch) Sends(s Sends) Sends { return &sendDoor{w, s} }

// Post returns p, counted and timed.
func (w *Watch) Post(p Post) Post {
	for _, c := range channels {
		for _, result := range results {
			w.counters[sends].WithLabelValues(c, p.Mode(c), result)
		}
	}
	return &office{w, p}
}

type door struct {
	watch *Watch
	Door
}

// Decide is counted as an act of its own.
func (d *door) Decide(ctx context.Context, caseID string) (record.Next, error) {
	began := time.Now()
	next, err := d.Door.Decide(ctx, caseID)
	d.watch.turn("Decide", began, err)
	if err == nil {
		d.watch.told(next)
	}
	return next, err
}

// Act counts what was done, if it was.
func (d *door) Act(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (record.Next, error) {
	began, look := time.Now(), look{do: do}
	next, err := d.Door.Act(ctx, caseID, want, look.at)
	d.watch.acted(want, began, next.Acted, err)
	if err == nil {
		d.watch.told(next)
		if m := look.done.Message; m != nil && next.Acted { // in outbox mode the record is where it goes
			d.watch.went(m.Channel, m.Mode, m.State)
		}
	}
	return next, err
}

type sendDoor struct {
	watch *Watch
	Sends
}

// Reserve counts what was reserved, if it was; what became of it the post tells.
func (d *sendDoor) Reserve(ctx context.Context, caseID string, want strategy.Decision, do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error) {
	began := time.Now()
	m, next, err := d.Sends.Reserve(ctx, caseID, want, do)
	d.watch.acted(want, began, next.Acted, err)
	if err == nil && m == nil {
		d.watch.told(next)
	}
	return m, next, err
}

// Settle is counted as an act of its own.
func (d *sendDoor) Settle(ctx context.Context, messageID string, out record.Delivery) (record.Next, error) {
	began := time.Now()
	next, err := d.Sends.Settle(ctx, messageID, out)
	d.watch.turn("Settle", began, err)
	if err == nil {
		d.watch.told(next)
	}
	return next, err
}

// look sees what was done at the door. It may be done more than once, in a
// transaction that is run again, and the last one may find that the act no
// longer stands: whether it did, the door alone knows.
type look struct {
	do   func(*record.Turn) (record.Done, error)
	done record.Done
}

func (l *look) at(t *record.Turn) (done record.Done, err error) {
	l.done, err = l.do(t)
	return l.done, err
}

// acted counts an act that came to the door, and was carried out or turned away.
func (w *Watch) acted(want strategy.Decision, began time.Time, out bool, err error) {
	act := known(string(want.Do), knownActs)
	w.turn(act, began, err)
	switch {
	case err != nil:
	case !out:
		w.counters[turnedAway].WithLabelValues(act).Inc()
	default:
		w.counters[acts].WithLabelValues(act).Inc()
		if want.Do == strategy.RaiseAlarm {
			w.counters[alarmsRaised].WithLabelValues(known(want.Letter, alarms)).Inc()
		}
	}
}

// turn times a turn at the door, and counts its error.
func (w *Watch) turn(act string, began time.Time, err error) {
	w.times[actTime].WithLabelValues(act).Observe(time.Since(began).Seconds())
	if err == nil {
		return
	}
	kind := "failed"
	var no *debt.Refusal
	if errors.As(err, &no) || errors.Is(err, record.ErrNotFound) {
		kind = "refused"
	}
	w.counters[actErrors].WithLabelValues(act, kind).Inc()
}

// told counts what puts the next act of a case off.
func (w *Watch) told(next record.Next) {
	for _, r := range next.Decision.Why {
		if kind, is := kindOfDelay(r.Code); is {
			w.counters[putOff].WithLabelValues(kind, r.Code).Inc()
		}
	}
}

func (w *Watch) went(channel, mode, result string) {
	w.counters[sends].WithLabelValues(known(channel, channels), mode, known(result, results)).Inc()
}

type office struct {
	watch *Watch
	Post
}

// Send counts what became of a message, and times the provider.
func (o *office) Send(ctx context.Context, m record.Message) record.Delivery {
	began := time.Now()
	d := o.Post.Send(ctx, m)
	mode := o.Mode(m.Channel)
	o.watch.times[sendTime].WithLabelValues(known(m.Channel, channels), mode).Observe(time.Since(began).Seconds())
	o.watch.went(m.Channel, mode, d.State)
	return d
}

// Again counts a transaction that was run once more.
func (w *Watch) Again(why string) { w.counters[again].WithLabelValues(why).Inc() }

// Planned times a decision for one person.
func (w *Watch) Planned(took time.Duration) {
	w.times[planning].WithLabelValues().Observe(took.Seconds())
}

// Imported counts a row of an import.
func (w *Watch) Imported(state string) { w.counters[importedRows].WithLabelValues(state).Inc() }
