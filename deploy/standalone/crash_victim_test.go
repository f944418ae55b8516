package standalone_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/api"
	"github.com/recobro/recobro/deploy/standalone/temporalserver"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/strategy"
	"github.com/recobro/recobro/workflows"
)

// The points at which a process is killed: those of a send, in their order, and
// two of a fact that is reported. A process dies there by its own hand, but at
// the two where the provider has the turn.
const (
	beforeReservation = "before the reservation"
	afterReservation  = "after the reservation"
	duringTheCall     = "during the provider's call"
	afterAcceptance   = "accepted, the answer lost"
	beforeTheRecord   = "answered, before the record"
	afterTheRecord    = "after the record"
	beforeTheAnswer   = "before Temporal has the answer"
	afterTheAnswer    = "after Temporal has the answer"
	factKept          = "fact on record, answer not kept"
	factAnswered      = "fact answered, answer not sent"
	anyInstant        = "at any instant"
)

// crashOrder is what a process is told that is there to be killed.
type crashOrder struct {
	branchAddress
	Wall  time.Time
	Point string // where it dies …
	Pass  int    // … when it comes by once more than so often
	Also  []int  // processes that it takes along
}

// playTemporal is a Temporal server in a process of its own.
func playTemporal(ctx context.Context) error {
	port, err := strconv.Atoi(os.Getenv("RECOBRO_TEST_PORT"))
	if err != nil {
		return err
	}
	s, err := temporalserver.Start(ctx, temporalserver.Options{
		DatabaseURL: os.Getenv("RECOBRO_TEST_DATABASE"), Port: port, Folder: os.Getenv("RECOBRO_TEST_FOLDER"),
	})
	if err != nil {
		return err
	}
	fmt.Println(s.Address)
	select {} // until it is killed
}

// serveUntilKilled is a worker and an API in one process that dies as ordered.
func serveUntilKilled(ctx context.Context) error {
	var o crashOrder
	if err := json.Unmarshal([]byte(os.Getenv("RECOBRO_TEST_ORDER")), &o); err != nil {
		return err
	}
	f := &fuse{order: o}
	p, err := o.open(ctx, func() time.Time { return o.Wall }, 8*time.Second, grpc.WithChainUnaryInterceptor(f.answering))
	if err != nil {
		return err
	}
	p.acts = activities.New(activities.Deps{Cases: p.store, Sends: fusedSends{p.store, f}, Post: p.office})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	handler := p.desk(fusedMemory{p.store, f})
	go func() { _ = http.Serve(l, f.around(handler)) }()
	fmt.Println("http://" + l.Addr().String())
	return errors.Join(p.work(ctx), errors.New("the worker ended by itself"))
}

// desk is the API over a branch; m remembers its answers.
func (p *parts) desk(m api.Memory) http.Handler {
	s := p.store
	return api.New(api.Options{
		Door: s, Cases: s, Findings: s, Messages: s, Tasks: s, Documents: s, Debtors: s, Points: s, Creditors: s, Keys: s,
		Porter: s, Stops: s, Firms: s, Handoffs: s, Imports: s, Strategies: s, Rates: s, Guarantors: s, Figures: s, Memory: m,
		Waker: workflows.NewWaker(p.temporal), Logger: slog.New(slog.DiscardHandler),
	})
}

// fuse kills the process when it comes to its point.
type fuse struct {
	order   crashOrder
	passed  atomic.Int64
	settled sync.Map // cases whose send was recorded, and not yet told to Temporal
}

// at is called wherever the process may die.
func (f *fuse) at(point string) {
	if point != f.order.Point || f.passed.Add(1) != int64(f.order.Pass)+1 {
		return
	}
	fmt.Println("dies " + point)
	for _, pid := range f.order.Also {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = syscall.Kill(-syscall.Getpgrp(), syscall.SIGKILL)
	select {} // not a step further
}

// fusedSends dies before and after what the record keeps of a send.
type fusedSends struct {
	activities.Sends
	fuse *fuse
}

func (s fusedSends) Reserve(ctx context.Context, caseID string, want strategy.Decision,
	do func(*record.Turn) (record.Done, error)) (*record.Message, record.Next, error) {
	s.fuse.at(beforeReservation)
	m, next, err := s.Sends.Reserve(ctx, caseID, want, do)
	if m != nil {
		s.fuse.at(afterReservation)
	}
	return m, next, err
}

func (s fusedSends) Settle(ctx context.Context, messageID string, d record.Delivery) (record.Next, error) {
	s.fuse.at(beforeTheRecord)
	next, err := s.Sends.Settle(ctx, messageID, d)
	if err == nil {
		s.fuse.at(afterTheRecord)
		s.fuse.settled.Store(next.Case, true)
	}
	return next, err
}

// answering dies before and after Temporal is told of a send.
func (f *fuse) answering(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, call grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	sent := false
	if r, is := req.(*workflowservice.RespondActivityTaskCompletedRequest); is {
		for _, p := range r.GetResult().GetPayloads() {
			var next record.Next
			if json.Unmarshal(p.GetData(), &next) == nil {
				_, sent = f.settled.LoadAndDelete(next.Case)
			}
		}
	}
	if sent {
		f.at(beforeTheAnswer)
	}
	err := call(ctx, method, req, reply, cc, opts...)
	if sent && err == nil {
		f.at(afterTheAnswer)
	}
	return err
}

// fusedMemory dies where a fact is on the record and its answer is not kept.
type fusedMemory struct {
	api.Memory
	fuse *fuse
}

func (m fusedMemory) Remember(ctx context.Context, r record.Request, a record.Answer) error {
	m.fuse.at(factKept)
	return m.Memory.Remember(ctx, r, a)
}

// around dies where an answer is kept and the caller has not seen it.
func (f *fuse) around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w = &fusedWriter{w, f}
		}
		next.ServeHTTP(w, r)
	})
}

type fusedWriter struct {
	http.ResponseWriter
	fuse *fuse
}

func (w *fusedWriter) WriteHeader(status int) {
	w.fuse.at(factAnswered)
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets the API reach what lies below.
func (w *fusedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// family lists a process and its children, as Linux knows them.
func family(pid int) []int {
	all := []int{pid}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return all // they end by themselves when they miss their parent
	}
	for _, f := range strings.Fields(string(text)) {
		if child, err := strconv.Atoi(f); err == nil {
			all = append(all, child)
		}
	}
	return all
}
