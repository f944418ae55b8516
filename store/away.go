package store

import (
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Away reports whether an error is that PostgreSQL cannot be reached: it is
// stopped, starting, out of connections, or the line is cut. What was under way
// is then done whole or not at all, and the same may be asked again.
func Away(err error) bool {
	var connect *pgconn.ConnectError
	var line *net.OpError
	if errors.As(err, &connect) || errors.As(err, &line) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return true
	}
	if errors.Is(err, errStandby) {
		return true
	}
	switch code := sqlState(err); code {
	case "":
		return pgconn.SafeToRetry(err) // it never left: the line was cut before
	case "57P01", "57P02", "57P03", "53300", "25006", "55P03": // shut down, crashed, starting, too many, a standby, busy with a restore
		return true
	default:
		return strings.HasPrefix(code, "08")
	}
}
