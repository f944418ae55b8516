package command_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law"
	records "github.com/recobro/recobro/record"
)

func TestLawInterestReckonsByTheOperatorsRatesToo(t *testing.T) {
	question := strings.Fields("law interest es --claim sale --debtor business --principal 1000.00 --due 2026-12-30 --until 2027-01-31")
	alone, err := run(t, question...)
	require.NoError(t, err)
	assert.Contains(t, alone, "Rates asked        those that ship with the engine\n")
	assert.Contains(t, alone, "\nRates used\n  es_late_payment 2026-07-01 to 2026-12-31: 10.40 %, secondary, shipped; https://www.boe.es/")
	assert.Contains(t, alone, "for days without a published rate, in no total")

	s := record(t)
	own, err := s.AddRate(t.Context(), records.OwnRate{RateRow: law.RateRow{Series: "es_late_payment", From: calendar.Must("2027-01-01"),
		To: calendar.Must("2027-06-30"), Rate: 10_650_000, Source: "BOE-A-2026-99999", Author: "key-1"}})
	require.NoError(t, err)
	with, err := run(t, question...)
	require.NoError(t, err)
	assert.Contains(t, with, "and the operator's own of the record at DATABASE_URL\n")
	assert.Contains(t, with, "  es_late_payment 2027-01-01 to 2027-06-30: 10.65 %, to_confirm, own row "+own.Own+", added by key key-1; BOE-A-2026-99999\n")
	assert.Contains(t, with, "Interest           9.33 EUR\n") // 1000.00 × 10.40 % × 1 / 365 + × 10.65 % × 31 / 365
	shipped, err := run(t, append(question, "--shipped")...)
	require.NoError(t, err)
	assert.Equal(t, alone, shipped)

	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
	_, err = run(t, question...)
	require.ErrorContains(t, err, "--shipped leaves them out")
}
