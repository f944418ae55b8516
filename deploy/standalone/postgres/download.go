package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"

	embedded "github.com/fergusstrange/embedded-postgres"
)

// versions are what is downloaded for each major version: exact, so that a
// folder never meets another version than the one it was made with.
var versions = map[int]embedded.PostgresVersion{
	14: embedded.V14, 15: embedded.V15, 16: embedded.V16, 17: embedded.V17, 18: embedded.V18,
}

// preferred is downloaded for a new folder.
const preferred = 17

// download fetches the programs of a major version (0: the preferred) into the
// data folder and gives their folder.
//
// The library that fetches them would also make and start a server, and it
// empties a data folder whose version it does not expect. So it is given a
// throw-away folder for data and never learns of ours: all that is taken from
// it is the unpacked programs.
func download(ctx context.Context, o Options, major int) (string, error) {
	if o.Repository == "off" {
		return "", errors.New("downloading is switched off")
	}
	if major == 0 {
		major = preferred
	}
	v, known := versions[major]
	if !known {
		return "", fmt.Errorf("version %d is not offered for download", major)
	}
	scratch, err := os.MkdirTemp("", "recobro-download-")
	if err != nil {
		return "", fmt.Errorf("make a folder for the download: %w", err)
	}
	defer os.RemoveAll(scratch)
	free, err := freePort(ctx)
	if err != nil {
		return "", err
	}
	unpacked := filepath.Join(o.Folder, "postgresql-"+string(v))
	part := unpacked + ".part"
	if err := os.RemoveAll(part); err != nil {
		return "", fmt.Errorf("clear an interrupted download: %w", err)
	}
	cfg := embedded.DefaultConfig().Version(v).Port(free).Logger(io.Discard).
		CachePath(filepath.Join(scratch, "cache")).RuntimePath(filepath.Join(scratch, "run")).
		DataPath(filepath.Join(scratch, "data")).BinariesPath(part)
	if o.Repository != "" {
		cfg = cfg.BinaryRepositoryURL(o.Repository)
	}
	lib := embedded.NewDatabase(cfg)
	tried := lib.Start()
	if tried == nil {
		tried = lib.Stop()
	}
	// As root the library's own start fails after unpacking, which is all we need.
	got, err := version(ctx, filepath.Join(part, "bin"))
	if err != nil || got != major {
		_ = os.RemoveAll(part)
		return "", fmt.Errorf("download PostgreSQL %s: %w", v, errors.Join(tried, err))
	}
	if err := os.RemoveAll(unpacked); err != nil {
		return "", fmt.Errorf("clear %s: %w", unpacked, err)
	}
	if err := os.Rename(part, unpacked); err != nil {
		return "", fmt.Errorf("put the downloaded PostgreSQL in its place: %w", err)
	}
	return filepath.Join(unpacked, "bin"), nil
}

func freePort(ctx context.Context) (uint32, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "localhost:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return uint32(l.Addr().(*net.TCPAddr).Port), nil
}
