package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigPrintListsWhatTheStandaloneInstallationAsks(t *testing.T) {
	t.Setenv("RECOBRO_DATA", t.TempDir())
	t.Setenv("RECOBRO_TEMPORAL_PORT", "7999")
	t.Setenv("SENDGRID_API_KEY", "s3cret")
	var out bytes.Buffer
	c := root()
	c.SetOut(&out)
	c.SetArgs([]string{"config", "print"})
	if err := c.ExecuteContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, want := range []string{"RECOBRO_DATA ", "RECOBRO_POSTGRES_BIN ", "RECOBRO_POSTGRES_REPOSITORY ", "RECOBRO_TEMPORAL_PORT ", "7999",
		"RECOBRO_LISTEN ", "DATABASE_URL ", "SENDGRID_API_KEY "} {
		if strings.Count(text, want) != 1 {
			t.Errorf("%q is listed %d times:\n%s", want, strings.Count(text, want), text)
		}
	}
	if strings.Contains(text, "s3cret") {
		t.Error("a secret is printed")
	}
}

func TestACommandWhereNothingRunsSaysHowToStartAndMakesNothing(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "data")
	t.Setenv("DATABASE_URL", "")
	t.Setenv("RECOBRO_DATA", folder)
	for _, args := range [][]string{{"doctor"}, {"keys", "list"}, {"advance", "--days", "1"}, {"verify", "x"}, {"reconcile"},
		{"backup", "--to", filepath.Join(t.TempDir(), "x")}, {"recover"}} {
		var out bytes.Buffer
		c := root()
		c.SetOut(&out)
		c.SetArgs(args)
		err := c.ExecuteContext(t.Context())
		if err == nil {
			t.Errorf("%v ends well", args)
			continue
		}
		said := out.String() + err.Error()
		if !strings.Contains(said, folder) || !strings.Contains(said, "make run") || strings.Contains(said, "DATABASE_URL") {
			t.Errorf("%v says %s", args, said)
		}
	}
	if _, err := os.Stat(folder); !os.IsNotExist(err) {
		t.Errorf("a data folder is made: %v", err)
	}
}
