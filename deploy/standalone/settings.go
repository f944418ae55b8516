package standalone

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/recobro/recobro/command"
)

// Settings are those of every process, and what only the standalone
// installation asks.
type Settings struct {
	command.Config
	Folder             string `env:"RECOBRO_DATA" about:"folder of data, keys and logs; empty: /var/lib/recobro as root, else ~/.local/share/recobro"`
	PostgresBin        string `env:"RECOBRO_POSTGRES_BIN" about:"folder with initdb and postgres; empty: looked for, then downloaded"`
	PostgresRepository string `env:"RECOBRO_POSTGRES_REPOSITORY" about:"Maven repository that PostgreSQL is downloaded from; off: never"`
	TemporalPort       int    `env:"RECOBRO_TEMPORAL_PORT" envDefault:"7233" about:"port of the Temporal in this process; 0: any free one"`

	// Version is shown by the API.
	Version string

	external bool // TEMPORAL_ADDRESS names a server that runs elsewhere
}

// embedded reports whether Temporal runs in this process.
func (s Settings) embedded() bool { return !s.external }

// Load reads the settings from an environment.
func Load(environ map[string]string) (Settings, error) {
	var own Settings
	if err := command.Parse(&own, environ); err != nil {
		return Settings{}, err
	}
	cfg, err := command.Load(environ)
	if err != nil {
		return Settings{}, err
	}
	own.Config = cfg
	own.external = environ["TEMPORAL_ADDRESS"] != ""
	if own.Folder == "" {
		if own.Folder, err = defaultFolder(environ); err != nil {
			return Settings{}, err
		}
	}
	own.Folder, err = filepath.Abs(own.Folder)
	return own, err
}

// OwnFolder moves an installation beside the default one, unless the
// environment chooses: what is only shown must not mix with what is real.
func (s *Settings) OwnFolder(environ map[string]string, name string) {
	if environ["RECOBRO_DATA"] == "" {
		s.Folder += "-" + name
	}
	if environ["RECOBRO_LISTEN"] == "" {
		s.Listen = "127.0.0.1:0"
	}
	if environ["RECOBRO_TEMPORAL_PORT"] == "" {
		s.TemporalPort = 0
	}
}

func defaultFolder(environ map[string]string) (string, error) {
	if os.Geteuid() == 0 {
		return "/var/lib/recobro", nil // PostgreSQL's own user must reach it, which it could not in root's home
	}
	if share := environ["XDG_DATA_HOME"]; share != "" {
		return filepath.Join(share, "recobro"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("find a place for the data folder (set RECOBRO_DATA): %w", err)
	}
	return filepath.Join(home, ".local", "share", "recobro"), nil
}

// takeFolder makes the data folder and holds it for this process alone.
func (i *Installation) takeFolder() error {
	folder := i.Settings.Folder
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o711 // PostgreSQL's own user passes through, and reads nothing
	}
	if err := os.MkdirAll(folder, mode); err != nil {
		return fmt.Errorf("make the data folder (RECOBRO_DATA chooses another): %w", err)
	}
	f, free, err := lock(folder)
	if err != nil {
		return err
	}
	if !free {
		holder, _ := os.ReadFile(filepath.Join(folder, "lock"))
		return fmt.Errorf("another installation (process %s) runs on %s: stop it first, or choose another folder with RECOBRO_DATA", holder, folder)
	}
	i.held = f
	if err := f.Truncate(0); err != nil {
		return fmt.Errorf("take the data folder: %w", err)
	}
	if _, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0); err != nil {
		return fmt.Errorf("take the data folder: %w", err)
	}
	if err := os.Remove(runningFile(folder)); err != nil && !errors.Is(err, fs.ErrNotExist) { // of one that was killed
		return fmt.Errorf("take the data folder: %w", err)
	}
	return nil
}

// lock takes the folder's lock, which the kernel gives back when the process
// ends, however it ends; free is false where another process holds it.
func lock(folder string) (f *os.File, free bool, err error) {
	f, err = os.OpenFile(filepath.Join(folder, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, fmt.Errorf("open the data folder's lock: %w", err)
	}
	err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return f, true, nil
	}
	_ = f.Close()
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return nil, false, nil
	}
	return nil, false, fmt.Errorf("take the data folder's lock: %w", err)
}

// largestLog is where the log begins anew at the next start.
const largestLog = 50 << 20

func (i *Installation) openLog() (*slog.Logger, error) {
	name := filepath.Join(i.Settings.Folder, "recobro.log")
	flags := os.O_CREATE | os.O_WRONLY | os.O_APPEND
	if st, err := os.Stat(name); err == nil && st.Size() > largestLog {
		flags |= os.O_TRUNC
	}
	f, err := os.OpenFile(name, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}
	i.log = f
	logger := i.Settings.Logger(f)
	slog.SetDefault(logger)
	return logger, nil
}

// Running is what a running installation tells the commands that work on it:
// the environment that they would otherwise need.
type Running map[string]string

func runningFile(folder string) string { return filepath.Join(folder, "running.json") }

func (i *Installation) writeRunning() error {
	s := i.Settings
	text, err := json.MarshalIndent(Running{
		"DATABASE_URL": s.DatabaseURL, "TEMPORAL_ADDRESS": s.TemporalAddress, "TEMPORAL_NAMESPACE": i.Parts.Namespace,
		"RECOBRO_TIME_MACHINE": strconv.FormatBool(s.TimeMachine),
		"RECOBRO_EMAIL":        s.Email, "RECOBRO_SMS": s.SMS, "RECOBRO_WHATSAPP": s.WhatsApp,
	}, "", "  ")
	if err != nil {
		return fmt.Errorf("tell the commands where the installation runs: %w", err)
	}
	if err := os.WriteFile(runningFile(s.Folder), text, 0o600); err != nil {
		return fmt.Errorf("tell the commands where the installation runs: %w", err)
	}
	return nil
}

func (i *Installation) removeRunning() {
	if i.Parts != nil {
		_ = os.Remove(runningFile(i.Settings.Folder)) // a stale one is recognised by the lock, and removed by the next start
	}
}

// ErrBusy says that a process holds the folder and no installation can be joined
// on it: one that starts or stops, or a command that works on the record alone.
var ErrBusy = errors.New("an installation starts or stops on the data folder, or a command works on it")

// Find gives the environment of the installation that runs on a folder; nil
// where none does.
func Find(folder string) (Running, error) {
	if _, err := os.Stat(filepath.Join(folder, "lock")); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	f, free, err := lock(folder)
	if err != nil {
		return nil, err
	}
	if free {
		return nil, f.Close()
	}
	text, err := os.ReadFile(runningFile(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrBusy
	}
	if err != nil {
		return nil, fmt.Errorf("read where the installation runs: %w", err)
	}
	var r Running
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, fmt.Errorf("read where the installation runs: %w", err)
	}
	return r, nil
}
