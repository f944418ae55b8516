package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/record"
)

// aged is a submission of a debt of no special kind under common law, of a debtor
// in Valencia, issued a month before its due date.
func aged(due string, changes map[string]any) map[string]any {
	in := map[string]any{"region": gone{}, "debtor.address.postal_code": "46001", "debtor.address.city": "Valencia", "claim": "other", "due_on": due, "issued_on": calendar.Must(due).AddDays(-30).String()}
	for k, v := range changes {
		in[k] = v
	}
	return submission(in)
}

// portuguese is a submission of a debt of a consumer in Lisbon.
func portuguese(claim, due string) map[string]any {
	return aged(due, map[string]any{"country": "PT", "claim": claim, "strategy": "pt-consumer", "debtor.kind": "consumer", "debtor.reference": "C-" + claim, "debtor.tax_id": gone{},
		"debtor.time_zone": gone{}, "debtor.language": "pt", "debtor.address.country": "PT", "debtor.address.postal_code": "1000-001",
		"debtor.contacts": []any{map[string]any{"channel": "email", "value": "ana@exemplo.example"}}})
}

func TestTheAnswerToASubmissionSaysWhereItsLimitationStands(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	for name, x := range map[string]struct {
		in       map[string]any
		state    string
		last, do string
	}{
		"far from its end":   {aged("2026-10-01", nil), "runs", "2031-10-01", "send"},
		"limited":            {aged("2021-09-01", nil), "limited", "2026-09-01", "raise_alarm"},
		"within thirty days": {aged("2021-11-20", nil), "limited_within_30", "2026-11-20", ""},
		"within ninety days": {aged("2022-01-20", nil), "limited_within_90", "2027-01-20", ""},
		"within 180 days":    {aged("2022-04-20", nil), "limited_within_180", "2027-04-20", ""},
		"over in one reading, running in another":  {aged("2023-10-01", map[string]any{"claim": "services"}), "cautious_date_passed", "2028-10-01", "raise_alarm"},
		"kept alive by an act that nothing proves": {aged("2021-09-01", map[string]any{"earlier": map[string]any{"acts": []any{map[string]any{"type": "acknowledgment", "date": "2024-05-01"}}}}), "cautious_date_passed", "2029-05-01", "raise_alarm"},
		"kept alive by a payment":                  {aged("2021-09-01", map[string]any{"earlier": map[string]any{"payments": []any{map[string]any{"amount": sum("10.00"), "received_on": "2024-05-01"}}}}), "runs", "2029-05-01", "send"},
		"PT: water and power, caducity for filing": {portuguese("utilities", "2026-03-01"), "limited", "2026-07-30", "raise_alarm"}, // from the issue, since nobody says when it was provided
		"PT: goods, a period that only presumes":   {portuguese("sale", "2024-09-02"), "presumed_paid", "2026-09-02", ""},
	} {
		t.Run(name, func(t *testing.T) {
			o.t = t
			set(x.in, []string{"reference"}, name)
			dry := o.ask("POST", "/v1/debts?dry_run=true", asked{key: "creditor", body: x.in}).is(200)
			r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: x.in}).is(201)
			for what, r := range map[string]reply{"the dry run": dry, "the answer": r, "the same again": o.ask("POST", "/v1/debts", asked{key: "creditor", body: x.in}).is(200)} {
				require.Equal(t, x.state, r.text("limitation.state"), what)
				require.Equal(t, x.last, r.text("limitation.last_day"), what)
				require.NotEmpty(t, r.text("limitation.words"), what)
				if x.do != "" {
					require.Equal(t, x.do, r.text("next_action.do"), what)
				}
			}
			if x.do == "raise_alarm" {
				require.Equal(t, "limitation_reached", r.text("next_action.letter"))
				require.NotContains(t, dry.Body.String(), `"do":"send"`, "nothing is sent in two years")
			}
		})
	}
}

func TestTheStateIsSaidInTheCallersLanguage(t *testing.T) {
	o := open(t)
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2021-09-01", nil)}).is(201).text("case_id")
	for lang, want := range map[string]string{
		"": "The limitation period ended on 2026-09-01: the debt is not claimed", "es": "El plazo de prescripción terminó el 2026-09-01: la deuda no se reclama",
		"fr": "Le délai de prescription a expiré le 2026-09-01 : la dette n'est pas réclamée", "pt": "O prazo de prescrição terminou em 2026-09-01: a dívida não é exigida",
	} {
		says := map[string]string{"Accept-Language": lang}
		for _, path := range []string{"/v1/cases/" + id, "/v1/cases/" + id + "/limitation"} {
			require.Contains(t, o.ask("GET", path, asked{key: "creditor", headers: says}).is(200).Body.String(), want, path)
		}
	}
}

func TestEveryWordOfAClockIsThereInFourLanguages(t *testing.T) {
	for code, say := range clockPhrases {
		for i, words := range say {
			require.NotEmpty(t, words, "%s, language %d", code, i)
			require.Equal(t, strings.Count(say[0], "{"), strings.Count(words, "{"), "%s, language %d", code, i)
		}
	}
	for _, s := range []debt.ClockState{debt.ClockRuns, debt.ClockWithin180, debt.ClockWithin90, debt.ClockWithin30, debt.ClockDoubtful, debt.ClockLimited, debt.ClockPresumed, debt.ClockHasNoDate} {
		require.Contains(t, clockPhrases, string(s))
	}
	for _, e := range []law.Effect{law.Interrupts, law.Suspends, law.NoEffect, law.Late} {
		require.Contains(t, clockPhrases, "effect_"+string(e))
	}
}

func TestTheClockTellsItsStartEachActWithItsProofAndWhatIsLeft(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2026-10-01", map[string]any{
		"earlier": map[string]any{"acts": []any{map[string]any{"type": "burofax_received", "date": "2026-10-05", "ref": "BF-77"}}},
	})}).is(201).text("case_id")
	body, media := upload(t, "a.pdf", "application/pdf", []byte("%PDF-1.4 I owe it"), map[string]string{"type": "other"})
	doc := o.ask("POST", "/v1/cases/"+id+"/documents", asked{key: "creditor", body: body, media: media}).is(201).text("id")
	o.report(id, "/acknowledgements", map[string]any{"on": "2026-10-10", "document_id": doc}).is(201)
	o.report(id, "/payments", map[string]any{"amount": sum("100.00"), "received_on": "2026-10-12"}).is(201)
	o.report(id, "/acknowledgements", map[string]any{"on": "2026-10-13"}).is(201)
	o.report(id, "/promises", map[string]any{"amount": sum("500.00"), "pay_by": "2026-11-10"}).is(201)

	r := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	for path, want := range map[string]any{
		"state": "runs", "rule": "es_cc_1964", "status": "verified", "start.on": "2026-10-01", "start.from": "due_on", "start.last_day": "2031-10-01",
		"start.anew_from": "2026-10-13", "anchor": "2026-10-13", "last_day": "2031-10-13", "prescribed_from": "2031-10-14", "cautious": "2031-10-12",
	} {
		require.Equal(t, want, r.at(path), path)
	}
	require.Len(t, r.at("acts"), 5)
	for i, x := range []struct {
		kind, effect, last, state, by string
		proved                        bool
	}{
		{"burofax_received", "interrupts", "2031-10-05", "submitted", "creditor", false},
		{"acknowledgment", "interrupts", "2031-10-10", "document", "creditor", true},
		{"part_payment", "interrupts", "2031-10-12", "payment", "creditor", true},
		{"acknowledgment", "interrupts", "2031-10-13", "to_prove", "creditor", false},
		{"promise_of_payment", "none", "2031-10-13", "agreement", "creditor", false},
	} {
		a := r.at("acts").([]any)[i].(map[string]any)
		e := a["evidence"].(map[string]any)
		require.Equal(t, []any{x.kind, x.effect, x.last, x.state, x.by, x.proved},
			[]any{a["act"].(map[string]any)["type"], a["effect"], a["last_day"], e["state"], e["by"], e["proved"]})
		require.Equal(t, calendar.Must(x.last).AddDays(1).String(), a["prescribed_from"])
		require.NotEmpty(t, a["effect_in_words"])
		require.NotEmpty(t, e["words"])
		require.NotZero(t, e["event_seq"])
	}
	require.Equal(t, doc, r.text("acts.1.evidence.ref"))
	require.Equal(t, "BF-77", r.text("acts.0.evidence.ref"))
	require.Equal(t, "possible_acknowledgment", r.text("acts.4.flag"))
	require.Contains(t, r.text("acts.4.flag_in_words"), "a person must read them")
	require.Contains(t, r.at("flags"), "ccom_944_argument")
	require.Contains(t, fmt.Sprint(r.at("flags_in_words")), "art. 944")
	require.Equal(t, "act_to_prove", r.text("cautious_why.0.code"), "that of 13 October has no document")
	require.Equal(t, "BF-77", r.text("acts.0.id"))
	require.NotEmpty(t, r.text("acts.3.id"))
	require.Nil(t, r.at("acts.1").(map[string]any)["id"], "what is proved needs no document")
	require.Contains(t, r.text("words"), "runs until 2031-10-12")
	require.Contains(t, r.text("words"), "the full one is 2031-10-13")
	require.Empty(t, r.at("warnings.given"))
	require.Equal(t, "limitation_180", r.text("warnings.next.alarm"))
	require.Equal(t, "2031-04-15", r.text("warnings.next.at")[:10], "180 days before 12 October 2031")
	require.Equal(t, "Days left until 2031-10-12: 180.", r.text("warnings.next.words"))
}

func TestTheCautiousDateSaysWhyItIsTheEarlierOne(t *testing.T) {
	o := open(t)
	why := func(in map[string]any, report func(id string)) reply {
		o.n++
		set(in, []string{"reference"}, "W-"+today(o.n))
		id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: in}).is(201).text("case_id")
		if report != nil {
			report(id)
		}
		return o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	}
	services := why(aged("2026-10-01", map[string]any{"claim": "services"}), nil)
	require.Equal(t, "art_1967_scope_debated", services.text("cautious_why.0.code"))
	require.Contains(t, services.text("cautious_why.0.words"), "three years")
	require.Equal(t, "2031-10-01", services.text("last_day"))

	registered := why(aged("2026-10-01", nil), func(id string) {
		o.report(id, "/acts", map[string]any{"type": "registered_letter", "on": "2026-10-20", "document_id": o.paper(id)}).is(201)
	})
	require.Equal(t, "no_proof_of_receipt", registered.text("cautious_why.0.code"))
	require.Equal(t, []any{"2031-10-20", "2031-10-01"}, []any{registered.at("last_day"), registered.at("cautious")})

	plan := why(aged("2026-10-01", nil), func(id string) {
		o.report(id, "/plans", map[string]any{"instalments": []any{map[string]any{"due": "2026-12-01", "amount": sum("650.00")},
			map[string]any{"due": "2027-01-01", "amount": sum("600.00")}}}).is(201)
	})
	require.Equal(t, "act_to_prove", plan.text("cautious_why.0.code"))
	require.Equal(t, []any{"2031-11-02", "2031-10-01"}, []any{plan.at("last_day"), plan.at("cautious")})
	require.Equal(t, "agreement", plan.text("acts.0.evidence.state"))
}

func TestALimitedDebtAsksAQuestionAndGoesOnWithTheAnswer(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2021-09-01", nil)}).is(201).text("case_id")
	o.perform(id)
	r := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "supervisor", headers: map[string]string{"Accept-Language": "es"}}).is(200)
	require.Contains(t, r.text("question"), "¿Hay algún acto del 2026-09-01 o anterior")
	require.Equal(t, "limitation_reached", r.text("warnings.given.0.alarm"))
	require.Less(t, r.at("days_left"), 0.0)
	require.NotContains(t, r.at("warnings"), "next")
	task := o.ask("GET", "/v1/tasks?state=open", asked{key: "supervisor"}).is(200)
	require.Equal(t, "limitation_reached", task.text("items.0.kind"))
	hold := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200).text("holds.0.id")
	o.ask("POST", "/v1/cases/"+id+"/holds/"+hold+"/lift", asked{key: "supervisor", body: map[string]any{}}).saysNo(409, "limited", "")
	o.report(id, "/promises", map[string]any{"amount": sum("500.00"), "pay_by": "2026-11-10"}).saysNo(409, "limited", "")

	late := o.report(id, "/acknowledgements", map[string]any{"on": "2026-10-20", "document_id": o.paper(id)}).is(201)
	require.Equal(t, "limited", late.text("limitation.state"), "an acknowledgement after the last day revives nothing")
	r = o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, "late", r.text("acts.0.effect"))
	require.Contains(t, r.at("flags"), "possible_waiver")

	told := o.report(id, "/acknowledgements", map[string]any{"on": "2024-05-01"}).is(201)
	require.Equal(t, []any{"cautious_date_passed", "2031-10-20", "2026-09-01"}, []any{told.at("limitation.state"), told.at("limitation.last_day"), told.at("limitation.cautious")})
	require.Contains(t, told.at("limitation.flags"), "act_to_prove")
	require.Contains(t, told.text("limitation.notice"), told.text("id"))
	require.Equal(t, []any{"limited"}, []any{told.at("holds.0.reason")}, "what nothing proves revives nothing")
	require.NotEqual(t, "send", told.text("next_action.do"))
	r = o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Contains(t, r.text("question"), "a document of")
	require.Contains(t, r.text("question"), told.text("id"))
	o.ask("POST", "/v1/cases/"+id+"/holds/"+hold+"/lift", asked{key: "supervisor", body: map[string]any{}}).saysNo(409, "act_to_prove", "")

	behind := "/acts/" + told.text("id") + "/document"
	o.report(id, behind, map[string]any{"document_id": "none"}).saysNo(422, "document_unknown", "document_id")
	o.report(id, "/acts/act-999/document", map[string]any{"document_id": o.paper(id)}).saysNo(409, "act_unknown", "")
	found := o.report(id, behind, map[string]any{"document_id": o.paper(id)}).is(201)
	require.Equal(t, []any{"runs", "2031-10-20"}, []any{found.at("limitation.state"), found.at("limitation.cautious")})
	require.Empty(t, found.at("holds"))
	require.Equal(t, "send", found.text("next_action.do"))
	require.Nil(t, found.at("limitation").(map[string]any)["notice"])
	o.report(id, behind, map[string]any{"document_id": o.paper(id)}).saysNo(409, "act_proved", "")
	r = o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, []any{"document", true}, []any{r.at("acts.0.evidence.state"), r.at("acts.0.evidence.proved")})
	require.Contains(t, o.kinds(id), "act_proved")
}

// A letter without its receipt has made the cautious day an earlier one already:
// what is asked for is a document where the debt is over without it, and a
// decision where it is not.
func TestWhatIsAskedIsWhatWouldReleaseTheCase(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	for letter, x := range map[string]struct {
		question string
		lift     int
	}{
		"2021-09-01": {"without it the period ended on 2026-09-01", 409},
		"2022-03-01": {"does it run until 2029-05-01", 201},
	} {
		id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2018-06-29", map[string]any{"reference": letter})}).is(201).text("case_id")
		o.report(id, "/acts", map[string]any{"type": "registered_letter", "on": letter, "document_id": o.paper(id)}).is(201)
		told := o.report(id, "/acknowledgements", map[string]any{"on": "2024-05-01"}).is(201)
		require.Equal(t, []any{"cautious_date_passed", "2029-05-01", "2023-09-19"}, []any{told.at("limitation.state"), told.at("limitation.last_day"), told.at("limitation.cautious")})
		require.Equal(t, []any{told.at("id")}, told.at("limitation.to_prove"))
		o.perform(id)
		r := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
		require.Contains(t, r.at("flags"), "act_to_prove")
		require.Contains(t, r.text("question"), x.question, letter)
		hold := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200).text("holds.0.id")
		if x.lift == 201 {
			require.Contains(t, r.text("words"), "until a person decides")
			o.ask("POST", "/v1/cases/"+id+"/holds/"+hold+"/lift", asked{key: "supervisor", body: map[string]any{}}).saysNo(422, "note_missing", "note")
		}
		o.ask("POST", "/v1/cases/"+id+"/holds/"+hold+"/lift", asked{key: "supervisor", body: map[string]any{"note": "the burofax was received"}}).is(x.lift)
		if x.lift == 201 {
			r = o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
			require.Contains(t, r.text("words"), "a person decided")
			require.NotContains(t, r.text("words"), "until a person decides")
			require.Empty(t, r.at("question"))
			require.Equal(t, r.text("words"), o.ask("GET", "/v1/cases/"+id, asked{key: "creditor"}).is(200).text("limitation.words"))
		}
	}
}

func TestOfTwoActsThatOnePaperProvesEachShowsItsOwnEvent(t *testing.T) {
	o := open(t)
	id := o.aCase(map[string]any{"region": gone{}})
	paper := o.paper(id)
	var seqs []any
	var acts []string
	for _, day := range []string{"2026-10-10", "2026-10-12"} {
		acts = append(acts, o.report(id, "/acknowledgements", map[string]any{"on": day}).is(201).text("id"))
	}
	for _, act := range acts {
		o.report(id, "/acts/"+act+"/document", map[string]any{"document_id": paper}).is(201)
		seqs = append(seqs, float64(slices.Index(o.kinds(id), "act_proved")+1+len(seqs)))
	}
	r := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, seqs, []any{r.at("acts.0.evidence.event_seq"), r.at("acts.1.evidence.event_seq")})
}

// Records of before keep the acts of a submission without a name.
func TestAnActOfAnOldSubmissionShowsTheEventThatBroughtIt(t *testing.T) {
	opened := debt.CaseOpened{Acts: []law.Act{{Type: "acknowledgment", Date: calendar.Must("2024-05-01")}}}
	proved := debt.ActProved{Act: "earlier-1", Document: "doc-1"}
	events := []debt.Event{{Seq: 1, Fact: opened}, {Seq: 2, Fact: proved}}
	entries := []record.Entry{{Seq: 1, Data: opened}, {Seq: 2, Data: proved}}
	for n, want := range map[int]string{1: "to_prove", 2: "document"} {
		c := debt.Fold(events[:n])
		of := sources{record.File{Case: c}, entries[:n], []record.Document{{ID: "doc-1"}}}
		if got := of.proof(c.Acts[0], reader{}); got.Seq != int64(n) || got.State != want {
			t.Errorf("after event %d: %+v", n, got)
		}
	}
}

// paper puts a document on a case.
func (o *office) paper(id string) string {
	return o.report(id, "/documents", map[string]any{"type": "other", "name": "a.txt", "media_type": "text/plain", "content": "eA=="}).is(201).text("id")
}

// A letter for the price of carriage may only suspend: the case says so.
func TestALetterForThePriceOfCarriageHasACautiousDay(t *testing.T) {
	o := open(t)
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2026-10-01", map[string]any{"claim": "carriage", "contracted_on": "2026-06-15"})}).is(201).text("case_id")
	o.report(id, "/acts", map[string]any{"type": "burofax_received", "on": "2026-10-20", "document_id": o.paper(id)}).is(201)
	r := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, []any{"2027-10-20", "2027-10-01", "to_confirm", true}, []any{r.at("last_day"), r.at("cautious"), r.at("status"), r.at("ask_person")})
	require.Equal(t, "carriage_written_claim", r.text("cautious_why.0.code"))
	require.Contains(t, r.text("acts.0.flag_in_words"), "art. 79.3")
	require.NotEmpty(t, r.text("to_confirm"))
	o.report(id, "/acts", map[string]any{"type": "written_claim", "on": "2026-10-20", "end": "2026-10-30", "document_id": o.paper(id)}).is(201)
	r = o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, "2027-10-11", r.text("cautious"), "1 October 2027 and the ten days until it was rejected")
}

func TestBehindAPresumedPaymentTheCaseShowsThePeriodThatBars(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: portuguese("sale", "2024-09-02")}).is(201)
	require.Equal(t, []any{"presumed_paid", "pt_cc_309", "2044-09-02"}, []any{r.at("limitation.state"), r.at("limitation.ordinary.rule"), r.at("limitation.ordinary.last_day")})
	require.Contains(t, r.text("limitation.words"), "time-barred after 2044-09-02")
	r = o.ask("GET", "/v1/cases/"+r.text("case_id")+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, []any{"2044-09-02", "2044-09-03"}, []any{r.at("ordinary.last_day"), r.at("ordinary.prescribed_from")})
	require.Greater(t, r.at("days_left"), 6000.0)
}

func TestTheNumberOfDaysLeftIsTheRealOne(t *testing.T) {
	o := open(t)
	r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2021-11-20", nil)}).is(201)
	left := calendar.Must(today(0)).Days(calendar.Must("2026-11-20"))
	require.Contains(t, r.text("limitation.words"), fmt.Sprintf("2026-11-20 (days left: %d)", left))
	require.Contains(t, r.text("next_action.why"), "after 20 November 2026", "a date is said with its year")
}

func TestTheYearOfCarriageRunsFromThreeMonthsAfterTheContract(t *testing.T) {
	o := open(t)
	carried := func(reference string, contracted any) reply {
		in := aged("2026-10-01", map[string]any{"claim": "carriage", "reference": reference, "contracted_on": contracted})
		id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: in}).is(201).text("case_id")
		return o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	}
	known := carried("T-1", "2026-08-15")
	require.Equal(t, []any{"2026-11-15", "contracted_on", "2027-11-15"}, []any{known.at("start.on"), known.at("start.from"), known.at("last_day")})
	require.NotContains(t, known.at("flags"), "carriage_contract_date")
	unknown := carried("T-2", gone{})
	require.Equal(t, []any{"2026-10-01", "due_on", "2027-10-01"}, []any{unknown.at("start.on"), unknown.at("start.from"), unknown.at("last_day")})
	require.Contains(t, unknown.at("flags"), "carriage_contract_date")
	o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2026-10-01", map[string]any{"claim": "carriage", "reference": "T-3", "contracted_on": "2026-10-02"})}).
		saysNo(422, "date_range", "contracted_on")
}

func TestTheLawyersMilestonesReachTheClock(t *testing.T) {
	o := open(t)
	id := o.aCase(map[string]any{"region": gone{}})
	h := o.handOff(id)
	o.ask("POST", "/v1/handoffs/"+h+"/accept", asked{key: "lawyer", body: map[string]any{}}).is(201)
	at := func() reply { return o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "lawyer"}).is(200) }
	on := at().text("start.on")
	o.ask("POST", "/v1/handoffs/"+h+"/milestones", asked{key: "lawyer", body: map[string]any{"name": "hearing", "on": "2026-11-02"}}).is(201)
	require.Empty(t, at().at("acts"))
	o.ask("POST", "/v1/handoffs/"+h+"/milestones", asked{key: "lawyer", body: map[string]any{"name": "filed", "on": "2026-11-02"}}).is(201)
	r := at()
	require.Equal(t, []any{"court_claim", "interrupts", "lawyer", true, h},
		[]any{r.at("acts.0.act.type"), r.at("acts.0.effect"), r.at("acts.0.evidence.state"), r.at("acts.0.evidence.proved"), r.at("acts.0.evidence.ref")})
	require.Contains(t, r.at("flags"), "court_claim_pending")
	require.Equal(t, "2026-11-02", r.text("start.anew_from"))
	require.Equal(t, on, r.text("start.on"))
	o.ask("POST", "/v1/handoffs/"+h+"/milestones", asked{key: "lawyer", body: map[string]any{"name": "over", "on": "2026-11-02", "act": "burofax_received"}}).is(400)
	dossier := o.ask("GET", "/v1/handoffs/"+h+"/dossier", asked{key: "lawyer"}).is(200)
	require.Equal(t, "lawyer", dossier.text("limitation.acts.0.evidence.state"))
}

func TestTheStatementOfADayBeforeTheIssueOwesNothing(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	for day, want := range map[string]string{"2026-08-31": "0.00", "1999-01-01": "0.00", "2026-09-01": "1250.00", "2026-10-01": "1250.00"} {
		r := o.ask("GET", "/v1/cases/"+id+"/statement?as_of="+day, asked{key: "creditor"}).is(200)
		require.Equal(t, want, r.text("balance.amount"), day)
	}
	far := o.ask("GET", "/v1/cases/"+id+"/statement?as_of=2100-12-31", asked{key: "creditor"}).is(200)
	require.Equal(t, true, far.at("rate_missing"))
	require.NotEqual(t, "0.00", far.text("estimate.amount"))
}

func TestAGuarantorHasAClockOfItsOwnThatALetterToTheDebtorDoesNotReach(t *testing.T) {
	o := open(t)
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: aged("2026-10-01", map[string]any{
		"guarantors": []any{map[string]any{"kind": "consumer", "name": "Ana Avalista"}, map[string]any{"kind": "business", "name": "Avales SA", "joint": false},
			map[string]any{"kind": "business", "name": "Solidaria SA", "joint": true}},
	})}).is(201).text("case_id")
	o.report(id, "/acts", map[string]any{"type": "burofax_received", "on": "2026-10-20", "document_id": o.paper(id)}).is(201)
	r := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, "2031-10-20", r.text("last_day"))
	require.Len(t, r.at("guarantors"), 3)
	for i, name := range []string{"Ana Avalista", "Avales SA"} {
		g := r.at("guarantors").([]any)[i].(map[string]any)
		a := g["acts"].([]any)[0].(map[string]any)
		require.Equal(t, []any{name, "guarantor", "2031-10-01", "none", "not_against_guarantor"}, []any{g["name"], g["bond"], g["last_day"], a["effect"], a["flag"]})
		require.Contains(t, a["flag_in_words"], "art. 1975")
		require.Equal(t, i == 0, slices.Contains(g["flags"].([]any), any("guarantor_bond_unknown")), "of the first nobody says how they are bound")
	}
	joint := r.at("guarantors").([]any)[2].(map[string]any)
	require.Equal(t, []any{"joint_guarantor", "2031-10-20", "2031-10-01", true}, []any{joint["bond"], joint["last_day"], joint["cautious"], joint["ask_person"]})
	o.report(id, "/acts", map[string]any{"type": "court_claim", "on": "2026-10-25"}).is(201)
	r = o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, "2031-10-25", r.text("guarantors.0.last_day"), "a claim in court against the debtor counts against the guarantor too")
	other := o.aCase(map[string]any{"reference": "F-2"})
	require.Empty(t, o.ask("GET", "/v1/cases/"+other+"/limitation", asked{key: "creditor"}).is(200).at("guarantors"))
}

// What a case shows is what the same question without a case answers, as the
// command does.
func TestACaseShowsWhatTheQuestionAnswers(t *testing.T) {
	o := open(t)
	for name, in := range map[string]map[string]any{
		"carriage":                       aged("2026-10-01", map[string]any{"claim": "carriage", "contracted_on": "2026-06-15"}),
		"a period that presumes payment": portuguese("sale", "2025-10-02"),
		"guarantors":                     aged("2026-10-01", map[string]any{"claim": "services", "guarantors": []any{map[string]any{"kind": "consumer", "name": "Ana"}, map[string]any{"kind": "consumer", "name": "Luz", "joint": true}}}),
	} {
		set(in, []string{"reference"}, name)
		id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: in}).is(201).text("case_id")
		o.report(id, "/acknowledgements", map[string]any{"on": "2026-10-19"}).is(201)
		o.report(id, "/acts", map[string]any{"type": "burofax_received", "on": "2026-10-20", "document_id": o.paper(id)}).is(201)
		shown := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
		question := map[string]any{"country": in["country"], "claim": in["claim"], "debtor": in["debtor"].(map[string]any)["kind"], "issued_on": in["issued_on"], "due_on": in["due_on"],
			"acts": []any{map[string]any{"type": "acknowledgment", "date": "2026-10-19", "unproved": true}, map[string]any{"type": "burofax_received", "date": "2026-10-20"}}}
		for _, day := range []string{"contracted_on", "provided_on"} {
			if v, given := in[day]; given && v != (gone{}) {
				question[day] = v
			}
		}
		if in["guarantors"] != nil {
			question["guarantors"] = []any{map[string]any{}, map[string]any{"joint": true}}
		}
		told := o.ask("POST", "/v1/calculations/limitation", asked{key: "creditor", body: question}).is(200)
		for _, path := range []string{"rule", "period", "article", "status", "anchor", "last_day", "prescribed_from", "cautious", "flags", "flags_in_words", "ask_person", "why"} {
			require.Equal(t, shown.at(path), told.at(path), "%s: %s", name, path)
		}
		for _, path := range []string{"effect", "flag", "last_day", "article", "status"} {
			for i := range 2 {
				a, b := shown.at("acts").([]any)[i].(map[string]any), told.at("acts").([]any)[i].(map[string]any)
				require.Equal(t, a[path], b[path], "%s: act %d: %s", name, i, path)
			}
		}
		if name == "a period that presumes payment" {
			require.Equal(t, shown.at("ordinary"), told.at("ordinary"))
		}
		for i, g := range shown.at("guarantors").([]any) {
			a, b := g.(map[string]any), told.at("guarantors").([]any)[i].(map[string]any)
			for _, path := range []string{"bond", "last_day", "cautious", "flags", "ask_person"} {
				require.Equal(t, a[path], b[path], "%s: guarantor %d: %s", name, i, path)
			}
		}
	}
}
