package fr

import "github.com/recobro/recobro/law"

var companies = law.When{Creditors: business, Debtors: business}

var paymentTerms = []law.PaymentTerm{{
	Code: "fr_l441_10_i", When: companies, Silent: 30, Event: law.FromReceipt, Max: 60, MaxOf: law.FromInvoice, MonthEnd: 45,
	Flags:  []string{"month_end_reading"},
	Note:   "Between professionals: thirty days from receipt; at most sixty from the invoice, or forty-five and the end of the month",
	Source: ccom("art. L441-10 I"), Status: law.Verified,
}}

var capital = []law.CapitalRule{{
	Code: "fr_cc_1343_2", Source: cc("art. 1343-2"), Status: law.Verified,
	Rule: "Only interest due for a full year bears interest, if the contract or a judgment says so.",
}}

var vat = []law.VATRule{{
	Code: "fr_cgi_272", Status: law.ToConfirm,
	Source: law.Source{Text: "Code général des impôts", Article: "art. 272", URL: legifrance + "LEGITEXT000006069577"},
	Rule: "The tax comes back once the debt cannot be recovered for good, by a duplicate of the invoice marked as unpaid that is sent to the debtor; " +
		"on services taxed when paid it was never owed.",
}}
