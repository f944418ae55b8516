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
	file, err := s.record(ctx, caseID, key, by, func(_ pgx.Tx, d *docket, h *held) (debt.Fact, error) {
		x.Added = d.now
		if x.Size > 0 {
			d.insertDocument(h, x)
		}
		return debt.DocumentAdded{ID: x.ID, Type: x.Type, SHA256: x.SHA256, Size: x.Size}, nil
	})
	if err != nil {
		return x, fmt.Errorf("add a document to case %s: %w", caseID, err)
	}
	if file.Made != nil {
		return x, nil
	}
	was, err := s.madeUnder(ctx, caseID, key, debt.DocumentAdded{}.Kind())
	if err != nil {
		return x, err
	}
	doc, ok := was.(debt.DocumentAdded)
	if !ok {
		return x, fmt.Errorf("document of key %s on case %s: %w", key, caseID, record.ErrNotFound)
	}
	return s.Document(ctx, doc.ID)
}

// insertDocument queues a document's row.
func (d *docket) insertDocument(h *held, x record.Document) {
	d.queue.Queue(`insert into documents (id, case_id, type, name, media_type, sha256, size, bytes, added_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		x.ID, h.c.ID, x.Type, x.Name, x.Media, x.SHA256, x.Size, x.Bytes, d.now)
}
