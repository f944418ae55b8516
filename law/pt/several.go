package pt

import "github.com/recobro/recobro/law"

// reach: each of several persons has a clock of its own; an act against one
// does not count against the others, nor against a guarantor who was not told.
var reach = []law.ReachRule{
	{To: []law.Bond{law.Guarantor, law.JointGuarantor}, Flag: "guarantor_to_be_told", Source: cc("art. 636"), Status: law.ToConfirm},
	{From: []law.Bond{law.Guarantor, law.JointGuarantor}, Flag: "not_against_debtor", Source: cc("art. 636"), Status: law.ToConfirm},
	{Flag: "each_debtor_alone", Source: cc("art. 521"), Status: law.ToConfirm},
}
