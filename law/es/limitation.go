package es

import (
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// reform is the day from which claims have five years in place of fifteen.
var reform = calendar.Must("2015-10-07")

// general are the lengths of art. 1964.2: a claim that already ran on the day
// of the reform ends with its old period or five years after the reform,
// whichever comes first.
var general = []law.Rule[law.Term]{
	{
		Code: "es_cc_1964", From: reform, Value: law.Term{Months: 60},
		Source: cc("art. 1964.2"), Status: law.Verified,
	},
	{
		Code: "es_cc_1964_old", Value: law.Term{Months: 180, NotAfter: reform.AddYears(5), Since: reform},
		Source: text("Ley 42/2015", "DT 5, with art. 1939 of the Código Civil", "BOE-A-2015-10727"), Status: law.Verified,
	},
}

var (
	periodic  = []law.ClaimKind{law.Rent, law.Utilities, law.Telecom, law.Subscription}
	business  = []law.Party{law.Business}
	consumers = []law.Party{law.Consumer}
)

// commercial: whether a letter interrupts a commercial debt is argued, since
// art. 944 of the Código de Comercio does not name it; case law applies art.
// 1973 of the Código Civil.
var commercial = law.Note{When: law.When{Creditors: business, Debtors: business}, Flag: "ccom_944_argument"}

// common are the periods that the kind of a claim leads to.
func common() []law.Period {
	return []law.Period{
		publicDebtor(),
		carriage(),
		{
			Code: "es_cc_1967", Lengths: years(3), Start: law.FromDue, Source: cc("art. 1967.4"), Status: law.Verified,
			When: law.When{Kinds: []law.ClaimKind{law.Sale}, Creditors: business, Debtors: consumers},
			Why:  "Goods sold by a merchant to somebody who is none: three years from the due date (Código Civil art. 1967.4).",
		},
		{
			Code: "es_cc_1967", Lengths: years(3), Start: law.FromProvided, Source: cc("art. 1967"), Status: law.Verified,
			When:  law.When{Kinds: []law.ClaimKind{law.ProfessionalFees}},
			Notes: []law.Note{commercial, {When: law.When{Creditors: business, Debtors: business}, Flag: "art_1967_scope_debated"}},
			Why:   "Fees of professionals: three years from the day the services ended (Código Civil art. 1967).",
		},
		{
			Code: "es_cc_1966", Lengths: years(5), Start: law.FromDue, Source: cc("art. 1966"), Status: law.Verified,
			When: law.When{Kinds: periodic}, Notes: []law.Note{commercial},
			Why: "A payment due every year or more often: five years from each due date (Código Civil art. 1966).",
		},
		{
			Code: "es_cc_1966", Lengths: years(5), Start: law.FromDue, Source: cc("art. 1966"), Status: law.ToConfirm,
			When: law.When{Kinds: []law.ClaimKind{law.Condominium}},
			Why:  "Condominium fees fall due every year or more often: five years from each due date (Código Civil art. 1966; STS 242/2020).",
		},
		defaultPeriod(),
		{
			Code: "es_cc_1967", ByName: true, Lengths: years(3), Start: law.FromProvided, Source: cc("art. 1967"), Status: law.ToConfirm,
			When: law.When{Kinds: []law.ClaimKind{law.Services}},
			Why:  "Services read as those of arts and trades: three years from the day they ended (Código Civil art. 1967).",
		},
	}
}

// defaultPeriod is art. 1964 with the doubts about its border with art. 1967.
func defaultPeriod() law.Period {
	return law.Period{
		Code: "es_cc_1964", Lengths: general, Start: law.FromDue, Source: cc("art. 1964.2"), Status: law.Verified,
		Notes: []law.Note{
			commercial,
			{When: law.When{Kinds: []law.ClaimKind{law.Services}}, Flag: "art_1967_scope_debated", Or: "es_cc_1967"},
			{
				When: law.When{Kinds: []law.ClaimKind{law.Sale}, Creditors: business, Debtors: business},
				Flag: "art_1967_other_trade", Or: "es_cc_1967",
			},
			{When: law.When{Kinds: []law.ClaimKind{law.Loan}}, Flag: "loan_interest_art_1966"},
		},
		Why: "A personal claim without a shorter period of its own: five years from the due date (Código Civil art. 1964.2); born before 7 October 2015, " +
			"fifteen years, at the latest until 7 October 2020.",
	}
}

func publicDebtor() law.Period {
	return law.Period{
		Code: "es_lgp_25", Lengths: years(4), Start: law.FromProvided,
		Source: text("Ley 47/2003", "art. 25", "BOE-A-2003-21614"), Status: law.Verified,
		When:  law.When{Debtors: []law.Party{law.Public}},
		Notes: []law.Note{{Flag: "public_body_special_law"}},
		Why:   "A debt of the State, or by special laws of another public body: four years from the end of the service (Ley 47/2003 art. 25).",
	}
}

func carriage() law.Period {
	return law.Period{
		Code: "es_lctt_79", Lengths: years(1), Start: law.FromCarriage, Source: lctt("art. 79"), Status: law.Verified,
		When: law.When{Kinds: []law.ClaimKind{law.Carriage}},
		// The year may begin later, three months after the contract: the due
		// date is the earlier of the two and safe.
		Notes: []law.Note{{Flag: "carriage_contract_date", NoContract: true}, commercial},
		Why:   "The price of carriage: one year from three months after the contract, or from the day it could be claimed if later (Ley 15/2009 art. 79).",
	}
}

var lec518 = text("Ley 1/2000", "art. 518", "BOE-A-2000-323")

// special are periods that no kind of claim leads to.
func special() []law.Period {
	lcch := func(article string) law.Source { return text("Ley 19/1985", article, "BOE-A-1985-14880") }
	named := func(code string, months int, s law.Source, what string) law.Period {
		return law.Period{
			Code: code, ByName: true, Lengths: []law.Rule[law.Term]{{Value: law.Term{Months: months}}},
			Start: law.FromDue, Source: s, Status: law.Verified, Why: what + " (" + s.String() + ").",
		}
	}
	title := named("es_lec_518", 60, lec518, "Enforcing a judgment, settlement or award: five years of caducity from its finality")
	title.Caducity = true
	persons := named("es_lcs_23_persons", 60, text("Ley 50/1980", "art. 23", "BOE-A-1980-22501"), "Insurance of persons: five years from the day the claim could be brought")
	wilful := named("es_lctt_79_wilful", 24, lctt("art. 79"), "Carriage with a wilful breach: two years")
	wilful.Kinds, wilful.Start = []law.ClaimKind{law.Carriage}, law.FromCarriage
	return []law.Period{
		persons, wilful,
		named("es_cc_1964_mort", 240, cc("art. 1964.1"), "A mortgage action: twenty years from the due date"),
		named("es_cc_1968", 12, cc("art. 1968.2"), "A tort: one year from knowledge of it"),
		named("es_lnm_286", 12, text("Ley 14/2014", "art. 286", "BOE-A-2014-7877"), "Charter and sea freight: one year from delivery"),
		named("es_lcch_88", 36, lcch("art. 88"), "A bill or note against acceptor or issuer: three years from maturity"),
		named("es_lcch_88b", 12, lcch("art. 88"), "A bill or note against endorsers and drawer: one year from the protest"),
		named("es_lcch_157", 6, lcch("art. 157"), "A cheque: six months from the end of presentation"),
		named("es_lcs_23", 24, text("Ley 50/1980", "art. 23", "BOE-A-1980-22501"), "Insurance of damage: two years from the day the claim could be brought"),
		title,
	}
}
