// Package post sends messages through the providers' own client libraries:
// e-mail by SMTP or SendGrid, SMS and WhatsApp by Twilio. A send is tried once,
// and its answer is one of three: sent, failed, which is said only when the
// message was certainly not accepted, and unknown. An unknown message is never
// sent again by itself: a person finds out and settles it. The provider is told
// our id of each message, so that its callbacks can settle them in a later version.
package post

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/recobro/recobro/record"
)

// The modes of a channel. In Outbox mode messages stay in the record, where
// they can be read, and nothing leaves the machine.
const (
	Outbox   = "outbox"
	SMTPMode = "smtp"
	SendGrid = "sendgrid"
	Twilio   = "twilio"
)

// What became of a send, as record.Delivery says it.
const (
	sent    = "sent"
	failed  = "failed"
	unknown = "unknown"
)

// Codes of our own in record.Delivery; others are the provider's.
const (
	NotConnected = "not_connected"  // nothing was sent: no name, no connection, no handshake
	TimedOut     = "timed_out"      // no answer in time
	Lost         = "answer_lost"    // the connection ended without an answer
	Undecodable  = "undecodable"    // an answer that is not the provider's
	Unaddressed  = "from_missing"   // neither the message nor the channel names a sender
	Malformed    = "malformed"      // sender or recipient cannot be written as an address
	NotLive      = "channel_outbox" // the channel does not send
)

// MessageParam names our message id in what the provider is told and tells
// back: a custom argument of SendGrid's, a query parameter of Twilio's callback.
const MessageParam = "recobro_message"

// Channel is how one channel sends.
type Channel struct {
	Mode string // empty: Outbox
	From string // sender where the message names none: address, number, sender id or messaging service (MG…)
	// PerSecond is the most messages a second of this process; zero: no limit.
	PerSecond float64
}

// SendGridAccount is an account with SendGrid.
type SendGridAccount struct {
	Key     string
	BaseURL string // empty: https://api.sendgrid.com; for an EU subuser https://api.eu.sendgrid.com
}

// TwilioAccount is an account with Twilio.
type TwilioAccount struct {
	AccountSID     string // AC…
	KeySID         string // SK…; empty: Secret is the account's auth token
	Secret         string
	BaseURL        string // empty: Twilio's own hosts
	StatusCallback string // public URL of our webhook; our message id is added to its query
}

// MailServer is a server that takes mail by SMTP.
type MailServer struct {
	Host     string
	Port     int // zero: 587, or 465 with implicit TLS
	User     string
	Password string
	TLS      string // starttls (the default), implicit, or none

	Roots *x509.CertPool // whom to believe; nil: the system's authorities
}

// Config says how each channel sends.
type Config struct {
	Email, SMS, WhatsApp Channel

	SendGrid SendGridAccount
	Twilio   TwilioAccount
	SMTP     MailServer

	Timeout time.Duration // for one answer of a provider; zero: 8 seconds
}

// Office sends messages. It is safe for use by many goroutines.
type Office struct {
	cfg       Config
	transport http.RoundTripper
	base      *url.URL // of Twilio, where not its own hosts
	turns     map[string]*rate.Limiter
}

// Spaced gives how many messages a second keep a provider's limit: a twentieth
// fewer than it takes, so that one that is late by a twentieth of a second does
// not crowd those behind it. Whoever feeds an office feeds it no faster, or what
// waits for its turn grows.
func Spaced(perSecond float64) float64 { return perSecond / 1.05 }

// New returns an office, or all that is wrong with the configuration.
func New(cfg Config) (*Office, error) {
	if cfg.Timeout == 0 {
		cfg.Timeout = 8 * time.Second
	}
	for _, c := range []*Channel{&cfg.Email, &cfg.SMS, &cfg.WhatsApp} {
		if c.Mode == "" {
			c.Mode = Outbox
		}
	}
	if err := cfg.check(); err != nil {
		return nil, fmt.Errorf("configure the post: %w", err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32
	o := &Office{cfg: cfg, transport: transport, turns: map[string]*rate.Limiter{}}
	for channel, c := range map[string]Channel{"email": cfg.Email, "sms": cfg.SMS, "whatsapp": cfg.WhatsApp} {
		if c.PerSecond > 0 {
			o.turns[channel] = rate.NewLimiter(rate.Limit(Spaced(c.PerSecond)), 1)
		}
	}
	if cfg.Twilio.BaseURL != "" {
		o.base, _ = url.Parse(cfg.Twilio.BaseURL) // checked above
	}
	return o, nil
}

// Mode tells how a channel sends; Outbox for a channel unknown.
func (o *Office) Mode(channel string) string {
	switch channel {
	case "email":
		return o.cfg.Email.Mode
	case "sms":
		return o.cfg.SMS.Mode
	case "whatsapp":
		return o.cfg.WhatsApp.Mode
	}
	return Outbox
}

// Turn waits until the channel may send its next message. All workers together
// are held to the limit by Temporal, which lets bursts through; this evens out
// those of one process. The error is that of ctx, or says that its time is too
// short for the wait.
func (o *Office) Turn(ctx context.Context, channel string) error {
	l := o.turns[channel]
	if l == nil {
		return nil
	}
	if err := l.Wait(ctx); err != nil {
		return fmt.Errorf("wait for the turn of %s: %w", channel, err)
	}
	return nil
}

// Send hands m to its channel's provider, once, and tells what became of it.
// m must be reserved on the record before.
func (o *Office) Send(ctx context.Context, m record.Message) record.Delivery {
	switch o.Mode(m.Channel) {
	case SMTPMode:
		return o.sendSMTP(ctx, m)
	case SendGrid:
		return o.sendSendGrid(ctx, m)
	case Twilio:
		return o.sendTwilio(ctx, m)
	}
	return record.Delivery{State: failed, Code: NotLive}
}

// check tells all that is wrong with a configuration.
func (c Config) check() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	one := func(channel, mode string, modes ...string) {
		for _, m := range modes {
			if mode == m {
				return
			}
		}
		wrong("%s: mode %q is not one of %s", channel, mode, strings.Join(modes, ", "))
	}
	one("email", c.Email.Mode, Outbox, SMTPMode, SendGrid)
	one("sms", c.SMS.Mode, Outbox, Twilio)
	one("whatsapp", c.WhatsApp.Mode, Outbox, Twilio)
	if min(c.Email.PerSecond, c.SMS.PerSecond, c.WhatsApp.PerSecond) < 0 {
		wrong("a limit of messages a second is negative")
	}
	if c.Timeout < 0 {
		wrong("the time-out is negative")
	}
	switch c.Email.Mode {
	case SendGrid:
		errs = append(errs, c.SendGrid.check())
	case SMTPMode:
		errs = append(errs, c.SMTP.check())
	}
	if c.SMS.Mode == Twilio || c.WhatsApp.Mode == Twilio {
		errs = append(errs, c.Twilio.check())
	}
	return errors.Join(errs...)
}

func (a SendGridAccount) check() error {
	var errs []error
	if a.Key == "" {
		errs = append(errs, errors.New("sendgrid: the API key is missing"))
	}
	return errors.Join(append(errs, absolute("sendgrid: base URL", a.BaseURL, true))...)
}

func (a TwilioAccount) check() error {
	var errs []error
	if len(a.AccountSID) != 34 || !strings.HasPrefix(a.AccountSID, "AC") || !alphanumeric(a.AccountSID) {
		errs = append(errs, errors.New("twilio: the account SID must be AC and 32 letters and digits"))
	}
	if a.KeySID != "" && (len(a.KeySID) != 34 || !strings.HasPrefix(a.KeySID, "SK") || !alphanumeric(a.KeySID)) {
		errs = append(errs, errors.New("twilio: the API key SID must be SK and 32 letters and digits, or be left out"))
	}
	switch {
	case a.Secret == "":
		errs = append(errs, errors.New("twilio: the auth token, or the API key's secret, is missing"))
	case !alphanumeric(a.Secret):
		errs = append(errs, errors.New("twilio: the auth token holds characters other than letters and digits, which the client refuses to send"))
	}
	errs = append(errs, absolute("twilio: base URL", a.BaseURL, true))
	if a.StatusCallback == "" {
		errs = append(errs, errors.New("twilio: the public URL of the status callback is missing"))
	} else {
		errs = append(errs, absolute("twilio: status callback", a.StatusCallback, false))
	}
	return errors.Join(errs...)
}

func (s MailServer) check() error {
	var errs []error
	if s.Host == "" {
		errs = append(errs, errors.New("smtp: the host is missing"))
	}
	if s.Port < 0 || s.Port > 65535 {
		errs = append(errs, fmt.Errorf("smtp: %d is not a port", s.Port))
	}
	switch s.TLS {
	case "", "starttls", "implicit":
	case "none":
		if s.User != "" && !loopback(s.Host) {
			errs = append(errs, errors.New("smtp: a password would travel in clear: use starttls or implicit TLS"))
		}
	default:
		errs = append(errs, fmt.Errorf("smtp: TLS %q is not one of starttls, implicit, none", s.TLS))
	}
	if (s.User == "") != (s.Password == "") {
		errs = append(errs, errors.New("smtp: user and password go together: one of them is missing"))
	}
	return errors.Join(errs...)
}

func loopback(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// absolute checks that s is an http or https URL without user or fragment.
func absolute(what, s string, optional bool) error {
	if s == "" && optional {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("%s must be a whole URL such as https://example.com", what)
	}
	return nil
}

func alphanumeric(s string) bool {
	for _, r := range s {
		if (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return false
		}
	}
	return true
}
