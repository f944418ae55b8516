package pt

import (
	"time"

	"github.com/recobro/recobro/law"
)

// courtTime: periods stand still in the holidays of the courts; those of Easter
// are not in the table.
var courtTime = law.CourtTime{
	Suspends: true, Flag: "easter_recess_to_confirm", Status: law.ToConfirm,
	Source: law.Source{Text: "Código de Processo Civil (PT)", Article: "art. 138", URL: "https://diariodarepublica.pt"},
	Recess: []law.Recess{
		{FromMonth: time.July, FromDay: 16, ToMonth: time.August, ToDay: 31, Source: recess, Status: law.ToConfirm},
		{FromMonth: time.December, FromDay: 22, ToMonth: time.January, ToDay: 3, Source: recess, Status: law.ToConfirm},
	},
}

var recess = law.Source{Text: "Lei 62/2013", Article: "art. 28", URL: "https://diariodarepublica.pt"}
