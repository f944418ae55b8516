package strategy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/law/countries"
	"github.com/recobro/recobro/money"
)

// inspection looks a strategy over, and notes what is wrong by line.
type inspection struct {
	s        *Strategy
	root     *yaml.Node
	problems Problems
}

func (v *inspection) all() {
	v.negatives(v.root, "")
	v.head()
	v.contact()
	v.steps()
	v.limits()
}

// wrong notes a problem at the place that path names.
func (v *inspection) wrong(path string, format string, args ...any) {
	v.problems = append(v.problems, Problem{Line: v.line(path), Reason: fmt.Sprintf(format, args...)})
}

// line finds the line of a path such as "steps.3.channels"; of what is not
// there, the line of what should hold it.
func (v *inspection) line(path string) int {
	at := v.root
	line := at.Line
	for key := range strings.SplitSeq(path, ".") {
		next := child(at, key)
		if next == nil {
			return line
		}
		at = next
		line = at.Line
	}
	return line
}

func child(n *yaml.Node, key string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == key {
				value := *n.Content[i+1]
				value.Line = n.Content[i].Line // where the key stands
				return &value
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(key); err == nil && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}

// negatives refuses numbers below zero; only a step's offset may be one.
func (v *inspection) negatives(n *yaml.Node, key string) {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			v.negatives(n.Content[i+1], n.Content[i].Value)
		}
	case yaml.SequenceNode:
		for _, x := range n.Content {
			v.negatives(x, key)
		}
	case yaml.ScalarNode:
		if strings.HasPrefix(n.Value, "-") && key != "offset" && (n.Tag == "!!int" || n.Tag == "!!float") {
			v.problems = append(v.problems, Problem{n.Line, fmt.Sprintf("%s is %s: it may not be negative", key, n.Value)})
		}
	}
}

// named reports whether s may be the name of a strategy.
func named(s string) bool {
	return s != "" && len(s) <= 60 && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == "" && s[0] != '-'
}

func (v *inspection) head() {
	s := v.s
	if !named(s.Name) {
		v.wrong("name", "name %q: want lower-case letters, digits and hyphens", s.Name)
	}
	if s.Version < 1 {
		v.wrong("version", "version: want a number from 1")
	}
	if _, ok := countries.For(s.Country, ""); !ok {
		v.wrong("country", "country %q is not known: want ES, FR or PT", s.Country)
	}
	if s.Debtor != law.Business && s.Debtor != law.Consumer && s.Debtor != law.Public {
		v.wrong("debtor", "debtor %q is not known: want business, consumer or public", s.Debtor)
	}
}

// within refuses a number outside its bounds.
func (v *inspection) within(path string, got, low, high int) {
	if got < 0 {
		return // told already
	}
	if got < low || got > high {
		v.wrong(path, "%s is %d: want %d to %d", path[strings.LastIndexByte(path, '.')+1:], got, low, high)
	}
}

// limits looks over what may be promised, agreed and offered, and by when.
func (v *inspection) limits() {
	s := v.s
	v.promises()
	v.plans()
	v.offers()
	v.within("disputes.answer_days", s.Disputes.AnswerDays, 1, 90)
	if name := s.Hardship.Strategy; name != "" {
		if _, _, err := ParseRef(name); err != nil {
			v.wrong("hardship.strategy", "%v", err)
		}
	}
	v.within("guard.days", s.Guard.Days, 30, 365)
	v.within("handoff.accept_days", s.Handoff.AcceptDays, 1, 90)
	v.within("control_days", s.ControlDays, 1, 180)
	s.minBalance = v.sum("handoff.min_balance", s.Handoff.MinBalance)
	s.tolerance = v.sum("tolerance", s.Tolerance)
	if s.tolerance > maxTolerance {
		v.wrong("tolerance", "tolerance is %s: a rest above %d is not written off by itself", s.Tolerance, maxTolerance/100)
	}
}

// maxTolerance bounds, in cents, what an engine may give up on its own.
const maxTolerance = 20_00

// sum reads a sum in major units; nothing given is zero.
func (v *inspection) sum(path, text string) int64 {
	if text == "" {
		return 0
	}
	a, err := money.Parse(text, "EUR")
	switch {
	case err != nil:
		v.wrong(path, "%s %q: %v", path[strings.LastIndexByte(path, '.')+1:], text, err)
	case a.Cents < 0:
		if !strings.HasPrefix(text, "-") || !v.told(path) {
			v.wrong(path, "%s is %s: it may not be negative", path[strings.LastIndexByte(path, '.')+1:], text)
		}
	}
	return max(a.Cents, 0)
}

// told reports whether something was already said of the line of path.
func (v *inspection) told(path string) bool {
	line := v.line(path)
	return slices.ContainsFunc(v.problems, func(p Problem) bool { return p.Line == line })
}

// stageOf gives the stage's rank, or -1 for one that no step may have.
func stageOf(s debt.Stage) int {
	if s == debt.Closed {
		return -1
	}
	return s.Rank()
}
