package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"log/slog"
	"os"
	"text/template"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
)

// What is written here is the plain design: a queue of jobs in PostgreSQL, one
// job for a contact, as River's documentation has it. The job that sends a
// letter inserts the next one and completes itself in one transaction with what
// it writes down (JobCompleteTx); a job is unique by case and step. It checks
// before it sends whether the letter went already. What it lacks is what a plain
// design lacks: nothing is written down before the provider is called.

// plainSchema is what such a design keeps.
const plainSchema = `
create table creditors (id text primary key, name text not null, email text not null, iban text not null);
create table debtors (id text primary key, name text not null, email text not null);
create table cases (
    id text primary key, creditor_id text not null references creditors, debtor_id text not null references debtors,
    reference text not null, due_on date not null, principal numeric(18,2) not null, step int not null default 0, paid boolean not null default false
);
create table letters (
    case_id text not null references cases, step int not null, sent_at timestamptz not null, provider_id text not null,
    recipient text not null, subject text not null, body_text text not null, body_html text not null,
    primary key (case_id, step)
);`

// Contact is the job that sends a case's letter of a step.
type Contact struct {
	Case string `json:"case" river:"unique"`
	Step int    `json:"step" river:"unique"`
}

// Kind names the job in River's table.
func (Contact) Kind() string { return "contact" }

// InsertOpts makes a contact unique by case and step.
func (Contact) InsertOpts() river.InsertOpts {
	return river.InsertOpts{UniqueOpts: river.UniqueOpts{ByArgs: true}}
}

// sender works contacts.
type sender struct {
	river.WorkerDefaults[Contact]
	pool   *pgxpool.Pool
	office *post.Office
}

// stepEvery is how long after a letter the next one follows.
const stepEvery = 7 * 24 * time.Hour

// plainCase is a case as a letter shows it.
type plainCase struct {
	Creditor, CreditorEmail, IBAN, Debtor, Email, Reference, Principal string
	Due                                                                time.Time
	Paid, Gone                                                         bool
}

// Work sends one letter.
func (w *sender) Work(ctx context.Context, job *river.Job[Contact]) error {
	var c plainCase
	err := w.pool.QueryRow(ctx, `select k.name, k.email, k.iban, d.name, d.email, c.reference, c.principal::text, c.due_on, c.paid,
			exists (select from letters l where l.case_id = c.id and l.step = $2)
		from cases c join creditors k on k.id = c.creditor_id join debtors d on d.id = c.debtor_id where c.id = $1`, job.Args.Case, job.Args.Step).
		Scan(&c.Creditor, &c.CreditorEmail, &c.IBAN, &c.Debtor, &c.Email, &c.Reference, &c.Principal, &c.Due, &c.Paid, &c.Gone)
	if err != nil {
		return fmt.Errorf("load case %s: %w", job.Args.Case, err)
	}
	if c.Paid || c.Gone {
		return nil
	}
	m := record.Message{ID: fmt.Sprintf("%s/%d", job.Args.Case, job.Args.Step), Channel: "email", To: c.Email, ReplyTo: c.CreditorEmail}
	if err := c.write(&m); err != nil {
		return fmt.Errorf("write to the debtor of case %s: %w", job.Args.Case, err)
	}
	answer := w.office.Send(ctx, m)
	if answer.State != "sent" {
		return fmt.Errorf("send step %d of case %s: %s %s", job.Args.Step, job.Args.Case, answer.State, answer.Code) // River tries again
	}
	return pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `insert into letters (case_id, step, sent_at, provider_id, recipient, subject, body_text, body_html)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`, job.Args.Case, job.Args.Step, time.Now(), answer.Provider, m.To, m.Subject, m.Text, m.HTML); err != nil {
			return fmt.Errorf("record step %d of case %s: %w", job.Args.Step, job.Args.Case, err)
		}
		if _, err := tx.Exec(ctx, `update cases set step = $2 where id = $1`, job.Args.Case, job.Args.Step+1); err != nil {
			return fmt.Errorf("record step %d of case %s: %w", job.Args.Step, job.Args.Case, err)
		}
		next := Contact{Case: job.Args.Case, Step: job.Args.Step + 1}
		if _, err := river.ClientFromContext[pgx.Tx](ctx).InsertTx(ctx, tx, next, &river.InsertOpts{ScheduledAt: time.Now().Add(stepEvery)}); err != nil {
			return fmt.Errorf("plan step %d of case %s: %w", next.Step, next.Case, err)
		}
		_, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
		return err
	})
}

var (
	plainText = template.Must(template.New("text").Parse(`{{.Debtor}}:

Le recordamos que la factura {{.Reference}} de {{.Creditor}}, por importe de {{.Principal}} EUR, venció el {{.Due.Format "02/01/2006"}} y sigue pendiente de pago.

Puede pagar por transferencia a la cuenta {{.IBAN}}, indicando la referencia {{.Reference}}. Si ya ha pagado, no tenga en cuenta este aviso.

Para cualquier duda escriba a {{.CreditorEmail}}.

{{.Creditor}}
`))
	plainHTML = htmltemplate.Must(htmltemplate.New("html").Parse(`<!doctype html><html lang="es"><body style="font-family: sans-serif; max-width: 40em">
<p>{{.Debtor}}:</p>
<p>Le recordamos que la factura <b>{{.Reference}}</b> de {{.Creditor}}, por importe de <b>{{.Principal}} EUR</b>, venció el {{.Due.Format "02/01/2006"}} y sigue pendiente de pago.</p>
<table><tr><td>Referencia</td><td>{{.Reference}}</td></tr><tr><td>Importe</td><td>{{.Principal}} EUR</td></tr><tr><td>Cuenta</td><td>{{.IBAN}}</td></tr></table>
<p>Si ya ha pagado, no tenga en cuenta este aviso. Para cualquier duda escriba a <a href="mailto:{{.CreditorEmail}}">{{.CreditorEmail}}</a>.</p>
<p>{{.Creditor}}</p></body></html>
`))
)

// write writes the letter.
func (c plainCase) write(m *record.Message) error {
	var text, html bytes.Buffer
	if err := errors.Join(plainText.Execute(&text, c), plainHTML.Execute(&html, c)); err != nil {
		return err
	}
	m.Subject, m.Text, m.HTML = "Recordatorio de pago: "+c.Reference, text.String(), html.String()
	return nil
}

// The time-outs of jobs: a provider answers within 8 seconds. River's own
// default takes a job for lost only after an hour.
const (
	jobTimeout  = 10 * time.Second
	rescueAfter = 15 * time.Second
)

// newRiver gives a client that works contacts, or, without an office, one that
// only inserts them.
func newRiver(pool *pgxpool.Pool, office *post.Office) (*river.Client[pgx.Tx], error) {
	cfg := &river.Config{Logger: slog.New(slog.DiscardHandler), JobTimeout: jobTimeout, RescueStuckJobsAfter: rescueAfter}
	if office != nil {
		cfg.Workers = river.NewWorkers()
		river.AddWorker(cfg.Workers, &sender{pool: pool, office: office})
		cfg.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 50}}
	}
	return river.NewClient(riverpgxv5.New(pool), cfg)
}

// connections are as many as a process of ours has.
const connections = 16

func plainPool(ctx context.Context, url string) (*pgxpool.Pool, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open the plain design: %w", err)
	}
	cfg.MaxConns = connections
	return pgxpool.NewWithConfig(ctx, cfg)
}

// serveRiver is the role of the plain design's worker.
func serveRiver(ctx context.Context) error {
	pool, err := plainPool(ctx, os.Getenv("DATABASE_URL"))
	if err != nil {
		return err
	}
	defer pool.Close()
	office, err := liveOffice(os.Getenv(asRoleMail))
	if err != nil {
		return err
	}
	c, err := newRiver(pool, office)
	if err != nil {
		return err
	}
	if err := c.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("start River: %w", err)
	}
	fmt.Println("working")
	<-ctx.Done()
	return c.Stop(context.WithoutCancel(ctx))
}

// plain is the plain design, as the measure sees it.
type plain struct {
	url  string
	mail string
	n    int
}

// open makes the plain design's database.
func (p *plain) open(ctx context.Context, s *Site, mail string) (err error) {
	if p.url, err = ownDatabase(ctx, s.DatabaseURL, "plain"); err != nil {
		return err
	}
	p.mail = mail
	pool, err := plainPool(ctx, p.url)
	if err != nil {
		return err
	}
	defer pool.Close()
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return fmt.Errorf("prepare River: %w", err)
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("prepare River: %w", err)
	}
	_, err = pool.Exec(ctx, plainSchema+`insert into creditors values ('vega', 'Talleres Vega', 'cobros@vega.example', 'ES9121000418450200051332')`)
	return err
}

// debts opens so many cases, whose first letters are not due before the morning.
func (p *plain) debts(ctx context.Context, n int) error {
	pool, err := plainPool(ctx, p.url)
	if err != nil {
		return err
	}
	defer pool.Close()
	c, err := newRiver(pool, nil)
	if err != nil {
		return err
	}
	later := time.Now().Add(24 * time.Hour)
	for from := p.n; p.n < from+n; {
		var batch []river.InsertManyParams
		var rows pgx.Batch
		for ; p.n < from+n && len(batch) < 1000; p.n++ {
			id := fmt.Sprintf("case-%06d", p.n)
			rows.Queue(`insert into debtors values ($1, $2, $3)`, id, "Obras "+id, letterTo(p.n))
			rows.Queue(`insert into cases (id, creditor_id, debtor_id, reference, due_on, principal) values ($1, 'vega', $1, $2, $3, 1250)`,
				id, "F-"+id, time.Now().AddDate(0, 0, -21))
			batch = append(batch, river.InsertManyParams{Args: Contact{Case: id}, InsertOpts: &river.InsertOpts{ScheduledAt: later}})
		}
		if err := pool.SendBatch(ctx, &rows).Close(); err != nil {
			return fmt.Errorf("open cases of the plain design: %w", err)
		}
		if _, err := c.InsertMany(ctx, batch); err != nil {
			return fmt.Errorf("plan contacts of the plain design: %w", err)
		}
	}
	return nil
}

// morning makes what waits due.
func (p *plain) morning(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.url)
	if err != nil {
		return fmt.Errorf("let the morning come: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, `update river_job set scheduled_at = $1 where state = 'scheduled' and args->>'step' = '0'`, time.Now())
	return err
}

func (p *plain) worker() (*process, error) {
	return spawn(asRiver, "DATABASE_URL="+p.url, asRoleMail+"="+p.mail)
}

// waiting counts the contacts that are still to come.
func (p *plain) waiting(ctx context.Context) (n int, err error) {
	conn, err := pgx.Connect(ctx, p.url)
	if err != nil {
		return 0, fmt.Errorf("count what waits: %w", err)
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `select count(*) from cases where step = 0`).Scan(&n)
	return n, err
}

// recover does nothing: River looks for lost jobs by itself.
func (p *plain) recover(context.Context) error { return nil }

// unknown gives nobody: what is not recorded is sent again.
func (p *plain) unknown(context.Context) ([]string, error) { return nil, nil }
