// Package workflowstest holds the golden lives: cases from their submission to
// their end, with all that may befall one in between. They are played in the
// SDK's test environment and on a real Temporal server; the histories that a
// real server wrote of them are kept, and replayed against the code of today.
package workflowstest

import (
	_ "embed" // a strategy

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows"
)

// Submitted is the day on which every life begins, and Due the day on which
// its debt falls due.
const (
	Submitted = "2026-09-20"
	Due       = "2026-10-01"
)

// Life is the course of one case, as it is played. It ends by itself or by its
// last plan.
type Life struct {
	Name    string
	Country string
	Kind    law.Party
	Plans   []Plan

	// Agents says that somebody is there to call the debtor.
	Agents bool
	// Reach are the channels that reach the debtor; every one where empty.
	Reach []string
	// Strategy is the YAML of the creditor's own strategy; the country's where empty.
	Strategy []byte
	// Provider answers the n-th message, counted from one; nil keeps the channels
	// in outbox mode.
	Provider func(n int) record.Delivery
	// Lost is the reservation, counted from one, whose commit is not answered:
	// the attempt fails although the send has begun. None where zero.
	Lost int
	// OnServer says that the life has meaning on a real server only, where the
	// studio passes over real pauses.
	OnServer bool
}

//go:embed twelve.yaml
var twelve []byte

// Plan is something that happens from outside, at noon of a day where the
// debtor lives.
type Plan struct {
	Day string
	Do  func(Scene) error
}

// unpaid is a debt that nobody ever answers for, looked after for twenty months.
func unpaid(name, country string, kind law.Party) Life {
	return Life{Name: name, Country: country, Kind: kind, Plans: []Plan{{"2028-06-01", cancelled}}}
}

// with is a Spanish business's debt with plans.
func with(name string, plans ...Plan) Life {
	return Life{Name: name, Country: "ES", Kind: law.Business, Plans: plans}
}

// held is a debt under a hold that is lifted after six weeks, and of which
// nothing is heard after that.
func held(name string, why debt.HoldReason) Life {
	return with(name, Plan{"2026-10-12", hold(why, "2026-10-30")}, Plan{"2026-11-24", lift(why)}, Plan{"2026-12-20", cancelled})
}

// Retired names lives that today's code would live otherwise: plans and offers that
// were not put in writing, disputes without an answer. Their histories stand for
// cases that run, and are replayed.
var Retired = []string{"dispute", "represented", "insolvent", "deceased", "plan-kept", "plan-broken", "settled", "offer-lapsed", "limited"}

// Lives lists the golden lives, the oldest first. A life that is recorded stays
// as it is: its histories stand for the cases that run. New ones are added.
func Lives() []Life {
	return append(firstLives(), append(heldLives(), append(endedLives(), sentLives()...)...)...)
}

// firstLives are those of the first release.
func firstLives() []Life {
	return []Life{
		unpaid("unpaid-es-business", "ES", law.Business),
		unpaid("unpaid-es-consumer", "ES", law.Consumer),
		unpaid("unpaid-fr-business", "FR", law.Business),
		unpaid("unpaid-fr-consumer", "FR", law.Consumer),
		unpaid("unpaid-pt-business", "PT", law.Business),
		unpaid("unpaid-pt-consumer", "PT", law.Consumer),
		with("paid", Plan{"2026-11-10", paid}),
		{Name: "promise-kept", Country: "PT", Kind: law.Business, Plans: []Plan{
			{"2026-10-12", promised("2026-10-28")}, {"2026-10-28", paid}}},
		{Name: "promise-broken", Country: "FR", Kind: law.Business, Plans: []Plan{
			{"2026-10-12", promised("2026-10-28")}, {"2027-01-15", cancelled}}},
		with("dispute-answered",
			Plan{"2026-10-12", fact(debt.Disputed{ID: "dispute-1", Reason: "goods_not_received"})},
			Plan{"2026-11-20", fact(debt.DisputeResolved{Dispute: "dispute-1", State: "rejected"})},
			Plan{"2027-01-15", cancelled}),
		{Name: "pause", Country: "ES", Kind: law.Consumer, Plans: []Plan{
			{"2026-10-12", hold(debt.HoldPaused, "2026-11-30")},
			{"2026-12-15", closed(debt.Withdrawn)}}},
		{Name: "due-and-renew", Country: "ES", Kind: law.Business, OnServer: true, Plans: []Plan{
			{"2026-09-22", told(workflows.Due)},
			{"2026-10-05", told(workflows.Renew)},
			{"2026-10-06", told(workflows.News)},
			{"2026-10-20", paid}}},
		{Name: "refused", Country: "ES", Kind: law.Business, OnServer: true, Plans: []Plan{
			{"2026-09-23", refusing(true)}, {"2026-10-06", refusing(false)}, {"2026-10-20", paid}}},
	}
}

// heldLives stand under each kind of hold.
func heldLives() []Life {
	return []Life{
		held("complaint", debt.HoldComplaint),
		held("hardship", debt.HoldHardship),
		with("representative", Plan{"2026-10-12", hold(debt.HoldRepresented, "2026-10-30")}, Plan{"2026-11-24", cancelled}),
		with("insolvency", Plan{"2026-10-12", hold(debt.HoldInsolvency, "2026-10-30")}, Plan{"2026-11-24", closed(debt.Insolvency)}),
		with("heirs", Plan{"2026-10-12", hold(debt.HoldDeceased, "2026-10-30")}, Plan{"2026-11-24", closed(debt.Uncollectable)}),
		with("wrong-person", Plan{"2026-10-12", hold(debt.HoldWrongPerson, "")}, Plan{"2026-11-24", closed(debt.SubmittedInError)}),
		with("plan-in-writing", Plan{"2026-10-12", instalments("2026-10-30", "2026-11-30")},
			Plan{"2026-10-29", paidHalf}, Plan{"2026-11-27", paid}),
		with("plan-defaulted", Plan{"2026-10-12", instalments("2026-10-30", "2026-11-30")}, Plan{"2027-01-15", cancelled}),
		with("restored", Plan{"2026-10-12", stopped(strategy.Restored)}, Plan{"2026-11-20", stopped("")}, Plan{"2026-12-20", cancelled}),
		with("stopped", Plan{"2026-10-12", stopped("installation")}, Plan{"2027-02-20", stopped("")}, Plan{"2027-03-20", cancelled}),
	}
}

// endedLives end in each of the ways in which a case may.
func endedLives() []Life {
	return []Life{
		with("dispute-upheld",
			Plan{"2026-10-12", fact(debt.Disputed{ID: "dispute-1", Reason: "goods_not_received"})},
			Plan{"2026-10-20", fact(debt.DisputeResolved{Dispute: "dispute-1", State: "upheld"})}),
		with("settled-in-writing", Plan{"2026-10-12", offered(5, "2026-11-02")}, Plan{"2026-10-15", accepted}, Plan{"2026-10-28", paidOffer}),
		with("offer-in-writing", Plan{"2026-10-12", offered(5, "2026-11-02")}, Plan{"2026-11-20", cancelled}),
		{Name: "limited-twice-warned", Country: "FR", Kind: law.Consumer, Plans: []Plan{{"2028-10-10", closed(debt.Limited)}}},
		with("bounced", Plan{"2026-10-20", paid}, Plan{"2026-10-27", bounced}, Plan{"2026-11-24", paid}),
		with("handoff-accepted", Plan{"2027-01-10", answered("accepted")}, Plan{"2027-09-20", paid}),
		with("handoff-declined", Plan{"2027-01-10", answered("declined")}, Plan{"2027-01-18", answered("accepted")},
			Plan{"2027-04-20", answered("returned")}, Plan{"2027-06-20", closed(debt.Uncollectable)}),
		with("escalated", Plan{"2026-10-12", fact(debt.EscalationAsked{Reason: "debtor is moving abroad"})}, Plan{"2026-12-20", cancelled}),
		with("cancelled-at-once", Plan{"2026-09-21", cancelled}),
	}
}

// sentLives send by every channel, and through providers that fail.
func sentLives() []Life {
	return []Life{
		{Name: "whatsapp", Country: "ES", Kind: law.Business, Reach: []string{"whatsapp"}, Plans: []Plan{{"2027-01-20", cancelled}}},
		{Name: "twelve-contacts", Country: "ES", Kind: law.Business, Strategy: twelve, Plans: []Plan{{"2027-01-20", paid}}},
		{Name: "phone-first", Country: "ES", Kind: law.Business, Agents: true, Plans: []Plan{
			{"2026-10-02", called(debt.CallNoAnswer)}, {"2026-11-20", cancelled}}},
		{Name: "no-channel", Country: "ES", Kind: law.Business, Reach: []string{"phone"}, Plans: []Plan{{"2026-11-20", cancelled}}},
		{Name: "live", Country: "ES", Kind: law.Business, Provider: takes, Plans: []Plan{{"2026-11-20", paid}}},
		{Name: "throttled", Country: "ES", Kind: law.Business, Provider: throttles, Plans: []Plan{{"2026-10-20", paid}}},
		{Name: "turned-away", Country: "ES", Kind: law.Business, Provider: turnsAway, Plans: []Plan{{"2026-10-20", paid}}},
		{Name: "unknown", Country: "ES", Kind: law.Business, Provider: takes, Lost: 2, Plans: []Plan{{"2026-10-20", paid}}},
	}
}
