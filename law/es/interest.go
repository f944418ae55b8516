package es

import (
	_ "embed"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

//go:embed rates/es_late_payment.csv
var latePayment string

//go:embed rates/es_legal_interest.csv
var legalInterest string

// series are the rates, read from their files when first asked for.
func series() []*law.Series { return shared }

var shared = []*law.Series{
	{Name: "es_late_payment", Column: "rate", Text: latePayment, Months: 6, Notice: latePaymentNotice},
	{Name: "es_legal_interest", Column: "rate", Text: legalInterest, Months: 12, Notice: budgetNotice},
	{Name: "es_procedural_interest", Column: "procedural_rate", Text: legalInterest, Months: 12, Notice: budgetNotice},
}

// The notices by which new rates are published.
const (
	latePaymentNotice = "BOE, in the last days of June and of December: Resolución de la Secretaría General del Tesoro y Financiación Internacional, " +
		"por la que se publica el tipo legal de interés de demora aplicable a las operaciones comerciales (Ley 3/2004 art. 7)"
	budgetNotice = "BOE, at the end of December: Ley de Presupuestos Generales del Estado, disposición adicional on the interés legal del dinero " +
		"(Ley 24/1984); where the budget is prorogued the rate goes on, which is to be confirmed"
)

// ley3 is the first day of the contracts that Ley 3/2004 reaches, by its
// disposición transitoria única: those made after 8 August 2002.
var ley3 = calendar.Day(2002, 8, 9)

var terms = []law.TermsRule{
	{
		Code: "es_l3_5", Table: "es_late_payment", Contract: true, UnfairBelow: 30,
		When:   law.When{Creditors: business, Debtors: []law.Party{law.Business, law.Public}, Contracted: ley3},
		Source: l3("arts. 5 and 7"), Status: law.Verified,
		Scope: law.When{Kinds: []law.ClaimKind{law.Loan, law.Condominium}}, ScopeFlag: "late_payment_law_scope",
		Why: "A business owed by a business or a public body: late-payment interest from the day after the due date, without notice (Ley 3/2004 arts. 5 and 7).",
	},
	{
		Code: "es_ccom_63", Table: "es_legal_interest", Contract: true, AskPerson: true, Flags: []string{"before_late_payment_law"},
		When:   law.When{Creditors: business, Debtors: []law.Party{law.Business, law.Public}},
		Source: text("Código de Comercio", "art. 63", "BOE-A-1885-6627"), Status: law.ToConfirm,
		Why: "A business owed on a contract made before 9 August 2002, which Ley 3/2004 does not reach: legal interest from the day after the due date " +
			"(Código de Comercio art. 63).",
	},
	{
		Code: "es_cc_1108", Table: "es_legal_interest", Contract: true, OnDemand: true, ContractAsk: true,
		When: law.When{Debtors: consumers}, Source: cc("arts. 1100 and 1108"), Status: law.Verified,
		Scope: law.When{Kinds: []law.ClaimKind{law.Loan}, Creditors: business}, ScopeFlag: "consumer_loan_default_ceiling",
		Why: "A debt of a consumer: legal interest from the day after the demand (Código Civil arts. 1100 and 1108).",
	},
	{
		Code: "es_cc_1108", Table: "es_legal_interest", Contract: true, OnDemand: true,
		Source: cc("arts. 1100 and 1108"), Status: law.Verified,
		Why: "A debt outside of the law on late payment: legal interest from the day after the demand (Código Civil arts. 1100 and 1108).",
	},
}

// fixed: the law on late payment covers businesses owed by businesses or by
// public bodies; the sum is its art. 8 as Real Decreto-ley 4/2013 has it.
var fixed = []law.FixedSum{{
	When:   law.When{Creditors: business, Debtors: []law.Party{law.Business, law.Public}, Contracted: ley3},
	From:   calendar.Day(2013, 2, 24),
	Amount: money.EUR(4000), Source: l3("art. 8"), Status: law.Verified,
}}

// imputation: interest before capital by art. 1173 of the Código Civil; costs
// first by custom.
var imputation = []law.Component{law.Costs, law.Interest, law.Compensation, law.Principal}

// judgments: an agreed rate, or one that a law gives for the debt, goes before
// the rate of art. 576.
var judgments = []law.JudgmentRule{
	{
		Code: "es_lec_576", Before: []string{"es_legal_interest"}, Table: "es_procedural_interest",
		Source: text("Ley 1/2000", "art. 576", "BOE-A-2000-323"), Status: law.Verified,
		Why: "From the judgment of the first instance, legal interest plus two points; in a payment order, from the order of enforcement (Ley 1/2000 arts. 576 and 816.2).",
	},
	{
		Code: "es_lec_576_special", Before: []string{"es_late_payment"},
		Source: text("Ley 1/2000", "art. 576", "BOE-A-2000-323"), Status: law.ToConfirm,
		Flags: []string{"late_payment_rate_after_judgment"}, AskPerson: true,
		Why: "A rate that a law gives for the debt goes on after the judgment in place of legal interest plus two points (Ley 1/2000 art. 576).",
	},
}

// spreading: the choice is the debtor's when paying, else that of the receipt;
// then the most onerous of the debts due, and equal ones in proportion.
var spreading = law.AmongRule{
	Choice: cc("art. 1172"), Receipt: cc("art. 1172"), Criteria: []law.Criterion{law.MostOnerous},
	Source: cc("art. 1174"), Status: law.Verified,
}
