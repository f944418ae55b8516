package es

import (
	"time"

	"github.com/recobro/recobro/law"
)

// courtTime: periods in days skip days without court time, August and the days
// around Christmas among them.
var courtTime = law.CourtTime{
	Working: true, Source: lec("art. 133"), Status: law.Verified,
	Recess: []law.Recess{
		{FromMonth: time.August, FromDay: 1, ToMonth: time.August, ToDay: 31, Source: lec("art. 130.2"), Status: law.ToConfirm},
		{FromMonth: time.December, FromDay: 24, ToMonth: time.January, ToDay: 6, Source: lec("art. 130.2"), Status: law.ToConfirm},
	},
}
