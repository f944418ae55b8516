package question

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/recobro/recobro/law"
)

// Words is what every answer says beside its figures, in the language asked
// for. What the tables say in English stays in English: the reason of a rule,
// and the notice by which a rate is published.
type Words struct {
	// FlagsInWords are the flags as sentences.
	FlagsInWords []string `json:"flags_in_words"`
	// Arithmetic is how the figures came about, step by step.
	Arithmetic []string `json:"arithmetic"`
	// ToConfirm names what the answer rests on that is not verified.
	ToConfirm []string `json:"to_confirm"`

	language string
}

func words(flags []string, language string) Words {
	return Words{FlagsInWords: law.Explained(flags, language), Arithmetic: []string{}, ToConfirm: []string{}, language: language}
}

//go:embed phrases.csv
var phraseFile string

// phrases are what answers are put together of, by what they are in English,
// each in the order of law.Languages.
var phrases = sync.OnceValue(func() map[string][]string {
	r := csv.NewReader(strings.NewReader(phraseFile))
	r.Comma, r.LazyQuotes = '|', true
	rows, err := r.ReadAll()
	if err != nil {
		panic(err) // the file is part of the program
	}
	out := make(map[string][]string, len(rows))
	for _, row := range rows[1:] {
		out[row[0]] = row
	}
	return out
})

// say puts a phrase, named by what it is in English, into the language of the
// answer. One without a word of its own is the same in all.
func (w *Words) say(phrase string, a ...any) string {
	if row, ok := phrases()[phrase]; ok {
		phrase = row[max(slices.Index(law.Languages, w.language), 0)]
	}
	if len(a) == 0 {
		return phrase
	}
	return fmt.Sprintf(phrase, a...)
}

// step adds a line of arithmetic.
func (w *Words) step(phrase string, a ...any) {
	w.Arithmetic = append(w.Arithmetic, w.say(phrase, a...))
}

// confirm names what is not verified, each once.
func (w *Words) confirm(s law.Status, phrase string, a ...any) {
	if s == law.Verified {
		return
	}
	said := w.say(phrase, a...)
	if s == law.Secondary {
		said = w.say("%s: to confirm, the official text was not read", said)
	} else {
		said = w.say("%s: to confirm", said)
	}
	if !slices.Contains(w.ToConfirm, said) {
		w.ToConfirm = append(w.ToConfirm, said)
	}
}

// days, months and length are numbers of them, each in its own number.
func (w *Words) days(n int) string {
	if n == 1 || n == -1 {
		return w.say("%d day", n)
	}
	return w.say("%d days", n)
}

func (w *Words) months(n int) string {
	if n == 1 {
		return w.say("%d month", n)
	}
	return w.say("%d months", n)
}

func (w *Words) length(months int) string {
	switch {
	case months == 12:
		return w.say("%d year", 1)
	case months%12 == 0:
		return w.say("%d years", months/12)
	}
	return w.months(months)
}
