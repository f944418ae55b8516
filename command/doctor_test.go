package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	records "github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store/storetest"
)

// zone is a DNS: texts by name. A name with "deaf" does not answer at all.
type zone map[string]string

func (z zone) LookupTXT(ctx context.Context, name string) ([]string, error) {
	if strings.Contains(name, "deaf") {
		select {} // a resolver that does not heed its context
	}
	if t, ok := z[name]; ok {
		return []string{"other", t}, nil
	}
	if strings.Contains(name, "broken") {
		return nil, &net.DNSError{Err: "server misbehaving", Name: name}
	}
	return nil, &net.DNSError{Err: "no such host", Name: name, IsNotFound: true}
}

// finding is one check as the doctor tells it.
type finding struct{ Check, State, Says, Do string }

// examined runs the doctor, and gives what it found and how it ended.
func examined(t *testing.T, z zone, args ...string) ([]finding, error) {
	t.Helper()
	c := command.DoctorCommand(z)
	var out bytes.Buffer
	c.SetOut(&out)
	c.SetErr(&bytes.Buffer{})
	c.SetArgs(append(args, "--json"))
	c.SilenceUsage, c.SilenceErrors = true, true
	failed := c.ExecuteContext(t.Context())
	var all struct {
		OK     bool
		Checks []finding
	}
	require.NoError(t, json.Unmarshal(out.Bytes(), &all), out.String())
	require.Equal(t, failed == nil, all.OK)
	return all.Checks, failed
}

// of gives what was found about one thing, a line each.
func of(all []finding, check string) string {
	var out []string
	for _, f := range all {
		if f.Check == check {
			out = append(out, f.State+": "+f.Says)
			if f.Do != "" {
				out = append(out, "  do: "+f.Do)
			}
		}
	}
	return strings.Join(out, "\n")
}

func TestTheDoctorSaysWhatIsWellWhatIsNotAndWhatToDo(t *testing.T) {
	s := record(t)
	all, err := examined(t, zone{})
	require.ErrorContains(t, err, "failed")
	assert.Contains(t, of(all, "database"), "ok: PostgreSQL answers")
	assert.Contains(t, of(all, "schema"), "ok: ")
	assert.Contains(t, of(all, "clock"), "ok: ")
	assert.Contains(t, of(all, "keys"), "fail: no operator's key stands")
	assert.Contains(t, of(all, "keys"), "recobro keys create --role operator")
	assert.Contains(t, of(all, "temporal"), "fail: no answer from Temporal at 127.0.0.1")
	assert.Contains(t, of(all, "channels"), "warn: email is in outbox mode")
	assert.Empty(t, of(all, "sender"), "where no e-mail goes out no domain is looked up")

	k, _, err := s.NewKey(t.Context(), records.Key{Role: debt.Operator})
	require.NoError(t, err)
	all, _ = examined(t, zone{})
	assert.Contains(t, of(all, "keys"), "ok: ")
	_, _, err = s.NewKey(t.Context(), records.Key{Role: debt.Agent})
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), os.Getenv("DATABASE_URL"))
	require.NoError(t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), `update api_keys set revoked_at = created_at where id = $1`, k.ID)
	require.NoError(t, err)
	all, _ = examined(t, zone{})
	assert.Contains(t, of(all, "keys"), "fail: ", "an agent's key is not an operator's, and a revoked one none")

	_, err = conn.Exec(t.Context(), `delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)`)
	require.NoError(t, err)
	all, _ = examined(t, zone{})
	assert.Contains(t, of(all, "schema"), "fail: the schema is version")
	assert.Contains(t, of(all, "schema"), "recobro migrate")
}

func TestTheDoctorNamesTheNoticeToLookForUntilTheRowIsThere(t *testing.T) {
	s := record(t)
	require.NoError(t, s.Freeze(t.Context(), time.Date(2026, 12, 20, 12, 0, 0, 0, time.UTC)))
	k := storetest.Creditor(t, s, "Acme")
	storetest.Case(t, s, storetest.Submission(k.ID, 1, calendar.Must("2026-11-01"))) // in Spain
	all, _ := examined(t, zone{})
	rates := of(all, "rates")
	assert.Contains(t, rates, "warn: es_late_payment is known until 2026-12-31, 11 days more")
	assert.Contains(t, rates, "look for: JORF")
	assert.NotContains(t, rates, "pt_civil")

	require.NoError(t, s.Advance(t.Context(), time.Date(2027, 1, 2, 12, 0, 0, 0, time.UTC)))
	all, err := examined(t, zone{})
	require.Error(t, err)
	assert.Contains(t, of(all, "rates"), "fail: es_late_payment has no rate since 2027-01-01")
	_, err = s.AddRate(t.Context(), records.OwnRate{RateRow: law.RateRow{Series: "es_late_payment", From: calendar.Must("2027-01-01"),
		To: calendar.Must("2027-06-30"), Rate: 10_650_000, Source: "BOE-A-2026-99999", Author: "key"}})
	require.NoError(t, err)
	all, _ = examined(t, zone{})
	assert.NotContains(t, of(all, "rates"), "es_late_payment", "without a release")
	assert.Contains(t, of(all, "rates"), "warn: fr_late_payment has no rate since 2027-01-01; no case is of FR")
	french := storetest.Submission(k.ID, 2, calendar.Must("2026-11-01"))
	french.Country, french.Debtor.Country, french.Debtor.PostalCode, french.Debtor.TaxID = "FR", "FR", "75001", ""
	storetest.Case(t, s, french)
	all, _ = examined(t, zone{})
	assert.Contains(t, of(all, "rates"), "fail: fr_late_payment has no rate since 2027-01-01")
}

func TestTheDoctorLooksTheSenderDomainsUpAndIsNotHeldUpByThem(t *testing.T) {
	s := record(t)
	for name, value := range map[string]string{"RECOBRO_TIME_MACHINE": "false", "RECOBRO_EMAIL": "sendgrid", "SENDGRID_API_KEY": "key",
		"RECOBRO_EMAIL_FROM": "cobros@whole.example"} {
		t.Setenv(name, value)
	}
	for _, domain := range []string{"bare.example", "BROKEN.example", "deaf.example", "whole.example"} {
		k := storetest.Creditor(t, s, domain)
		k.Brand.FromEmail = "cobros@" + domain
		_, err := s.SaveCreditor(t.Context(), k)
		require.NoError(t, err)
	}
	z := zone{"whole.example": "v=spf1 include:sendgrid.net -all", "_dmarc.whole.example": "v=DMARC1; p=reject", "s2._domainkey.whole.example": "k=rsa; p=MIGf"}
	all, _ := examined(t, z)
	found := of(all, "sender")
	for _, want := range []string{"ok: whole.example has SPF", "ok: whole.example has DKIM", "ok: whole.example has DMARC",
		"warn: bare.example has no SPF", "warn: bare.example has no DKIM", "publish TXT _dmarc.bare.example",
		"warn: broken.example: SPF could not be looked up", "warn: deaf.example: SPF could not be looked up"} {
		assert.Contains(t, found, want)
	}
	assert.NotContains(t, found, "fail")
	assert.Equal(t, 1, strings.Count(found, "whole.example has SPF"), "each domain once")

	t.Setenv("RECOBRO_EMAIL", "smtp")
	t.Setenv("RECOBRO_SMTP_HOST", "mail.example")
	all, _ = examined(t, zone{"mine._domainkey.whole.example": "v=DKIM1; p=MIGf"}, "--dkim", "mine")
	assert.Contains(t, of(all, "sender"), "ok: whole.example has DKIM")
	all, _ = examined(t, z)
	assert.Contains(t, of(all, "sender"), "warn: whole.example: DKIM was not looked up")
}

func TestTheDoctorHintsAtAProxyThatIsNotTrusted(t *testing.T) {
	record(t)
	for _, tt := range []struct {
		public, proxies string
		hint            bool
	}{
		{"https://cobros.example", "", true}, {"https://cobros.example", "10.0.0.0/8", false}, {"http://127.0.0.1:8080", "", false}, {"", "", false},
	} {
		t.Setenv("RECOBRO_PUBLIC_URL", tt.public)
		t.Setenv("RECOBRO_TRUSTED_PROXIES", tt.proxies)
		all, _ := examined(t, zone{})
		assert.Equal(t, tt.hint, strings.Contains(of(all, "proxy"), "RECOBRO_TRUSTED_PROXIES"), "%+v", tt)
	}
}

func TestTheDoctorTellsWhatIsWrongWithTheConfiguration(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	all, err := examined(t, zone{})
	require.ErrorContains(t, err, "1 check failed")
	assert.Contains(t, of(all, "configuration"), "fail: DATABASE_URL is not set")
	t.Setenv("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none?connect_timeout=1")
	all, _ = examined(t, zone{})
	assert.Contains(t, of(all, "database"), "fail: PostgreSQL does not answer")
	assert.Equal(t, 1, strings.Count(of(all, "database"), "\n"), "a finding is one line, and what to do another")
	t.Setenv("RECOBRO_EMAIL", "pigeon")
	all, _ = examined(t, zone{})
	assert.Contains(t, of(all, "configuration"), "RECOBRO_EMAIL")
	out, err := run(t, "doctor")
	require.Error(t, err)
	assert.Contains(t, out, "fail  configuration")
	assert.Contains(t, out, "→ set what is named")
}

func TestTheTablesAreShownWithOwnRowsWhereTheyAreAskedFor(t *testing.T) {
	s := record(t)
	_, err := s.AddRate(t.Context(), records.OwnRate{RateRow: law.RateRow{Series: "es_late_payment", From: calendar.Must("2027-01-01"),
		To: calendar.Must("2027-06-30"), Rate: 10_650_000, Source: "BOE-A-2026-99999", Author: "key-1"}})
	require.NoError(t, err)
	shipped, err := run(t, "law", "ES")
	require.NoError(t, err)
	assert.NotContains(t, shipped, "BOE-A-2026-99999")
	assert.Contains(t, shipped, "up to 2026-12-31; the next row comes from: BOE")
	own, err := run(t, "law", "ES-CT", "--own")
	require.NoError(t, err)
	assert.Regexp(t, `2027-01-01  2027-06-30  10\.65 +BOE-A-2026-99999  own row \S+, added by key key-1  to confirm`, own)
	assert.Contains(t, own, "up to 2027-06-30")
}
