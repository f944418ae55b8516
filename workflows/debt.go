package workflows

import (
	"time"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Debt looks after one case until it is closed: it waits until the next
// decision is due, has it carried out, and is told what comes after. News cuts
// the waiting short. A case that is reopened is a new run of the same id.
func Debt(ctx workflow.Context, in Input) error {
	c := listen(ctx, in)
	next, err := c.begin(ctx, in)
	for err == nil {
		c.seen = next.Seen()
		c.hear()
		c.show(ctx, next)
		switch {
		case take(&c.news):
			next, err = c.decide(ctx)
		case next.Decision.Final():
			return nil
		case take(&c.due):
			next, err = c.perform(ctx, next)
		case c.turns(ctx, next):
			return c.turn(ctx, next)
		default:
			err = c.wait(ctx, next)
		}
	}
	return err
}

// course is one run: what it was told and has not yet acted on.
type course struct {
	caseID  string
	signals map[string]workflow.ReceiveChannel
	began   debt.Stage // the stage that the run began in
	shown   debt.Stage // the stage that Temporal's search knows

	news, due, renew bool

	seen record.Seen // what the run was last told of the record

	setback time.Duration // pause after the next act that fails
	lag     time.Duration // pause before asking again for what the door found not due
}

// signalNames fixes the order in which signals are read.
var signalNames = []string{News, Due, Renew}

func listen(ctx workflow.Context, in Input) *course {
	c := &course{caseID: in.Case, signals: map[string]workflow.ReceiveChannel{}, began: in.stage(), shown: in.stage(), setback: firstSetback}
	for _, name := range signalNames {
		c.signals[name] = workflow.GetSignalChannel(ctx, name)
	}
	return c
}

// begin gives what the run begins with: what was carried over, being the answer
// to the last thing done, or what a first decision says. That decision also
// acknowledges whatever woke the case.
func (c *course) begin(ctx workflow.Context, in Input) (record.Next, error) {
	if in.Next != nil {
		return *in.Next, nil
	}
	if in.Hears {
		c.hear()
	}
	take(&c.news)
	next, err := c.decide(ctx)
	c.began = next.Stage
	return next, err
}

// hear reads every signal that has come, so that none is left behind when the
// run ends, and several of a kind ask for one decision.
func (c *course) hear() {
	for _, name := range signalNames {
		for c.signals[name].ReceiveAsync(nil) {
			c.heard(name)
		}
	}
}

func (c *course) heard(name string) {
	switch name {
	case News:
		c.news = true
	case Due:
		c.due = true
	case Renew:
		c.renew = true
	}
}

// take lowers a flag and reports whether it was up.
func take(flag *bool) bool {
	up := *flag
	*flag = false
	return up
}

// wait sleeps until next is due, or until a signal comes.
func (c *course) wait(ctx workflow.Context, next record.Next) error {
	left := max(next.Wake.Sub(workflow.Now(ctx)), c.lag)
	if left <= 0 {
		c.due = true
		return ctx.Err()
	}
	rang, err := c.sleep(ctx, left, summary(next.Decision))
	c.due = c.due || rang
	return err
}

// sleep waits for d, shown in Temporal as what it waits for, and reports
// whether it lasted; a signal cuts it short.
func (c *course) sleep(ctx workflow.Context, d time.Duration, words string) (lasted bool, err error) {
	timed, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timed, d, workflow.TimerOptions{Summary: words})
	sel := workflow.NewSelector(ctx)
	sel.AddFuture(timer, func(f workflow.Future) { lasted = f.Get(timed, nil) == nil })
	for _, name := range signalNames {
		sel.AddReceive(c.signals[name], func(ch workflow.ReceiveChannel, _ bool) {
			ch.Receive(ctx, nil)
			c.heard(name)
		})
	}
	sel.Select(ctx)
	return lasted, ctx.Err()
}

// decide asks what comes next. Nothing but a cancellation ends the asking.
func (c *course) decide(ctx workflow.Context) (record.Next, error) {
	for pause := firstSetback; ; pause = longer(pause) {
		var next record.Next
		asked := workflow.WithActivityOptions(ctx, forDeciding())
		err := workflow.ExecuteActivity(asked, activities.DecideName, activities.Turn{Case: c.caseID, Seen: c.seen}).Get(ctx, &next)
		if err == nil {
			c.lag = 0
			return next, nil
		}
		if err := c.pause(ctx, pause, activities.DecideName, err); err != nil {
			return record.Next{}, err
		}
	}
}

// perform has next carried out and gives what comes after it. The door may find
// that it is no longer wanted, or not yet due; then the answer is what is. What
// has begun is finished even if the run is cancelled meanwhile.
func (c *course) perform(ctx workflow.Context, next record.Next) (record.Next, error) {
	do, want := next.Decision.Do, next.Decision
	kept, _ := workflow.NewDisconnectedContext(ctx)
	kept = workflow.WithActivityOptions(kept, forActing(want))
	var after record.Next
	err := workflow.ExecuteActivity(kept, string(do), activities.Turn{Case: c.caseID, Want: want, Seen: c.seen}).Get(kept, &after)
	if err != nil {
		if err := c.pause(ctx, c.setback, string(do), err); err != nil {
			return record.Next{}, err
		}
		c.setback = longer(c.setback)
		return c.decide(ctx)
	}
	c.setback = firstSetback
	c.lag = lagAfter(c.lag, want, after, workflow.Now(ctx))
	return after, ctx.Err()
}

// lagAfter gives the pause before the same decision is asked for once more,
// when the door has found it not due although its instant is past: the clocks
// of two machines differ a little, or the business clock stands still.
func lagAfter(lag time.Duration, want strategy.Decision, after record.Next, now time.Time) time.Duration {
	if !after.Decision.Same(want) || after.Wake.After(now) {
		return 0
	}
	return min(max(2*lag, firstLag), lastLag)
}

// pause waits after an act that failed for good, so that a fault in one act
// never ends the case. Only a cancellation is passed on.
func (c *course) pause(ctx workflow.Context, d time.Duration, act string, failure error) error {
	if ctx.Err() != nil || temporal.IsCanceledError(failure) {
		return failure
	}
	workflow.GetLogger(ctx).Error("an act failed and will be decided anew",
		"case", c.caseID, "act", act, "pause", d.String(), "error", failure)
	_, err := c.sleep(ctx, d, act+" failed, decided anew after a pause")
	return err
}

// longer doubles a pause, up to the longest.
func longer(pause time.Duration) time.Duration { return min(2*pause, lastSetback) }

// turns reports whether the run should continue as new: at a change of stage,
// when its history has grown or the code has a newer version, and on request.
func (c *course) turns(ctx workflow.Context, next record.Next) bool {
	now := workflow.GetInfo(ctx)
	return c.renew || next.Stage != c.began || now.GetContinueAsNewSuggested() || now.GetTargetWorkerDeploymentVersionChanged()
}

// turn continues as new with what was decided last; every signal has been heard.
func (c *course) turn(ctx workflow.Context, next record.Next) error {
	o := workflow.ContinueAsNewErrorOptions{}
	if workflow.GetInfo(ctx).GetTargetWorkerDeploymentVersionChanged() {
		o.InitialVersioningBehavior = workflow.ContinueAsNewVersioningBehaviorAutoUpgrade
	}
	return workflow.NewContinueAsNewErrorWithOptions(ctx, o, Type, Input{Case: c.caseID, Next: &next})
}

// show makes the case findable in Temporal by its stage, and readable.
func (c *course) show(ctx workflow.Context, next record.Next) {
	workflow.SetCurrentDetails(ctx, details(next))
	if next.Stage == c.shown {
		return
	}
	c.shown = next.Stage
	err := workflow.UpsertTypedSearchAttributes(ctx,
		stageKey.ValueSet(string(next.Stage)), creditorKey.ValueSet(next.Creditor), countryKey.ValueSet(next.Country))
	if err != nil {
		workflow.GetLogger(ctx).Error("the search attributes were not set", "case", c.caseID, "error", err)
	}
}
