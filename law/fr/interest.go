package fr

import (
	_ "embed"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

//go:embed rates/fr_late_payment.csv
var latePayment string

//go:embed rates/fr_legal_interest_pro.csv
var legalPro string

//go:embed rates/fr_legal_interest_consumer.csv
var legalConsumer string

//go:embed rates/ecb_mro.csv
var ecb string

// series are the rates, read from their files when first asked for.
var series = []*law.Series{
	{Name: "fr_late_payment", Column: "rate", Text: latePayment, Months: 6, Notice: latePaymentNotice},
	{Name: "fr_legal_interest_pro", Column: "rate", Text: legalPro, Months: 6, Notice: legalNotice},
	{Name: "fr_legal_interest_consumer", Column: "rate", Text: legalConsumer, Months: 6, Notice: legalNotice},
	{Name: "ecb_mro", Column: "rate", Text: ecb, Months: 6, Notice: ecbNotice},
}

// The notices by which new rates are published.
const (
	ecbNotice         = "European Central Bank, monetary policy decisions: rate of the main refinancing operations in force on 1 January and on 1 July"
	latePaymentNotice = ecbNotice + ", plus ten points (Code de commerce art. L441-10 II)"
	legalNotice       = "JORF, in the last days of June and of December: arrêté relatif à la fixation du taux de l'intérêt légal (Code monétaire et financier art. L313-2)"
)

var terms = []law.TermsRule{
	{
		Code: "fr_l441_10", Table: "fr_late_payment", Contract: true, Floor: "fr_legal_interest_pro",
		When: law.When{Creditors: business, Debtors: business}, Source: ccom("art. L441-10 II"), Status: law.Verified,
		Scope: law.When{Kinds: kinds(law.Loan, law.Condominium, law.Rent)}, ScopeFlag: "late_payment_law_scope",
		Why: "Between professionals: the agreed rate, not below three times the legal one, else the ECB rate plus ten points, " +
			"from the day after the due date, without reminder (Code de commerce art. L441-10 II).",
	},
	{
		Code: "fr_ccp", Table: "ecb_mro", Margin: 8 * money.Percent, FixedRate: true,
		When:   law.When{Creditors: business, Debtors: public},
		Source: law.Source{Text: "Code de la commande publique", Article: "arts. L2192-13 and R2192-31", URL: legifrance + "LEGITEXT000037701019"}, Status: law.Secondary,
		Why: "A public buyer: the ECB rate of the first day of the half-year in which interest begins, plus eight points, fixed, " +
			"from the day after the term (Code de la commande publique arts. L2192-13 and R2192-31).",
	},
	{
		Code: "fr_cc_1231_6", Table: "fr_legal_interest_consumer", OnDemand: true, ContractAsk: true,
		When: law.When{Creditors: consumers}, Source: cc("arts. 1231-6 and 1344-1"), Status: law.Verified,
		Why: "A private person's claim: the legal rate for private persons from the day after the formal notice (Code civil arts. 1231-6 and 1344-1).",
	},
	{
		Code: "fr_cc_1231_6", Table: "fr_legal_interest_pro", OnDemand: true, ContractAsk: true,
		Source: cc("arts. 1231-6 and 1344-1"), Status: law.Verified,
		Why: "The legal rate for creditors other than private persons, from the day after the formal notice (Code civil arts. 1231-6 and 1344-1).",
	},
}

// fixed: of claims whose term of payment began in 2013 (Décret 2012-1115).
var fixed = []law.FixedSum{{
	When:   law.When{Creditors: business, Debtors: business},
	From:   calendar.Day(2013, 1, 1),
	Amount: money.EUR(4000), Source: ccom("arts. L441-10 and D441-5"), Status: law.Verified,
}}

// imputation: interest before capital by art. 1343-1 of the Code civil.
var imputation = []law.Component{law.Costs, law.Interest, law.Compensation, law.Principal}

// judgments: five points more two months after the judgment can be enforced.
var judgments = []law.JudgmentRule{
	{
		Code: "fr_cmf_l313_3", Before: []string{"fr_legal_interest_pro", "fr_legal_interest_consumer"}, Margin: 5 * money.Percent, Months: 2,
		Source: law.Source{Text: "Code monétaire et financier", Article: "art. L313-3", URL: legifrance + "LEGITEXT000006072026"}, Status: law.ToConfirm,
		Why: "The legal rate, and five points more from two months after the judgment can be enforced (Code civil art. 1231-7; Code monétaire et financier art. L313-3).",
	},
	{
		Code: "fr_judgment_other", Before: []string{"fr_late_payment"}, Source: cc("art. 1231-7"), Status: law.ToConfirm,
		Flags: []string{"late_payment_rate_after_judgment"}, AskPerson: true,
		Why: "Whether the rate between professionals goes on after the judgment is what the judgment says; it is shown at that rate (Code civil art. 1231-7).",
	},
}

// spreading: the choice is the debtor's; then debts due, the one that the
// debtor has most interest to clear, the oldest, and equal ones in proportion.
var spreading = law.AmongRule{
	Choice: cc("art. 1342-10"), Criteria: []law.Criterion{law.MostOnerous, law.Oldest}, Undue: true,
	Source: cc("art. 1342-10"), Status: law.Verified,
}
