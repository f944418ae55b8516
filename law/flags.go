package law

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strings"
	"sync"
)

//go:embed flags.csv
var flagWords string

// Languages are those in which flags are put into words.
var Languages = []string{"en", "es", "fr", "pt"}

// words are the flags by name, each in the order of Languages.
var words = sync.OnceValue(func() map[string][]string {
	r := csv.NewReader(strings.NewReader(flagWords))
	r.Comma, r.LazyQuotes = '|', true
	rows, err := r.ReadAll()
	if err != nil {
		panic(err) // the file is part of the program
	}
	out := make(map[string][]string, len(rows))
	for _, row := range rows[1:] {
		out[row[0]] = row[1:]
	}
	return out
})

// InWords puts a flag into a sentence for a person to read, in one of
// Languages, or in English for another. A flag that has no sentence is given
// as it stands, with spaces.
func InWords(flag, language string) string {
	row, ok := words()[flag]
	if !ok {
		return strings.ReplaceAll(flag, "_", " ")
	}
	return row[max(slices.Index(Languages, language), 0)]
}

// Explained puts flags into words, in their order.
func Explained(flags []string, language string) []string {
	out := make([]string, len(flags))
	for i, f := range flags {
		out[i] = InWords(f, language)
	}
	return out
}

// FlagNames lists the flags that have words, in order.
func FlagNames() []string {
	out := make([]string, 0, len(words()))
	for name := range words() {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
