package es

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

const door = "the decision and the door: caps, hours and days of the strategy, which does not load when looser"

// rulebook is how a debtor may be treated.
func rulebook() []law.ConductRule {
	lcd := func(article string) law.Source { return text("Ley 3/1991", article, "BOE-A-1991-628") }
	rows := []law.ConductRule{
		{
			Code: "es_lcd_8", Source: lcd("art. 8"), Status: law.Verified,
			Rule: "No harassment, coercion or undue influence: time, place, nature and persistence count, threatening words, exploiting misfortune, and the threat of an illegal step.",
		},
		{
			Code: "es_lcd_29", Debtors: consumers, Source: lcd("art. 29.2"), Status: law.Verified, Enforced: door,
			Rule: "Repeated calls or messages that are not wanted are unfair, except as far as justified to enforce a duty under the contract.",
		},
		{
			Code: "es_lo1_1982", Source: text("Ley Orgánica 1/1982", "art. 7", "BOE-A-1982-11196"), Status: law.ToConfirm,
			Rule: "No shaming: to tell neighbours, employer or family, or the public, breaches honour and privacy.",
		},
		{
			Code: "es_lgdcu_96", Debtors: consumers, Reference: true, Enforced: door, Source: text("RDLeg 1/2007", "art. 96.2", "BOE-A-2007-20555"), Status: law.Verified,
			Rule: "Sales calls only from 09:00 to 21:00, never on weekends or holidays; taken as the outermost hours.",
		},
		{
			Code: "es_l10_2025_13", From: calendar.Must("2025-12-28"), Debtors: consumers, Enforced: "the hold named complaint",
			Kinds:  []law.ClaimKind{law.Sale, law.Services, law.Utilities, law.Telecom, law.Subscription, law.Other},
			Source: text("Ley 10/2025", "art. 13.8", "BOE-A-2025-26698"), Status: law.Verified,
			Rule: "While a consumer's complaint is before an ADR body, collection on it stops until the reasoned decision (basic services and large firms; not finance; twelve months to adapt).",
		},
		{
			Code: "es_represented", Enforced: "the hold named represented", Source: lcd("art. 8"), Status: law.ToConfirm,
			Rule: "A debtor who is represented is contacted through the representative only.",
		},
	}
	return append(rows, law.EuropeanConduct()...)
}

// notices are what a contact must say.
func notices() []law.NoticeRule {
	return append(law.EuropeanNotices(), law.NoticeRule{
		Code: "es_claim_content", When: law.FirstContact, Required: true, Source: cc("arts. 1100 and 1973"), Status: law.Verified,
		Items: []string{"creditor and debtor", "origin of the debt", "principal, interest and other items apart", "a clear demand to pay, by when and how"},
	}, law.NoticeRule{
		Code: "es_lopd_20", When: law.BeforeListing, Required: true, Source: text("Ley Orgánica 3/2018", "art. 20", "BOE-A-2018-16673"), Status: law.Verified,
		Items: []string{"that the debt may be listed", "the names of the bureaus"}, Within: "in the contract or in the demand to pay",
	})
}
