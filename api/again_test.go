package api

import (
	"context"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
)

// mortal is a Memory whose process dies before an answer is kept.
type mortal struct{ Memory }

func (mortal) Remember(context.Context, record.Request, record.Answer) error { return nil }

// sql runs a statement beside the store, and gives the one number it answers.
func (o *office) sql(statement string, args ...any) int {
	o.t.Helper()
	ctx := context.Background()
	db, err := pgx.Connect(ctx, o.url)
	require.NoError(o.t, err)
	defer db.Close(ctx)
	var n int
	require.NoError(o.t, db.QueryRow(ctx, statement, args...).Scan(&n))
	return n
}

// aMinuteLater has requests under way count as those of a process that died.
func (o *office) aMinuteLater() {
	o.t.Helper()
	o.sql(`with late as (update idempotency set wall_begun_at = wall_begun_at - interval '61 seconds' returning 1) select count(*) from late`)
}

func TestWhatWasMadeByAProcessThatDiedBeforeItsAnswerWasKeptIsMadeOnce(t *testing.T) {
	o := open(t)
	key := "/v1/creditors/" + o.own.ID + "/keys"
	for i, x := range []struct {
		name, path, table string
		body              map[string]any
	}{
		{"a creditor", "/v1/creditors", "creditors", map[string]any{"name": "Góngora", "country": "ES",
			"iban": "ES9121000418450200051332", "email": "cobros@gongora.example", "phone": "+34910000000"}},
		{"a firm", "/v1/firms", "firms", map[string]any{"name": "Nuevos", "email": "n@nuevos.example", "countries": []string{"ES"}}},
		{"a stop", "/v1/stops", "stops", map[string]any{"scope": "channel", "of": "sms", "reason": "a fault at the carrier"}},
		{"a key", "/v1/keys", "api_keys", map[string]any{"role": "agent"}},
		{"a creditor's key", key, "api_keys", map[string]any{"label": "erp"}},
		{"a rotated key", key + "/" + o.ids["creditor"] + "/rotate", "api_keys", nil},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.t = t
			o.serve(Options{Memory: mortal{o.store}})
			before := o.sql(`select count(*) from ` + x.table)
			a := asked{key: "operator", idem: fmt.Sprintf("died-%d", i)}
			if x.body != nil {
				a.body = x.body
			}
			first := o.ask("POST", x.path, a).is(201).text("id")
			busy := o.ask("POST", x.path, a).saysNo(409, "idempotency_key_busy", "Idempotency-Key")
			require.Equal(t, 5, busy.retry())
			o.aMinuteLater()
			again := o.ask("POST", x.path, a).is(201)
			require.Equal(t, first, again.text("id"))
			require.Equal(t, before+1, o.sql(`select count(*) from `+x.table))

			o.serve(Options{})
			o.aMinuteLater()
			require.Equal(t, first, o.ask("POST", x.path, a).is(201).text("id"))
			require.Equal(t, first, o.ask("POST", x.path, a).is(201).text("id"), "from memory")
			require.Equal(t, before+1, o.sql(`select count(*) from `+x.table))
			a.idem += "-2"
			if x.name != "a rotated key" {
				require.NotEqual(t, first, o.ask("POST", x.path, a).is(201).text("id"), "another Idempotency-Key is another thing")
			}
		})
	}
}

func TestAKeyMadeAgainAfterADeathOpensWithTheSecretThatWasTold(t *testing.T) {
	o := open(t)
	o.serve(Options{Memory: mortal{o.store}})
	rotate := "/v1/creditors/" + o.own.ID + "/keys/" + o.ids["creditor"] + "/rotate"
	lost := o.ask("POST", rotate, asked{key: "operator", idem: "rotate"}).is(201).text("secret")
	o.aMinuteLater()
	told := o.ask("POST", rotate, asked{key: "operator", idem: "rotate"}).is(201).text("secret")
	o.ask("GET", "/v1/clock", asked{key: told}).is(200)
	o.ask("GET", "/v1/clock", asked{key: lost}).saysNo(401, "key_unknown", "Authorization")
	o.ask("GET", "/v1/clock", asked{key: "creditor"}).saysNo(401, "key_unknown", "Authorization")
	o.ask("POST", rotate, asked{key: "operator", idem: "once-more"}).saysNo(409, "key_revoked", "")
}

func TestAFactWhoseAnswerWasLostGivesTheIdOfWhatItMadeThen(t *testing.T) {
	o := open(t)
	eur := func(s string) map[string]any { return map[string]any{"amount": s, "currency": "EUR"} }
	plan := func(second string) map[string]any {
		return map[string]any{"instalments": []any{
			map[string]any{"due": today(10), "amount": eur("500.00")}, map[string]any{"due": today(40), "amount": eur(second)}}}
	}
	for _, x := range []struct {
		what        string
		first, then map[string]any
	}{
		{"payments", pay("10.00", "EUR", today(0)), pay("20.00", "EUR", today(0))},
		{"promises", map[string]any{"amount": eur("400.00"), "pay_by": today(5)}, map[string]any{"amount": eur("500.00"), "pay_by": today(6)}},
		{"plans", plan("710.00"), plan("711.00")},
		{"holds", map[string]any{"reason": "hardship", "until": today(10)}, map[string]any{"reason": "paused", "until": today(12)}},
	} {
		t.Run(x.what, func(t *testing.T) {
			o.t = t
			path := "/v1/cases/" + o.aCase(map[string]any{"reference": x.what}) + "/" + x.what
			o.serve(Options{Memory: mortal{o.store}})
			first := o.ask("POST", path, asked{key: "operator", body: x.first, idem: "first-" + x.what}).is(201).text("id")
			o.serve(Options{})
			then := o.ask("POST", path, asked{key: "operator", body: x.then, idem: "then-" + x.what}).is(201).text("id")
			require.NotEqual(t, first, then)
			o.aMinuteLater()
			again := o.ask("POST", path, asked{key: "operator", body: x.first, idem: "first-" + x.what}).is(201).text("id")
			require.Equal(t, first, again)
		})
	}
}
