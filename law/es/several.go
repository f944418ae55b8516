package es

import "github.com/recobro/recobro/law"

var (
	surety = []law.Bond{law.Guarantor}
	joint  = []law.Bond{law.JointGuarantor}
	whole  = []law.Bond{law.MainDebtor, law.CoDebtor, law.Heir}
)

// reach: who else an act reaches. One interruption binds all who owe the whole
// debt; a claim out of court or a private admission does not bind the guarantor.
func reach(status law.Status) []law.ReachRule {
	art1974, art1975 := cc("art. 1974"), cc("art. 1975")
	return []law.ReachRule{
		{Acts: []string{"mediation", "conciliation"}, Doubt: true, Flag: "suspension_of_others_open", Source: art1974, Status: law.ToConfirm},
		{From: []law.Bond{law.ShareDebtor}, Flag: "share_of_another", Source: art1974, Status: status},
		{To: []law.Bond{law.ShareDebtor}, Flag: "share_of_another", Source: art1974, Status: status},
		{From: whole, To: surety, Acts: law.CourtActs, Reaches: true, Source: art1975, Status: status},
		{From: whole, To: surety, Flag: "not_against_guarantor", Source: art1975, Status: status},
		{From: surety, Doubt: true, Flag: "guarantor_act_on_debtor_open", Source: art1975, Status: law.ToConfirm},
		{To: surety, Doubt: true, Flag: "guarantor_act_on_debtor_open", Source: art1975, Status: law.ToConfirm},
		{From: whole, To: joint, Acts: law.CourtActs, Reaches: true, Source: art1975, Status: status},
		{To: joint, Reaches: true, Doubt: true, Flag: "joint_guarantor_debated", Source: art1974, Status: law.ToConfirm},
		{From: joint, Reaches: true, Doubt: true, Flag: "joint_guarantor_debated", Source: art1974, Status: law.ToConfirm},
		{Reaches: true, Source: art1974, Status: status},
	}
}
