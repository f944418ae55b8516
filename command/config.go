// Package command is the command line of Recobro: what production runs as
// separate processes (api, worker), what an operator does by hand, and the
// wiring that the standalone installation shares.
package command

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"reflect"
	"strings"
	"text/tabwriter"

	"github.com/caarlos0/env/v11"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"

	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/post"
)

// DefaultNamespace is Temporal's namespace where TEMPORAL_NAMESPACE does not say.
const DefaultNamespace = "recobro"

// Config is everything that may be set, all of it by environment variables.
// Fields marked secret are never printed.
type Config struct {
	DatabaseURL string `env:"DATABASE_URL" secret:"password" about:"PostgreSQL, as postgres://user:password@host/database"`
	Connections int    `env:"RECOBRO_DATABASE_CONNECTIONS" envDefault:"16" about:"most connections to PostgreSQL of one process"`

	TemporalAddress   string `env:"TEMPORAL_ADDRESS" envDefault:"127.0.0.1:7233" about:"Temporal's frontend"`
	TemporalNamespace string `env:"TEMPORAL_NAMESPACE" envDefault:"recobro" about:"Temporal's namespace"`
	TemporalKey       string `env:"TEMPORAL_API_KEY" secret:"yes" about:"API key, for Temporal Cloud; TEMPORAL_TLS_… and a TEMPORAL_CONFIG_FILE are read too"`

	Listen    string `env:"RECOBRO_LISTEN" envDefault:"127.0.0.1:8080" about:"address of the API"`
	PublicURL string `env:"RECOBRO_PUBLIC_URL" about:"how the world reaches the API; given to providers as where callbacks go, which are not read yet"`
	Metrics   string `env:"RECOBRO_METRICS" about:"address of /metrics, /healthz and /readyz for whoever watches, such as 127.0.0.1:9464; empty: not served"`
	Traces    string `env:"OTEL_EXPORTER_OTLP_ENDPOINT" about:"collector of traces by OTLP over HTTP, such as http://127.0.0.1:4318; empty: no traces"`
	LogLevel  string `env:"RECOBRO_LOG_LEVEL" envDefault:"info" about:"debug, info, warn or error"`

	APIRate     float64 `env:"RECOBRO_API_RATE" envDefault:"200" about:"most requests a second of one API key"`
	APIBurst    int     `env:"RECOBRO_API_BURST" envDefault:"400" about:"most requests at once of one API key, after a pause"`
	APIFailures float64 `env:"RECOBRO_API_FAILURES" envDefault:"1" about:"most wrong API keys a second from one address, after the first 30"`
	Proxies     string  `env:"RECOBRO_TRUSTED_PROXIES" about:"addresses or networks of the proxies in front of the API, with commas between; their X-Forwarded-For is believed"`
	KeepAnswers int     `env:"RECOBRO_KEEP_ANSWERS" envDefault:"30" about:"days that the answer to a request is kept for its Idempotency-Key"`

	TimeMachine bool `env:"RECOBRO_TIME_MACHINE" envDefault:"false" about:"allow recobro advance; only while every channel is outbox"`

	OperatorName    string `env:"RECOBRO_OPERATOR_NAME" about:"the firm that collects, as letters on behalf of a creditor name it; empty: creditors collect themselves"`
	OperatorAddress string `env:"RECOBRO_OPERATOR_ADDRESS" about:"that firm's postal address"`

	Email    string `env:"RECOBRO_EMAIL" envDefault:"outbox" about:"how e-mail goes out: outbox, smtp or sendgrid"`
	SMS      string `env:"RECOBRO_SMS" envDefault:"outbox" about:"how SMS go out: outbox or twilio"`
	WhatsApp string `env:"RECOBRO_WHATSAPP" envDefault:"outbox" about:"how WhatsApp messages go out: outbox or twilio"`

	EmailFrom    string `env:"RECOBRO_EMAIL_FROM" about:"sender address where a creditor's brand has none"`
	SMSFrom      string `env:"RECOBRO_SMS_FROM" about:"sender of SMS where a creditor's brand has none: number, name or messaging service"`
	WhatsAppFrom string `env:"RECOBRO_WHATSAPP_FROM" about:"number that WhatsApp messages come from"`

	SMTPHost     string `env:"RECOBRO_SMTP_HOST" about:"mail server"`
	SMTPPort     int    `env:"RECOBRO_SMTP_PORT" envDefault:"0" about:"its port; 0: 587, or 465 with implicit TLS"`
	SMTPUser     string `env:"RECOBRO_SMTP_USER" about:"user at the mail server"`
	SMTPPassword string `env:"RECOBRO_SMTP_PASSWORD" secret:"yes" about:"password at the mail server"`
	SMTPTLS      string `env:"RECOBRO_SMTP_TLS" envDefault:"starttls" about:"starttls, implicit or none"`

	SendGridKey string `env:"SENDGRID_API_KEY" secret:"yes" about:"SendGrid's key"`
	SendGridURL string `env:"SENDGRID_BASE_URL" about:"SendGrid's address, where it is another"`

	TwilioAccount string `env:"TWILIO_ACCOUNT_SID" about:"Twilio's account"`
	TwilioToken   string `env:"TWILIO_AUTH_TOKEN" secret:"yes" about:"Twilio's token"`
	TwilioKey     string `env:"TWILIO_API_KEY" about:"Twilio's API key, where sends use one instead of the token"`
	TwilioSecret  string `env:"TWILIO_API_SECRET" secret:"yes" about:"the secret of Twilio's API key"`
	TwilioURL     string `env:"TWILIO_BASE_URL" about:"Twilio's address, where it is another"`

	EmailRate    float64 `env:"RECOBRO_EMAIL_RATE" envDefault:"0" about:"most e-mails a second, all workers together; 0: no limit"`
	SMSRate      float64 `env:"RECOBRO_SMS_RATE" envDefault:"0" about:"most SMS a second"`
	WhatsAppRate float64 `env:"RECOBRO_WHATSAPP_RATE" envDefault:"0" about:"most WhatsApp messages a second"`

	StickyCache int    `env:"RECOBRO_WORKFLOW_CACHE" envDefault:"0" about:"workflows kept in a worker's memory; 0: the SDK's number, negative: none"`
	BuildID     string `env:"RECOBRO_BUILD_ID" about:"name of this build for Temporal's worker versioning; empty: no versions"`
	Pinned      bool   `env:"RECOBRO_PINNED" envDefault:"false" about:"with a build: keep each run on the build it began with"`
}

// Load reads the configuration from an environment and checks it.
func Load(environ map[string]string) (Config, error) {
	var c Config
	if err := Parse(&c, environ); err != nil {
		return Config{}, err
	}
	if err := c.validate(); err != nil {
		return Config{}, fmt.Errorf("the configuration: %w", err)
	}
	return c, nil
}

// Parse reads settings, a pointer to a struct with tags as those of Config,
// from an environment. All values that cannot be read are told at once, each
// by the name of its variable.
func Parse(settings any, environ map[string]string) error {
	err := env.ParseWithOptions(settings, env.Options{Environment: environ})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return err
	}
	var wrong []error
	for _, e := range all.Errors {
		var field env.ParseError
		if errors.As(e, &field) {
			e = unreadable(reflect.TypeOf(settings).Elem(), field, environ)
		}
		wrong = append(wrong, e)
	}
	return fmt.Errorf("the configuration: %w", errors.Join(wrong...))
}

// unreadable names the variable of a field, with the value that it has. Those
// that are secret are text, which can always be read.
func unreadable(settings reflect.Type, field env.ParseError, environ map[string]string) error {
	f, ok := settings.FieldByName(field.Name)
	if !ok {
		return field
	}
	name, want := f.Tag.Get("env"), "what it must be"
	switch field.Type.Kind() {
	case reflect.Bool:
		want = "true or false"
	case reflect.Int:
		want = "a whole number"
	case reflect.Float64:
		want = "a number"
	}
	return fmt.Errorf("%s=%q is not %s", name, environ[name], want)
}

// Environ gives the process's environment as Load takes it.
func Environ() map[string]string { return env.ToMap(os.Environ()) }

func (c Config) validate() error {
	var wrong []error
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	oneOf := func(name, value string, allowed ...string) {
		for _, a := range allowed {
			if value == a {
				return
			}
		}
		say("%s is %q: it must be one of %s", name, value, strings.Join(allowed, ", "))
	}
	need := func(when, name, value string) {
		if value == "" {
			say("%s needs %s", when, name)
		}
	}
	oneOf("RECOBRO_EMAIL", c.Email, "outbox", "smtp", "sendgrid")
	oneOf("RECOBRO_SMS", c.SMS, "outbox", "twilio")
	oneOf("RECOBRO_WHATSAPP", c.WhatsApp, "outbox", "twilio")
	oneOf("RECOBRO_SMTP_TLS", c.SMTPTLS, "starttls", "implicit", "none")
	oneOf("RECOBRO_LOG_LEVEL", c.LogLevel, "debug", "info", "warn", "error")
	if c.Email == "smtp" {
		need("RECOBRO_EMAIL=smtp", "RECOBRO_SMTP_HOST", c.SMTPHost)
	}
	if c.Email == "sendgrid" {
		need("RECOBRO_EMAIL=sendgrid", "SENDGRID_API_KEY", c.SendGridKey)
	}
	if c.Email != "outbox" {
		need("RECOBRO_EMAIL="+c.Email, "RECOBRO_EMAIL_FROM", c.EmailFrom)
	}
	if c.SMS == "twilio" || c.WhatsApp == "twilio" {
		need("twilio", "TWILIO_ACCOUNT_SID", c.TwilioAccount)
		if c.TwilioKey != "" {
			need("TWILIO_API_KEY", "TWILIO_API_SECRET", c.TwilioSecret)
		} else {
			need("twilio", "TWILIO_AUTH_TOKEN", c.TwilioToken)
		}
	}
	if c.SMS == "twilio" {
		need("RECOBRO_SMS=twilio", "RECOBRO_SMS_FROM", c.SMSFrom)
	}
	if c.WhatsApp == "twilio" {
		need("RECOBRO_WHATSAPP=twilio", "RECOBRO_WHATSAPP_FROM", c.WhatsAppFrom)
	}
	if c.TimeMachine && (c.Email != "outbox" || c.SMS != "outbox" || c.WhatsApp != "outbox") {
		say("RECOBRO_TIME_MACHINE is allowed only while every channel is outbox")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		say("RECOBRO_LISTEN is %q: it must be host:port", c.Listen)
	}
	if _, _, err := net.SplitHostPort(c.Metrics); c.Metrics != "" && err != nil {
		say("RECOBRO_METRICS is %q: it must be host:port", c.Metrics)
	}
	for name, at := range map[string]string{"RECOBRO_PUBLIC_URL": c.PublicURL, "OTEL_EXPORTER_OTLP_ENDPOINT": c.Traces, "SENDGRID_BASE_URL": c.SendGridURL, "TWILIO_BASE_URL": c.TwilioURL} {
		if u, err := url.Parse(at); at != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			say("%s is %q: it must be an http or https address", name, at)
		}
	}
	if c.OperatorName != "" {
		need("RECOBRO_OPERATOR_NAME", "RECOBRO_OPERATOR_ADDRESS", c.OperatorAddress)
	}
	if c.Connections < 2 {
		say("RECOBRO_DATABASE_CONNECTIONS is %d: it must be at least 2", c.Connections)
	}
	c.limits(say)
	return errors.Join(wrong...)
}

// Print writes every setting with its value, secrets masked. settings is a
// struct with tags as those of Config, in which others may be embedded.
func Print(w io.Writer, settings any) error {
	out := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	printFields(out, reflect.ValueOf(settings))
	return out.Flush()
}

func printFields(w io.Writer, v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name := f.Tag.Get("env")
		switch {
		case f.Anonymous:
			printFields(w, v.Field(i))
		case name != "": // what has no variable cannot be set
			fmt.Fprintf(w, "%s\t%s\t%s\n", name, mask(f.Tag.Get("secret"), fmt.Sprint(v.Field(i).Interface())), f.Tag.Get("about"))
		}
	}
}

func mask(secret, value string) string {
	switch {
	case value == "":
		return "-"
	case secret == "yes":
		return "****"
	case secret == "password":
		u, err := url.Parse(value)
		if err != nil || u.Scheme == "" {
			return "****" // a form whose password we would not find
		}
		query := u.Query()
		if query.Has("password") {
			query.Set("password", "****")
			u.RawQuery = query.Encode()
		}
		return strings.ReplaceAll(u.Redacted(), "xxxxx", "****")
	}
	return value
}

// Logger writes JSON lines to w at the level that is set.
func (c Config) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // validate has seen it
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

// ClientOptions say how to reach Temporal: what Temporal's own tools read from
// the environment and its configuration file, with our defaults beneath.
func (c Config) ClientOptions(logger log.Logger) (client.Options, error) {
	o, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return client.Options{}, fmt.Errorf("read how to reach Temporal: %w", err)
	}
	if o.HostPort == "" || c.TemporalAddress != "127.0.0.1:7233" {
		o.HostPort = c.TemporalAddress
	}
	if o.Namespace == "" || c.TemporalNamespace != DefaultNamespace {
		o.Namespace = c.TemporalNamespace
	}
	o.Logger = logger
	return o, nil
}

// post gives what the channels need.
func (c Config) post() post.Config {
	account := post.TwilioAccount{AccountSID: c.TwilioAccount, Secret: c.TwilioToken, BaseURL: c.TwilioURL}
	if c.TwilioKey != "" {
		account.KeySID, account.Secret = c.TwilioKey, c.TwilioSecret
	}
	if c.PublicURL != "" {
		account.StatusCallback = strings.TrimRight(c.PublicURL, "/") + "/webhooks/twilio/status"
	}
	return post.Config{
		Email:    post.Channel{Mode: c.Email, From: c.EmailFrom, PerSecond: c.EmailRate},
		SMS:      post.Channel{Mode: c.SMS, From: c.SMSFrom, PerSecond: c.SMSRate},
		WhatsApp: post.Channel{Mode: c.WhatsApp, From: c.WhatsAppFrom, PerSecond: c.WhatsAppRate},
		SendGrid: post.SendGridAccount{Key: c.SendGridKey, BaseURL: c.SendGridURL},
		Twilio:   account,
		SMTP:     post.MailServer{Host: c.SMTPHost, Port: c.SMTPPort, User: c.SMTPUser, Password: c.SMTPPassword, TLS: c.SMTPTLS},
	}
}

// operator gives who runs the collection, for the letters.
func (c Config) operator() letter.Operator {
	return letter.Operator{Name: c.OperatorName, Address: c.OperatorAddress}
}
