package command_test

import (
	"bytes"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/recobro/recobro/command"
)

func TestWhatIsNotSetWorksAndSendsNothing(t *testing.T) {
	c, err := command.Load(map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	for channel, mode := range map[string]string{"e-mail": c.Email, "SMS": c.SMS, "WhatsApp": c.WhatsApp} {
		if mode != "outbox" {
			t.Errorf("%s is %q", channel, mode)
		}
	}
	if c.TimeMachine {
		t.Error("the time machine is allowed")
	}
	if !strings.HasPrefix(c.Listen, "127.0.0.1:") {
		t.Errorf("listens on %s", c.Listen)
	}
}

func TestWhatCannotWorkIsRefusedByName(t *testing.T) {
	live := map[string]string{"RECOBRO_EMAIL": "sendgrid", "SENDGRID_API_KEY": "SG.x", "RECOBRO_EMAIL_FROM": "a@example.com"}
	for name, c := range map[string]struct {
		set  map[string]string
		says string
	}{
		"an unknown mode":                        {map[string]string{"RECOBRO_SMS": "pigeon"}, "RECOBRO_SMS"},
		"SendGrid without its key":               {map[string]string{"RECOBRO_EMAIL": "sendgrid", "RECOBRO_EMAIL_FROM": "a@example.com"}, "SENDGRID_API_KEY"},
		"SMTP without a server":                  {map[string]string{"RECOBRO_EMAIL": "smtp", "RECOBRO_EMAIL_FROM": "a@example.com"}, "RECOBRO_SMTP_HOST"},
		"live e-mail without a sender":           {map[string]string{"RECOBRO_EMAIL": "smtp", "RECOBRO_SMTP_HOST": "h"}, "RECOBRO_EMAIL_FROM"},
		"Twilio without an account":              {map[string]string{"RECOBRO_SMS": "twilio", "RECOBRO_SMS_FROM": "+34600000000"}, "TWILIO_ACCOUNT_SID"},
		"Twilio's API key without its secret":    {map[string]string{"RECOBRO_SMS": "twilio", "RECOBRO_SMS_FROM": "+34600000000", "TWILIO_ACCOUNT_SID": "AC", "TWILIO_API_KEY": "SK"}, "TWILIO_API_SECRET"},
		"the time machine with a live channel":   {with(live, "RECOBRO_TIME_MACHINE", "true"), "RECOBRO_TIME_MACHINE"},
		"an address without a port":              {map[string]string{"RECOBRO_LISTEN": "localhost"}, "RECOBRO_LISTEN"},
		"an address of the figures that is none": {map[string]string{"RECOBRO_METRICS": "9464"}, "RECOBRO_METRICS"},
		"a collector that is none":               {map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": "collector"}, "OTEL_EXPORTER_OTLP_ENDPOINT"},
		"a base address that is none":            {map[string]string{"TWILIO_BASE_URL": "localhost:1"}, "TWILIO_BASE_URL"},
		"a firm without its address":             {map[string]string{"RECOBRO_OPERATOR_NAME": "Cobros SL"}, "RECOBRO_OPERATOR_ADDRESS"},
		"a number that is none":                  {map[string]string{"RECOBRO_DATABASE_CONNECTIONS": "many"}, `RECOBRO_DATABASE_CONNECTIONS="many" is not a whole number`},
		"a rate that is none":                    {map[string]string{"RECOBRO_SMS_RATE": "a few"}, `RECOBRO_SMS_RATE="a few" is not a number`},
		"a switch that is neither on nor off":    {map[string]string{"RECOBRO_PINNED": "perhaps"}, `RECOBRO_PINNED="perhaps" is not true or false`},
		"too few connections for a worker's own": {map[string]string{"RECOBRO_DATABASE_CONNECTIONS": "1"}, "RECOBRO_DATABASE_CONNECTIONS"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := command.Load(c.set); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("error is %v, want it to name %s", err, c.says)
			}
		})
	}
	if _, err := command.Load(live); err != nil {
		t.Errorf("a good configuration is refused: %v", err)
	}
}

func with(m map[string]string, name, value string) map[string]string {
	out := map[string]string{name: value}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	_, err := command.Load(map[string]string{"RECOBRO_SMS": "pigeon", "RECOBRO_EMAIL": "raven"})
	if err == nil || !strings.Contains(err.Error(), "RECOBRO_SMS") || !strings.Contains(err.Error(), "RECOBRO_EMAIL") {
		t.Errorf("error is %v", err)
	}
}

func TestNoSecretIsPrinted(t *testing.T) {
	secrets := map[string]string{
		"SENDGRID_API_KEY": "s3cret-1", "TWILIO_AUTH_TOKEN": "s3cret-2", "TWILIO_API_SECRET": "s3cret-3",
		"RECOBRO_SMTP_PASSWORD": "s3cret-4", "TEMPORAL_API_KEY": "s3cret-5",
	}
	for _, url := range []string{"postgres://u:s3cret-6@h/db", "postgres://u@h/db?password=s3cret-7", "host=h password=s3cret-8 dbname=db"} {
		c, err := command.Load(with(secrets, "DATABASE_URL", url))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		if err := command.Print(&out, c); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(out.String(), "s3cret") {
			t.Errorf("a secret is printed:\n%s", out.String())
		}
		for name := range secrets {
			if !strings.Contains(out.String(), name) {
				t.Errorf("%s is not listed", name)
			}
		}
	}
}

func TestTheReadmesTableIsTheConfiguration(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(string(readme), -1) {
		told[m[1]] = true
	}
	typ := reflect.TypeFor[command.Config]()
	for i := range typ.NumField() {
		name := typ.Field(i).Tag.Get("env")
		if !told[name] {
			t.Errorf("README.md does not list %s: %s", name, typ.Field(i).Tag.Get("about"))
		}
		if typ.Field(i).Tag.Get("about") == "" {
			t.Errorf("%s does not say what it is about", name)
		}
		delete(told, name)
	}
	for name := range told {
		if name != "RECOBRO_DATA" && name != "RECOBRO_TEMPORAL_PORT" && !strings.HasPrefix(name, "RECOBRO_POSTGRES_") {
			t.Errorf("README.md lists %s, which nothing reads", name)
		}
	}
}
