package store

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/recobro/recobro/record"
)

const messageColumns = `m.id, m.key, m.case_id, m.creditor_id, m.person_id, m.step, m.occurrence, m.channel, m.purpose, m.letter,
	m.language, m.sender, m.recipient, m.reply_to, m.subject, m.body_text, m.body_html, coalesce((select p.code from pay_codes p where p.message_id = m.id), ''), m.state, m.mode, m.provider_id, m.code, m.late,
	m.reserved_at, coalesce(m.ended_at, '0001-01-01 00:00:00Z'),
	array(select x.case_id from message_cases x where x.message_id = m.id order by x.case_id)`

func scanMessage(r pgx.Row) (record.Message, error) {
	var m record.Message
	err := r.Scan(&m.ID, &m.Key, &m.Case, &m.Creditor, &m.Person, &m.Step, &m.Occurrence, &m.Channel, &m.Purpose, &m.Letter,
		&m.Language, &m.From, &m.To, &m.ReplyTo, &m.Subject, &m.Text, &m.HTML, &m.PayCode, &m.State, &m.Mode, &m.Provider, &m.Code, &m.Late,
		&m.Reserved, &m.Ended, &m.Covers)
	m.Reserved, m.Ended = m.Reserved.UTC(), m.Ended.UTC()
	return m, err
}

// Messages lists messages by id, after the given one: those that went out for
// a case, alone or with others, and those of a creditor; empty does not filter.
func (s *Store) Messages(ctx context.Context, caseID, creditor, after string, limit int) ([]record.Message, error) {
	c := &conditions{}
	c.text(`m.id > $`, after)
	c.text(`m.id = any(array(select id from messages where case_id = $ union all select message_id from message_cases where case_id = $))`, caseID)
	c.text(`m.creditor_id = $`, creditor)
	rows, err := s.pool.Query(ctx, `select `+messageColumns+` from messages m where `+c.all()+fmt.Sprintf(` order by m.id limit %d`, page(limit)), c.given()...)
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
