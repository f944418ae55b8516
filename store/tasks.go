package store

import (
	"context"
	"errors"
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
	c := &conditions{}
	c.text(`creditor_id = $`, creditor)
	c.text(`state = $`, state)
	c.text(`id > $`, after)
	rows, err := s.pool.Query(ctx, `select `+taskColumns+` from tasks where `+c.all()+fmt.Sprintf(` order by id limit %d`, page(limit)), c.given()...)
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
// somebody did. Whoever ended it and says the same again is given the task as
// it ended. One that asks what a bank line is ends when that is said of the line.
func (s *Store) FinishTask(ctx context.Context, id, by, result string) (record.Task, error) {
	if err := s.notOfBankLine(ctx, id); err != nil {
		return record.Task{}, err
	}
	now, err := s.Now(ctx)
	if err != nil {
		return record.Task{}, err
	}
	k, err := s.changeTask(ctx, id, by, `update tasks set state = 'done', done_at = $4, result = $3, claimed_by = $2 where id = $1 returning `+taskColumns,
		id, by, result, now)
	if err != nil && k.State == "done" && k.Claimed == by && k.Result == result {
		return k, nil
	}
	return k, err
}

// notOfBankLine refuses to end the open task of a bank line by a word: the line
// would wait on, and nobody be asked about it.
func (s *Store) notOfBankLine(ctx context.Context, id string) error {
	var line string
	err := s.pool.QueryRow(ctx, `select l.id from bank_lines l join tasks t on t.id = l.task_id where t.id = $1 and t.state = 'open'`, id).Scan(&line)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil
	case err != nil:
		return fmt.Errorf("look for the bank line of task %s: %w", id, err)
	}
	return &debt.Refusal{Rule: "task_of_bank_line", Conflict: true,
		Detail: fmt.Sprintf("task %s ends when it is said what the line is: POST /v1/bank-lines/%s/match with its parts, or set_aside", id, line)}
}

// changeTask changes an open task; one that is refused is given with the error.
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
