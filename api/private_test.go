package api

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
)

// shared is an office in which two creditors have a case of one person each,
// and the person was contacted about the own creditor's.
func shared(t *testing.T) (o *office, own, others string) {
	o = open(t)
	o.withoutAgents()
	own = o.aCase(nil)
	o.performUntil(own, func(f record.File) bool { return len(f.Case.Marks) > 0 && f.Case.Marks[0].State == "sent" })
	others = o.ask("POST", "/v1/debts", asked{key: "other", body: submission(map[string]any{"reference": "L-1"})}).is(201).text("case_id")
	return o, own, others
}

func TestACreditorDoesNotLearnThatTheDebtorOwesOthers(t *testing.T) {
	o, _, id := shared(t)
	words := map[string]string{"es": "los límites de contacto están agotados", "fr": "les limites de contact sont atteintes",
		"pt": "os limites de contacto estão esgotados", "en": "the limits on contact are used up"}
	for lang, want := range words {
		says := map[string]string{"Accept-Language": lang}
		for what, r := range map[string]reply{
			"the case":     o.ask("GET", "/v1/cases/"+id, asked{key: "other", headers: says}),
			"the list":     o.ask("GET", "/v1/cases", asked{key: "other", headers: says}),
			"the forecast": o.ask("GET", "/v1/cases/"+id+"/forecast", asked{key: "other", headers: says}),
			"a dry run": o.ask("POST", "/v1/debts?dry_run=true", asked{key: "other", headers: says,
				body: submission(map[string]any{"reference": "L-2", "debtor.reference": "C-78"})}),
			"the answer to a write": o.ask("POST", "/v1/cases/"+id+"/notes", asked{key: "other", headers: says, body: map[string]any{"text": "x"}}),
		} {
			text := r.Body.String()
			require.Less(t, r.Code, 300, text)
			require.Contains(t, text, `"code":"contact_limit"`, what)
			require.Contains(t, text, want, what)
			require.NotContains(t, text, "other_case", what)
			for _, other := range []string{"another debt", "otra deuda", "autre dette", "outra dívida"} {
				require.NotContains(t, text, other, what)
			}
		}
	}
	for _, r := range o.ask("GET", "/v1/cases/"+id, asked{key: "other"}).at("next_action.reasons").([]any) {
		if r := r.(map[string]any); r["code"] == "contact_limit" {
			require.Nil(t, r["on"], "the day of the contact is another's")
		}
	}
	require.Contains(t, o.ask("GET", "/v1/cases/"+id, asked{key: "supervisor"}).Body.String(), `"code":"other_case"`)
}

func TestACreditorDoesNotLearnOfATalkAboutAnothersDebt(t *testing.T) {
	o, own, id := shared(t)
	o.ask("POST", "/v1/cases/"+own+"/calls", asked{key: "creditor", body: map[string]any{"outcome": "right_party"}}).is(201)
	talked := func(key, caseID string) string {
		return o.ask("GET", "/v1/cases/"+caseID, asked{key: key}).is(200).Body.String()
	}
	require.Contains(t, talked("supervisor", id), "conversation_pause")
	require.NotContains(t, talked("other", id), "conversation_pause")
	require.Contains(t, talked("other", id), "contact_limit")

	o = open(t)
	o.withoutAgents()
	alone := o.aCase(nil)
	o.ask("POST", "/v1/cases/"+alone+"/calls", asked{key: "creditor", body: map[string]any{"outcome": "right_party"}}).is(201)
	for _, path := range []string{"/v1/cases/" + alone, "/v1/cases/" + alone + "/forecast"} {
		require.Contains(t, o.ask("GET", path, asked{key: "creditor"}).Body.String(), "conversation_pause", "their own talk is told")
	}
}

func TestRefusedChannelsAreShownOfADebtor(t *testing.T) {
	o := open(t)
	one := "/v1/debtors/" + o.ask("GET", "/v1/cases/"+o.aCase(nil), asked{key: "creditor"}).text("debtor.id")
	require.Empty(t, o.ask("GET", one, asked{key: "creditor"}).at("opted_out_channels"))
	o.ask("POST", one+"/opt-outs", asked{key: "agent", body: map[string]any{"channel": "sms"}}).is(201)
	shown := o.ask("GET", one, asked{key: "creditor"})
	require.Equal(t, []any{"sms"}, shown.at("opted_out_channels"), "calls may go on")
	o.ask("POST", one+"/opt-outs", asked{key: "agent", body: map[string]any{"channel": "email"}}).is(201)
	require.Equal(t, []any{"email", "sms"}, o.ask("GET", one, asked{key: "creditor"}).at("opted_out_channels"))

	phone := one + "/contact-points/" + shown.text("contact_points.1.id")
	open := map[string]any{"opted_out": false}
	o.ask("PATCH", phone, asked{key: "agent", body: open}).saysNo(403, "role_forbidden", "opted_out")
	require.Equal(t, []any{"email"}, o.ask("PATCH", phone, asked{key: "supervisor", body: open}).at("opted_out_channels"))
}
