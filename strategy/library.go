package strategy

import (
	"cmp"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/recobro/recobro/law"
)

//go:embed standard/*.yaml
var standard embed.FS

// Library holds strategies by name and version: the shipped ones and those
// that an operator added. It may be used by several goroutines at once.
type Library struct {
	mu    sync.RWMutex
	exact map[string]*Strategy // by Ref
	last  map[string]*Strategy // newest, by name
}

// shipped are the strategies that come with the engine, read once.
var shipped = sync.OnceValue(func() []*Strategy {
	files, err := standard.ReadDir("standard")
	if err != nil {
		panic("strategy: shipped strategies: " + err.Error())
	}
	out := make([]*Strategy, 0, len(files))
	for _, f := range files {
		text, err := standard.ReadFile("standard/" + f.Name())
		if err != nil {
			panic("strategy: shipped strategies: " + err.Error())
		}
		s, err := Parse(text)
		if err != nil {
			panic("strategy: shipped " + f.Name() + ": " + err.Error())
		}
		out = append(out, s)
	}
	return out
})

// NewLibrary returns a library of the shipped strategies.
func NewLibrary() *Library {
	l := &Library{exact: map[string]*Strategy{}, last: map[string]*Strategy{}}
	for _, s := range shipped() {
		l.keep(s)
	}
	return l
}

// Add puts a strategy into the library. A version that is there already stays
// as it is, since cases are pinned to it: Add fails.
func (l *Library) Add(s *Strategy) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.exact[s.Ref()] != nil {
		return fmt.Errorf("strategy %s is there already: give the change a new version", s.Ref())
	}
	l.keep(s)
	return nil
}

func (l *Library) keep(s *Strategy) {
	l.exact[s.Ref()] = s
	if newest := l.last[s.Name]; newest == nil || newest.Version < s.Version {
		l.last[s.Name] = s
	}
}

// Get returns the strategy of a reference: name@version, or a name alone for
// its newest version.
func (l *Library) Get(ref string) (*Strategy, bool) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if s, ok := l.exact[ref]; ok {
		return s, true
	}
	s, ok := l.last[ref]
	return s, ok
}

// Pick returns the strategy for a new case: the one that name refers to, which
// must be for that country, or the shipped one of the country and the kind of
// debtor where name is empty. A public debtor is treated as a business.
func (l *Library) Pick(country string, debtor law.Party, name string) (*Strategy, bool) {
	if name != "" {
		s, ok := l.Get(name)
		if !ok || s.Country != country {
			return nil, false
		}
		return s, true
	}
	kind := "business"
	if debtor == law.Consumer {
		kind = "consumer"
	}
	return l.Get(strings.ToLower(country) + "-" + kind)
}

// All lists the strategies by name and version.
func (l *Library) All() []*Strategy {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return slices.SortedFunc(maps.Values(l.exact), func(a, b *Strategy) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), a.Version-b.Version)
	})
}
