package api

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADryRunOfAFileSaysWhatBecomesOfEveryRowAndKeepsNothing(t *testing.T) {
	o := open(t)
	file := strings.Join([]string{csvHeader, csvRow("F-1"), strings.Replace(csvRow("F-2"), "01/10/2026", "01/08/2026", 1),
		strings.NewReplacer("01/09/2026", "02/01/2015", "01/10/2026", "02/02/2015").Replace(csvRow("F-3"))}, "\n")
	body, media := upload(t, "otra.csv", "text/csv", []byte(file), nil)
	for _, in := range []asked{{key: "creditor", body: file, media: "text/csv"}, {key: "creditor", body: body, media: media}} {
		tried := o.ask("POST", "/v1/imports?dry_run=true", in).is(200)
		for path, want := range map[string]any{"import_id": "", "dry_run": true, "state": "done", "total": 3.0, "accepted": 2.0, "rejected": 1.0, "known": 0.0,
			"errors.0.row": 3.0, "errors.0.field": "due_on", "errors.0.rule": "due_before_issued", "warnings.0.row": 4.0, "warnings.0.rule": "limited"} {
			require.Equal(t, want, tried.at(path), "%s: %s", path, tried.Body.String())
		}
	}
	require.Zero(t, o.cases())
	started := o.ask("POST", "/v1/imports", asked{key: "creditor", body: file, media: "text/csv"}).is(202)
	require.Equal(t, "running", started.text("state"), "the file is taken for a repetition")
	require.Nil(t, started.at("dry_run"))
	o.work()
	require.Equal(t, 2, o.cases())
	again := o.ask("POST", "/v1/imports?dry_run=1", asked{key: "creditor", body: file, media: "text/csv"}).is(200)
	require.Equal(t, started.text("import_id"), again.text("import_id"), "what was imported is that import")
	require.EqualValues(t, 2, again.at("accepted"))
	other := strings.ReplaceAll(file, csvRow("F-1"), csvRow("F-1")+"\n"+csvRow("F-9"))
	known := o.ask("POST", "/v1/imports?dry_run=true", asked{key: "creditor", body: other, media: "text/csv"}).is(200)
	require.EqualValues(t, 2, known.at("known"))
	require.EqualValues(t, 1, known.at("accepted"))
}

func TestADryRunOfAFileIsRefusedAsTheFileWouldBe(t *testing.T) {
	o := open(t)
	file := csvHeader + "\n" + csvRow("F-1")
	o.ask("POST", "/v1/imports?dry_run=true", asked{key: "operator", body: file, media: "text/csv"}).saysNo(422, "missing", "creditor_id")
	o.ask("POST", "/v1/imports?dry_run=true&creditor_id=none", asked{key: "operator", body: file, media: "text/csv"}).saysNo(422, "creditor_unknown", "creditor_id")
	o.ask("POST", "/v1/imports?dry_run=true&creditor_id="+o.own.ID, asked{key: "other", body: file, media: "text/csv"}).saysNo(403, "other_creditor", "creditor_id")
	o.ask("POST", "/v1/imports?dry_run=true", asked{key: "creditor", body: "a;b\n1;2", media: "text/csv"}).is(422)
	o.ask("POST", "/v1/imports?dry_run=perhaps", asked{key: "creditor", body: file, media: "text/csv"}).is(400)
	o.ask("POST", "/v1/imports?dryrun=true", asked{key: "creditor", body: file, media: "text/csv"}).is(400)
	require.Zero(t, o.cases())
}
