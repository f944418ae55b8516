package command

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// How a check ends.
const (
	fine    = "ok"
	warning = "warn"
	failing = "fail"
)

// How far the machine's clock may be from PostgreSQL's: what is due then, and
// what lies in the past, differs by as much from one process to another.
const (
	clockOff  = 2 * time.Second
	clockLost = time.Minute
)

// checkTimeout is how long one check may take.
const checkTimeout = 5 * time.Second

// finding is how one check ended.
type finding struct {
	Check string `json:"check"`
	State string `json:"state"` // ok, warn, fail
	Says  string `json:"says"`
	Do    string `json:"do,omitempty"`
}

// doctor looks an installation over.
type doctor struct {
	cfg      Config
	parts    *Parts
	names    Names
	selector string // of DKIM; empty: the provider's
	found    []finding
}

// say keeps a finding, as one line.
func (d *doctor) say(check, state, do, format string, a ...any) {
	d.found = append(d.found, finding{check, state, strings.Join(strings.Fields(fmt.Sprintf(format, a...)), " "), do})
}

// DoctorCommand looks an installation over, and looks names up by names; nil is
// the machine's own resolver.
func DoctorCommand(names Names) *cobra.Command {
	var asJSON bool
	d := &doctor{names: names}
	if names == nil {
		d.names = net.DefaultResolver
	}
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Look the installation over: what is well, what is not, and what to do",
		Long: "Look the installation over: configuration, PostgreSQL and its schema, clocks, keys, Temporal and its\n" +
			"namespace, channels, the sender domains' DNS, and how long the rates of interest are known.\n\n" +
			"Nothing is changed. The exit status is 1 where a check fails; warnings leave it at 0.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d.found = nil
			d.examine(cmd.Context(), cmd.Root().Version)
			return d.tell(cmd.OutOrStdout(), asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "answer as JSON")
	c.Flags().StringVar(&d.selector, "dkim", "", "selector of the sender domains' DKIM key; SendGrid's, s1 and s2, need not be given")
	return c
}

// examine does every check that can be done.
func (d *doctor) examine(ctx context.Context, version string) {
	var err error
	if d.cfg, err = Load(Environ()); err != nil {
		d.say("configuration", failing, "set what is named; recobro config print lists every setting", "%v", err)
		return
	}
	if d.cfg.DatabaseURL == "" {
		a := absenceOf(ctx)
		d.say("configuration", failing, a.do, "%s", a.says)
		return
	}
	d.parts, err = Open(ctx, d.cfg, Wiring{Logger: slog.New(slog.DiscardHandler), Version: version})
	if err != nil {
		d.say("configuration", failing, "set what is named; recobro config print lists every setting", "%v", err)
		return
	}
	defer d.parts.Close()
	d.say("configuration", fine, "", "every setting can be read")
	limited := func(check func(context.Context)) {
		ctx, cancel := context.WithTimeout(ctx, checkTimeout)
		defer cancel()
		check(ctx)
	}
	limited(d.record)
	limited(d.temporal)
	d.channels()
	limited(d.senders)
	d.proxy()
}

// record checks PostgreSQL and what only it can tell.
func (d *doctor) record(ctx context.Context) {
	x, err := d.parts.Store.Soundings(ctx)
	if err != nil {
		d.say("database", failing, "start PostgreSQL, or mend DATABASE_URL", "PostgreSQL does not answer: %v", err)
		return
	}
	d.say("database", fine, "", "PostgreSQL answers")
	switch {
	case x.Schema < x.Newest:
		d.say("schema", failing, "run recobro migrate", "the schema is version %d, this program's is %d", x.Schema, x.Newest)
	case x.Schema > x.Newest:
		d.say("schema", failing, "run the program that migrated the record, or a later one", "the schema is version %d, this program's is %d", x.Schema, x.Newest)
	default:
		d.say("schema", fine, "", "the schema is this program's, version %d", x.Schema)
	}
	d.clock(x)
	if x.Schema != x.Newest {
		return
	}
	d.keys(ctx)
	d.rates(x)
	if s, err := d.parts.Store.Standing(ctx); err == nil && s.Restored {
		d.say("record", failing, "run recobro reconcile", "the record was restored to an earlier point, and nothing goes out until that is lifted")
	}
}

// clock compares the machine's clock with PostgreSQL's, and with the record.
func (d *doctor) clock(x record.Soundings) {
	off := x.Ahead.Abs().Round(time.Millisecond)
	way := "ahead of"
	if x.Ahead < 0 {
		way = "behind"
	}
	const do = "have both machines keep time by NTP"
	switch {
	case off > clockLost:
		d.say("clock", failing, do, "this machine's clock is %s %s PostgreSQL's", off, way)
	case off > clockOff:
		d.say("clock", warning, do, "this machine's clock is %s %s PostgreSQL's", off, way)
	case x.Last.After(x.Now.Add(clockOff)):
		d.say("clock", warning, "find out which machine's clock was ahead when that was written", "the record has an event of %s, and it is %s", x.Last.Format(time.RFC3339), x.Now.Format(time.RFC3339))
	default:
		d.say("clock", fine, "", "this machine's clock agrees with PostgreSQL's and with the record, to %s", off)
	}
}

// keys looks whether somebody can work with the installation.
func (d *doctor) keys(ctx context.Context) {
	all, err := d.parts.Store.Keys(ctx, "")
	if err != nil {
		d.say("keys", failing, "", "%v", err)
		return
	}
	stands := func(role debt.Role) bool {
		return slices.ContainsFunc(all, func(k record.Key) bool { return k.Role == role && k.Revoked.IsZero() })
	}
	if !stands(debt.Operator) {
		d.say("keys", failing, "run recobro keys create --role operator", "no operator's key stands: nobody can make others")
		return
	}
	d.say("keys", fine, "", "an operator's key stands")
}

// rates tells which series of rates end, and what to look for. One by which no
// case is reckoned harms nobody yet.
func (d *doctor) rates(x record.Soundings) {
	ending := 0
	for _, c := range x.Rates {
		if !c.Ends() {
			continue
		}
		ending++
		do := fmt.Sprintf("look for: %s; then add the row with POST /v1/rates, or take the next release", c.Notice)
		used := slices.ContainsFunc(c.Countries, func(country string) bool { return slices.Contains(x.Countries, country) })
		switch {
		case c.Days < 0 && used:
			d.say("rates", failing, do, "%s has no rate since %s: interest of those days is an estimate, in no total", c.Series, c.Last.AddDays(1))
		case c.Days < 0:
			d.say("rates", warning, do, "%s has no rate since %s; no case is of %s", c.Series, c.Last.AddDays(1), strings.Join(c.Countries, " or "))
		default:
			d.say("rates", warning, do, "%s is known until %s, %s more", c.Series, c.Last, counted(c.Days, "day"))
		}
	}
	if ending == 0 {
		d.say("rates", fine, "", "every rate of interest is known for %d days at least", record.RatesEndSoon)
	}
}

// temporal checks Temporal, its namespace and whether a worker works.
func (d *doctor) temporal(ctx context.Context) {
	p := d.parts
	if err := p.askTemporal(ctx); err != nil {
		d.say("temporal", failing, "start Temporal, or mend TEMPORAL_ADDRESS", "no answer from Temporal at %s: %v", d.cfg.TemporalAddress, err)
		return
	}
	d.say("temporal", fine, "", "Temporal answers at %s", d.cfg.TemporalAddress)
	_, err := p.Temporal.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: p.Namespace})
	var missing *serviceerror.NamespaceNotFound
	switch {
	case errors.As(err, &missing):
		d.say("namespace", failing, "run recobro migrate", "Temporal has no namespace %s", p.Namespace)
		return
	case err != nil:
		d.say("namespace", failing, "", "look for namespace %s: %v", p.Namespace, err)
		return
	}
	d.say("namespace", fine, "", "namespace %s is there", p.Namespace)
	if err := p.askWorker(ctx); err != nil {
		d.say("worker", warning, "start recobro worker", "%v", err)
	} else {
		d.say("worker", fine, "", "a worker asks for work")
	}
}

// channels tells how messages leave, if they do. What a mode needs was checked
// with the configuration.
func (d *doctor) channels() {
	for _, c := range []struct{ channel, mode, setting string }{
		{"email", d.cfg.Email, "RECOBRO_EMAIL"}, {"sms", d.cfg.SMS, "RECOBRO_SMS"}, {"whatsapp", d.cfg.WhatsApp, "RECOBRO_WHATSAPP"},
	} {
		if c.mode == outbox {
			d.say("channels", warning, "set "+c.setting+" once they are to", "%s is in outbox mode: messages are recorded and none goes out", c.channel)
			continue
		}
		d.say("channels", fine, "", "%s goes out by %s", c.channel, c.mode)
	}
}

const outbox = "outbox"

// proxy hints at a proxy in front of the API that is not trusted: the API itself
// speaks no TLS, so that an https address is somebody else's.
func (d *doctor) proxy() {
	u, err := url.Parse(d.cfg.PublicURL)
	if err != nil || u.Scheme != "https" || strings.TrimSpace(d.cfg.Proxies) != "" {
		return
	}
	d.say("proxy", warning, "set RECOBRO_TRUSTED_PROXIES to the proxy's address: else every client counts as one, and one who tries keys shuts out all",
		"RECOBRO_PUBLIC_URL is https, so that a proxy stands before the API, and none is trusted")
}

// tell prints what was found; a check that failed is an error.
func (d *doctor) tell(w io.Writer, asJSON bool) error {
	failed := 0
	for _, f := range d.found {
		if f.State == failing {
			failed++
		}
	}
	if asJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(struct {
			OK     bool      `json:"ok"`
			Checks []finding `json:"checks"`
		}{failed == 0, d.found}); err != nil {
			return err
		}
	} else {
		for _, f := range d.found {
			fmt.Fprintf(w, "%-4s  %-13s  %s\n", f.State, f.Check, f.Says)
			if f.Do != "" {
				fmt.Fprintf(w, "%-4s  %-13s    → %s\n", "", "", f.Do)
			}
		}
	}
	if failed > 0 {
		return errors.New(counted(failed, "check") + " failed")
	}
	return nil
}
