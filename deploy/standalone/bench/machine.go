package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Machine is what the figures were seen on.
type Machine struct {
	// Cores are those that Go may use.
	Cores int
	// Processor is the kernel's name for it; Memory is in GiB. Empty and zero
	// where the kernel does not tell.
	Processor string
	Memory    float64
	// Load is how many processes ran or waited, over 1, 5 and 15 minutes.
	Load string
	// Go is the version that built the program.
	Go string
	// Settings are those of PostgreSQL that bear on speed, with its version.
	Settings string
}

func machine() Machine {
	m := Machine{Cores: runtime.GOMAXPROCS(0), Go: runtime.Version(), Processor: runtime.GOARCH}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load = strings.Join(strings.Fields(string(text))[:3], " ")
	}
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		m.Processor = field(string(text), "model name", m.Processor)
	}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		kib, _ := strconv.ParseFloat(strings.TrimSuffix(field(string(text), "MemTotal", ""), " kB"), 64)
		m.Memory = kib / (1 << 20)
	}
	return m
}

// field gives what stands behind a name and a colon.
func field(text, name, none string) string {
	for line := range strings.Lines(text) {
		if before, after, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(before) == name {
			return strings.TrimSpace(after)
		}
	}
	return none
}

// told are the settings of PostgreSQL that bear on speed.
var told = []string{"server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size", "max_connections"}

// settings reads PostgreSQL's settings.
func (s *Site) settings(ctx context.Context) string {
	conn, err := pgx.Connect(ctx, s.DatabaseURL)
	if err != nil {
		return err.Error()
	}
	defer conn.Close(ctx)
	var out []string
	for _, name := range told {
		var value string
		if err := conn.QueryRow(ctx, "select current_setting($1)", name).Scan(&value); err != nil {
			return err.Error()
		}
		out = append(out, name+" "+value)
	}
	return strings.Join(out, ", ")
}

// Usage is what the installation has used so far.
type Usage struct {
	// Own and PostgreSQL are CPU-seconds of the installation's process (worker,
	// API and Temporal together) and of its PostgreSQL's.
	Own, PostgreSQL float64
	// Resident is the memory of the installation's process, and Peak the most
	// that it ever was, in bytes.
	Resident, Peak int64
	// Commits and WAL (bytes) are PostgreSQL's: Commits of the record, with
	// the copies that a measure makes of it, and of Temporal's databases apart, WAL of all together.
	Commits, TemporalCommits, WAL int64
	// Disk is what the databases take: the record, Temporal's, and its
	// visibility, in bytes.
	Disk [3]int64
}

// clockTick is the kernel's unit of CPU time in /proc (USER_HZ), the same on
// every Linux that Go runs on.
const clockTick = 100

// Usage reads what the installation has used so far. Times and memory come
// from /proc: elsewhere than on Linux that is an error.
func (s *Site) Usage(ctx context.Context) (Usage, error) {
	var u Usage
	var err error
	own, err := stat(s.cmd.Process.Pid)
	if err != nil {
		return u, err
	}
	u.Own, u.Resident, u.Peak = own.self, own.resident, peak(s.cmd.Process.Pid)
	if u.PostgreSQL, err = s.postgresTime(); err != nil {
		return u, err
	}
	conn, err := pgx.Connect(ctx, s.DatabaseURL)
	if err != nil {
		return u, fmt.Errorf("ask PostgreSQL what it has used: %w", err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `select sum(xact_commit) filter (where datname not like 'temporal%'), sum(xact_commit) filter (where datname like 'temporal%'),
			pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint,
			pg_database_size('recobro'), pg_database_size('temporal'), pg_database_size('temporal_visibility') from pg_stat_database`).
		Scan(&u.Commits, &u.TemporalCommits, &u.WAL, &u.Disk[0], &u.Disk[1], &u.Disk[2])
	if err != nil {
		return u, fmt.Errorf("ask PostgreSQL what it has used: %w", err)
	}
	return u, nil
}

// Since gives what was used from an earlier reading to this one; memory stays
// what it is.
func (u Usage) Since(v Usage) Usage {
	u.Own -= v.Own
	u.PostgreSQL -= v.PostgreSQL
	u.Commits -= v.Commits
	u.TemporalCommits -= v.TemporalCommits
	u.WAL -= v.WAL
	for i := range u.Disk {
		u.Disk[i] -= v.Disk[i]
	}
	return u
}

// used is what the kernel counts of a process.
type used struct {
	parent   int
	self     float64 // CPU-seconds
	children float64 // CPU-seconds of children that have ended
	resident int64
}

// stat reads what a process has used.
func stat(pid int) (used, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return used{}, fmt.Errorf("read what process %d has used: %w", pid, err)
	}
	_, rest, _ := strings.Cut(string(text), ") ") // a name may hold blanks
	f := strings.Fields(rest)
	if len(f) < 22 {
		return used{}, fmt.Errorf("read what process %d has used: %q", pid, text)
	}
	n := func(i int) float64 { x, _ := strconv.ParseFloat(f[i], 64); return x }
	return used{parent: int(n(1)), self: (n(11) + n(12)) / clockTick, children: (n(13) + n(14)) / clockTick,
		resident: int64(n(21)) * int64(os.Getpagesize())}, nil
}

// peak reads the most memory that a process ever had; zero where the kernel
// does not tell.
func peak(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	kib, _ := strconv.ParseInt(strings.TrimSuffix(field(string(text), "VmHWM", ""), " kB"), 10, 64)
	return kib << 10
}

// postgresTime sums the CPU-seconds of PostgreSQL's processes, those that have
// ended too.
func (s *Site) postgresTime() (float64, error) {
	text, err := os.ReadFile(s.file("postgres", "postmaster.pid"))
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	head, err := strconv.Atoi(first)
	if err != nil {
		return 0, fmt.Errorf("find PostgreSQL's process: %w", err)
	}
	u, err := stat(head)
	if err != nil {
		return 0, err
	}
	sum := u.self + u.children
	names, err := filepath.Glob("/proc/[0-9]*")
	if err != nil {
		return 0, fmt.Errorf("list processes: %w", err)
	}
	for _, name := range names {
		pid, err := strconv.Atoi(filepath.Base(name))
		if err != nil {
			continue
		}
		if u, err := stat(pid); err == nil && u.parent == head { // one that has ended meanwhile is its parent's
			sum += u.self
		}
	}
	return sum, nil
}
