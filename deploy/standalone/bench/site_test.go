package bench

import (
	"os"
	"syscall"
	"testing"
)

func TestMain(m *testing.M) {
	if served, code := Served(); served {
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func TestASiteAnswersShowsWhatItUsesAndLeavesNothing(t *testing.T) {
	s, err := NewSite(t.Context(), map[string]string{"RECOBRO_POSTGRES_REPOSITORY": "off"})
	if err != nil {
		t.Fatal(err)
	}
	before, err := s.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var clock struct{ Now string }
	for range 200 {
		if err := s.Get(t.Context(), "/v1/clock", &clock); err != nil || clock.Now == "" {
			t.Fatalf("the clock answers %+v, %v", clock, err)
		}
	}
	after, err := s.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if u := after.Since(before); u.Own < 0 || u.PostgreSQL < 0 || u.Commits <= 0 || u.Resident < 10<<20 || u.Own+u.PostgreSQL == 0 {
		t.Errorf("used: %+v", u)
	}
	pid := s.cmd.Process.Pid
	if err := s.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.Get(t.Context(), "/v1/clock", &clock); err != nil || s.cmd.Process.Pid == pid {
		t.Errorf("after a kill: process %d, %v", s.cmd.Process.Pid, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(s.Folder); !os.IsNotExist(err) {
		t.Errorf("the folder is left: %v", err)
	}
	if err := syscall.Kill(s.cmd.Process.Pid, 0); err == nil {
		t.Error("the process is left")
	}
}
