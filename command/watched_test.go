package command

import (
	"context"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheDocumentListsTheChecksOfEveryRole(t *testing.T) {
	text, err := os.ReadFile("../docs/metrics.md")
	require.NoError(t, err)
	_, health, ok := strings.Cut(string(text), "## Health\n")
	require.True(t, ok)
	var told []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\|").FindAllStringSubmatch(health, -1) {
		told = append(told, m[1])
	}
	var asked []string
	for _, role := range []Role{APIRole, WorkerRole, BothRoles} {
		for _, k := range (&Parts{}).checksOf(role) {
			asked = append(asked, k.Name)
		}
	}
	slices.Sort(asked)
	slices.Sort(told)
	require.Equal(t, slices.Compact(asked), told)
}

func TestAnAddressOfTheFiguresThatIsTakenIsToldFirst(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	_, err = Config{Metrics: l.Addr().String()}.ListenWatch(t.Context())
	require.ErrorContains(t, err, "RECOBRO_METRICS")
	began := false
	err = (&Parts{Config: Config{Metrics: l.Addr().String()}}).beside(t.Context(), APIRole, func(context.Context) error {
		began = true
		return nil
	})
	require.ErrorContains(t, err, "RECOBRO_METRICS")
	require.False(t, began, "the work began, and would have been greeted")
	none, err := Config{}.ListenWatch(t.Context())
	require.NoError(t, err)
	require.Nil(t, none)
}
