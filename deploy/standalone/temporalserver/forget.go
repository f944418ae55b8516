package temporalserver

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Forget removes the databases that a server keeps beside the installation's
// own. The next start makes them anew.
func Forget(ctx context.Context, databaseURL string) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return fmt.Errorf("connect to PostgreSQL for Temporal's databases: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	main, visibility := databases(conn.Config().Database)
	for _, d := range []database{main, visibility} {
		if _, err := conn.Exec(ctx, "drop database if exists "+pgx.Identifier{d.name}.Sanitize()+" with (force)"); err != nil {
			return fmt.Errorf("remove Temporal's database %s: %w", d.name, err)
		}
	}
	return nil
}
