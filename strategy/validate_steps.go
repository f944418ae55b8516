package strategy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/recobro/recobro/debt"
)

// courtesy is the one letter that may go out before the due date.
const courtesy = "courtesy_reminder"

// letters are those that a step may name, with the channels that they are
// written for; the words themselves are in package letter.
var letters = map[string][]string{
	courtesy:               {"email", "sms", "whatsapp"},
	"first_contact":        {"email", "sms", "whatsapp"},
	"reminder_1":           {"email", "sms", "whatsapp"},
	"reminder_2":           {"email", "sms", "whatsapp"},
	"statement_of_account": {"email"},
	"final_reminder":       {"email", "sms", "whatsapp"},
	"negotiation_offer":    {"email", "sms", "whatsapp"},
	"last_notice":          {"email", "sms", "whatsapp"},
	"extrajudicial_claim":  {"email"},
}

// acts are what a step may do.
var acts = []string{"message", "call", "claim", "handoff"}

// taken are names of marks that the engine leaves beside the ladder.
var taken = []string{
	"review_hold", "study", "handoff_none", "limitation_claim", "limitation_waiver", "promise_reminder", "instalment_reminder", "no_channel",
	"plan_confirmation", "plan_proposal", "default_notice", "settlement_offer",
}

// courtDays is the least wait between the claim and the handoff in Spain: the
// negotiation that the claim opens ends 30 days after it was received.
//
// Source: LO 1/2025, art. 10.4.
const courtDays = 31

func (v *inspection) steps() {
	s := v.s
	if len(s.Steps) == 0 {
		v.wrong("steps", "steps: a strategy has at least a first contact and a handoff")
		return
	}
	seen := map[string]int{}
	claim, handoff := -1, -1
	for k := range s.Steps {
		st, path := &s.Steps[k], fmt.Sprintf("steps.%d", k)
		if st.Act == "" {
			st.Act = "message"
		}
		st.rank, st.call = stageOf(st.Stage), st.Name+"/call"
		v.stepName(st, path, seen)
		v.stepPlace(k, path)
		v.stepAct(st, path)
		switch st.Act {
		case "claim":
			if claim >= 0 {
				v.wrong(path, "step %q is a second claim", st.Name)
			}
			claim = k
		case "handoff":
			handoff = k
			s.handoff = st.Name
			if k != len(s.Steps)-1 {
				v.wrong(path, "step %q hands the case over: it must be the last", st.Name)
			}
		}
	}
	switch {
	case handoff < 0:
		v.wrong("steps", "no step hands the case over: the limitation guard needs one with act handoff")
	case s.Country == "ES" && claim < 0:
		v.wrong("steps", "no step claims: in Spain the limitation guard needs one with act claim")
	case s.Country == "ES":
		wait := s.Steps[handoff].Spacing
		if wait == 0 {
			wait = s.Steps[handoff].Offset - s.Steps[claim].Offset
		}
		if wait < courtDays {
			v.wrong(fmt.Sprintf("steps.%d", handoff), "step %q comes %d days after the claim: LO 1/2025 art. 10.4 wants %d", s.handoff, wait, courtDays)
		}
	}
}

func (v *inspection) stepName(st *Step, path string, seen map[string]int) {
	switch {
	case st.Name == "" || len(st.Name) > 60 || strings.Trim(st.Name, "abcdefghijklmnopqrstuvwxyz0123456789_") != "":
		v.wrong(path+".name", "name %q: want lower-case letters, digits and underscores", st.Name)
	case slices.Contains(taken, st.Name):
		v.wrong(path+".name", "name %q is used by the engine itself", st.Name)
	case seen[st.Name] > 0:
		v.wrong(path+".name", "step %q stands twice, first in line %d", st.Name, seen[st.Name])
	default:
		seen[st.Name] = v.line(path + ".name")
	}
}

// stepPlace looks at where step k stands on the ladder.
func (v *inspection) stepPlace(k int, path string) {
	st := &v.s.Steps[k]
	if st.rank < 0 {
		names := make([]string, 0, len(debt.Stages))
		for _, s := range debt.Stages[:len(debt.Stages)-1] {
			names = append(names, string(s))
		}
		v.wrong(path+".stage", "stage %q is not known: want one of %s", st.Stage, strings.Join(names, ", "))
	}
	switch {
	case st.Offset == 0:
		v.wrong(path+".offset", "offset is 0: nobody is reminded on the due date itself; want -60 to -1, or from 1")
	case st.Offset < -60 || st.Offset > 1000:
		v.wrong(path+".offset", "offset is %d: want -60 to 1000", st.Offset)
	case st.Offset < 0 && st.Stage != debt.Upcoming && st.rank >= 0:
		v.wrong(path+".offset", "offset is %d: a step of %s does not come before the due date", st.Offset, st.Stage)
	case st.Offset > 0 && st.Stage == debt.Upcoming:
		v.wrong(path+".offset", "offset is %d: a step of upcoming comes before the due date", st.Offset)
	}
	v.within(path+".spacing", st.Spacing, 0, 365)
	if k == 0 {
		return
	}
	before := &v.s.Steps[k-1]
	if st.Offset <= before.Offset {
		v.wrong(path+".offset", "offset %d does not come after %d, that of %q", st.Offset, before.Offset, before.Name)
	}
	if st.rank >= 0 && st.rank < before.rank {
		v.wrong(path+".stage", "stage %s comes before %s, that of %q", st.Stage, before.Stage, before.Name)
	}
}

// stepAct looks at what a step does, and by which letter and channels.
func (v *inspection) stepAct(st *Step, path string) {
	if !slices.Contains(acts, st.Act) {
		v.wrong(path+".act", "act %q is not known: want one of %s", st.Act, strings.Join(acts, ", "))
		return
	}
	if st.Act == "handoff" {
		if st.Stage != debt.LegalHandoff {
			v.wrong(path+".stage", "a handoff is of stage legal_handoff")
		}
		if st.Letter != "" || len(st.Channels) > 0 {
			v.wrong(path, "a handoff sends no letter to the debtor")
		}
		return
	}
	if st.Act == "claim" && st.Stage != debt.ExtrajudicialClaim {
		v.wrong(path+".stage", "a claim is of stage extrajudicial_claim")
	}
	if (st.Act == "claim") != (st.Letter == "extrajudicial_claim") {
		v.wrong(path+".letter", "the act claim and the letter extrajudicial_claim go together")
	}
	if st.Act == "call" {
		v.within(path+".call_days", st.CallDays, 1, 20)
	} else if st.CallDays > 0 {
		v.wrong(path+".call_days", "call_days is for the act call")
	}
	if st.Act == "call" && st.Letter == "" && len(st.Channels) == 0 {
		return // a call with no letter behind it
	}
	v.stepLetter(st, path)
}

func (v *inspection) stepLetter(st *Step, path string) {
	on, known := letters[st.Letter]
	switch {
	case !known:
		v.wrong(path+".letter", "letter %q is not one for a step", st.Letter)
	case st.Offset < 0 && st.Letter != courtesy:
		v.wrong(path+".letter", "letter %s claims a debt that is not due yet: before the due date only %s goes out", st.Letter, courtesy)
	case st.Offset > 0 && st.Letter == courtesy:
		v.wrong(path+".letter", "letter %s is for the days before the due date", courtesy)
	}
	if len(st.Channels) == 0 {
		v.wrong(path+".channels", "channels: name at least one of email, sms, whatsapp")
	}
	for i, ch := range st.Channels {
		switch {
		case !slices.Contains([]string{"email", "sms", "whatsapp"}, ch):
			v.wrong(path+".channels", "channel %q is not known: want email, sms or whatsapp", ch)
		case slices.Contains(st.Channels[:i], ch):
			v.wrong(path+".channels", "channel %s is named twice", ch)
		case known && !slices.Contains(on, ch):
			v.wrong(path+".channels", "letter %s is not written for %s", st.Letter, ch)
		}
	}
}
