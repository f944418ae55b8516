package strategy

import (
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
)

// talkPause is how many days nothing is sent after the debtor was spoken to,
// the day itself counted.
//
// Source: house default after US Regulation F, 12 CFR 1006.14(b)(2)(i)(B).
const talkPause = 7

// searchDays bounds the search for a lawful day; no run of closed days is as long.
const searchDays = 400

// ask is what is looked for: a lawful instant for a contact.
type ask struct {
	from    calendar.Date // not before this day
	last    calendar.Date // not after it; zero: no such day
	channel string        // empty: nothing reaches the debtor
	capped  bool          // collection: gaps, caps and pauses count
	after   time.Time     // not before this instant; zero: none
}

// instant finds the first lawful instant for a, not before now, and notes what
// put it off.
func (l *look) instant(a ask, why *[]Reason) (time.Time, bool) {
	floor := l.now
	if a.after.After(floor) {
		floor = a.after.In(l.zone)
		note(why, Reason{Code: "provider_away", What: a.channel})
	}
	day := a.from
	if first := calendar.DateOf(floor); day.Before(first) {
		day = first
	}
	for n := 0; n < searchDays; n++ {
		if !a.last.IsZero() && day.After(a.last) {
			return time.Time{}, false
		}
		if r, next, shut := l.shut(a, day); shut {
			note(why, r)
			day = next
			continue
		}
		if at, ok := l.within(l.st.Contact.window[day.Weekday()], day, floor); ok {
			return at, true
		}
		note(why, Reason{Code: "quiet_hours", On: day})
		day = day.AddDays(1)
	}
	return time.Time{}, false
}

// overdue notes the day on which a could have been done, where that is past:
// nobody was there to do it, or a stop stood in its way.
func (l *look) overdue(a ask, why *[]Reason) {
	if !a.from.Before(l.today) || !a.after.IsZero() {
		return // its day has not passed, or the provider is what it waits for
	}
	then := *l
	then.now = l.c.Opened.In(l.zone)
	if l.c.Resumed.After(then.now) {
		then.now = l.c.Resumed.In(l.zone)
	}
	var was []Reason
	if at, ok := then.instant(a, &was); ok {
		if day := calendar.DateOf(at); day.Before(l.today) {
			note(why, Reason{Code: "overdue", On: day})
		}
	}
}

// shut tells why nothing may go out on day, and the first day worth a look.
func (l *look) shut(a ask, day calendar.Date) (Reason, calendar.Date, bool) {
	if len(l.st.Contact.window[day.Weekday()]) == 0 {
		return Reason{Code: "weekend", On: day}, day.AddDays(1), true
	}
	if a.capped {
		if r, next, shut := l.crowded(a, day); shut {
			return r, next, true
		}
	}
	if name, is := l.p.Place.Holiday(day); is {
		return Reason{Code: "holiday", On: day, What: name}, day.AddDays(1), true
	}
	if full, is := l.s.Full[a.channel]; is && full == day {
		return Reason{Code: "daily_limit", On: day, What: a.channel}, day.AddDays(1), true
	}
	return Reason{}, day, false
}

// crowded tells whether the person was contacted too lately, or too often, for
// another contact on day.
func (l *look) crowded(a ask, day calendar.Date) (Reason, calendar.Date, bool) {
	spoken := l.p.Conversed
	for i := range l.seats {
		if at := l.seats[i].c.Conversed; at.After(spoken) {
			spoken = at
		}
	}
	if !spoken.IsZero() {
		talk := calendar.DateOf(spoken.In(l.zone))
		if end := talk.AddDays(talkPause); day.Before(end) {
			return Reason{Code: "conversation_pause", On: talk, N: talkPause}, end, true
		}
	}
	rules := &l.st.Contact
	phone := a.channel == "phone"
	most, days := rules.MessageMax, rules.MessageDays
	if phone {
		most, days = rules.CallsMax, rules.CallsDays
	}
	used := 0
	for i := range l.touches {
		t := &l.touches[i]
		own := t.of == l.c.ID // whose call is followed by its letter
		if end := t.day.AddDays(rules.GapDays); !t.service && !(t.phone && own) && day.Before(end) {
			r := Reason{Code: "gap", On: t.day, N: rules.GapDays}
			if !own {
				r.Code = "other_case"
			}
			return r, end, true
		}
		if t.phone == phone && t.day.AddDays(days).After(day) {
			used++
		}
	}
	if used >= most {
		return Reason{Code: "cap", N: most, What: a.channel}, day.AddDays(1), true
	}
	return Reason{}, day, false
}

// within gives the first instant of day, not before floor, inside the spans. The
// first span opens for this person a little later than for others.
func (l *look) within(spans []law.Span, day calendar.Date, floor time.Time) (time.Time, bool) {
	for n, sp := range spans {
		at := day.At(sp.From/60, sp.From%60, l.zone)
		if n == 0 && l.p.Jitter > 0 {
			at = at.Add(l.p.Jitter % (time.Duration(sp.To-sp.From) * time.Minute))
		}
		if !at.Before(floor) {
			return at, true
		}
		if floor.Before(day.At(sp.To/60, sp.To%60, l.zone)) {
			return floor, true
		}
	}
	return time.Time{}, false
}

// note adds r, once for each thing that can put a contact off.
func note(why *[]Reason, r Reason) {
	for i := range *why {
		if w := &(*why)[i]; w.Code == r.Code && w.What == r.What {
			return
		}
	}
	*why = append(*why, r)
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// sender gives the act that sends by channel.
func sender(channel string) Act {
	switch channel {
	case "sms":
		return SendSMS
	case "whatsapp":
		return SendWhatsApp
	}
	return SendEmail
}
