package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Explained says in one line what to do about an error that a command ends
// with, where PostgreSQL is away or holds no record of this version; every other
// error is given back as it is.
func Explained(err error) error {
	var away *pgconn.ConnectError
	if errors.As(err, &away) {
		_, why, _ := strings.Cut(away.Error(), "\n")
		why, _, _ = strings.Cut(strings.TrimSpace(why), "\n")
		if why == "" {
			why = away.Error()
		}
		return fmt.Errorf("PostgreSQL does not answer (%s): start it, or mend DATABASE_URL", why)
	}
	var no *pgconn.PgError
	if errors.As(err, &no) && (no.Code == "42P01" || no.Code == "42703") { // no such table or column
		return fmt.Errorf("%w: the database holds no record of this version, run migrate", err)
	}
	return err
}
