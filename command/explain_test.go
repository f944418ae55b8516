package command_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/command"
)

func TestADatabaseThatIsAwayIsToldInOneLine(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://nobody:s3cret@127.0.0.1:1/none?connect_timeout=1")
	_, err := run(t, "keys", "list")
	said := command.Explained(err).Error()
	require.Contains(t, said, "PostgreSQL does not answer (127.0.0.1:1")
	require.Contains(t, said, "mend DATABASE_URL")
	require.NotContains(t, said, "\n")
	require.NotContains(t, said, "s3cret")
	require.Contains(t, command.Explained(&pgconn.PgError{Code: "42P01", Message: "relation"}).Error(), "run migrate")
	other := errors.New("other")
	require.Equal(t, other, command.Explained(other))
}
