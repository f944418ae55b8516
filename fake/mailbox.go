package fake

import (
	"bytes"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// Mailbox is a mail server that keeps what it takes.
type Mailbox struct {
	ledger
	server *smtp.Server
	gone   chan struct{}

	implicit       bool
	user, password string // empty: nobody is asked
}

// NewMailbox returns a mail server that accepts every letter.
func NewMailbox() *Mailbox {
	m := &Mailbox{gone: make(chan struct{})}
	m.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &dialogue{box: m, conn: c}, nil
	}))
	m.server.Domain = "localhost"
	m.server.AllowInsecureAuth = true
	m.server.ReadTimeout, m.server.WriteTimeout = time.Minute, time.Minute
	m.server.MaxMessageBytes = 30 << 20
	return m
}

// Secure makes the server speak TLS with a certificate, from the first byte or
// after STARTTLS, and want a user and password. It comes before Listen.
func (m *Mailbox) Secure(cert tls.Certificate, implicit bool, user, password string) {
	m.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
	m.server.AllowInsecureAuth = false
	m.implicit, m.user, m.password = implicit, user, password
}

// Listen serves on a free port of loopback until Close.
func (m *Mailbox) Listen() (host string, port int, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", 0, fmt.Errorf("listen for the mail server: %w", err)
	}
	if m.implicit {
		l = tls.NewListener(l, m.server.TLSConfig)
	}
	go func() { _ = m.server.Serve(l) }()
	return "127.0.0.1", l.Addr().(*net.TCPAddr).Port, nil
}

// Close stops serving and lets go of what was stalled.
func (m *Mailbox) Close() error {
	select {
	case <-m.gone:
	default:
		close(m.gone)
	}
	return m.server.Close()
}

// dialogue is one connection. The behaviour is decided at the recipient, where
// a server may refuse it, and the letter is booked once it is read.
type dialogue struct {
	box  *Mailbox
	conn *smtp.Conn
	in   bool // user and password were right
	from string
	to   string
	do   Behaviour
}

func (d *dialogue) AuthMechanisms() []string { return []string{sasl.Plain} }

func (d *dialogue) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != d.box.user || password != d.box.password {
			return smtp.ErrAuthFailed
		}
		d.in = true
		return nil
	}), nil
}

func (d *dialogue) Mail(from string, _ *smtp.MailOptions) error {
	if d.box.user != "" && !d.in {
		return smtp.ErrAuthRequired
	}
	d.from = from
	return nil
}

func (d *dialogue) Reset()        {}
func (d *dialogue) Logout() error { return nil }

func (d *dialogue) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = to
	d.do = d.box.peek(Letter{Provider: "smtp", From: d.from, To: to})
	if d.do.kind == refuse {
		return &smtp.SMTPError{Code: d.do.code, EnhancedCode: enhanced(d.do.code), Message: "refused on command"}
	}
	return nil
}

// enhanced gives the usual enhanced code of a refusal of a recipient.
func enhanced(code int) smtp.EnhancedCode {
	switch {
	case code == 550:
		return smtp.EnhancedCode{5, 1, 1}
	case code >= 500:
		return smtp.EnhancedCode{5, 7, 1}
	}
	return smtp.EnhancedCode{4, 7, 1}
}

func (d *dialogue) Data(r io.Reader) error {
	if d.do.kind == drop {
		return d.conn.Conn().Close()
	}
	content, err := io.ReadAll(r)
	if err != nil {
		return err // cut short: not a letter
	}
	letter, err := readLetter(content)
	if err != nil {
		d.box.violated("smtp letter", err)
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "cannot be read"}
	}
	letter.From, letter.To = d.from, d.to
	if d.do.kind == failAtOnce {
		return &smtp.SMTPError{Code: d.do.code, EnhancedCode: smtp.EnhancedCode{5, 7, 1}, Message: "refused on command"}
	}
	d.box.book(letter)
	switch d.do.kind {
	case acceptDrop:
		return d.conn.Conn().Close()
	case acceptStall:
		<-d.box.gone
		return d.conn.Conn().Close()
	case acceptGarbage:
		_, _ = io.WriteString(d.conn.Conn(), "aye, sir\r\n")
		return d.conn.Conn().Close()
	}
	return nil
}

// readLetter reads a mail: headers, text and HTML.
func readLetter(content []byte) (Letter, error) {
	m, err := mail.ReadMessage(bytes.NewReader(content))
	if err != nil {
		return Letter{}, fmt.Errorf("read the mail: %w", err)
	}
	id := strings.Trim(m.Header.Get("Message-ID"), "<>")
	id, _, found := strings.Cut(id, "@")
	if !found {
		return Letter{}, errors.New("the mail has no Message-ID")
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return Letter{}, fmt.Errorf("read the subject: %w", err)
	}
	l := Letter{Provider: "smtp", ID: id, Subject: subject}
	if reply, err := mail.ParseAddress(m.Header.Get("Reply-To")); err == nil {
		l.ReplyTo = reply.Address
	}
	return l, l.part(m.Header.Get("Content-Type"), m.Header.Get("Content-Transfer-Encoding"), m.Body)
}

// part reads one part of a mail, and those within it.
func (l *Letter) part(contentType, encoding string, body io.Reader) error {
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("read a part's type: %w", err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		parts := multipart.NewReader(body, params["boundary"])
		for {
			p, err := parts.NextRawPart()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("read a part: %w", err)
			}
			before := l.Picture
			if err := l.part(p.Header.Get("Content-Type"), p.Header.Get("Content-Transfer-Encoding"), p); err != nil {
				return err
			}
			if id := strings.Trim(p.Header.Get("Content-ID"), "<>"); l.Picture != before && !strings.Contains(l.HTML, "cid:"+id+`"`) {
				l.Picture = before // which no part shows
			}
		}
	}
	switch strings.ToLower(encoding) {
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		return fmt.Errorf("read a part: %w", err)
	}
	switch plain := strings.TrimSuffix(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"); kind {
	case "text/plain":
		l.Text = plain
	case "text/html":
		l.HTML = plain
	case "image/png":
		l.Picture = string(text)
	}
	return nil
}
