package debt_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/calendar"
	. "github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
)

func TestACompromiseLeavesTheAgreedPrincipal(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.pays(20000, "2026-07-09")
	paid := 100000 - l.OpenPrincipal().Cents
	l.accept(Disputed{Reason: "wrong_amount", Amount: money.EUR(50000)})
	if left := l.Undisputed(money.EUR(l.OpenPrincipal().Cents)); left.Cents != l.OpenPrincipal().Cents-50000 {
		t.Errorf("%s is not contested", left)
	}
	d := l.Disputes[0].ID
	l.refuses(DisputeResolved{Dispute: d, State: DisputeCompromise, Agreed: money.EUR(100000)}, "compromise_no_less")
	l.refuses(DisputeResolved{Dispute: d, State: DisputeCompromise, Agreed: money.EUR(paid - 1)}, "compromise_below_paid")
	l.refuses(DisputeResolved{Dispute: d, State: DisputeCompromise}, "other_currency")
	l.accept(DisputeResolved{Dispute: d, State: DisputeCompromise, Agreed: money.EUR(70000)})
	// The payments are imputed anew: less interest ran.
	principal := int64(0)
	for _, i := range l.Imputations {
		principal += i.Parts[law.Principal].Cents
	}
	if got := l.OpenPrincipal().Cents + principal; got != 70000 || !l.Open() || len(l.Holds) != 0 || l.Disputes[0].State != DisputeCompromise {
		t.Errorf("%d of principal in all, %+v", got, l.Disputes)
	}
}

func TestDisputesComeOneAfterTheOther(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	for n, reason := range DisputeReasons {
		l.accept(Disputed{Reason: reason})
		l.refuses(Disputed{Reason: reason}, "dispute_open")
		d := l.Disputes[n]
		if d.AnswerBy != calendar.Must("2026-07-30") || d.AnswerFrom == "" {
			t.Errorf("%s: answered by %s until %s", reason, d.AnswerFrom, d.AnswerBy)
		}
		if (d.Letter == LetterDue) != (reason == AlreadyPaid) {
			t.Errorf("%s: letter %q", reason, d.Letter)
		}
		l.accept(DisputeDocumented{Dispute: d.ID, Document: "doc-1"})
		l.refuses(DisputeDocumented{Dispute: d.ID, Document: "doc-1"}, "document_known")
		l.accept(DisputeResolved{Dispute: d.ID, State: DisputeRejected})
		l.refuses(DisputeDocumented{Dispute: d.ID, Document: "doc-2"}, "dispute_rejected")
		if x := l.Disputes[n]; x.Letter != LetterDue || x.Answered.IsZero() || len(x.Documents) != 1 {
			t.Errorf("%s: %+v", reason, x)
		}
	}
	l.refuses(Disputed{Reason: "it rained"}, "dispute_reason")
	l.refuses(Disputed{Reason: "other", AnswerBy: calendar.Must("2026-08-30")}, "answer_by_range")
	l.refuses(Disputed{Reason: "other", AnswerFrom: Lawyer}, "dispute_answer_from")
}

func TestARecordOfBeforeSaysWhatItSaid(t *testing.T) {
	f, err := Decode("disputed", []byte(`{"id":"d-1","reason":"the pallet never came","amount":{"amount":"0.00","currency":"EUR"},"until":"2026-08-01"}`))
	if err != nil {
		t.Fatal(err)
	}
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.add(f, HoldPlaced{Hold: Hold{ID: "h", Reason: HoldDispute, Until: calendar.Must("2026-08-01"), Of: "d-1"}})
	if d := l.Disputes[0]; d.Reason != "the pallet never came" || d.Letter != "" || l.AnswerDay(d) != calendar.Must("2026-08-01") {
		t.Errorf("%+v", d)
	}
	l.add(DisputeResolved{Dispute: "d-1", State: DisputeRejected})
	if l.Disputes[0].Letter != "" {
		t.Error("an answer of long ago is told now")
	}
}

func TestAHoldSaysWhatItGoesBackTo(t *testing.T) {
	place := func(country string, kind law.Party, x Hold) Hold {
		l := opened(t, country, kind, 100000, "2026-06-30").at("2026-07-10")
		l.accept(HoldPlaced{Hold: x})
		return l.Holds[0]
	}
	published := calendar.Must("2026-07-01")
	for country, want := range map[string]string{"ES": "2026-08-01", "FR": "2026-09-01", "PT": ""} {
		h := place(country, law.Business, Hold{Reason: HoldInsolvency, About: &Proceeding{Body: "JM 2", Reference: "123/2026", Opened: published}})
		if got := h.About.ClaimBy.String(); got != want || h.About.Rule == "" {
			t.Errorf("%s: a claim is filed by %q under %q", country, got, h.About.Rule)
		}
	}
	if h := place("PT", law.Business, Hold{Reason: HoldInsolvency, About: &Proceeding{Opened: published, ClaimBy: published.AddDays(20)}}); h.About.ClaimBy != published.AddDays(20) {
		t.Errorf("the court's day is not kept: %+v", h.About)
	}
	if h := place("ES", law.Consumer, Hold{Reason: HoldComplaint, About: &Proceeding{Body: "Junta Arbitral"}}); !strings.Contains(h.About.Rule, "13.8") {
		t.Errorf("a consumer's complaint stops by %q", h.About.Rule)
	}
	if h := place("ES", law.Business, Hold{Reason: HoldComplaint}); h.About.Rule != "" {
		t.Errorf("a business's complaint stops by %q", h.About.Rule)
	}
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.refuses(HoldPlaced{Hold: Hold{Reason: HoldDeceased, About: &Proceeding{}}}, "hold_about")
	l.refuses(HoldPlaced{Hold: Hold{Reason: HoldInsolvency, About: &Proceeding{Opened: calendar.Must("2026-07-12")}}}, "date_in_future")
	l.refuses(HoldPlaced{Hold: Hold{Reason: HoldInsolvency, About: &Proceeding{Opened: published, ClaimBy: published.AddDays(-1)}}}, "date_range")
}

func TestAStudySuggestsByWhatIsKnown(t *testing.T) {
	for _, x := range []struct {
		name    string
		history History
		means   string
		want    string
		code    string
	}{
		{"nothing known speaks against nobody", History{}, "", Collectable, "no_history"},
		{"who paid before may pay again", History{Debts: 3, Share: 90}, "unknown", Collectable, "paid_before"},
		{"who never paid and broke their word does not", History{Debts: 3, Share: 0, Promises: 3, Broken: 3}, "unknown", NotCollectable, "never_paid"},
		{"an insolvent debtor does not, whatever they paid", History{Debts: 9, Share: 100}, "insolvent", NotCollectable, "insolvent"},
		{"a guarantor answers for them", History{Guarded: 1}, "insolvent", Collectable, "guaranteed"},
	} {
		l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
		l.accept(StudyMade{Study: Study{Finding: Collectable, History: x.history, Solvency: Solvency{Result: x.means}}})
		s := l.Studies[0]
		if s.Suggests != x.want || !strings.Contains(strings.Join(s.Reasons, " "), x.code) || s.Review != calendar.Must("2026-07-10").AddDays(180) {
			t.Errorf("%s: %+v", x.name, s)
		}
	}
}

func TestAStudyClosesWhatIsUncollectableAndMayLookAgain(t *testing.T) {
	l := opened(t, "ES", law.Business, 100000, "2026-06-30").at("2026-07-10")
	l.refuses(StudyMade{Study: Study{}}, "study_finding")
	l.refuses(StudyMade{Study: Study{Finding: Collectable, Close: true}}, "study_close")
	l.refuses(StudyMade{Study: Study{Finding: Collectable, Review: calendar.Must("2026-07-10")}}, "review_range")
	l.refuses(StudyMade{Study: Study{Finding: Collectable, Solvency: Solvency{Result: "rich"}}}, "solvency_result")
	l.accept(StudyMade{Study: Study{Finding: NotCollectable, Close: true}})
	if l.Outcome != Uncollectable || l.Open() {
		t.Fatalf("%+v", l.Case)
	}
	l.refuses(StudyMade{Study: Study{Finding: NotCollectable, Close: true}}, "case_closed")
	l.at("2027-01-10").accept(StudyMade{Study: Study{Finding: Collectable}})
	if len(l.Studies) != 2 {
		t.Errorf("%d studies", len(l.Studies))
	}
}
