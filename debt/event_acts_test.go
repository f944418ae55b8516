package debt_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
)

func TestARefusalListsWhatMayBeWithCommas(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-08-01")
	_, err := l.Accept(ActNoted{Act: law.Act{Type: "court_claim", Date: l.today(), Outcome: "won"}}, l.terms, l.now)
	if err == nil || !strings.Contains(err.Error(), "outcome must be one of upheld, dismissed, withdrawn, lapsed, procedural_flaw, pending") {
		t.Error(err)
	}
}

// Records of before keep the acts of a submission as they were given: without a
// name, and not marked.
func TestAnActOfAnOldSubmissionThatNamesNoPaperCanBeProved(t *testing.T) {
	day := calendar.Must("2024-03-01")
	l := opened(t, "FR", law.Business, 100000, "2021-06-30").at("2026-08-01")
	old := l.events[0].Fact.(CaseOpened)
	old.Acts = []law.Act{{Type: "letter", Date: day, Ref: "BF-77"}, {Type: "acknowledgment", Date: day}}
	l.Case, l.events = &Case{}, nil
	l.add(old, HoldPlaced{Hold: Hold{ID: "hold-l", Reason: HoldLimited}})
	if old.Acts[1].Ref != "" {
		t.Error("the fact itself was changed")
	}
	if got := l.ActsToProve(); !slices.Equal(got, []string{"earlier-2"}) || !l.Limited(l.terms.Law, l.today()) {
		t.Fatalf("to prove: %v; %+v", got, l.Acts)
	}
	l.refuses(HoldEnded{Hold: "hold-l"}, law.FlagToProve)
	l.accept(ActProved{Act: "earlier-2", Document: "doc-1"})
	l.refuses(ActProved{Act: "earlier-2", Document: "doc-2"}, "act_proved")
	l.refuses(ActProved{Act: "doc-1", Document: "doc-2"}, "act_proved")
	l.refuses(ActProved{Act: "act-99", Document: "doc-2"}, "act_unknown")
	if k := l.Clock(l.terms.Law); k.Cautious != day.AddYears(5) || len(l.Holds) > 0 || l.Acts[0].Ref != "BF-77" {
		t.Errorf("with its document: cautious %s, %+v, %+v", k.Cautious, l.Holds, l.Acts)
	}
}
