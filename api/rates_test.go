package api

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ownRow is what an operator sends for the first half of 2027 in Spain.
func ownRow(changes map[string]any) map[string]any {
	row := map[string]any{"series": "es_late_payment", "from": "2027-01-01", "to": "2027-06-30", "rate": "10.65", "status": "verified", "source": "BOE-A-2026-99999"}
	for k, v := range changes {
		row[k] = v
	}
	return row
}

// inTheNewYear is an installation some weeks into a half-year for which no rate
// is shipped, with a case that fell due before it.
func inTheNewYear(t *testing.T) (*office, string) {
	t.Helper()
	o := open(t)
	require.NoError(t, o.store.Freeze(context.Background(), time.Date(2027, 2, 15, 12, 0, 0, 0, time.UTC)))
	return o, o.aCase(map[string]any{"issued_on": "2026-10-31", "due_on": "2026-11-30"})
}

// asksInterest is a question of interest over the turn of the year.
var asksInterest = map[string]any{"country": "ES", "claim": "services", "debtor": "business", "due_on": "2026-11-30", "until": "2027-02-15",
	"principal": map[string]any{"amount": "1250.00", "currency": "EUR"}}

func TestAnOperatorsRowTakesTheMarkFromStatementsAndCalculations(t *testing.T) {
	o, id := inTheNewYear(t)
	statement := func() reply {
		return o.ask("GET", "/v1/cases/"+id+"/statement?as_of=2027-02-15", asked{key: "creditor"}).is(200)
	}
	calculation := func() reply {
		return o.ask("POST", "/v1/calculations/interest", asked{key: "creditor", body: asksInterest}).is(200)
	}
	for _, r := range []reply{statement(), calculation()} {
		assert.Equal(t, true, r.at("rate_missing"))
		assert.Contains(t, r.text("lines.1.rate_notice"), "BOE")
		assert.Equal(t, "2026-07-01", r.text("lines.1.rate_row.from"), "the last known rate is shown apart")
	}
	series := o.ask("GET", "/v1/rates/es_late_payment", asked{key: "creditor"}).is(200)
	assert.Equal(t, "2026-12-31", series.text("last_day"))
	assert.Equal(t, -46.0, series.at("days_left"))
	assert.Equal(t, true, series.at("ends_soon"))
	assert.Contains(t, series.text("notice"), "tipo legal de interés de demora")

	made := o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(nil), idem: "rate-1"}).is(201)
	again := o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(nil), idem: "rate-1"}).is(201)
	assert.Equal(t, made.text("id"), again.text("id"))
	for _, r := range []reply{statement(), calculation()} {
		assert.Equal(t, false, r.at("rate_missing"))
		assert.Equal(t, made.text("id"), r.text("lines.1.rate_row.own_row"))
		assert.Equal(t, made.text("author"), r.text("lines.1.rate_row.author"))
		assert.Equal(t, "BOE-A-2026-99999", r.text("lines.1.rate_row.source"))
	}
	assert.Equal(t, "27.82", calculation().text("interest.amount")) // 11.04 + 1250.00 × 10.65 % × 46 / 365

	must := map[string]any{"status": "to_confirm", "supersedes": made.text("id")}
	second := o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(must)}).is(201)
	assert.Equal(t, "to_confirm", statement().text("lines.1.status"), "a row to confirm is shown as one")
	assert.Equal(t, "secondary", statement().text("lines.0.status"), "so is one whose official text was not read")
	assert.Equal(t, []any{"rate of es_late_payment from 2026-12-01: to confirm, the official text was not read",
		"rate of es_late_payment from 2027-01-01: to confirm"}, calculation().at("to_confirm"))

	o.ask("POST", "/v1/rates/"+second.text("id")+"/withdraw", asked{key: "operator", body: map[string]any{"reason": "not published after all"}}).is(201)
	assert.Equal(t, true, statement().at("rate_missing"))
	own := o.ask("GET", "/v1/rates/es_late_payment", asked{key: "lawyer"}).is(200)
	require.Len(t, own.at("own_rows"), 3, "all that was ever added can be read")
	assert.Equal(t, second.text("id"), own.text("own_rows.0.superseded_by"))
	assert.Nil(t, own.at("own_rows.2.rate"))
	assert.Equal(t, "not published after all", own.text("own_rows.2.note"))
}

func TestTheListOfRatesShowsShippedRowsAndHowFarTheyAreOverridden(t *testing.T) {
	o, _ := inTheNewYear(t)
	o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(map[string]any{"from": "2026-08-01", "to": "2026-08-31"})}).is(201)
	names := func(country string) (out []string) {
		for _, x := range o.ask("GET", "/v1/rates?"+url.Values{"country": {country}}.Encode(), asked{key: "agent"}).is(200).at("items").([]any) {
			out = append(out, x.(map[string]any)["series"].(string))
		}
		return out
	}
	assert.Equal(t, []string{"es_late_payment", "es_legal_interest", "es_procedural_interest"}, names("ES"))
	assert.Contains(t, names("PT"), "pt_civil")
	o.ask("GET", "/v1/rates?country=DE", asked{key: "agent"}).is(400)
	all := o.ask("GET", "/v1/rates", asked{key: "agent"}).is(200)
	assert.Len(t, all.at("items"), 10)
	assert.Equal(t, "2026-07-01", all.text("items.0.rows.0.from"), "newest first")
	assert.Equal(t, "partly", all.text("items.0.rows.0.overridden"))
	assert.Equal(t, "no", all.text("items.0.rows.1.overridden"))
	civil := o.ask("GET", "/v1/rates/pt_civil", asked{key: "agent"}).is(200)
	assert.Nil(t, civil.at("last_day"))
	assert.Nil(t, civil.at("days_left"))
	o.ask("GET", "/v1/rates/de_basiszins", asked{key: "agent"}).saysNo(404, "not_found", "")
}

func TestARowThatMayNotStandNamesFieldAndRule(t *testing.T) {
	o, _ := inTheNewYear(t)
	first := o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(nil)}).is(201).text("id")
	o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(map[string]any{"from": "2027-07-01", "to": "2027-12-31"})}).is(201)
	for _, tt := range []struct {
		changes     map[string]any
		status      int
		code, field string
	}{
		{map[string]any{"series": "es_moratorio"}, 422, "series_unknown", "series"},
		{map[string]any{"source": "   "}, 422, "missing", "source"},
		{map[string]any{"source": ""}, 400, "length", "source"},
		{map[string]any{"rate": "106.5"}, 422, "rate_range", "rate"},
		{map[string]any{"rate": "1065"}, 400, "malformed", "rate"},
		{map[string]any{"rate": "0", "supersedes": first}, 422, "rate_unusual", "rate"},
		{map[string]any{"from": "2026-07-01", "to": "2026-12-31", "rate": "0"}, 422, "rate_unusual", "rate"},
		{map[string]any{"from": "2026-07-01", "to": "2026-12-31", "rate": "1.04", "confirmed": false}, 422, "rate_unusual", "rate"},
		{map[string]any{"rate": "-1"}, 400, "malformed", "rate"},
		{map[string]any{"rate": 10.65}, 400, "wrong_type", "rate"},
		{map[string]any{"status": "sure"}, 400, "not_one_of", "status"},
		{map[string]any{"from": "1989-01-01"}, 422, "day_range", "from"},
		{map[string]any{"to": "2026-12-31"}, 422, "ends_before_it_begins", "to"},
		{nil, 422, "overlaps_own_row", "from"},
		{map[string]any{"from": "2028-02-01", "to": "2028-06-30"}, 422, "gap", "from"},
		{map[string]any{"from": "2028-01-01", "to": "2028-12-31"}, 422, "row_too_long", "to"},
		{map[string]any{"supersedes": "nobody"}, 422, "row_unknown", "supersedes"},
	} {
		o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(tt.changes)}).saysNo(tt.status, tt.code, tt.field)
	}
	far := o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(map[string]any{"rate": "106.5"})}).is(422)
	assert.Contains(t, far.text("detail"), "between 0 and 30.00 percent", "the range is named")
	meant := map[string]any{"from": "2026-07-01", "to": "2026-12-31", "rate": "0", "confirmed": true}
	o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(meant)}).is(201)
	several := o.ask("POST", "/v1/rates", asked{key: "operator", body: ownRow(map[string]any{"series": "x", "rate": "99"})}).is(422)
	assert.Len(t, several.at("errors"), 2, "all that is wrong is told at once")
	o.ask("POST", "/v1/rates/"+first+"/withdraw", asked{key: "operator", body: map[string]any{"reason": "a trial"}}).saysNo(409, "gap", "")
	o.ask("POST", "/v1/rates/nobody/withdraw", asked{key: "operator", body: map[string]any{"reason": "a trial"}}).saysNo(404, "not_found", "")
}
