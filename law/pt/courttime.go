package pt

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// courtTime: periods stand still in the holidays of the courts; those of Easter,
// from Palm Sunday to Easter Monday, are not in the table.
var courtTime = law.CourtTime{
	Suspends: true, Flag: "easter_recess_to_confirm", Flagged: easterRecess, Status: law.ToConfirm,
	Source: law.Source{Text: "Código de Processo Civil (PT)", Article: "art. 138", URL: "https://diariodarepublica.pt"},
	Recess: []law.Recess{
		{FromMonth: time.July, FromDay: 16, ToMonth: time.August, ToDay: 31, Source: recess, Status: law.ToConfirm},
		{FromMonth: time.December, FromDay: 22, ToMonth: time.January, ToDay: 3, Source: recess, Status: law.ToConfirm},
	},
}

// easterRecess reports whether d is a day of the courts' Easter holidays.
func easterRecess(d calendar.Date) bool {
	n := calendar.Easter(d.Year()).Days(d)
	return n >= -7 && n <= 1
}

var recess = law.Source{Text: "Lei 62/2013", Article: "art. 28", URL: "https://diariodarepublica.pt"}
