package fr

import "github.com/recobro/recobro/law"

// courtTime: all days count, and a period that would end on a Saturday, Sunday
// or holiday ends on the next working day.
var courtTime = law.CourtTime{Source: cpc("arts. 641 and 642"), Status: law.Verified}
