package bench

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/recobro/recobro/evidence"
)

// family is a person with all their rows, cut where copies differ.
type family struct {
	shared map[string]bool
	words  map[string]int // what differs, by what the original has → its number
	slots  []slot
	heads  map[string]int // the hash that the chain of a case ends with, likewise
	lines  []line
	chain  []*chained
	values [][]byte // of the copy being made, by number
}

// slot is one thing that differs from copy to copy.
type slot struct {
	kind  slotKind
	was   string
	order int // among the ids
}

type slotKind int

const (
	anID slotKind = iota
	aReference
	anAddress
	aPhone
	aTaxID
	aName
	aDigest
	aHead
)

// line is a row of a table, before and after it was cut.
type line struct {
	table string
	raw   string
	parts []part
}

// part is a text that stays, and the number of what follows it; less than zero: nothing.
type part struct {
	text []byte
	slot int
}

// chained is one event with its payload.
type chained struct {
	caseID, seq, lead, salt string
	kind, role, by          string
	at                      time.Time
	n                       int64
	payload                 []byte
	saltBytes               []byte

	caseParts, leadParts, byParts, payloadParts []part
}

func newFamily(shared map[string]bool) *family {
	return &family{shared: shared, words: map[string]int{}, heads: map[string]int{}}
}

// differs are the columns whose very values differ from copy to copy.
var differs = map[string]slotKind{
	"cases.reference": aReference, "debtors.reference": aReference, "debtors.name": aName, "debtors.tax_id": aTaxID,
	"contact_points.value": anAddress, "person_keys.key": aDigest, "cases.head": aHead,
}

var idPattern = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// row takes a row in.
func (f *family) row(table, columns string, cells []string) {
	for i, name := range strings.Split(columns, ", ") {
		kind, is := differs[table+"."+name]
		if !is || cells[i] == "" || cells[i] == `\N` {
			continue
		}
		if kind == anAddress && strings.HasPrefix(cells[i], "+") {
			kind = aPhone
		}
		word := strings.TrimPrefix(cells[i], `\\x`)
		f.word(word, kind)
		if kind == aHead {
			f.heads[cells[place(columns, "id")]] = f.words[word]
		}
	}
	raw := strings.Join(cells, "\t") + "\n"
	f.ids(raw)
	f.lines = append(f.lines, line{table: table, raw: raw})
}

func (f *family) word(was string, kind slotKind) {
	if _, known := f.words[was]; !known {
		f.words[was] = len(f.slots)
		f.slots = append(f.slots, slot{kind: kind, was: was})
	}
}

func (f *family) ids(raw string) {
	for _, id := range idPattern.FindAllString(raw, -1) {
		if !f.shared[id] {
			f.word(id, anID)
		}
	}
}

// event takes an event in.
func (f *family) event(cells []string) error {
	micros, err := strconv.ParseInt(cells[7], 10, 64)
	if err != nil {
		return fmt.Errorf("read the instant of event %s of case %s: %w", cells[1], cells[0], err)
	}
	e := &chained{caseID: cells[0], seq: cells[1], kind: cells[2], role: cells[4], by: cells[5], salt: cells[8], at: time.UnixMicro(micros).UTC()}
	e.lead = strings.Join(cells[:7], "\t")
	if e.n, err = strconv.ParseInt(cells[1], 10, 64); err != nil {
		return fmt.Errorf("read the number of event %s of case %s: %w", cells[1], cells[0], err)
	}
	if e.payload, err = text(cells[9]); err != nil {
		return fmt.Errorf("read the payload of event %s of case %s: %w", cells[1], cells[0], err)
	}
	if e.saltBytes, err = text(cells[8]); err != nil {
		return fmt.Errorf("read the salt of event %s of case %s: %w", cells[1], cells[0], err)
	}
	f.ids(e.lead)
	f.ids(string(e.payload))
	f.chain = append(f.chain, e)
	return nil
}

// cut finds, once, where copies differ.
func (f *family) cut() {
	f.orderIDs()
	words := make([]string, 0, len(f.words))
	for w := range f.words {
		words = append(words, regexp.QuoteMeta(w))
	}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // the longest that fits
	any := regexp.MustCompile(strings.Join(words, "|"))
	for i := range f.lines {
		f.lines[i].parts, f.lines[i].raw = f.parts(any, f.lines[i].raw), ""
	}
	for _, e := range f.chain {
		e.caseParts, e.leadParts = f.parts(any, e.caseID), f.parts(any, e.lead)
		e.byParts, e.payloadParts = f.parts(any, e.by), f.parts(any, string(e.payload))
	}
	f.values = make([][]byte, len(f.slots))
}

// orderIDs numbers the ids as they sort, so that those of copies sort alike.
func (f *family) orderIDs() {
	var ids []int
	for i, s := range f.slots {
		if s.kind == anID {
			ids = append(ids, i)
		}
	}
	slices.SortFunc(ids, func(a, b int) int { return strings.Compare(f.slots[a].was, f.slots[b].was) })
	for order, i := range ids {
		f.slots[i].order = order
	}
}

func (f *family) parts(any *regexp.Regexp, raw string) []part {
	var out []part
	from := 0
	for _, at := range any.FindAllStringIndex(raw, -1) {
		out = append(out, part{[]byte(raw[from:at[0]]), f.words[raw[at[0]:at[1]]]})
		from = at[1]
	}
	return append(out, part{[]byte(raw[from:]), -1})
}

// copy writes the n-th copy of all, with ids of an instant in milliseconds.
func (f *family) copy(to *filling, n int, at int64) error {
	for i, s := range f.slots {
		f.values[i] = s.value(f.values[i][:0], n, at)
	}
	if err := f.copyChain(to); err != nil {
		return err
	}
	var row []byte
	for _, l := range f.lines {
		row = f.render(row[:0], l.parts)
		if _, err := to.streams[l.table].Write(row); err != nil {
			return err
		}
	}
	return nil
}

func (f *family) render(b []byte, parts []part) []byte {
	for _, p := range parts {
		b = append(b, p.text...)
		if p.slot >= 0 {
			b = append(b, f.values[p.slot]...)
		}
	}
	return b
}

// copyChain writes the events of the copy, linked anew.
func (f *family) copyChain(to *filling) error {
	var row, payload, head []byte
	last := ""
	for _, e := range f.chain {
		if e.caseID != last {
			last, head = e.caseID, nil
		}
		payload = f.render(payload[:0], e.payloadParts)
		commitment := evidence.Commit(e.saltBytes, payload)
		id := string(f.render(nil, e.caseParts))
		head = evidence.Link(head, evidence.Event{Case: id, Seq: e.n, Kind: e.kind, At: e.at, Role: e.role,
			By: string(f.render(nil, e.byParts)), Commitment: commitment})
		row = append(f.render(row[:0], e.leadParts), "\t\\\\x"...)
		row = append(hex.AppendEncode(row, commitment), "\t\\\\x"...)
		row = append(hex.AppendEncode(row, head), '\n')
		if _, err := to.streams[events].Write(row); err != nil {
			return err
		}
		row = append(append(append(append(row[:0], id...), '\t'), e.seq...), "\t\\\\x"...)
		row = append(append(append(row, e.salt...), "\t\\\\x"...), hex.EncodeToString(payload)...)
		if _, err := to.streams[payloads].Write(append(row, '\n')); err != nil {
			return err
		}
		f.values[f.heads[last]] = hex.AppendEncode(f.values[f.heads[last]][:0], head)
	}
	return nil
}

// value gives what the n-th copy has.
func (s slot) value(b []byte, n int, at int64) []byte {
	switch s.kind {
	case anID: // version 7: sorts by its instant, then by the order of the original
		tail := sha256.Sum256(fmt.Appendf(nil, "%d/%d", n, s.order))
		return fmt.Appendf(b, "%08x-%04x-7%03x-%04x-%x", at>>16, at&0xffff, s.order&0xfff, 0x8000|uint(tail[0])<<6|uint(tail[1])&0x3f, tail[2:8])
	case aReference:
		return strconv.AppendInt(append(append(b, s.was...), '-'), int64(n), 10)
	case anAddress:
		return append(append(strconv.AppendInt(append(b, 'n'), int64(n), 10), '.'), s.was...)
	case aPhone:
		return fmt.Appendf(b, "%.4s%08d", s.was, n)
	case aTaxID:
		return fmt.Appendf(b, "%.1s%08d", s.was, n)
	case aName:
		return append(append(append(b, s.was...), ' '), surname(n)...)
	case aDigest:
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", s.was, n))
		return hex.AppendEncode(b, sum[:])
	}
	return append(b, s.was...) // a head: set by copyChain
}

// syllables make 27,000 surnames of three.
var syllables = strings.Fields("al be ca do en fi gar her iz jo ka lo mi nu or pe qui ro sa tu ul va xe yo zar bri cres dun fla gri")

// surname is what the n-th copy of a person is called besides.
func surname(n int) []byte {
	var b bytes.Buffer
	for range 3 {
		b.WriteString(syllables[n%len(syllables)])
		n /= len(syllables)
	}
	return bytes.ToTitle(b.Bytes())
}
