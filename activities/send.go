package activities

import (
	"context"
	"fmt"
	"net/mail"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
)

// Outbox is the mode of a channel whose messages stay on the record.
const Outbox = "outbox"

// The states of a message.
const (
	reserved = "reserved"
	sent     = "sent"
)

// SendEmail sends the letter of a step by e-mail.
func (a *Activities) SendEmail(ctx context.Context, in Turn) (record.Next, error) {
	return a.send(ctx, in)
}

// SendSMS sends the letter of a step by SMS.
func (a *Activities) SendSMS(ctx context.Context, in Turn) (record.Next, error) {
	return a.send(ctx, in)
}

// SendWhatsApp sends the letter of a step by WhatsApp.
func (a *Activities) SendWhatsApp(ctx context.Context, in Turn) (record.Next, error) {
	return a.send(ctx, in)
}

// IssueClaim sends the extrajudicial claim. Sent by e-mail it proves neither
// its content nor its receipt, and is recorded as such: an act that interrupts
// nothing by itself.
func (a *Activities) IssueClaim(ctx context.Context, in Turn) (record.Next, error) {
	return a.send(ctx, in)
}

// send brings a message out. In outbox mode it is sent by being recorded;
// otherwise it is reserved and committed, handed to the provider once, and what
// became of it is recorded. A second attempt finds the reservation of the first
// and sends nothing: its outcome is unknown.
func (a *Activities) send(ctx context.Context, in Turn) (record.Next, error) {
	mode, seen := a.post.Mode(in.Want.Channel), record.WithSeen(ctx, in.Seen)
	if mode == Outbox {
		next, err := a.cases.Act(seen, in.Case, in.Want, func(t *record.Turn) (record.Done, error) {
			return a.compose(t, Outbox, sent)
		})
		return next, failed(string(in.Want.Do), in.Case, err)
	}
	if err := a.await(ctx, in.Want.Channel); err != nil {
		return record.Next{}, failed(string(in.Want.Do), in.Case, err)
	}
	m, next, err := a.sends.Reserve(seen, in.Case, in.Want, func(t *record.Turn) (record.Done, error) {
		return a.compose(t, mode, reserved)
	})
	if err != nil || m == nil {
		return next, failed(string(in.Want.Do), in.Case, err)
	}
	next, err = a.settle(ctx, m.ID, a.post.Send(ctx, *m))
	return next, failed("record the outcome of message "+m.ID, in.Case, err)
}

// sendTime is what the wait for a turn leaves of an attempt: enough to reserve,
// for the provider's longest answer, and to record it.
const sendTime = 15 * time.Second

// await waits for the channel's turn, before anything is reserved: what is
// stopped meanwhile is not sent, and where the attempt would have too little time
// left to hear the provider out, the next one waits anew.
func (a *Activities) await(ctx context.Context, channel string) error {
	if end, ends := ctx.Deadline(); ends {
		early, cancel := context.WithDeadline(ctx, end.Add(-sendTime))
		defer cancel()
		ctx = early
	}
	return a.turn(ctx, channel)
}

// The pauses between two tries to record what became of a message.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// settle records what became of a message, trying again within the attempt: the
// next attempt no longer knows the provider's answer.
func (a *Activities) settle(ctx context.Context, id string, d record.Delivery) (record.Next, error) {
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		next, err := a.sends.Settle(ctx, id, d)
		if err == nil || forGood(err) {
			return next, err
		}
		select {
		case <-ctx.Done():
			return next, err
		case <-time.After(pause):
		}
	}
}

// compose writes the message that a turn asks for, and the facts that go with it.
func (a *Activities) compose(t *record.Turn, mode, state string) (record.Done, error) {
	done := record.Done{Facts: facts(t)}
	begun, ok := find[debt.MessageReserved](done.Facts)
	if !ok {
		return done, fmt.Errorf("no message follows from %s", t.Decision.Do)
	}
	if state == reserved {
		done.Facts = unended(done.Facts)
	}
	to, ok := address(record.Whom(t.Debtor.Points, t.Case().Represented()), t.Decision.Channel)
	if !ok {
		return unwritten(t, done.Facts, fmt.Errorf("debtor %s has no valid contact point", t.Debtor.ID)), nil
	}
	l := a.letter(t, done.Facts)
	written, err := letter.Render(l)
	if err != nil {
		return unwritten(t, done.Facts, err), nil
	}
	if l.Name == "extrajudicial_claim" {
		done.Facts = append(done.Facts, debt.ActNoted{Act: law.Act{Type: proofOf(l.Channel), Date: l.Today, Ref: begun.Mark.Message}})
	}
	c, d := t.Case(), t.Decision
	done.Message = &record.Message{ // the record adds its key, its cases and its instants
		ID: begun.Mark.Message, Case: c.ID, Step: d.Step, Occurrence: d.Occurrence, Channel: d.Channel,
		Purpose: d.Purpose, Letter: l.Name, Language: l.Language,
		From: from(t.Creditor, d.Channel), To: to, ReplyTo: replyTo(t.Creditor, d.Channel),
		Subject: written.Subject, Text: written.Text, HTML: written.HTML, PayCode: written.Code, State: state, Mode: mode,
	}
	return done, nil
}

// unwritten is what is recorded of a letter that cannot be written as the law
// and good manners want it: the attempt failed, for a reason, and a person is
// asked. The step goes on by its next channel, and a reminder is not repeated.
func unwritten(t *record.Turn, facts []debt.Fact, why error) record.Done {
	d, c := t.Decision, t.Case()
	var out []debt.Fact
	for _, f := range facts {
		switch f.(type) {
		case debt.MessageReserved, debt.MessageEnded, debt.OfferMade, debt.PutInWriting, debt.InstalmentLate, debt.StageChanged:
		default:
			out = append(out, f)
		}
	}
	task := t.NewID()
	mark := debt.Mark{Step: d.Step, Occurrence: d.Occurrence, Channel: d.Channel, At: t.Now, State: "failed"}
	out = append(out, debt.StepDone{Mark: mark, Ref: task},
		debt.Noted{Text: fmt.Sprintf("%s by %s could not be written: %v", d.Letter, d.Channel, why)})
	return record.Done{Facts: out, Tasks: []record.Task{{ID: task, Case: c.ID, Creditor: c.Creditor, Kind: "letter_not_written",
		Step: d.Step, Due: taskDue(t), State: "open", Opened: t.Now}}}
}

// proofOf names the act that a claim by a channel is, as the law's tables do;
// without an outcome it is one whose receipt nobody has proved.
func proofOf(channel string) string {
	if channel == letter.Email {
		return "email"
	}
	return "letter"
}

// unended leaves out that the message was sent: that is not known yet.
func unended(facts []debt.Fact) []debt.Fact {
	out := make([]debt.Fact, 0, len(facts))
	for _, f := range facts {
		if _, ended := f.(debt.MessageEnded); !ended {
			out = append(out, f)
		}
	}
	return out
}

// address gives where a channel reaches the debtor; an SMS goes to the phone.
func address(points []record.Point, channel string) (string, bool) {
	if channel == letter.SMS {
		channel = "phone"
	}
	for _, p := range points {
		if p.Channel == channel && p.Valid && !p.OptedOut {
			return p.Value, true
		}
	}
	return "", false
}

// from gives the creditor's sender; empty where the brand has none, and the
// installation's own is used.
func from(c record.Creditor, channel string) string {
	if channel != letter.Email {
		return c.Brand.FromSMS
	}
	if c.Brand.FromEmail == "" {
		return ""
	}
	name := c.Brand.Sender
	if name == "" {
		name = c.Name
	}
	return (&mail.Address{Name: name, Address: c.Brand.FromEmail}).String()
}

func replyTo(c record.Creditor, channel string) string {
	if channel != letter.Email {
		return ""
	}
	return c.Email
}
