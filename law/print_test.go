package law_test

import (
	"strings"
	"testing"

	"github.com/recobro/recobro/law/countries"
)

func TestALawyerReadsEveryRowOfEveryTable(t *testing.T) {
	for _, j := range countries.All() {
		var b strings.Builder
		if err := j.Print(&b); err != nil {
			t.Fatal(err)
		}
		out := b.String()
		var want []string
		for _, r := range j.Reach {
			want = append(want, r.Source.String())
		}
		for _, r := range j.PaymentTerms {
			want = append(want, r.Code, r.Note)
		}
		for _, r := range j.Judgments {
			want = append(want, r.Code, r.Why)
		}
		for _, r := range j.Capital {
			want = append(want, r.Code, r.Rule)
		}
		for _, r := range j.VAT {
			want = append(want, r.Code, r.Rule)
		}
		for _, r := range j.Attempts {
			sourced(t, j, r.Code, r.Source, r.Status)
			want = append(want, r.Code, r.Rule)
		}
		for _, r := range j.Remarks {
			sourced(t, j, r.Code, r.Source, r.Status)
			want = append(want, r.Code, r.Rule)
		}
		for _, r := range j.Courts {
			want = append(want, r.Code, r.Name, r.LawyerText, r.Source.String())
		}
		for _, r := range j.Rulebook {
			want = append(want, r.Code, r.Rule, r.Source.String())
		}
		for _, r := range j.NoticeRules {
			want = append(append(want, r.Code, r.Source.String()), r.Items...)
		}
		sourced(t, j, j.Insolvency.Code, j.Insolvency.Source, j.Insolvency.Status)
		want = append(want, j.Insolvency.Code, j.Insolvency.Why, j.Insolvency.Source.String(), "the publication in "+j.Insolvency.From)
		for _, s := range want {
			if !strings.Contains(out, s) {
				t.Errorf("%s lacks %q", j.Code, s)
			}
		}
	}
}
