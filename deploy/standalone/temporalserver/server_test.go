package temporalserver_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/recobro/recobro/deploy/standalone/postgres"
	"github.com/recobro/recobro/deploy/standalone/temporalserver"
)

func database(t *testing.T) (url, folder string) {
	t.Helper()
	folder, err := os.MkdirTemp("", "rcb-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	if err := os.Chmod(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	pg, err := postgres.Start(t.Context(), postgres.Options{Folder: folder, Database: "recobro"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pg.Stop(context.Background()) })
	return pg.URL, folder
}

// echo waits for its signal and gives back what it said.
func echo(ctx workflow.Context) (string, error) {
	var said string
	workflow.GetSignalChannel(ctx, "say").Receive(ctx, &said)
	return said, nil
}

func TestAWorkflowWaitsThroughARestartOfTheServer(t *testing.T) {
	url, folder := database(t)
	log := filepath.Join(folder, "temporal.log")
	if err := os.WriteFile(log, nil, 0o644); err != nil { // as an earlier version left it
		t.Fatal(err)
	}
	defer func() {
		if st, err := os.Stat(log); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("the log: %v, %v", st.Mode(), err)
		}
	}()
	start := func() (*temporalserver.Server, client.Client) {
		t.Helper()
		s, err := temporalserver.Start(t.Context(), temporalserver.Options{DatabaseURL: url, Folder: folder})
		if err != nil {
			t.Fatal(err)
		}
		c, err := client.Dial(client.Options{HostPort: s.Address, Namespace: "test"})
		if err != nil {
			t.Fatal(err)
		}
		return s, c
	}
	stop := func(s *temporalserver.Server, c client.Client) {
		t.Helper()
		c.Close()
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := s.Stop(ctx); err != nil {
			t.Fatal(err)
		}
	}

	s, c := start()
	_, err := c.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: "test", WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	opts := client.StartWorkflowOptions{ID: "waits", TaskQueue: "q"}
	for {
		_, err := c.ExecuteWorkflow(t.Context(), opts, "echo")
		if err == nil {
			break
		}
		if !strings.Contains(err.Error(), "not found") { // a new namespace is known a moment later
			t.Fatal(err)
		}
	}
	stop(s, c)

	s, c = start()
	defer stop(s, c)
	w := worker.New(c, "q", worker.Options{})
	w.RegisterWorkflowWithOptions(echo, workflow.RegisterOptions{Name: "echo"})
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	defer w.Stop()
	if err := c.SignalWorkflow(t.Context(), "waits", "", "say", "still here"); err != nil {
		t.Fatal(err)
	}
	var said string
	if err := c.GetWorkflow(t.Context(), "waits", "").Get(t.Context(), &said); err != nil {
		t.Fatal(err)
	}
	if said != "still here" {
		t.Errorf("the workflow heard %q", said)
	}
}

func TestAPortThatIsTakenIsNamed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	taken := l.Addr().(*net.TCPAddr).Port
	_, err = temporalserver.Start(t.Context(), temporalserver.Options{Port: taken, Folder: t.TempDir()})
	var says *temporalserver.PortTaken
	if !errors.As(err, &says) || says.Port != taken {
		t.Errorf("error is %v", err)
	}
}
