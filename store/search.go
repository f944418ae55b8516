package store

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"
)

// conditions gathers what a list filters by.
type conditions struct {
	where []string
	args  []any
}

// arg takes a value in, and gives how it is written.
func (c *conditions) arg(v any) string {
	c.args = append(c.args, v)
	return fmt.Sprintf("$%d", len(c.args))
}

// add appends a condition with one value, written as $.
func (c *conditions) add(sql string, v any) {
	c.where = append(c.where, strings.ReplaceAll(sql, "$", c.arg(v)))
}

// text adds a condition where v is not empty.
func (c *conditions) text(sql, v string) {
	if v != "" {
		c.add(sql, v)
	}
}

// ofCreditor writes that a column is a creditor, to be added to a condition;
// nothing where no creditor is asked for.
func (c *conditions) ofCreditor(column, creditor string) string {
	if creditor == "" {
		return ""
	}
	return " and " + column + " = " + c.arg(creditor)
}

// given are the values for a query that is planned anew for them. A plan kept
// for any value would walk the whole table to find that a stage has no case.
func (c *conditions) given() []any {
	return append([]any{pgx.QueryExecModeCacheDescribe}, c.args...)
}

// all writes the conditions; without any, everything meets them.
func (c *conditions) all() string {
	if len(c.where) == 0 {
		return "true"
	}
	return strings.Join(c.where, " and ")
}

// typed is what somebody types into a search, ready to be looked for.
type typed struct {
	text  string // as it was typed, without blanks around it
	from  string // where references that begin so begin …
	below string // … and what lies behind all of them
	words string // words that begin so, as a text search
}

// lastRune sorts behind everything that a reference may go on with.
const lastRune = "\U0010FFFF"

func typedAs(query string) typed {
	text := strings.TrimSpace(query)
	from := strings.ToLower(text)
	return typed{text: text, from: from, below: from + lastRune, words: prefixes(text)}
}

// prefixes writes what somebody types as a text search for words that begin so.
func prefixes(query string) string {
	words := strings.FieldsFunc(query, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		words[i] = w + ":*"
	}
	return strings.Join(words, " & ")
}

// What is typed may be found in two ways, and neither is quick for all: few
// matches are fetched by the indexes and then put in order; among many, the
// first of them are soon met on a walk in order, where fetching them all would
// take long. PostgreSQL cannot tell the two apart, since it plans for words that
// it does not know, so they are counted first, up to this many.
const manyMatches = 5000

// begins holds for references that begin as was typed. Unlike "like" it is found
// by the index even where PostgreSQL plans without knowing the words.
const begins = `lower(%s) ~>=~ %s and lower(%s) ~<~ %s`

// nameHolds holds for names with the words; with a suffix that changes nothing
// it is not looked up in the index.
const nameHolds = `to_tsvector('simple', %s) @@ to_tsquery('simple', %s)`

// searchCases adds what somebody typed to the conditions of a list of cases: a
// word of the debtor's name, a tax id, the beginning of a reference, or a case's
// id.
func (s *Store) searchCases(ctx context.Context, c *conditions, query, creditor string) error {
	q := typedAs(query)
	count := &conditions{}
	of := count.ofCreditor("creditor_id", creditor)
	from, below, words := count.arg(q.from), count.arg(q.below), count.arg(q.words)
	sql := fmt.Sprintf(`select (select count(*) from (select from cases where `+begins+of+` limit %d) r)
		+ (select count(*) from (select from debtors where `+nameHolds+of+` limit %d) n)`,
		"reference", from, "reference", below, manyMatches, "name", words, manyMatches)
	var n int
	if err := s.pool.QueryRow(ctx, sql, count.args...).Scan(&n); err != nil {
		return fmt.Errorf("count what is found: %w", err)
	}
	text, from, below, words := c.arg(q.text), c.arg(q.from), c.arg(q.below), c.arg(q.words)
	if n < manyMatches {
		// What other creditors have of the same name may be very many.
		of, owner := c.ofCreditor("creditor_id", creditor), c.ofCreditor("y.creditor_id", creditor)
		c.where = append(c.where, fmt.Sprintf(`c.id = any(array(select id from cases where `+begins+of+`
		union all select x.id from cases x join debtors y on y.id = x.debtor_id where y.tax_id = upper(%s) and y.tax_id <> ''`+owner+`
		union all select x.id from cases x join debtors y on y.id = x.debtor_id where `+nameHolds+owner+`
		union all select %s))`, "reference", from, "reference", below, text, "y.name", words, text))
		return nil
	}
	// Not "exists": that is made into a list of all debtors.
	c.where = append(c.where, fmt.Sprintf(`(c.id = %s or `+begins+` or (select y.tax_id = upper(%s) or `+nameHolds+`
			from debtors y where y.id = c.debtor_id))`, text, "c.reference", from, "c.reference", below, text, "y.name || ''", words))
	return nil
}

// searchDebtors adds what somebody typed to the conditions of a list of
// debtors: a word of the name, the creditor's own reference, or a tax id.
func (s *Store) searchDebtors(ctx context.Context, c *conditions, query, creditor string) error {
	q := typedAs(query)
	count := &conditions{}
	of := count.ofCreditor("creditor_id", creditor)
	var n int
	if err := s.pool.QueryRow(ctx, fmt.Sprintf(`select count(*) from (select from debtors where `+nameHolds+of+` limit %d) n`,
		"name", count.arg(q.words), manyMatches), count.args...).Scan(&n); err != nil {
		return fmt.Errorf("count what is found: %w", err)
	}
	text, words := c.arg(q.text), c.arg(q.words)
	if n >= manyMatches {
		c.where = append(c.where, fmt.Sprintf(`(d.reference = %s or d.tax_id = upper(%s) or `+nameHolds+`)`, text, text, "d.name || ''", words))
		return nil
	}
	of = c.ofCreditor("creditor_id", creditor)
	c.where = append(c.where, fmt.Sprintf(`d.id = any(array(select id from debtors where reference = %s`+of+`
		union all select id from debtors where tax_id = upper(%s) and tax_id <> ''`+of+`
		union all select id from debtors where `+nameHolds+of+`))`, text, text, "name", words))
	return nil
}
