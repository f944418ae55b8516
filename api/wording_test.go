package api

import (
	"maps"
	"net/textproto"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettingsHoldNoTextThatBreaksALineOrTurnsRound(t *testing.T) {
	o := open(t)
	whole := map[string]any{"name": "Nuevo", "country": "ES", "iban": "ES9121000418450200051332", "email": "a@b.example", "phone": "+34910000000",
		"brand": map[string]any{"signature": "Marta Gil\nAdministración"}}
	o.ask("POST", "/v1/creditors", asked{key: "operator", body: whole}).is(201)
	firm := map[string]any{"name": "Nueva", "email": "a@b.example", "countries": []any{"FR", "PT"}}
	o.ask("POST", "/v1/firms", asked{key: "operator", body: firm}).is(201)
	for _, x := range []struct {
		name, method, path string
		whole              map[string]any
		at                 string
		value              any
		status             int
		code, field        string
	}{
		{"CR LF in a creditor's name", "POST", "/v1/creditors", whole, "name", "N\r\nBcc: x", 422, "control_characters", "name"},
		{"an override in a creditor's name", "POST", "/v1/creditors", whole, "name", "N\u202e", 422, "control_characters", "name"},
		{"a name of spaces", "POST", "/v1/creditors", whole, "name", "   ", 422, "missing", "name"},
		{"LF in a brand's sender", "POST", "/v1/creditors", whole, "brand.sender", "N\nx", 422, "control_characters", "brand.sender"},
		{"CR in a signature", "POST", "/v1/creditors", whole, "brand.signature", "N\rx", 422, "control_characters", "brand.signature"},
		{"an isolate in a footer", "POST", "/v1/creditors", whole, "brand.footer", "N\u2069", 422, "control_characters", "brand.footer"},
		{"LF in a brand that changes", "PUT", "/v1/creditors/" + o.own.ID + "/brand", map[string]any{}, "sender", "N\nx", 422, "control_characters", "sender"},
		{"a strategy that there is not", "POST", "/v1/creditors", whole, "strategies", map[string]any{"ES/business": "none"}, 422, "strategy_unknown", "strategies.ES/business"},
		{"a strategy of another country", "POST", "/v1/creditors", whole, "strategies", map[string]any{"ES/business": "fr-business"}, 422, "strategy_unfit", "strategies.ES/business"},
		{"a strategy for consumers", "POST", "/v1/creditors", whole, "strategies", map[string]any{"ES/business": "es-consumer"}, 422, "strategy_unfit", "strategies.ES/business"},
		{"a segment that is none", "POST", "/v1/creditors", whole, "strategies", map[string]any{"es-business": "es-business"}, 422, "strategy_unfit", "strategies.es-business"},
		{"a segment of a country that is none", "POST", "/v1/creditors", whole, "strategies", map[string]any{"XX/business": "es-business"}, 422, "strategy_unfit", "strategies.XX/business"},
		{"LF in a firm's name", "POST", "/v1/firms", firm, "name", "N\nx", 422, "control_characters", "name"},
		{"an e-mail of a firm that is none", "POST", "/v1/firms", firm, "email", "nobody", 422, "email_invalid", "email"},
		{"a country that is not known", "POST", "/v1/firms", firm, "countries", []any{"ZZ"}, 400, "not_one_of", "countries[0]"},
		{"a country twice", "POST", "/v1/firms", firm, "countries", []any{"FR", "FR"}, 400, "repeated", "countries"},
		{"LF in a label", "POST", "/v1/keys", map[string]any{"role": "agent"}, "label", "a\nb", 422, "control_characters", "label"},
		{"a firm that there is not", "POST", "/v1/keys", map[string]any{"role": "lawyer"}, "firm_id", "none", 422, "key_scope", "firm_id"},
		{"a stop for no reason", "POST", "/v1/stops", map[string]any{"scope": "installation"}, "reason", "\u00a0", 422, "missing", "reason"},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.t = t
			in := maps.Clone(x.whole)
			if b, ok := in["brand"].(map[string]any); ok {
				in["brand"] = maps.Clone(b)
			}
			set(in, strings.Split(x.at, "."), x.value)
			o.ask(x.method, x.path, asked{key: "operator", body: in}).saysNo(x.status, x.code, x.field)
		})
	}
	o.t = t
	for segment, ref := range map[string]string{"ES/business": "es-business@1", "ES/public": "es-business", "FR/consumer": "fr-consumer"} {
		whole["strategies"] = map[string]any{segment: ref}
		o.ask("POST", "/v1/creditors", asked{key: "operator", body: whole}).is(201)
	}
}

func TestAFilesNameAndTypeAreHeldToo(t *testing.T) {
	o := open(t)
	one := "/v1/cases/" + o.aCase(nil) + "/documents"
	form := func(disposition, media string) asked {
		const edge = "edge"
		h := textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {media}}
		body := "--" + edge + "\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nother\r\n--" + edge + "\r\n"
		for k, v := range h {
			body += k + ": " + v[0] + "\r\n"
		}
		return asked{key: "creditor", body: body + "\r\nx\r\n--" + edge + "--\r\n", media: "multipart/form-data; boundary=" + edge}
	}
	o.ask("POST", one, form(`form-data; name="file"; filename="a.txt"`, "text/plain; charset=utf-8")).is(201)
	o.ask("POST", one, form(`form-data; name="file"; filename*=utf-8''a%0d%0ab.txt`, "text/plain")).saysNo(422, "control_characters", "file")
	o.ask("POST", one, form(`form-data; name="file"; filename*=utf-8''a%E2%80%AEb.txt`, "text/plain")).saysNo(422, "control_characters", "file")
	o.ask("POST", one, form(`form-data; name="file"; filename="a.txt"`, "text")).saysNo(422, "media_type_malformed", "file")
	o.ask("POST", "/v1/imports?name=a%0Ab", asked{key: "creditor", media: "text/csv", body: csvHeader + "\n"}).saysNo(422, "control_characters", "name")
}

func TestANoteMayHaveLinesAndCharactersOfAnyPlane(t *testing.T) {
	o := open(t)
	id := o.aCase(nil)
	o.ask("POST", "/v1/cases/"+id+"/notes", asked{key: "creditor", body: `{"text":"one\r\n\ttwo \ud83d\ude00 \\ud83d \u00e9"}`}).is(201)
	got := o.ask("GET", "/v1/cases/"+id+"/timeline", asked{key: "creditor"}).Body.String()
	require.Contains(t, got, `one\r\n\ttwo 😀 \\ud83d é`)
}

func TestARoleIsNamedWithItsArticle(t *testing.T) {
	o := open(t)
	require.Equal(t, "an agent's key may not do this", o.ask("GET", "/v1/keys", asked{key: "agent"}).is(403).text("detail"))
	require.Equal(t, "a lawyer's key may not do this", o.ask("GET", "/v1/keys", asked{key: "lawyer"}).is(403).text("detail"))
}

func TestACaseIsDeclinedForAReason(t *testing.T) {
	o := open(t)
	o.withoutAgents()
	handoff := "/v1/handoffs/" + o.handOff(o.aCase(nil))
	o.ask("POST", handoff+"/decline", asked{key: "lawyer", body: map[string]any{"note": "   "}}).saysNo(422, "reason_missing", "note")
}
