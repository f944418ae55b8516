package command

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLawDeadlineCountsWithTheTownsHolidays(t *testing.T) {
	args := strings.Fields("deadline ES --notice 2026-05-11 --days 5 --postal-code 28001")
	for _, c := range []struct {
		more []string
		want []string
	}{
		{nil, []string{"Last day           2026-05-18\n", "A writ until       2026-05-19, 15:00\n", "\n  es_lec_135_5: A writ may still be lodged"}},
		{[]string{"--local-holiday", "2026-05-15", "--language", "pt"}, []string{"Last day           2026-05-19\n", "\n  es_lec_135_5: O articulado"}},
	} {
		out, err := ask(append(args[:len(args):len(args)], c.more...)...)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range c.want {
			if !strings.Contains(out, want) {
				t.Errorf("%v: no %q in\n%s", c.more, want, out)
			}
		}
	}
	out, err := ask(append(args[:len(args):len(args)], "--json")...)
	var got struct {
		LastDay string `json:"last_day"`
		Hour    int    `json:"lodge_hour"`
	}
	if err != nil || json.Unmarshal([]byte(out), &got) != nil || got.LastDay != "2026-05-18" || got.Hour != 15 {
		t.Errorf("%v: %s", err, out)
	}
}

func TestLawDeadlineSaysWhatIsWrong(t *testing.T) {
	for args, want := range map[string]string{
		"deadline ES --days 5":                                             "--notice is missing",
		"deadline ES --notice 2026-05-11":                                  "--days or months must be given",
		"deadline ES --notice 2026-05-11 --days 5 --local-holiday Isidro":  "--local-holiday Isidro: not a date",
		"deadline IT --notice 2026-05-11 --days 5":                         "COUNTRY must be one whose law is known",
		"deadline ES --notice yesterday --days 5":                          "--notice: ",
		"deadline ES --notice 2026-05-11 --days 5 --language de":           "--language must be one of",
		"deadline ES --notice 2026-05-11 --days 5 --months 1 --json=false": "--days or months must be given, 1 to 1000, and not both",
	} {
		if _, err := ask(strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", args, err, want)
		}
	}
}
