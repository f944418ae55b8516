package workflows

import (
	"testing"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
)

func TestSummarySaysWhatIsDoneWhen(t *testing.T) {
	at := time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC)
	tests := []struct {
		want string
		d    strategy.Decision
	}{
		{"SendEmail reminder_1, 2026-12-03 09:00", strategy.Decision{Do: strategy.SendEmail, Step: "reminder_1", Letter: "reminder_1", At: at}},
		{"RaiseAlarm limitation_90, 2026-12-03 09:00", strategy.Decision{Do: strategy.RaiseAlarm, Letter: "limitation_90", At: at}},
		{"ChangeStage friendly_contact, 2026-12-03 09:00", strategy.Decision{Do: strategy.ChangeStage, Stage: debt.FriendlyContact, At: at}},
		{"CloseCase paid, 2026-12-03 09:00", strategy.Decision{Do: strategy.CloseCase, Outcome: debt.Paid, At: at}},
		{"EndHold, 2026-12-03 09:00", strategy.Decision{Do: strategy.EndHold, Target: "hold-3", Stage: debt.Reminders, At: at}},
		{"Nothing", strategy.Decision{Do: strategy.Nothing}},
	}
	for _, tt := range tests {
		if got := summary(tt.d); got != tt.want {
			t.Errorf("summary: %q, want %q", got, tt.want)
		}
	}
}

func TestDetailsNameTheStageAndWhatComesNext(t *testing.T) {
	at := time.Date(2026, 12, 3, 9, 0, 0, 0, time.UTC)
	next := record.Next{Stage: debt.Reminders, Decision: strategy.Decision{Do: strategy.SendSMS, Step: "reminder_2", At: at,
		Why: []strategy.Reason{{Code: "step_offset"}, {Code: "holiday", What: "Inmaculada Concepción"}}}}
	want := "Stage: reminders\n\nNext: SendSMS reminder_2, 2026-12-03 09:00\n\nWhy: step_offset\n\nWhy: holiday (Inmaculada Concepción)"
	if got := details(next); got != want {
		t.Errorf("details: %q, want %q", got, want)
	}
	closed := record.Next{Stage: debt.Closed, Decision: strategy.Decision{Do: strategy.Nothing}}
	if got := details(closed); got != "Stage: closed\n\nNothing more is done." {
		t.Errorf("details of a closed case: %q", got)
	}
}

func TestSendsAreCarriedOutOnTheirChannelsQueue(t *testing.T) {
	tests := []struct {
		do             strategy.Act
		channel, queue string
	}{
		{strategy.SendEmail, "email", "recobro-email"},
		{strategy.SendSMS, "sms", "recobro-sms"},
		{strategy.SendWhatsApp, "whatsapp", "recobro-whatsapp"},
		{strategy.IssueClaim, "email", "recobro-email"},
		{strategy.IssueClaim, "sms", "recobro-sms"},
		{strategy.IssueClaim, "whatsapp", "recobro-whatsapp"},
		{strategy.OpenTask, "phone", "recobro"},
		{strategy.OpenTask, "email", "recobro"},
		{strategy.CloseCase, "", "recobro"},
	}
	for _, tt := range tests {
		d := strategy.Decision{Do: tt.do, Channel: tt.channel}
		if got := QueueFor(d); got != tt.queue {
			t.Errorf("%s by %s on %s, want %s", tt.do, tt.channel, got, tt.queue)
		}
	}
}
