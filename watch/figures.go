package watch

import (
	"fmt"
	"slices"
	"strings"

	"github.com/recobro/recobro/strategy"
)

// Kind is the kind of a figure.
type Kind string

// The kinds, as Prometheus has them.
const (
	Counter   Kind = "counter"
	Gauge     Kind = "gauge"
	Histogram Kind = "histogram"
)

// Figure is one figure that an installation shows.
type Figure struct {
	Name   string
	Kind   Kind
	Labels []string
	Means  string

	read    bool // from the record, as it is asked for
	buckets []float64
}

// The names of the figures.
const (
	build        = "recobro_build"
	acts         = "recobro_acts_total"
	turnedAway   = "recobro_turned_away_total"
	actErrors    = "recobro_act_errors_total"
	actTime      = "recobro_act_seconds"
	planning     = "recobro_decision_seconds"
	putOff       = "recobro_put_off_total"
	sends        = "recobro_sends_total"
	sendTime     = "recobro_send_seconds"
	alarmsRaised = "recobro_limitation_alarms_total"
	again        = "recobro_transactions_again_total"
	importedRows = "recobro_import_rows_total"
	relayRounds  = "recobro_relay_rounds_total"
	relayDealt   = "recobro_relay_dealt_total"
	apiRequests  = "recobro_api_requests_total"
	apiTime      = "recobro_api_request_seconds"
	apiReplays   = "recobro_api_replays_total"
	apiRefused   = "recobro_api_refused_total"
	apiWakes     = "recobro_api_wakes_total"

	recordUp       = "recobro_record_up"
	recordTime     = "recobro_record_read_seconds"
	overdue        = "recobro_overdue_cases"
	overdueAge     = "recobro_overdue_oldest_seconds"
	aimless        = "recobro_cases_without_next_action"
	unknown        = "recobro_unknown_outcomes"
	unknownAge     = "recobro_unknown_outcomes_oldest_seconds"
	reserved       = "recobro_reservations"
	reservedAge    = "recobro_reservations_oldest_seconds"
	unheard        = "recobro_unacknowledged_cases"
	unheardAge     = "recobro_unacknowledged_oldest_seconds"
	importsPending = "recobro_import_rows_pending"
	handoffs       = "recobro_handoffs"
	lapsing        = "recobro_handoffs_lapsing"
	stopsStanding  = "recobro_stops"
	restored       = "recobro_restored"
	clockOffset    = "recobro_clock_offset_seconds"
	clockFrozen    = "recobro_clock_frozen"
	rateDays       = "recobro_rate_days_covered"
	cases          = "recobro_cases"
	tasks          = "recobro_tasks_open"
	controls       = "recobro_controls_off"
	connections    = "recobro_database_connections"
	poolWaits      = "recobro_database_waits_total"
	poolWaited     = "recobro_database_waited_seconds_total"
)

// Bounds of the times, in seconds: a decision is a fraction of a millisecond,
// a turn at the door some, a provider's answer up to its time-out.
var (
	fine   = []float64{.00001, .000025, .00005, .0001, .00025, .0005, .001, .0025, .005, .01, .025, .1}
	coarse = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}
)

// Figures lists all that an installation shows, beside what Prometheus's own
// collectors (go_…, process_…) and Temporal's client (temporal_…) do.
func Figures() []Figure {
	return slices.Concat(doorFigures(), relayFigures(), apiFigures(), recordFigures())
}

func doorFigures() []Figure {
	return []Figure{
		{Name: build, Kind: Gauge, Labels: []string{"version"}, Means: "1 for each process; its version is the label."},
		{Name: acts, Kind: Counter, Labels: []string{"act"}, Means: "Acts carried out by the cases: messages recorded, tasks opened, handoffs offered and lapsed, closings."},
		{Name: turnedAway, Kind: Counter, Labels: []string{"act"}, Means: "Acts that the door turned away, since on the second look another decision stood: a payment came in between, the contact window closed while the queue was throttled, or the message had been reserved by an earlier attempt."},
		{Name: actErrors, Kind: Counter, Labels: []string{"act", "kind"}, Means: "Acts that ended in an error: refused for good, or failed and tried again."},
		{Name: actTime, Kind: Histogram, Labels: []string{"act"}, buckets: coarse, Means: "Seconds that an act took at the door: lock, decide, record, commit. Decide is the answer to a wake-up."},
		{Name: planning, Kind: Histogram, buckets: fine, Means: "Seconds that deciding for one person took, without the database."},
		{Name: putOff, Kind: Counter, Labels: []string{"kind", "reason"}, Means: "Decisions told to cases that were put off, by kind (window, gap, cap, hold, stop, channel) and reason. A case that decides again with the same answer counts again."},
		{Name: sends, Kind: Counter, Labels: []string{"channel", "mode", "result"}, Means: "Messages that went out, by channel, mode and result: sent, failed or unknown. In outbox mode sent is recorded."},
		{Name: sendTime, Kind: Histogram, Labels: []string{"channel", "mode"}, buckets: coarse, Means: "Seconds that a provider took to answer."},
		{Name: alarmsRaised, Kind: Counter, Labels: []string{"alarm"}, Means: "Limitation alarms raised: 180, 90 and 30 days before the cautious date, and reached."},
		{Name: again, Kind: Counter, Labels: []string{"why"}, Means: "Transactions that were run once more: overtaken by another that made the same first, or by PostgreSQL's code (40P01 deadlock, 40001 serialization)."},
		{Name: importedRows, Kind: Counter, Labels: []string{"state"}, Means: "Rows of imports that were worked: accepted, known, rejected, or failed and to be tried again."},
	}
}

func relayFigures() []Figure {
	return []Figure{
		{Name: relayRounds, Kind: Counter, Labels: []string{"work", "result"}, Means: "Rounds of the relay, by its work (resend, sweep, expire, import, prune, rates) and result: ok or failed."},
		{Name: relayDealt, Kind: Counter, Labels: []string{"work"}, Means: "What the relay dealt with: cases told again (resend), overdue cases woken (sweep), sends turned unknown (expire), rows worked (import), old answers forgotten (prune)."},
	}
}

func apiFigures() []Figure {
	return []Figure{
		{Name: apiRequests, Kind: Counter, Labels: []string{"method", "route", "class"}, Means: "Requests answered, by method, pattern of the route and class of the status (2xx … 5xx)."},
		{Name: apiTime, Kind: Histogram, Labels: []string{"method", "route"}, buckets: coarse, Means: "Seconds that a request took."},
		{Name: apiReplays, Kind: Counter, Means: "Answers given again under the same Idempotency-Key."},
		{Name: apiRefused, Kind: Counter, Labels: []string{"reason"}, Means: "Requests refused: 401 no valid key (key), 403 not for this role (role), 429 too many (rate)."},
		{Name: apiWakes, Kind: Counter, Labels: []string{"result"}, Means: "Wake-ups after a write: told to Temporal, or left to the relay since Temporal did not answer."},
	}
}

func recordFigures() []Figure {
	all := []Figure{
		{Name: recordUp, Kind: Gauge, Means: "1 where the record answered when the figures below were last read, 0 where it did not; then they are not shown."},
		{Name: recordTime, Kind: Gauge, Means: "Seconds that reading them took."},
		{Name: overdue, Kind: Gauge, Means: "Open cases whose next action has been due for more than five minutes."},
		{Name: overdueAge, Kind: Gauge, Means: "For how many seconds the first of them has been due."},
		{Name: aimless, Kind: Gauge, Means: "Open cases without a next action. It must be 0."},
		{Name: unknown, Kind: Gauge, Means: "Messages of unknown outcome, which a person must settle."},
		{Name: unknownAge, Kind: Gauge, Means: "For how many seconds the first of them has been so."},
		{Name: reserved, Kind: Gauge, Means: "Sends begun and not ended."},
		{Name: reservedAge, Kind: Gauge, Means: "For how many seconds the first of them has been under way."},
		{Name: unheard, Kind: Gauge, Means: "Cases with facts that no decision of their workflow has seen: wake-ups not acknowledged."},
		{Name: unheardAge, Kind: Gauge, Means: "For how many seconds the first of them has waited: the relay's lag."},
		{Name: importsPending, Kind: Gauge, Means: "Rows of imports that wait to be opened."},
		{Name: handoffs, Kind: Gauge, Labels: []string{"state"}, Means: "Handoffs before a law firm (offered) or taken by one (accepted)."},
		{Name: lapsing, Kind: Gauge, Means: "Offered handoffs that lapse within two days."},
		{Name: stopsStanding, Kind: Gauge, Labels: []string{"scope"}, Means: "Emergency stops that stand, by scope: installation, creditor, channel, case."},
		{Name: restored, Kind: Gauge, Means: "1 where the record was restored to an earlier point: nothing goes out until recobro reconcile lifts it."},
		{Name: clockOffset, Kind: Gauge, Means: "Seconds that the business clock is ahead of the wall. In production 0."},
		{Name: clockFrozen, Kind: Gauge, Means: "1 where the business clock stands still. In production 0."},
		{Name: rateDays, Kind: Gauge, Labels: []string{"series"}, Means: "Days from today to the last one with a published rate, by series of rates, with an operator's own rows; below 0 results that need it are marked. A series without an end is not shown."},
		{Name: cases, Kind: Gauge, Labels: []string{"stage"}, Means: "Cases by stage; counted every five minutes."},
		{Name: tasks, Kind: Gauge, Labels: []string{"kind"}, Means: "Open tasks by kind; the limitation alarms that nobody has looked at are limitation_180, _90, _30 and _reached. Counted every five minutes."},
		{Name: controls, Kind: Gauge, Labels: []string{"rule"}, Means: "What the periodic control finds off, by rule: GET /v1/reports/controls lists it. All 0 where all is well. Counted every five minutes."},
		{Name: connections, Kind: Gauge, Labels: []string{"state"}, Means: "Connections of this process to PostgreSQL: open, busy, and most that there may be."},
		{Name: poolWaits, Kind: Counter, Means: "How often a connection to PostgreSQL had to be waited for."},
		{Name: poolWaited, Kind: Counter, Means: "For how many seconds, in all."},
	}
	for i := range all {
		all[i].read = true
	}
	return all
}

// Document writes the figures as a table in Markdown.
func Document() string {
	var b strings.Builder
	b.WriteString("| figure | kind | labels | what it is |\n|---|---|---|---|\n")
	for _, f := range Figures() {
		labels := "–"
		if len(f.Labels) > 0 {
			labels = "`" + strings.Join(f.Labels, "` `") + "`"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", f.Name, f.Kind, labels, f.Means)
	}
	return b.String()
}

// The values of labels. What is not among them is "other".
var (
	works     = []string{"resend", "sweep", "expire", "import", "prune", "rates"}
	alarms    = []string{"limitation_180", "limitation_90", "limitation_30", "limitation_reached"}
	taskKinds = append([]string{"call", "limitation_claim", "limitation_waiver", "match_payment", "no_channel", "study", "letter_not_written", "handoff_none", "review_hold",
		"dispute_overdue", "dispute_proof", "dispute_answer", "look_again", "refund_unpaid", "proof_of_claim", "heirs", "representative"}, alarms...)
	channels   = []string{"email", "sms", "whatsapp"}
	results    = []string{"sent", "failed", "unknown"}
	stopScopes = []string{"installation", "creditor", "channel", "case"}
	knownActs  = names(strategy.SendEmail, strategy.SendSMS, strategy.SendWhatsApp, strategy.OpenTask, strategy.IssueClaim,
		strategy.OfferHandoff, strategy.LapseHandoff, strategy.BreakPromise, strategy.DefaultPlan, strategy.LapseOffer,
		strategy.EndHold, strategy.ReviewHold, strategy.ChangeStage, strategy.RaiseAlarm, strategy.Control, strategy.CloseCase)
)

func names(acts ...strategy.Act) []string {
	out := make([]string, len(acts))
	for i, a := range acts {
		out[i] = string(a)
	}
	return out
}

// delay is a reason of a decision that puts it off.
type delay struct{ kind, code string }

// delays are the reasons that put a decision off, by their kind.
var delays = []delay{
	{"window", "weekend"}, {"window", "holiday"}, {"window", "quiet_hours"},
	{"gap", "gap"}, {"gap", "other_case"}, {"gap", "conversation_pause"}, {"gap", "spacing"},
	{"cap", "cap"}, {"cap", "daily_limit"},
	{"hold", "hold"}, {"hold", "hold_until"}, {"hold", "promise_due"}, {"hold", "instalment_due"}, {"stop", "stopped"}, {"stop", "channel_stopped"},
	{"channel", "no_channel"}, {"channel", "provider_away"},
}

// kindOfDelay gives the kind of a reason; false where it puts nothing off.
func kindOfDelay(code string) (string, bool) {
	i := slices.IndexFunc(delays, func(d delay) bool { return d.code == code })
	if i < 0 {
		return "", false
	}
	return delays[i].kind, true
}
