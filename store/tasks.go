package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

const taskColumns = `id, case_id, creditor_id, kind, step, due_on, state, claimed_by, opened_at, coalesce(done_at, '0001-01-01 00:00:00Z'), result`

func scanTask(r pgx.Row) (record.Task, error) {
	var k record.Task
	err := r.Scan(&k.ID, &k.Case, &k.Creditor, &k.Kind, &k.Step, &k.Due, &k.State, &k.Claimed, &k.Opened, &k.Done, &k.Result)
	k.Opened, k.Done = k.Opened.UTC(), k.Done.UTC()
	return k, err
}

// Tasks lists tasks by id, after the given one; an empty creditor or state
// does not filter.
func (s *Store) Tasks(ctx context.Context, creditor, state, after string, limit int) ([]record.Task, error) {
	rows, err := s.pool.Query(ctx, `select `+taskColumns+` from tasks where ($1 = '' or creditor_id = $1) and ($2 = '' or state = $2)
		and id > $3 order by id limit $4`, creditor, state, after, page(limit))
	if err != nil {
		return nil, fmt.Errorf("list tasks: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Task, error) { return scanTask(r) })
}

// ClaimTask gives an open task to one who works it; whoever has it already
// keeps it, and another is refused.
func (s *Store) ClaimTask(ctx context.Context, id, by string) (record.Task, error) {
	return s.changeTask(ctx, id, by, `update tasks set claimed_by = $2 where id = $1 returning `+taskColumns, id, by)
}

// FinishTask ends a task with its result; only who claimed it may, where
// somebody did.
func (s *Store) FinishTask(ctx context.Context, id, by, result string) (record.Task, error) {
	now, err := s.Now(ctx)
	if err != nil {
		return record.Task{}, err
	}
	return s.changeTask(ctx, id, by, `update tasks set state = 'done', done_at = $4, result = $3, claimed_by = $2 where id = $1 returning `+taskColumns,
		id, by, result, now)
}

func (s *Store) changeTask(ctx context.Context, id, by, sql string, args ...any) (record.Task, error) {
	var k record.Task
	err := s.inTx(ctx, func(tx pgx.Tx) (err error) {
		k, err = scanTask(tx.QueryRow(ctx, `select `+taskColumns+` from tasks where id = $1 for update`, id))
		switch {
		case err != nil:
			return err
		case k.State != "open":
			return &debt.Refusal{Rule: "task_" + k.State, Detail: fmt.Sprintf("task %s is %s", id, k.State), Conflict: true}
		case k.Claimed != "" && k.Claimed != by:
			return &debt.Refusal{Rule: "task_claimed", Detail: fmt.Sprintf("task %s is claimed by another", id), Conflict: true}
		}
		k, err = scanTask(tx.QueryRow(ctx, sql, args...))
		return err
	})
	return k, missing(err, "task", id)
}

// documentMax is how large a document may be, in bytes.
const documentMax = 20 << 20

const documentColumns = `id, case_id, type, name, media_type, sha256, size, added_at`

func documentFields(d *record.Document) []any {
	return []any{&d.ID, &d.Case, &d.Type, &d.Name, &d.Media, &d.SHA256, &d.Size, &d.Added}
}

// Documents lists the documents of a case, without their bytes.
func (s *Store) Documents(ctx context.Context, caseID string) ([]record.Document, error) {
	rows, err := s.pool.Query(ctx, `select `+documentColumns+` from documents where case_id = $1 order by id`, caseID)
	if err != nil {
		return nil, fmt.Errorf("list documents of case %s: %w", caseID, err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Document, error) {
		var d record.Document
		err := r.Scan(documentFields(&d)...)
		d.Added = d.Added.UTC()
		return d, err
	})
}

// Document gives a document with its bytes.
func (s *Store) Document(ctx context.Context, id string) (record.Document, error) {
	var d record.Document
	err := s.pool.QueryRow(ctx, `select `+documentColumns+`, bytes from documents where id = $1`, id).Scan(append(documentFields(&d), &d.Bytes)...)
	d.Added = d.Added.UTC()
	return d, missing(err, "document", id)
}

// AddDocument puts a document of at most 20 MB on a case. A second call with
// the same key gives the document of the first.
func (s *Store) AddDocument(ctx context.Context, caseID, key string, by debt.Actor, x record.Document) (record.Document, error) {
	if len(x.Bytes) > documentMax {
		return x, &debt.Refusal{Field: "file", Rule: "document_too_large", Detail: "a document has at most 20 MB"}
	}
	sum := sha256.Sum256(x.Bytes)
	x.ID, x.Case, x.SHA256, x.Size = newID(), caseID, hex.EncodeToString(sum[:]), len(x.Bytes)
	added := false
	_, err := s.record(ctx, caseID, key, by, func(d *docket, h *held) (debt.Fact, error) {
		added, x.Added = true, d.now
		if x.Size > 0 {
			d.insertDocument(h, x)
		}
		return debt.DocumentAdded{ID: x.ID, Type: x.Type, SHA256: x.SHA256, Size: x.Size}, nil
	})
	if err != nil {
		return x, fmt.Errorf("add a document to case %s: %w", caseID, err)
	}
	if added {
		return x, nil
	}
	return s.documentOf(ctx, caseID, key)
}

// documentOf gives the document that was added under a key.
func (s *Store) documentOf(ctx context.Context, caseID, key string) (record.Document, error) {
	var kind string
	var payload []byte
	err := s.pool.QueryRow(ctx, `select e.kind, p.payload from events e join event_payloads p using (case_id, seq)
		where e.case_id = $1 and e.key = $2`, caseID, key).Scan(&kind, &payload)
	if err != nil {
		return record.Document{}, missing(err, "document of key", key)
	}
	f, err := debt.Decode(kind, payload)
	if err != nil {
		return record.Document{}, err
	}
	was, ok := f.(debt.DocumentAdded)
	if !ok {
		return record.Document{}, record.ErrKeyReused
	}
	return s.Document(ctx, was.ID)
}

// insertDocument queues a document's row.
func (d *docket) insertDocument(h *held, x record.Document) {
	d.queue.Queue(`insert into documents (id, case_id, type, name, media_type, sha256, size, bytes, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		x.ID, h.c.ID, x.Type, x.Name, x.Media, x.SHA256, x.Size, x.Bytes, d.now)
}

const messageColumns = `m.id, m.key, m.case_id, m.creditor_id, m.person_id, m.step, m.occurrence, m.channel, m.purpose, m.letter,
	m.language, m.sender, m.recipient, m.reply_to, m.subject, m.body_text, m.body_html, m.state, m.mode, m.provider_id, m.code, m.late,
	m.reserved_at, coalesce(m.ended_at, '0001-01-01 00:00:00Z'),
	array(select x.case_id from message_cases x where x.message_id = m.id order by x.case_id)`

func scanMessage(r pgx.Row) (record.Message, error) {
	var m record.Message
	err := r.Scan(&m.ID, &m.Key, &m.Case, &m.Creditor, &m.Person, &m.Step, &m.Occurrence, &m.Channel, &m.Purpose, &m.Letter,
		&m.Language, &m.From, &m.To, &m.ReplyTo, &m.Subject, &m.Text, &m.HTML, &m.State, &m.Mode, &m.Provider, &m.Code, &m.Late,
		&m.Reserved, &m.Ended, &m.Covers)
	m.Reserved, m.Ended = m.Reserved.UTC(), m.Ended.UTC()
	return m, err
}

// Messages lists messages by id, after the given one: those that went out for
// a case, alone or with others, and those of a creditor; empty does not filter.
func (s *Store) Messages(ctx context.Context, caseID, creditor, after string, limit int) ([]record.Message, error) {
	where, args := `m.id > $1`, []any{after}
	if caseID != "" {
		args = append(args, caseID)
		where += fmt.Sprintf(` and (m.case_id = $%d or m.id in (select message_id from message_cases where case_id = $%d))`, len(args), len(args))
	}
	if creditor != "" {
		args = append(args, creditor)
		where += fmt.Sprintf(` and m.creditor_id = $%d`, len(args))
	}
	rows, err := s.pool.Query(ctx, `select `+messageColumns+` from messages m where `+where+fmt.Sprintf(` order by m.id limit %d`, page(limit)), args...)
	if err != nil {
		return nil, fmt.Errorf("list messages: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Message, error) { return scanMessage(r) })
}

// Message gives a message.
func (s *Store) Message(ctx context.Context, id string) (record.Message, error) {
	m, err := scanMessage(s.pool.QueryRow(ctx, `select `+messageColumns+` from messages m where m.id = $1`, id))
	return m, missing(err, "message", id)
}

const handoffColumns = `id, case_id, creditor_id, firm_id, state, offered_at, until, coalesce(ended_at, '0001-01-01 00:00:00Z')`

func scanHandoff(r pgx.Row) (record.Handoff, error) {
	var h record.Handoff
	err := r.Scan(&h.ID, &h.Case, &h.Creditor, &h.Firm, &h.State, &h.Offered, &h.Until, &h.Ended)
	h.Offered, h.Ended = h.Offered.UTC(), h.Ended.UTC()
	return h, err
}

// Handoffs lists handoffs by id, after the given one; an empty firm or state
// does not filter.
func (s *Store) Handoffs(ctx context.Context, firm, state, after string, limit int) ([]record.Handoff, error) {
	rows, err := s.pool.Query(ctx, `select `+handoffColumns+` from handoffs where ($1 = '' or firm_id = $1) and ($2 = '' or state = $2)
		and id > $3 order by id limit $4`, firm, state, after, page(limit))
	if err != nil {
		return nil, fmt.Errorf("list handoffs: %w", err)
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (record.Handoff, error) { return scanHandoff(r) })
}

// Handoff gives a handoff.
func (s *Store) Handoff(ctx context.Context, id string) (record.Handoff, error) {
	h, err := scanHandoff(s.pool.QueryRow(ctx, `select `+handoffColumns+` from handoffs where id = $1`, id))
	return h, missing(err, "handoff", id)
}
