package post_test

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/record"
)

func mailbox(t *testing.T) (*fake.Mailbox, post.Config) {
	t.Helper()
	box := fake.NewMailbox()
	host, port, err := box.Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = box.Close()
		for _, v := range box.Violations() {
			t.Error(v)
		}
	})
	return box, post.Config{
		Email:   post.Channel{Mode: post.SMTPMode, From: "Cobros Ruiz <cobros@example.com>"},
		SMTP:    post.MailServer{Host: host, Port: port, TLS: "none"},
		Timeout: 20 * time.Second,
	}
}

func TestEachReplyOfAMailServerGivesItsState(t *testing.T) {
	for _, c := range []struct {
		rule     string
		do       fake.Behaviour
		want     record.Delivery
		accepted int
	}{
		{"accepted", fake.Accept, record.Delivery{State: "sent"}, 1},
		{"read whole, and the connection drops", fake.AcceptDrop, record.Delivery{State: "unknown", Code: post.Lost}, 1},
		{"read whole, and nonsense replied", fake.AcceptGarbage, record.Delivery{State: "unknown", Code: post.Lost}, 1},
		{"read whole, and refused", fake.FailAtOnce(554), record.Delivery{State: "failed", Code: "554 5.7.1"}, 0},
		{"dropped amid the content", fake.Drop, record.Delivery{State: "unknown", Code: post.Lost}, 0},
		{"no such mailbox", fake.Refuse(550), record.Delivery{State: "failed", Code: "550 5.1.1", DeadPoint: true}, 0},
		{"refused by policy", fake.Refuse(554), record.Delivery{State: "failed", Code: "554 5.7.1"}, 0},
		{"greylisted", fake.Refuse(451), record.Delivery{State: "failed", Code: "451 4.7.1", Retry: true}, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			box, cfg := mailbox(t)
			box.Next(c.do)
			got := office(t, cfg).Send(t.Context(), email("m"))
			if got.Provider != "m@example.com" {
				t.Errorf("the Message-ID is %q", got.Provider)
			}
			got.Provider = ""
			if got != c.want {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
			if n := box.Accepted()["m"]; n != c.accepted {
				t.Errorf("accepted %d times, want %d", n, c.accepted)
			}
		})
	}
}

func TestAMailServerThatDoesNotReplyInTimeLeavesItUnknown(t *testing.T) {
	box, cfg := mailbox(t)
	box.Next(fake.AcceptStall)
	cfg.Timeout = 300 * time.Millisecond
	if got := office(t, cfg).Send(t.Context(), email("m")); got.State != "unknown" || box.Accepted()["m"] != 1 {
		t.Errorf("got %+v, accepted %v", got, box.Accepted())
	}
}

func TestASendBySMTPEndsWithItsContext(t *testing.T) {
	box, cfg := mailbox(t)
	cfg.Timeout = time.Hour
	ctx, cancel := context.WithCancel(t.Context())
	box.Always(func(fake.Letter) fake.Behaviour { time.AfterFunc(50*time.Millisecond, cancel); return fake.AcceptStall })
	if got := office(t, cfg).Send(ctx, email("m")); got.State == "sent" {
		t.Errorf("got %+v", got)
	}
}

func TestWithoutAMailServerASendFailedForCertain(t *testing.T) {
	_, cfg := mailbox(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg.SMTP.Port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	if got, want := office(t, cfg).Send(t.Context(), email("m")), (record.Delivery{State: "failed", Code: post.NotConnected, Retry: true}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAServerWithoutTLSGetsNoLetterWhereTLSIsWanted(t *testing.T) {
	box, cfg := mailbox(t)
	cfg.SMTP.TLS = ""
	if got := office(t, cfg).Send(t.Context(), email("m")); got.State != "failed" || len(box.Accepted()) > 0 {
		t.Errorf("got %+v, accepted %v", got, box.Accepted())
	}
}

func TestPasswordsAndLettersTravelByTLS(t *testing.T) {
	web := httptest.NewUnstartedServer(nil) // for its certificate, which is good for 127.0.0.1
	web.StartTLS()
	defer web.Close()
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	for _, c := range []struct {
		rule     string
		kind     string
		password string
		roots    *x509.CertPool
		want     record.Delivery
	}{
		{"after STARTTLS", "starttls", "right", roots, record.Delivery{State: "sent", Provider: "m@example.com"}},
		{"from the first byte", "implicit", "right", roots, record.Delivery{State: "sent", Provider: "m@example.com"}},
		{"a wrong password", "starttls", "wrong", roots, record.Delivery{State: "failed", Code: "535", Retry: true}},
		{"a certificate of nobody known, after STARTTLS", "starttls", "right", nil, record.Delivery{State: "failed", Code: post.NotConnected, Retry: true}},
		{"a certificate of nobody known, from the first byte", "implicit", "right", nil, record.Delivery{State: "failed", Code: post.NotConnected, Retry: true}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			box := fake.NewMailbox()
			box.Secure(web.TLS.Certificates[0], c.kind == "implicit", "recobro", "right")
			host, port, err := box.Listen()
			if err != nil {
				t.Fatal(err)
			}
			defer box.Close()
			cfg := post.Config{Email: post.Channel{Mode: post.SMTPMode, From: "cobros@example.com"}, Timeout: 20 * time.Second,
				SMTP: post.MailServer{Host: host, Port: port, User: "recobro", Password: c.password, TLS: c.kind, Roots: c.roots}}
			got := office(t, cfg).Send(t.Context(), email("m"))
			if got != c.want || (len(box.Accepted()) == 1) != (c.want.State == "sent") {
				t.Errorf("got %+v, want %+v; accepted %v", got, c.want, box.Accepted())
			}
		})
	}
}

func TestWhatTheMailServerGetsIsTheMessage(t *testing.T) {
	box, cfg := mailbox(t)
	m := email("m")
	m.Subject = "Factura F-1\r\nBcc: eva@example.org"
	if got := office(t, cfg).Send(t.Context(), m); got.State != "sent" {
		t.Fatalf("got %+v", got)
	}
	got := box.Letters()[0]
	if strings.ContainsAny(got.Subject, "\r\n") || !strings.HasPrefix(got.Subject, "Factura F-1") {
		t.Errorf("subject %q", got.Subject)
	}
	got.Subject = ""
	want := fake.Letter{Provider: "smtp", ID: "m", From: "cobros@example.com", To: m.To, ReplyTo: m.ReplyTo, Text: m.Text, HTML: m.HTML}
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestMailsAtOnceDoNotMix(t *testing.T) {
	const workers, each = 8, 25
	box, cfg := mailbox(t)
	o := office(t, cfg)
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range each {
				m := email(fmt.Sprintf("%d-%d", w, i))
				m.Text = "for " + m.ID
				if d := o.Send(t.Context(), m); d.State != "sent" {
					t.Errorf("%s: %+v", m.ID, d)
				}
			}
		})
	}
	wg.Wait()
	if n := len(box.Accepted()); n != workers*each {
		t.Errorf("%d messages accepted", n)
	}
	for _, l := range box.Letters() {
		if l.Text != "for "+l.ID || box.Accepted()[l.ID] != 1 {
			t.Errorf("message %s carries %q, %d times", l.ID, l.Text, box.Accepted()[l.ID])
		}
	}
}
