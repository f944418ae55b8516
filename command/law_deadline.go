package command

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/law/question"
)

func lawDeadlineCommand() *cobra.Command {
	var q question.Deadline
	var holidays []string
	c := &cobra.Command{
		Use:   "deadline COUNTRY --notice DAY (--days N | --months N) [--postal-code CODE] [--local-holiday DAY]…",
		Short: "Say when a period before a court ends, with the arithmetic",
		Long: "Say when a period before a court ends. Holidays of the country and of the region of the court's postal code are known;\n" +
			"those of its town are in no table: give them with --local-holiday.",
		Example: "  recobro law deadline ES --notice 2026-05-11 --days 20 --postal-code 28001 --local-holiday 2026-05-15",
		Args:    onePlace,
	}
	a := &asking{days: map[string]*calendar.Date{}, texts: map[string]*string{}}
	a.day(c, "notice", &q.Notice, "day of the notice, which is not counted")
	f := c.Flags()
	f.IntVar(&q.Days, "days", 0, "length in days")
	f.IntVar(&q.Months, "months", 0, "length in months")
	f.StringVar(&q.PostalCode, "postal-code", "", "of the court, for the holidays of its region")
	f.StringArrayVar(&holidays, "local-holiday", nil, "day that the court's town keeps; may be repeated")
	f.StringVar(&a.language, "language", "en", languageHelp)
	f.BoolVar(&a.json, "json", false, "answer as JSON")
	c.RunE = func(cmd *cobra.Command, args []string) error {
		if err := a.read(args[0]); err != nil {
			return err
		}
		q.Place = a.place
		for _, text := range holidays {
			d, err := calendar.Parse(text)
			if err != nil {
				return fmt.Errorf("--local-holiday %s: %w", text, err)
			}
			q.LocalHolidays = append(q.LocalHolidays, d)
		}
		out, err := q.Answer(countries.For, a.language)
		if err != nil {
			return said("count a period before a court", err)
		}
		if a.json {
			return printJSON(cmd.OutOrStdout(), out)
		}
		return printDeadline(cmd.OutOrStdout(), &out)
	}
	return c
}

func printDeadline(w io.Writer, a *question.DeadlineAnswer) error {
	var s sheet
	s.line("Law", "%s", a.Jurisdiction)
	s.line("Rule", "%s", a.Article)
	s.line("Status", "%s", a.Status)
	s.line("Last day", "%s", a.LastDay)
	if !a.LodgeUntil.IsZero() {
		s.line("A writ until", "%s, %d:00", a.LodgeUntil, a.LodgeHour)
	}
	s.words(&a.Words, a.Flags, a.AskPerson)
	_, err := io.WriteString(w, s.String())
	return err
}
