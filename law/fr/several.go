package fr

import (
	"slices"

	"github.com/recobro/recobro/law"
)

// reach: who else an act reaches. A claim in court, an act of enforcement or an
// acknowledgement by one who owes the whole debt counts against all of them and
// their heirs; against one heir, not against the others.
var reach = []law.ReachRule{
	{From: []law.Bond{law.Heir}, Flag: "heir_share_only", Source: cc("art. 2245"), Status: law.Verified},
	{From: []law.Bond{law.ShareDebtor}, Flag: "share_of_another", Source: cc("art. 2245"), Status: law.ToConfirm},
	{To: []law.Bond{law.ShareDebtor}, Flag: "share_of_another", Source: cc("art. 2245"), Status: law.ToConfirm},
	{
		From: []law.Bond{law.MainDebtor, law.CoDebtor}, To: []law.Bond{law.CoDebtor, law.MainDebtor, law.Heir},
		Acts: slices.Concat(law.CourtActs, law.DebtorActs), Reaches: true, Source: cc("art. 2245"), Status: law.Verified,
	},
	{
		From: []law.Bond{law.MainDebtor}, To: []law.Bond{law.Guarantor, law.JointGuarantor},
		Acts: slices.Concat(law.CourtActs, law.DebtorActs), Reaches: true, Source: cc("art. 2246"), Status: law.ToConfirm,
	},
	{From: []law.Bond{law.Guarantor, law.JointGuarantor}, Doubt: true, Flag: "guarantor_act_on_debtor_open", Source: cc("art. 2246"), Status: law.ToConfirm},
	{
		Acts:  []string{"mediation", "conciliation", "small_claims_procedure_accepted"},
		Doubt: true, Flag: "suspension_of_others_open", Source: cc("art. 2238"), Status: law.ToConfirm,
	},
	{Acts: law.CourtActs, Doubt: true, Flag: "reach_not_in_table", Source: cc("art. 2245"), Status: law.ToConfirm},
	{Acts: law.DebtorActs, Doubt: true, Flag: "reach_not_in_table", Source: cc("art. 2245"), Status: law.ToConfirm},
	{Source: cc("arts. 2240, 2241 and 2244"), Status: law.Verified}, // letters reach nobody's clock
}
