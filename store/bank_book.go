package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/bank"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/record"
)

// mostPointedTo is how many cases a line is held against: those that it points
// to best.
const mostPointedTo = 60

// pointedTo finds the cases of creditors that a line points to: by our
// reference, theirs, an account, a name, a sum.
const pointedTo = `with found as (
	select id, 1 as rank from cases where creditor_id = any($1) and left(right(id, 16), 11) = any($2)
	union all select id, 1 from cases where creditor_id = any($1) and right(id, 10) = any($3)
	union all select id, 2 from cases where creditor_id = any($1) and tight_reference(reference) = any($4)
	union all select x.id, 3 from unnest($5::text[]) part cross join lateral (select id from cases
		where creditor_id = any($1) and tight_reference(reference) ~>=~ part and tight_reference(reference) ~<~ (part || '~') limit 3) x
	union all select x.id, 3 from unnest($5::text[]) part cross join lateral (select id from cases
		where creditor_id = any($1) and reverse(tight_reference(reference)) ~>=~ reverse(part)
			and reverse(tight_reference(reference)) ~<~ (reverse(part) || '~') limit 3) x
	union all select * from (select c.id, 4 from bank_lines l join bank_parts p on p.line_id = l.id join cases k on k.id = p.case_id
		join cases c on c.person_id = k.person_id and c.creditor_id = any($1) and c.open
		where (l.creditor_id = any($1) or l.creditor_id is null) and l.iban = $6 and l.iban <> '' and l.state = 'booked' limit 100) x
	union all select * from (select c.id, 5 from debtors d join cases c on c.debtor_id = d.id and c.open
		where d.creditor_id = any($1) and $7 <> '' and to_tsvector('simple', plain_name(d.name)) @@ to_tsquery('simple', $7) limit 100) x
	union all select * from (select id, 6 from cases where creditor_id = any($1) and open and currency = $8 and open_principal = $9::numeric / 100 limit 5) x
), best as (select id, min(rank) as rank from found group by id order by rank, id limit $10)
select c.id from cases c where c.id in (select id from best) or c.open and c.creditor_id = any($1) and c.id in (
	select o.id from best b join cases k on k.id = b.id join cases o on o.person_id = k.person_id
	where b.rank < 6 and o.open and o.creditor_id = any($1) order by o.id limit $10) order by c.id`

// commonParts are beginnings and ends of references that more than two cases share.
const commonParts = `select part from unnest($2::text[]) part where
	(select count(*) from (select from cases where creditor_id = any($1)
		and tight_reference(reference) ~>=~ part and tight_reference(reference) ~<~ (part || '~') limit 3) x) > 2
	or (select count(*) from (select from cases where creditor_id = any($1)
		and reverse(tight_reference(reference)) ~>=~ reverse(part) and reverse(tight_reference(reference)) ~<~ (reverse(part) || '~') limit 3) x) > 2`

// bookFor gathers what a line is held against: the cases of its creditor or, on an
// account of the operator's, of all.
func (s *Store) bookFor(ctx context.Context, creditor string, l bank.Line) (*bank.Book, error) {
	var booked []bank.Booked
	var creditors []string
	err := s.pool.QueryRow(ctx, `select coalesce(array_agg(id order by id), '{}') from creditors where id = $1 or $1 = ''`, creditor).Scan(&creditors)
	if err == nil && !l.Credit() {
		booked, err = s.bookedLines(ctx, l)
	}
	if err != nil {
		return nil, err
	}
	w := l.Wanted()
	heads := make([]string, len(w.Heads))
	for i, h := range w.Heads {
		heads[i] = h[:3] + "-" + h[3:] // as it stands in the id
	}
	ids, err := s.texts(ctx, pointedTo, creditors, heads, w.Tails, w.Phrases, w.Parts, l.IBAN, pairs(w.Names),
		l.Amount.Currency, l.Amount.Cents, mostPointedTo)
	if err != nil {
		return nil, err
	}
	cases, err := s.openFor(ctx, creditors, ids, l.Booked)
	if err != nil {
		return nil, err
	}
	common, err := s.texts(ctx, commonParts, creditors, w.Parts)
	if err != nil {
		return nil, err
	}
	book := bank.NewBook(cases, booked)
	book.Common(common)
	return book, nil
}

// texts gives the one column of a query.
func (s *Store) texts(ctx context.Context, sql string, args ...any) ([]string, error) {
	rows, err := s.pool.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// pairs asks for names that hold two of the words, or the one that there is: a
// word alone, GARCIA, leads to hundreds.
func pairs(words []string) string {
	words = words[:min(len(words), 8)]
	if len(words) == 1 {
		return strings.ToLower(words[0])
	}
	var out []string
	for i, a := range words {
		for _, b := range words[i+1:] {
			out = append(out, strings.ToLower("("+a+" & "+b+")"))
		}
	}
	return strings.Join(out, " | ")
}

// openFor loads cases as a payment of a day finds them.
func (s *Store) openFor(ctx context.Context, creditors, ids []string, day calendar.Date) ([]bank.Open, error) {
	var out []bank.Open
	paid := map[string][]money.Amount{}
	var people []string
	loaded := map[string]*docket{} // by case: one holds all open ones of a person
	for _, id := range ids {
		d := loaded[id]
		if d == nil {
			var err error
			if d, _, err = s.loadCase(ctx, s.pool, subject{caseID: id}); err != nil {
				return nil, err
			}
			for _, x := range d.held {
				loaded[x.c.ID] = d
			}
		}
		h, _ := d.find(id)
		owed := h.c.Statement(h.terms, day)
		o := bank.Open{Case: id, Debtor: h.c.Person, Reference: h.c.Reference, Owed: owed.Balance, Closed: !h.c.Open()}
		if x := d.debtors[h.c.Debtor]; x != nil {
			o.Name = x.Party.Name
		}
		o.Expected = expected(h.c, owed)
		for _, p := range h.c.Payments {
			if p.Bounced.IsZero() {
				paid[h.c.Person] = append(paid[h.c.Person], p.Amount)
				o.Standing = append(o.Standing, bank.Payment{ID: p.ID, Amount: p.Amount, Received: p.Received})
			}
		}
		if !slices.Contains(people, h.c.Person) {
			people = append(people, h.c.Person)
		}
		out = append(out, o)
	}
	accounts, err := s.accountsOf(ctx, creditors, people)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Accounts, out[i].Paid = accounts[out[i].Debtor], paid[out[i].Debtor]
	}
	return out, nil
}

// expected are the sums that a debtor has reason to pay beside the balance: what
// is left of the principal, and what was promised, offered or agreed.
func expected(c *debt.Case, owed debt.Statement) []money.Amount {
	out := []money.Amount{c.OpenPrincipal(), owed.Principal}
	if p, running := c.Running(); running {
		out = append(out, p.Amount)
	}
	if p, running := c.RunningPlan(); running {
		for _, x := range p.Instalments {
			out = append(out, x.Amount)
		}
	}
	for _, x := range c.Offers {
		if x.Stands() {
			out = append(out, x.Amount)
		}
	}
	return out
}

// accountsOf gives the accounts from which people paid debts of a creditor.
func (s *Store) accountsOf(ctx context.Context, creditors, people []string) (map[string][]string, error) {
	rows, err := s.pool.Query(ctx, `select distinct c.person_id, l.iban from cases c join bank_parts p on p.case_id = c.id and p.booked
		join bank_lines l on l.id = p.line_id where c.person_id = any($2) and c.creditor_id = any($1) and l.iban <> '' and l.amount > 0
		order by c.person_id, l.iban`, creditors, people)
	if err != nil {
		return nil, err
	}
	out := map[string][]string{}
	var person, iban string
	_, err = pgx.ForEachRow(rows, []any{&person, &iban}, func() error {
		out[person] = append(out[person], iban)
		return nil
	})
	return out, err
}

// bookedLines gives the booked lines that a reversal may take back and none has
// taken back yet.
func (s *Store) bookedLines(ctx context.Context, l bank.Line) ([]bank.Booked, error) {
	rows, err := s.pool.Query(ctx, `select `+bankLineColumns+` from bank_lines l where l.account = $1
		and l.amount = -($2::numeric / 100) and l.booked_on <= $3 and l.state = 'booked'
		and not exists (select from bank_parts p join bank_parts q on q.case_id = p.case_id and q.payment = p.payment and q.line_id <> p.line_id where p.line_id = l.id)
		order by l.booked_on desc, l.id desc limit 100`, l.Account, l.Amount.Cents, l.Booked)
	if err != nil {
		return nil, err
	}
	lines, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.BankLine, error) { return scanBankLine(r) })
	if err != nil {
		return nil, fmt.Errorf("find booked lines: %w", err)
	}
	var out []bank.Booked
	for _, x := range lines {
		b := bank.Booked{Line: x.Line}
		for _, p := range x.Parts {
			b.Parts = append(b.Parts, p.Part)
		}
		out = append(out, b)
	}
	return out, nil
}
