package api

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestADebtIsSubmittedOnceAndTheSameAgainIsTheSameCase(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	first := o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(nil)}).is(201)
	require.Equal(t, "friendly_contact", first.text("stage"))
	require.Equal(t, "send", first.text("next_action.do"))
	require.Equal(t, "first_contact", first.text("next_action.letter"))
	require.Equal(t, "email", first.text("next_action.channel"))
	require.Empty(t, first.at("holds"))
	require.Equal(t, "EUR", first.text("balance.currency"))
	require.NotEmpty(t, first.text("limitation.last_day"))

	again := o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(nil)}).is(200)
	require.Equal(t, first.text("case_id"), again.text("case_id"))
	o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(map[string]any{"principal.amount": "1250.01"})}).
		saysNo(409, "reference_taken", "reference")
	require.Equal(t, 1, o.cases())
	require.Equal(t, first.text("case_id"), <-o.bell.woken)
}

func TestWhereThereAreAgentsADebtorWithANumberIsCalledFirst(t *testing.T) {
	o := open(t)
	r := o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(nil)}).is(201)
	require.Equal(t, "open_task", r.text("next_action.do"))
	require.Equal(t, "phone", r.text("next_action.channel"))
}

func TestNextActionIsInTheDebtorsZoneAndTheCallersLanguage(t *testing.T) {
	o := open(t)
	in := submission(map[string]any{"debtor.address.postal_code": "35001", "debtor.time_zone": gone{}, "region": gone{}})
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: in}).is(201).text("case_id")
	for lang, why := range map[string]string{
		"": "the debt fell due on 1 October", "es-ES,es;q=0.9": "la deuda venció el 1 de octubre",
		"fr": "la dette est échue depuis le 1er octobre", "pt-PT": "a dívida venceu em 1 de outubro", "de": "the debt fell due on 1 October",
	} {
		r := o.ask("GET", "/v1/cases/"+id, asked{key: "creditor", headers: map[string]string{"Accept-Language": lang}}).is(200)
		require.True(t, strings.HasPrefix(r.text("next_action.why"), why), "%s: %s", lang, r.text("next_action.why"))
		require.Equal(t, "due_passed", r.text("next_action.code"))
		on, err := time.Parse(time.RFC3339, r.text("next_action.on"))
		require.NoError(t, err)
		_, offset := on.Zone()
		require.Zero(t, offset, "the Canaries keep London's time in winter: %s", r.text("next_action.on"))
	}
}

func TestADryRunSaysWhatWouldHappenAndWritesNothing(t *testing.T) {
	o := open(t)
	a := asked{key: "creditor", body: submission(nil), idem: "dry"}
	r := o.ask("POST", "/v1/debts?dry_run=true", a).is(200)
	require.Equal(t, true, r.at("dry_run"))
	require.NotEmpty(t, r.at("steps"))
	require.NotContains(t, r.json(), "case_id")
	require.Equal(t, r.at("next_action.on"), r.at("steps.0.on"))
	require.Zero(t, o.cases())
	o.ask("POST", "/v1/debts?dry_run=true", asked{key: "creditor", body: submission(map[string]any{"principal.amount": "0.00"})}).
		saysNo(422, "amount_not_positive", "principal.amount")
	o.ask("POST", "/v1/debts?dryrun=true", a).saysNo(400, "parameter_unknown", "dryrun")
	require.Zero(t, o.cases())
	o.ask("POST", "/v1/debts", a).is(201)
}

func TestWhatHappenedBeforeIsTakenIn(t *testing.T) {
	o := open(t)
	in := submission(map[string]any{
		"provided_on": "2026-09-01", "tax_point": "2026-09-01", "contract_rate": "10.15", "demanded_on": "2026-10-05",
		"guarantors": []any{map[string]any{"kind": "consumer", "name": "Ana Avalista"}},
		"earlier": map[string]any{
			"payments": []any{map[string]any{"amount": map[string]any{"amount": "250.00", "currency": "EUR"}, "received_on": "2026-10-10"}},
			"contacts": []any{map[string]any{"on": "2026-10-20", "channel": "email"}},
			"acts":     []any{map[string]any{"type": "acknowledgment", "date": "2026-10-15"}},
		},
	})
	id := o.ask("POST", "/v1/debts", asked{key: "creditor", body: in}).is(201).text("case_id")
	st := o.ask("GET", "/v1/cases/"+id+"/statement?as_of=2026-11-02", asked{key: "creditor"}).is(200)
	require.Equal(t, "250.00", st.text("received.amount"))
	require.Equal(t, "contract", st.text("terms.table"))
	clock := o.ask("GET", "/v1/cases/"+id+"/limitation", asked{key: "creditor"}).is(200)
	require.Equal(t, "part_payment", clock.text("acts.0.act.type"))
	require.Equal(t, "acknowledgment", clock.text("acts.1.act.type"))
	require.Equal(t, "interrupts", clock.text("acts.1.effect"))
}

func TestAnOperatorNamesTheCreditorAndACreditorNeedNot(t *testing.T) {
	o := open(t)
	o.ask("POST", "/v1/debts", asked{key: "operator", body: submission(nil)}).saysNo(422, "missing", "creditor_id")
	o.ask("POST", "/v1/debts", asked{key: "operator", body: submission(map[string]any{"creditor_id": "nobody"})}).saysNo(422, "creditor_unknown", "creditor_id")
	o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(map[string]any{"creditor_id": o.other.ID})}).saysNo(403, "other_creditor", "creditor_id")
	o.ask("POST", "/v1/debts", asked{key: "operator", body: submission(map[string]any{"creditor_id": o.own.ID})}).is(201)
	o.ask("POST", "/v1/debts", asked{key: "creditor", body: submission(map[string]any{"creditor_id": o.own.ID})}).is(200)
}
