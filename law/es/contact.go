package es

import "github.com/recobro/recobro/law"

// conduct is the house's default; its hours lie within those of commercial
// calls, which collection is not.
var conduct = []law.ContactRule{{Contact: law.Contact{
	Days:     [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
	Spans:    []law.Span{{From: 9 * 60, To: 20 * 60}},
	CallsMax: 3, CallsDays: 7, MessageMax: 2, MessageDays: 7,
	Source: text("RDLeg 1/2007", "art. 96.2", "BOE-A-2007-20555"), Status: law.Verified,
}}}
