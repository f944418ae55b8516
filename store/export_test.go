package store

import (
	"archive/zip"
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// FillAt makes an earlier version's schema in an empty database, with the rows
// of a backup that was made with it.
func FillAt(ctx context.Context, databaseURL string, r *zip.Reader, m Manifest) error {
	cfg, err := pgx.ParseConfig(databaseURL)
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*cfg)
	defer db.Close()
	if err := migrateTo(ctx, db, m.Schema); err != nil {
		return err
	}
	return fill(ctx, cfg, r, m)
}
