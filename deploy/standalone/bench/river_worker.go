package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"golang.org/x/sync/errgroup"

	"github.com/recobro/recobro/activities"
	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/command"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/law"
	"github.com/recobro/recobro/money"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
	"github.com/recobro/recobro/store"
	"github.com/recobro/recobro/worker"
	"github.com/recobro/recobro/workflows"
)

// What a role is told: where an outpost is, and where mail goes.
const (
	asRoleOutpost = "RECOBRO_BENCH_OUTPOST"
	asRoleMail    = "RECOBRO_BENCH_MAIL"
)

// dawn is a Monday, years ahead: what a case of the outpost waits for does not
// come by itself, so that every contact begins when the measure says so, as a
// timer would have it begin.
var dawn = time.Date(2035, time.March, 5, 5, 0, 0, 0, time.UTC)

// tillMorning is how long after dawn all contact windows are open, and
// everybody's place in the first hour of them is past.
const tillMorning = 6 * time.Hour

// outpost is where our worker sends live: a record and a namespace of its own.
// Its wall clock runs as the machine's does, so far ahead. Messages leave an
// installation only while its clock is the wall's.
type outpost struct {
	Database, Temporal, Namespace, Mail string
	Ahead                               time.Duration
}

func (b outpost) wall() time.Time { return time.Now().Add(b.Ahead) }

// opened are the parts of an outpost in one process.
type opened struct {
	store    *store.Store
	temporal client.Client
}

func (b outpost) parts(ctx context.Context) (*opened, error) {
	st, err := store.New(ctx, b.Database, store.Options{Wall: b.wall, Connections: connections})
	if err != nil {
		return nil, err
	}
	t, err := client.DialContext(ctx, client.Options{HostPort: b.Temporal, Namespace: b.Namespace, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	if err != nil {
		st.Close()
		return nil, fmt.Errorf("reach Temporal: %w", err)
	}
	return &opened{st, t}, nil
}

func (o *opened) close() {
	o.temporal.Close()
	o.store.Close()
}

// liveOffice sends e-mail through SendGrid's library to an address of ours.
func liveOffice(mail string) (*post.Office, error) {
	return post.New(post.Config{Email: post.Channel{Mode: post.SendGrid, From: "cobros@vega.example"},
		SendGrid: post.SendGridAccount{Key: "key", BaseURL: mail}})
}

// serveContacts is the role of our worker.
func serveContacts(ctx context.Context) error {
	var b outpost
	if err := json.Unmarshal([]byte(os.Getenv(asRoleOutpost)), &b); err != nil {
		return fmt.Errorf("read where the outpost is: %w", err)
	}
	o, err := b.parts(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	office, err := liveOffice(b.Mail)
	if err != nil {
		return err
	}
	fmt.Println("working")
	return worker.Run(ctx, worker.Options{Temporal: o.temporal, Store: o.store, Logger: slog.New(slog.DiscardHandler),
		Activities: activities.New(activities.Deps{Cases: o.store, Sends: o.store, Post: office})})
}

// ours is our engine, as the measure sees it.
type ours struct {
	outpost
	creditor string
	n        int
	days     int // on which debts came
}

// open makes the outpost.
func (u *ours) open(ctx context.Context, s *Site, mail string) (err error) {
	u.outpost = outpost{Temporal: s.TemporalAddress, Namespace: "beside", Mail: mail, Ahead: time.Until(dawn)}
	if u.Database, err = ownRecord(ctx, s.DatabaseURL, "ours"); err != nil {
		return err
	}
	site, err := s.Parts(ctx)
	if err != nil {
		return err
	}
	defer site.Close()
	if err := command.PrepareNamespace(ctx, site.Temporal, u.Namespace); err != nil {
		return err
	}
	o, err := u.parts(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	made, err := o.store.SaveCreditor(ctx, record.Creditor{Name: "Talleres Vega", Country: "ES", IBAN: "ES9121000418450200051332",
		Email: "cobros@vega.example", Phone: "+34910000000", Street: "Calle Mayor 1", PostalCode: "28013", City: "Madrid"})
	u.creditor = made.ID
	return err
}

// letterTo is the address of the n-th debtor, in both designs.
func letterTo(n int) string { return fmt.Sprintf("n%06d@obras.example", n) }

// debts opens so many cases at the dawn of another day, and lets their
// workflows wait for the morning.
func (u *ours) debts(ctx context.Context, n int) error {
	u.Ahead = time.Until(dawn.AddDate(0, 0, u.days))
	u.days++
	o, err := u.parts(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	waker := workflows.NewWaker(o.temporal)
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(connections)
	for range n {
		number := u.n
		u.n++
		group.Go(func() error {
			f, err := o.store.Open(inner, u.submission(number), debt.Actor{Role: debt.Creditor})
			if err != nil {
				return err
			}
			return waker.Wake(inner, f.Case.ID)
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("open cases of the outpost: %w", err)
	}
	w, err := u.worker()
	if err != nil {
		return err
	}
	defer w.stop()
	return until(ctx, lookEvery, "every case waits for the morning", func() (bool, error) {
		left, err := u.count(ctx, `select count(*) from cases where decided_seq < last_seq or nudged or next_do <> 'SendEmail'
			and not exists (select from messages m where m.case_id = cases.id)`)
		return left == 0, err
	})
}

// submission is the n-th debt: a business's, due three weeks ago.
func (u *ours) submission(n int) debt.Submission {
	due := calendar.DateOf(dawn).AddDays(-21)
	name := fmt.Sprintf("case-%06d", n)
	return debt.Submission{
		Reference: "F-" + name, Creditor: u.creditor, Country: "ES", Principal: money.Of(125000, "EUR"), Capacity: debt.AsCreditor,
		Claim: law.Claim{Kind: law.Services, Issued: due.AddDays(-30), Due: due},
		Debtor: debt.Party{Reference: name, Kind: law.Business, Name: "Obras " + name, Language: "es", PostalCode: "28013", City: "Madrid",
			Country: "ES", Contacts: []debt.ContactPoint{{Channel: "email", Value: letterTo(n)}}},
	}
}

// morning lets the morning come, and tells every case without a contact that it
// is due, as its timer would.
func (u *ours) morning(ctx context.Context) error {
	u.Ahead += tillMorning
	o, err := u.parts(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	conn, err := pgx.Connect(ctx, u.Database)
	if err != nil {
		return fmt.Errorf("let the morning come: %w", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select id from cases c where open and not exists (select from messages m where m.case_id = c.id) order by id`)
	if err != nil {
		return fmt.Errorf("let the morning come: %w", err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("let the morning come: %w", err)
	}
	waker := workflows.NewWaker(o.temporal)
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(connections)
	for _, id := range ids {
		group.Go(func() error { return waker.Due(inner, id) })
	}
	return group.Wait()
}

func (u *ours) worker() (*process, error) {
	at, err := json.Marshal(u.outpost)
	if err != nil {
		return nil, fmt.Errorf("tell the worker where the outpost is: %w", err)
	}
	return spawn(asWorker, asRoleOutpost+"="+string(at))
}

func (u *ours) count(ctx context.Context, sql string) (n int, err error) {
	conn, err := pgx.Connect(ctx, u.Database)
	if err != nil {
		return 0, fmt.Errorf("count what waits: %w", err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, sql).Scan(&n)
	return n, err
}

// waiting counts the cases whose first contact has not ended.
func (u *ours) waiting(ctx context.Context) (int, error) {
	return u.count(ctx, `select count(*) from cases c where not exists (select from messages m where m.case_id = c.id and m.state <> 'reserved')`)
}

// recover turns reservations that killed workers left into unknown ones, as
// recobro recover does.
func (u *ours) recover(ctx context.Context) error {
	o, err := u.parts(ctx)
	if err != nil {
		return err
	}
	defer o.close()
	_, err = o.store.ExpireReservations(ctx, workflows.ActLimit)
	return err
}

// unknown gives the recipients of messages whose outcome a person is asked to
// find out.
func (u *ours) unknown(ctx context.Context) ([]string, error) {
	conn, err := pgx.Connect(ctx, u.Database)
	if err != nil {
		return nil, fmt.Errorf("find what is unknown: %w", err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, `select recipient from messages where state = 'unknown'`)
	if err != nil {
		return nil, fmt.Errorf("find what is unknown: %w", err)
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}
