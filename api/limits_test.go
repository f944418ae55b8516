package api

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// many repeats a JSON value as a list's entries.
func many(n int, value string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(value+",", n), ",") + "]"
}

// members is an object's inside with n members of their own.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `"m%d":%d,`, i, i)
	}
	return b.String()
}

// beyond are bodies beyond a limit, each with the rule and the field that it
// must be refused by.
func beyond() []struct{ name, path, body, code, field string } {
	type row = struct{ name, path, body, code, field string }
	payment := func(amount, day string) string {
		return `{"amount":{"amount":` + amount + `,"currency":"EUR"},"received_on":` + day + `}`
	}
	contact, party := `{"channel":"email","value":"a@b.example"}`, `{"reference":"G","kind":"consumer","name":"x"}`
	deep := func(open, inside, shut string, n int) string {
		return strings.Repeat(open, n) + inside + strings.Repeat(shut, n)
	}
	rows := []row{
		{"ten thousand contacts", "/v1/debts", `{"debtor":{"contacts":` + many(10_000, contact) + `}}`, "length", "debtor.contacts"},
		{"ten thousand guarantors", "/v1/debts", `{"guarantors":` + many(10_000, party) + `}`, "length", "guarantors"},
		{"ten thousand payments", "/v1/debts", `{"earlier":{"payments":` + many(8_000, payment(`"1.00"`, `"2026-01-01"`)) + `}}`, "length", "earlier.payments"},
		{"ten thousand instalments", "/v1/cases/x/plans", `{"instalments":` + many(10_000, `{"due":"2026-12-01","amount":{"amount":"1.00","currency":"EUR"}}`) + `}`, "length", "instalments"},
		{"ten thousand countries", "/v1/firms", `{"name":"x","email":"a@b.example","countries":` + many(10_000, `"ES"`) + `}`, "length", "countries"},
		{"fifty thousand members", "/v1/cases/x/notes", `{` + members(50_000) + `"text":"x"}`, "field_unknown", "m0"},
		{"a member's name of 100 kB", "/v1/cases/x/notes", `{"` + strings.Repeat("n", 100_000) + `":1,"text":"x"}`, "field_unknown", "?"},
		{"lists nine thousand deep", "/v1/cases/x/notes", `{"text":` + deep("[", "", "]", 9_000) + `}`, "too_deep", ""},
		{"objects nine thousand deep", "/v1/cases/x/notes", `{"text":` + deep(`{"a":`, "1", "}", 9_000) + `}`, "too_deep", ""},
		{"lists thirty deep", "/v1/cases/x/notes", `{"text":` + deep("[", "", "]", 30) + `}`, "wrong_type", "text"},
		{"lists without end", "/v1/cases/x/notes", deep("[", "", "]", 100_000), "not_json", ""},
		{"a text of 900 kB", "/v1/cases/x/notes", `{"text":"` + strings.Repeat("x", 900_000) + `"}`, "length", "text"},
	}
	for _, n := range []string{"1e999", "-1", "1.5", "1000001", "99999999999999999999999", `"5"`, "1e7", "true", "[]"} {
		code := "wrong_type"
		switch n {
		case "-1", "1000001", "99999999999999999999999", "1e7":
			code = "range"
		}
		rows = append(rows, row{"a capacity of " + n, "/v1/firms", `{"name":"x","email":"a@b.example","countries":["ES"],"capacity":` + n + `}`, code, "capacity"})
	}
	for _, n := range []string{"NaN", "Infinity", "0x10", "01", "+1", ".5", "1e"} {
		rows = append(rows, row{"a capacity of " + n, "/v1/firms", `{"capacity":` + n + `}`, "not_json", ""})
	}
	for _, day := range []string{"0000-01-01", "0001-01-01", "9999-12-31", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-10", "2026-1-1", "10000-01-01",
		"-001-01-01", " 2026-01-01", "2026-01-01T00:00:00Z", "２０２６-01-01", "20260101", ""} {
		rows = append(rows, row{"a payment on " + day, "/v1/cases/x/payments", payment(`"1.00"`, `"`+day+`"`), "malformed", "received_on"})
	}
	for _, amount := range []string{"1e999", "NaN", "Inf", "99999999999999999999999999", "1,00", "1.001", "١٢", "0x10", "", "-", "1.", ".5", "+1", " 1"} {
		rows = append(rows, row{"an amount of " + amount, "/v1/cases/x/payments", payment(`"`+amount+`"`, `"2026-01-01"`), "malformed", "amount.amount"})
	}
	return append(rows,
		row{"an amount as a number", "/v1/cases/x/payments", payment("1e2", `"2026-01-01"`), "wrong_type", "amount.amount"},
		row{"an amount that is null", "/v1/cases/x/payments", payment("null", `"2026-01-01"`), "wrong_type", "amount.amount"})
}

// mostAlloc is what answering a body of at most a megabyte may allocate in all.
const mostAlloc = 100 << 20

func TestWhatIsBeyondALimitIsRefusedByItsFieldInBoundedMemory(t *testing.T) {
	w, api, _ := walled(t)
	var largest uint64
	for _, x := range beyond() {
		t.Run(x.name, func(t *testing.T) {
			req := httptest.NewRequest("POST", x.path, strings.NewReader(x.body))
			req.Header.Set("Authorization", "Bearer rcb_x")
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", "x")
			rec := httptest.NewRecorder()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			api.ServeHTTP(rec, req)
			runtime.ReadMemStats(&after)
			holdProblem(t, w, x.name, rec)
			require.NotContains(t, rec.Body.String(), `"reached"`)
			var p problem
			require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &p))
			told := fmt.Sprintf("%s %s", p.Code, p.Field)
			for _, e := range p.Errors {
				told += fmt.Sprintf(", %s %s", e.Code, e.Field)
			}
			require.Contains(t, told, strings.TrimSpace(x.code+" "+x.field))
			largest = max(largest, after.TotalAlloc-before.TotalAlloc)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(mostAlloc))
		})
	}
	t.Logf("at most %d MB allocated for one body", largest>>20)
}
