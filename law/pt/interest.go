package pt

import (
	_ "embed"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

//go:embed rates/pt_commercial.csv
var commercial string

//go:embed rates/pt_civil.csv
var civil string

// series are the rates, read from their files when first asked for.
var series = []*law.Series{
	{Name: "pt_commercial", Column: "rate", Text: commercial, Months: 6, Notice: commercialNotice},
	{Name: "pt_commercial_par3", Column: "rate_par3", Text: commercial, Months: 6, Notice: commercialNotice},
	{Name: "pt_civil", Column: "rate", Text: civil, Notice: civilNotice},
}

// The notices by which new rates are published.
const (
	commercialNotice = "Diário da República, 2.ª série, in January and in July: Aviso of the Direção-Geral do Tesouro e Finanças " +
		"(now Entidade do Tesouro e Finanças) on the taxas supletivas de juros moratórios (Código Comercial art. 102 pars. 3 and 5)"
	civilNotice = "Diário da República, 1.ª série: Portaria on the taxa dos juros legais (Código Civil art. 559)"
)

func ccom(article string) law.Source {
	return law.Source{Text: "Código Comercial", Article: article, URL: "https://diariodarepublica.pt/dr/legislacao-consolidada/carta-lei/1888-34411575"}
}

var terms = []law.TermsRule{
	{
		Code: "pt_ccom_102_5", Table: "pt_commercial", Contract: true,
		When: law.When{Creditors: business, Debtors: []law.Party{law.Business, law.Public}}, Source: ccom("art. 102 par. 5"), Status: law.Verified,
		Scope: law.When{Kinds: kinds(law.Loan, law.Condominium)}, ScopeFlag: "late_payment_law_scope",
		Why: "A commercial transaction: the ECB rate plus eight points from the day after the due date (Código Comercial art. 102 par. 5).",
	},
	{
		Code: "pt_ccom_102_3", Table: "pt_commercial_par3", Contract: true, ContractAsk: true, AskPerson: true,
		When: law.When{Creditors: business}, Source: ccom("art. 102 par. 3"), Status: law.ToConfirm,
		Flags: []string{"commercial_rate_v_consumer_debated"},
		Why:   "Another credit of a commercial firm: the ECB rate plus seven points from the day after the due date (Código Comercial art. 102 par. 3); against consumers debated.",
	},
	{
		Code: "pt_cc_559", Table: "pt_civil", Contract: true, ContractAsk: true,
		Source: cc("arts. 559 and 805"), Status: law.Verified,
		Why: "A civil debt with a due date: four percent from the day after it (Código Civil arts. 559 and 805).",
	},
}

// fixed: since the decree is in force.
var fixed = []law.FixedSum{{
	When:   law.When{Creditors: business, Debtors: business},
	From:   calendar.Day(2013, 7, 1),
	Amount: money.EUR(4000), Source: dl62("art. 7"), Status: law.Secondary,
}}

// imputation: costs, damages, interest, capital by art. 785 of the Código Civil.
var imputation = []law.Component{law.Costs, law.Compensation, law.Interest, law.Principal}

// judgments: the rate goes on; what a final judgment adds by itself is to be
// confirmed and is not counted.
var judgments = []law.JudgmentRule{{
	Code: "pt_cc_829_a", Before: []string{"pt_civil", "pt_commercial", "pt_commercial_par3"},
	Source: cc("arts. 806 and 829-A.4"), Status: law.ToConfirm, Flags: []string{"five_points_after_final_judgment"}, AskPerson: true,
	Why: "The rate goes on after the judgment; five points more from its finality are to be confirmed and not counted (Código Civil arts. 806 and 829-A.4).",
}}

// spreading: the choice is the debtor's; then what is due, least secured, most
// onerous, first due, oldest, and equal ones in proportion.
var spreading = law.AmongRule{
	Choice: cc("art. 783"), Criteria: []law.Criterion{law.LeastSecured, law.MostOnerous, law.FirstDue, law.Oldest}, Undue: true,
	Source: cc("art. 784"), Status: law.ToConfirm,
}
