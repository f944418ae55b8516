package postgres

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest major version that we run on.
const oldest = 14

// found is a folder with a PostgreSQL server's programs.
type found struct {
	folder string
	major  int
}

// binariesFor chooses the programs for a data folder of the given major
// version (0: a new one).
func binariesFor(ctx context.Context, o Options, major int) (string, error) {
	all := look(ctx, o)
	for _, f := range all {
		if f.major == major || major == 0 && f.major >= oldest {
			return f.folder, nil
		}
	}
	if o.Binaries != "" {
		return "", unusable(o, all, major, errors.New("RECOBRO_POSTGRES_BIN names the only folder to look in"))
	}
	bin, err := download(ctx, o, major)
	if err != nil {
		return "", unusable(o, all, major, err)
	}
	return bin, nil
}

// unusable says what was looked for, what was found and what to do.
func unusable(o Options, all []found, major int, why error) error {
	var seen []string
	for _, f := range all {
		seen = append(seen, fmt.Sprintf("PostgreSQL %d in %s", f.major, f.folder))
	}
	had := "no PostgreSQL server was found on this machine"
	if len(seen) > 0 {
		had = "only " + strings.Join(seen, ", ") + " was found"
	}
	if major == 0 {
		return fmt.Errorf("%s, and none could be downloaded (%w).\n"+
			"Install one (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql@17; Fedora: dnf install postgresql-server), "+
			"or set DATABASE_URL to a server that runs already", had, why)
	}
	return fmt.Errorf("%s belongs to PostgreSQL %d, but %s, and version %d could not be downloaded (%w).\n"+
		"Install PostgreSQL %d, or choose another data folder (RECOBRO_DATA). The folder was not changed",
		filepath.Join(o.Folder, "postgres"), major, had, major, why, major)
}

// look lists the servers on this machine, the one that the user named first or
// the ones on PATH, then the newest.
func look(ctx context.Context, o Options) []found {
	var folders []string
	if o.Binaries != "" {
		folders = []string{o.Binaries}
	} else {
		if path, err := exec.LookPath("postgres"); err == nil {
			if path, err = filepath.EvalSymlinks(path); err == nil {
				folders = append(folders, filepath.Dir(path))
			}
		}
		if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
			folders = append(folders, strings.TrimSpace(string(out)))
		}
	}
	first := inspect(ctx, folders)
	if o.Binaries != "" {
		return first
	}
	var rest []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/pgsql/bin",
		"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", "/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/Library/PostgreSQL/*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin",
		filepath.Join(o.Folder, "postgresql-*", "bin"), // downloaded before
	} {
		matches, _ := filepath.Glob(pattern) // only a malformed pattern fails
		rest = append(rest, matches...)
	}
	others := inspect(ctx, rest)
	slices.SortStableFunc(others, func(a, b found) int { return b.major - a.major })
	return slices.CompactFunc(append(first, others...), func(a, b found) bool { return a == b })
}

// inspect asks each folder's programs for their version and leaves out those
// that do not answer.
func inspect(ctx context.Context, folders []string) []found {
	var all []found
	for _, folder := range folders {
		if st, err := os.Stat(filepath.Join(folder, "initdb")); err != nil || st.IsDir() {
			continue
		}
		if major, err := version(ctx, folder); err == nil {
			all = append(all, found{folder, major})
		}
	}
	return all
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

func version(ctx context.Context, folder string) (int, error) {
	program := filepath.Join(folder, "postgres")
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0, fmt.Errorf("ask %s for its version: %w", program, err)
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("%s --version answers %q", program, strings.TrimSpace(string(out)))
	}
	return strconv.Atoi(string(m[1]))
}
