package workflows

import (
	"time"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/strategy"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// The task queues: one for the workflow and what only touches the record, and
// one for each channel, so that a provider's limit holds back its own channel
// alone.
const (
	TaskQueue         = "recobro"
	TaskQueueEmail    = "recobro-email"
	TaskQueueSMS      = "recobro-sms"
	TaskQueueWhatsApp = "recobro-whatsapp"
)

// Queues lists every task queue that a worker serves.
var Queues = []string{TaskQueue, TaskQueueEmail, TaskQueueSMS, TaskQueueWhatsApp}

// QueueFor gives the task queue on which a decision is carried out: that of
// the channel by which it sends, whatever the act is called.
func QueueFor(d strategy.Decision) string {
	if !d.Do.Sends() {
		return TaskQueue
	}
	switch d.Channel {
	case "email":
		return TaskQueueEmail
	case "sms":
		return TaskQueueSMS
	case "whatsapp":
		return TaskQueueWhatsApp
	}
	return TaskQueue
}

// ActLimit is the longest that one attempt of an act may take. Who has reserved
// a send for longer is gone.
const ActLimit = 30 * time.Second

// setbacks bound the pause after an act that failed for good, or that the door
// did not let through yet.
const (
	firstSetback = 10 * time.Minute
	lastSetback  = 6 * time.Hour
	firstLag     = time.Second
	lastLag      = 10 * time.Minute
)

// forActing are the options of an activity that carries out want. There is no
// deadline over all attempts: a case outlives an outage of any length. An
// attempt is safe to run again, since the record knows each act by its key and
// a send by its reservation.
func forActing(want strategy.Decision) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		TaskQueue:           QueueFor(want),
		StartToCloseTimeout: ActLimit, // a provider is given up on after 8 seconds
		RetryPolicy:         untilItWorks(),
		Summary:             summary(want),
	}
}

// forDeciding are the options of the activity that only decides.
func forDeciding() workflow.ActivityOptions {
	return workflow.ActivityOptions{
		TaskQueue:           TaskQueue,
		StartToCloseTimeout: ActLimit,
		RetryPolicy:         untilItWorks(),
	}
}

func untilItWorks() *temporal.RetryPolicy {
	return &temporal.RetryPolicy{
		InitialInterval:        time.Second,
		BackoffCoefficient:     2,
		MaximumInterval:        time.Minute,
		NonRetryableErrorTypes: []string{activities.Refused},
	}
}
