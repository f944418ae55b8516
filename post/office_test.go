package post_test

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
)

const (
	account = "AC0123456789abcdef0123456789abcdef"
	service = "MG0123456789abcdef0123456789abcdef"
)

// live is a configuration in which every channel sends to base.
func live(base string) post.Config {
	return post.Config{
		Email:    post.Channel{Mode: post.SendGrid, From: "Cobros Ruiz <cobros@example.com>"},
		SMS:      post.Channel{Mode: post.Twilio, From: "+34911000000"},
		WhatsApp: post.Channel{Mode: post.Twilio, From: "+34911000000"},
		SendGrid: post.SendGridAccount{Key: "SG.key", BaseURL: base},
		Twilio: post.TwilioAccount{AccountSID: account, Secret: "0123456789abcdef0123456789abcdef", BaseURL: base,
			StatusCallback: "https://recobro.example.com/webhooks/twilio/status?v=1"},
		Timeout: time.Minute,
	}
}

func email(id string) record.Message {
	return record.Message{ID: id, Channel: "email", To: "ana@example.org", ReplyTo: "facturas@example.com",
		Subject: "Factura F-1: 1.234,56 €", Text: "Señora Ñúñez,\nle recordamos…", HTML: "<p>Señora Ñúñez</p>"}
}

func sms(id string) record.Message {
	return record.Message{ID: id, Channel: "sms", To: "+34612345678", Text: "Factura F-1: 1.234,56 € pendientes"}
}

func provider(t *testing.T) (*fake.Provider, string) {
	t.Helper()
	p, err := fake.NewProvider()
	if err != nil {
		t.Fatal(err)
	}
	base, err := p.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = p.Close()
		for _, v := range p.Violations() {
			t.Errorf("not as the vendor's document wants it: %s", v)
		}
	})
	return p, base
}

func office(t *testing.T, cfg post.Config) *post.Office {
	t.Helper()
	o, err := post.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestEachAnswerGivesItsState(t *testing.T) {
	for _, c := range []struct {
		rule     string
		message  record.Message
		do       fake.Behaviour
		want     record.Delivery // Provider "*": any but none
		accepted int
	}{
		{"e-mail: accepted", email("m"), fake.Accept, record.Delivery{State: "sent", Provider: "*"}, 1},
		{"e-mail: accepted, and the connection drops", email("m"), fake.AcceptDrop, record.Delivery{State: "unknown", Code: post.Lost}, 1},
		{"e-mail: accepted, and an error answered", email("m"), fake.AcceptFail, record.Delivery{State: "unknown", Code: "500"}, 1},
		{"e-mail: accepted, and nonsense answered", email("m"), fake.AcceptGarbage, record.Delivery{State: "unknown", Code: "200"}, 1},
		{"e-mail: dropped before", email("m"), fake.Drop, record.Delivery{State: "unknown", Code: post.Lost}, 0},
		{"e-mail: busy", email("m"), fake.Busy, record.Delivery{State: "unknown", Code: "503"}, 0},
		{"e-mail: a proxy's page", email("m"), fake.BadGateway, record.Delivery{State: "unknown", Code: "502"}, 0},
		{"e-mail: too many", email("m"), fake.TooMany, record.Delivery{State: "failed", Code: "429", Retry: true}, 0},
		{"e-mail: unauthorised", email("m"), fake.Refuse(401), record.Delivery{State: "failed", Code: "401", Retry: true}, 0},
		{"e-mail: too large", email("m"), fake.Refuse(413), record.Delivery{State: "failed", Code: "413"}, 0},
		{"e-mail: a time-out of the server's own", email("m"), fake.Page(408), record.Delivery{State: "unknown", Code: "408"}, 0},
		{"e-mail: a redirect is not followed", email("m"), fake.Page(307), record.Delivery{State: "unknown", Code: "307"}, 0},
		{"e-mail: the address is not one", email("m"), fake.Refuse(400), record.Delivery{State: "failed", Code: "400", DeadPoint: true}, 0},

		{"SMS: accepted", sms("m"), fake.Accept, record.Delivery{State: "sent", Provider: "*"}, 1},
		{"SMS: accepted, and the connection drops", sms("m"), fake.AcceptDrop, record.Delivery{State: "unknown", Code: post.Lost}, 1},
		{"SMS: accepted, and an error answered", sms("m"), fake.AcceptFail, record.Delivery{State: "unknown", Code: "20500"}, 1},
		{"SMS: accepted, and nonsense answered", sms("m"), fake.AcceptGarbage, record.Delivery{State: "unknown", Code: post.Undecodable}, 1},
		{"SMS: dropped before", sms("m"), fake.Drop, record.Delivery{State: "unknown", Code: post.Lost}, 0},
		{"SMS: busy", sms("m"), fake.Busy, record.Delivery{State: "unknown", Code: "20500"}, 0},
		{"SMS: a proxy's page", sms("m"), fake.BadGateway, record.Delivery{State: "unknown", Code: "502"}, 0},
		{"SMS: a firewall's page", sms("m"), fake.Page(403), record.Delivery{State: "unknown", Code: post.Undecodable}, 0},
		{"SMS: a redirect is not followed", sms("m"), fake.Page(307), record.Delivery{State: "unknown", Code: post.Undecodable}, 0},
		{"SMS: too many", sms("m"), fake.TooMany, record.Delivery{State: "failed", Code: "20429", Retry: true}, 0},
		{"SMS: too many, said by a proxy", sms("m"), fake.Page(429), record.Delivery{State: "failed", Code: "429", Retry: true}, 0},
		{"SMS: the person answered STOP", sms("m"), fake.Refuse(21610), record.Delivery{State: "failed", Code: "21610", OptedOut: true}, 0},
		{"SMS: not a number", sms("m"), fake.Refuse(21211), record.Delivery{State: "failed", Code: "21211", DeadPoint: true}, 0},
		{"SMS: not a mobile", sms("m"), fake.Refuse(21614), record.Delivery{State: "failed", Code: "21614", DeadPoint: true}, 0},
		{"SMS: the sender is refused", sms("m"), fake.Refuse(21606), record.Delivery{State: "failed", Code: "21606"}, 0},
		{"SMS: a code that no table knows", sms("m"), fake.Refuse(29999), record.Delivery{State: "failed", Code: "29999"}, 0},
		{"SMS: credentials refused", sms("m"), fake.Refuse(20003), record.Delivery{State: "failed", Code: "20003", Retry: true}, 0},
		{"SMS: failed at once", sms("m"), fake.FailAtOnce(30003), record.Delivery{State: "failed", Code: "30003", Provider: "*"}, 0},
		{"SMS: failed at once, for good", sms("m"), fake.FailAtOnce(30005), record.Delivery{State: "failed", Code: "30005", Provider: "*", DeadPoint: true}, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			p, base := provider(t)
			p.Next(c.do)
			got := office(t, live(base)).Send(t.Context(), c.message)
			if c.want.Provider == "*" && got.Provider != "" {
				c.want.Provider = got.Provider
			}
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if n := p.Accepted()["m"]; n != c.accepted {
				t.Errorf("accepted %d times, want %d", n, c.accepted)
			}
		})
	}
}

func TestASendThatGetsNoAnswerInTimeIsUnknown(t *testing.T) {
	for name, m := range map[string]record.Message{"e-mail": email("m"), "SMS": sms("m")} {
		t.Run(name, func(t *testing.T) {
			p, base := provider(t)
			p.Next(fake.AcceptStall)
			cfg := live(base)
			cfg.Timeout = 300 * time.Millisecond
			got := office(t, cfg).Send(t.Context(), m)
			if want := (record.Delivery{State: "unknown", Code: post.TimedOut}); got != want || p.Accepted()["m"] != 1 {
				t.Errorf("got %+v, accepted %v", got, p.Accepted())
			}
		})
	}
}

func TestASendCutShortByItsContextIsUnknown(t *testing.T) {
	for name, m := range map[string]record.Message{"e-mail": email("m"), "SMS": sms("m")} {
		t.Run(name, func(t *testing.T) {
			p, base := provider(t)
			ctx, cancel := context.WithCancel(t.Context())
			p.Always(func(fake.Letter) fake.Behaviour { cancel(); return fake.AcceptStall })
			if got := office(t, live(base)).Send(ctx, m); got.State != "unknown" || p.Accepted()["m"] != 1 {
				t.Errorf("got %+v, accepted %v", got, p.Accepted())
			}
		})
	}
}

func TestWithoutAConnectionASendFailedForCertain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	for _, base := range []string{closed, "http://no-such-host.invalid"} {
		for _, m := range []record.Message{email("m"), sms("m")} {
			got := office(t, live(base)).Send(t.Context(), m)
			if want := (record.Delivery{State: "failed", Code: post.NotConnected, Retry: true}); got != want {
				t.Errorf("%s to %s: got %+v, want %+v", m.Channel, base, got, want)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := office(t, live(closed)).Send(ctx, email("m")); got.State != "failed" {
		t.Errorf("cancelled before: got %+v", got)
	}
}

func TestWhatTheProviderGetsIsTheMessage(t *testing.T) {
	p, base := provider(t)
	o := office(t, live(base))
	whatsapp, byService := sms("w"), sms("s")
	whatsapp.Channel = "whatsapp"
	byService.From = service
	branded := email("b")
	branded.From = "Ruiz <pagos@ruiz.example>"
	for _, m := range []record.Message{email("e"), branded, sms("t"), whatsapp, byService} {
		if d := o.Send(t.Context(), m); d.State != "sent" || d.Code != "" {
			t.Fatalf("%s: %+v", m.ID, d)
		}
	}
	callback := "https://recobro.example.com/webhooks/twilio/status?recobro_message=%s&v=1"
	e, s := email(""), sms("")
	want := []fake.Letter{
		{Provider: "sendgrid", ID: "e", From: "cobros@example.com", To: e.To, ReplyTo: e.ReplyTo, Subject: e.Subject, Text: e.Text, HTML: e.HTML},
		{Provider: "sendgrid", ID: "b", From: "pagos@ruiz.example", To: e.To, ReplyTo: e.ReplyTo, Subject: e.Subject, Text: e.Text, HTML: e.HTML},
		{Provider: "twilio", ID: "t", From: "+34911000000", To: s.To, Text: s.Text, Callback: fmt.Sprintf(callback, "t")},
		{Provider: "twilio", ID: "w", From: "whatsapp:+34911000000", To: "whatsapp:" + s.To, Text: s.Text, Callback: fmt.Sprintf(callback, "w")},
		{Provider: "twilio", ID: "s", From: service, To: s.To, Text: s.Text, Callback: fmt.Sprintf(callback, "s")},
	}
	got := p.Letters()
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("letter %d\n got %+v\nwant %+v", i, got, want[i])
		}
	}
}

func TestWhatCannotBeAddressedIsNotSent(t *testing.T) {
	p, base := provider(t)
	nobody := live(base)
	nobody.Email.From, nobody.SMS.From = "", ""
	toNobody, smsToNobody := email("m"), sms("m")
	toNobody.To, smsToNobody.To = "ana", ""
	for _, c := range []struct {
		rule string
		cfg  post.Config
		m    record.Message
		code string
	}{
		{"e-mail without a sender", nobody, email("m"), post.Unaddressed},
		{"SMS without a sender", nobody, sms("m"), post.Unaddressed},
		{"e-mail to what is no address", live(base), toNobody, post.Malformed},
		{"SMS to nobody", live(base), smsToNobody, post.Malformed},
		{"a channel that does not send", post.Config{}, email("m"), post.NotLive},
		{"a channel unknown", live(base), record.Message{ID: "m", Channel: "pigeon"}, post.NotLive},
	} {
		if got, want := office(t, c.cfg).Send(t.Context(), c.m), (record.Delivery{State: "failed", Code: c.code}); got != want {
			t.Errorf("%s: got %+v, want %+v", c.rule, got, want)
		}
	}
	if n := len(p.Accepted()); n > 0 {
		t.Errorf("%d were sent", n)
	}
}

// Sixteen at once, five hundred each: every message goes out once, with its own
// words to its own debtor.
func TestSendsAtOnceDoNotMix(t *testing.T) {
	const workers, each = 16, 500
	p, base := provider(t)
	o := office(t, live(base))
	make := func(w, i int) record.Message {
		id := fmt.Sprintf("%d-%d", w, i)
		m := email(id)
		if i%2 == 1 {
			m = sms(id)
		}
		m.Text = "for " + id
		return m
	}
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				if d := o.Send(t.Context(), make(w, i)); d.State != "sent" || d.Provider == "" {
					t.Errorf("%d-%d: %+v", w, i, d)
				}
			}
		})
	}
	wg.Wait()
	accepted := p.Accepted()
	for w := range workers {
		for i := range each {
			if n := accepted[fmt.Sprintf("%d-%d", w, i)]; n != 1 {
				t.Errorf("%d-%d was accepted %d times", w, i, n)
			}
		}
	}
	for _, l := range p.Letters() {
		if l.Text != "for "+l.ID {
			t.Errorf("message %s carries %q", l.ID, l.Text)
		}
	}
}

func TestNoMoreTurnsInAnySecondThanTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := live("http://127.0.0.1:1")
		c.SMS.PerSecond = 20
		o, err := post.New(c)
		if err != nil {
			t.Fatal(err)
		}
		var at []time.Time
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if err := o.Turn(t.Context(), "sms"); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				at = append(at, time.Now())
			})
		}
		all.Wait()
		slices.SortFunc(at, time.Time.Compare)
		for i := range len(at) - 20 {
			if d := at[i+20].Sub(at[i]); d <= time.Second {
				t.Fatalf("21 turns within %s", d)
			}
		}
		if last := at[99].Sub(at[0]); last > 6*time.Second {
			t.Errorf("100 turns took %s", last)
		}
		before := time.Now()
		if err := o.Turn(t.Context(), "email"); err != nil || time.Since(before) != 0 {
			t.Errorf("a channel without a limit waited %s: %v", time.Since(before), err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		_ = o.Turn(t.Context(), "sms")
		if err := o.Turn(short, "sms"); err == nil {
			t.Error("a turn came before its time")
		}
	})
}

func TestModes(t *testing.T) {
	o := office(t, live(""))
	for channel, want := range map[string]string{"email": "sendgrid", "sms": "twilio", "whatsapp": "twilio", "pigeon": "outbox"} {
		if got := o.Mode(channel); got != want {
			t.Errorf("mode of %s is %s", channel, got)
		}
	}
	if got := office(t, post.Config{}).Mode("email"); got != post.Outbox {
		t.Errorf("nothing configured is %s", got)
	}
}

func TestAWrongConfigurationSaysAllThatIsWrong(t *testing.T) {
	for _, c := range []struct {
		rule   string
		change func(*post.Config)
		says   []string
	}{
		{"no key for SendGrid", func(c *post.Config) { c.SendGrid.Key = "" }, []string{"sendgrid: the API key is missing"}},
		{"half a URL", func(c *post.Config) { c.SendGrid.BaseURL = "localhost:80" }, []string{"sendgrid: base URL"}},
		{"no SID, no token, no callback", func(c *post.Config) { c.Twilio = post.TwilioAccount{} },
			[]string{"account SID", "auth token, or the API key's secret, is missing", "status callback is missing"}},
		{"a token with an underscore", func(c *post.Config) { c.Twilio.Secret = "test_token" }, []string{"letters and digits"}},
		{"a key that is none", func(c *post.Config) { c.Twilio.KeySID = "XX1" }, []string{"API key SID"}},
		{"a callback that is no URL", func(c *post.Config) { c.Twilio.StatusCallback = "/webhooks" }, []string{"status callback must be"}},
		{"modes that are none", func(c *post.Config) { c.Email.Mode, c.SMS.Mode = "twilio", "smtp" },
			[]string{`email: mode "twilio"`, `sms: mode "smtp"`}},
		{"SMTP without a host, with a user alone", func(c *post.Config) {
			c.Email.Mode, c.SMTP = post.SMTPMode, post.MailServer{User: "u", Port: 70000}
		}, []string{"host is missing", "70000", "go together"}},
		{"a password in clear", func(c *post.Config) {
			c.Email.Mode, c.SMTP = post.SMTPMode, post.MailServer{Host: "mail.example.com", User: "u", Password: "p", TLS: "none"}
		}, []string{"in clear"}},
		{"a kind of TLS that is none", func(c *post.Config) {
			c.Email.Mode, c.SMTP = post.SMTPMode, post.MailServer{Host: "mail.example.com", TLS: "yes"}
		}, []string{`TLS "yes"`}},
		{"a negative time-out", func(c *post.Config) { c.Timeout = -1 }, []string{"negative"}},
	} {
		cfg := live("")
		c.change(&cfg)
		_, err := post.New(cfg)
		for _, s := range c.says {
			if err == nil || !strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v does not say %q", c.rule, err, s)
			}
		}
	}
	if _, err := post.New(post.Config{Twilio: post.TwilioAccount{AccountSID: "wrong"}}); err != nil {
		t.Errorf("what no channel uses is not asked for: %v", err)
	}
}

// The library's own environment settings change host names; the base URL holds.
func TestTheBaseURLHoldsWhateverTheEnvironmentSays(t *testing.T) {
	t.Setenv("TWILIO_EDGE", "dublin")
	t.Setenv("TWILIO_REGION", "ie1")
	p, base := provider(t)
	if d := office(t, live(base)).Send(t.Context(), sms("m")); d.State != "sent" || p.Accepted()["m"] != 1 {
		t.Errorf("got %+v", d)
	}
}
