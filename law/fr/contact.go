package fr

import "github.com/recobro/recobro/law"

// conduct is the house's default; its hours are those of commercial calls,
// which collection is not.
var conduct = []law.ContactRule{{Contact: law.Contact{
	Days:     [7]bool{1: true, 2: true, 3: true, 4: true, 5: true},
	Spans:    []law.Span{{From: 10 * 60, To: 13 * 60}, {From: 14 * 60, To: 20 * 60}},
	CallsMax: 2, CallsDays: 7, MessageMax: 2, MessageDays: 7,
	Source: ccons("art. D223-9"), Status: law.Verified,
}}}
