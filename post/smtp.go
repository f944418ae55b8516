package post

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/textproto"
	"strconv"
	"strings"
	"sync"

	"github.com/recobro/recobro/bank/epc"
	words "github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
	"github.com/wneessen/go-mail"
)

// sendSMTP sends one e-mail over a connection of its own.
func (o *Office) sendSMTP(ctx context.Context, m record.Message) record.Delivery {
	letter, id, code := smtpLetter(m, o.cfg.Email)
	if code != "" {
		return record.Delivery{State: failed, Code: code}
	}
	ctx, cancel := context.WithTimeout(ctx, 4*o.cfg.Timeout) // a dialogue of several answers
	defer cancel()
	line := &line{ctx: ctx}
	defer line.cut()
	c, err := o.mailClient(line)
	if err != nil {
		return record.Delivery{State: failed, Code: NotConnected, Retry: true}
	}
	server, err := c.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return record.Delivery{State: failed, Code: greeting(err), Retry: true} // before any letter was shown
	}
	err = c.SendWithSMTPClient(server, letter)
	d := smtpOutcome(letter, err)
	d.Provider = id
	if d.State != unknown {
		// After an unknown outcome no QUIT is said: it would end a letter that was cut short.
		_ = c.CloseWithSMTPClient(server)
	}
	return d
}

// smtpLetter writes the mail and renders it once, so that nothing can go wrong
// in the middle of sending it. The Message-ID is made of our id: a bounce or
// a reply names it.
func smtpLetter(m record.Message, c Channel) (*mail.Msg, string, string) {
	from, to, reply, code := addresses(m, c)
	if code != "" {
		return nil, "", code
	}
	letter := mail.NewMsg(mail.WithCharset(mail.CharsetUTF8), mail.WithEncoding(mail.EncodingQP))
	errs := []error{letter.From(from.String()), letter.To(to.String())}
	if reply != nil {
		errs = append(errs, letter.ReplyTo(reply.String()))
	}
	id := m.ID + from.Address[strings.LastIndexByte(from.Address, '@'):]
	letter.SetMessageIDWithValue(id)
	letter.Subject(oneLine(m.Subject))
	letter.SetDate()
	letter.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answers from machines
	letter.SetBodyString(mail.TypeTextPlain, m.Text)
	if m.HTML != "" {
		letter.AddAlternativeString(mail.TypeTextHTML, m.HTML)
	}
	if m.PayCode != "" {
		picture, err := epc.Draw(m.PayCode, codePixels)
		errs = append(errs, err, letter.EmbedReader(codeName, bytes.NewReader(picture), mail.WithFileContentType("image/png"),
			mail.WithFileContentID("<"+words.CodeID+">")))
	}
	_, err := letter.WriteTo(io.Discard)
	if errors.Join(append(errs, err)...) != nil {
		return nil, "", Malformed
	}
	return letter, id, ""
}

// mailClient gives a client for one send, whose connection l keeps.
func (o *Office) mailClient(l *line) (*mail.Client, error) {
	s := o.cfg.SMTP
	trust := &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
	options := []mail.Option{mail.WithTimeout(o.cfg.Timeout), mail.WithoutNoop(), mail.WithTLSConfig(trust)}
	port := s.Port
	switch s.TLS {
	case "implicit":
		l.implicit = trust
		// The client takes a connection that it did not dial itself for a plain one,
		// and then keeps the password back, unless it looks for TLS.
		options = append(options, mail.WithTLSPolicy(mail.TLSOpportunistic))
		port = orElse(port, 465)
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
		port = orElse(port, 587)
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
		port = orElse(port, 587)
	}
	options = append(options, mail.WithPort(port), mail.WithDialContextFunc(l.dial))
	if s.User != "" {
		kind := mail.SMTPAuthAutoDiscover
		if s.TLS == "none" {
			kind = mail.SMTPAuthPlainNoEnc // to a server on this machine, see check
		}
		options = append(options, mail.WithSMTPAuth(kind), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	return mail.NewClient(s.Host, options...)
}

func orElse(n, other int) int {
	if n == 0 {
		return other
	}
	return n
}

// line is the connection of one send. It is cut when the context ends, which
// the client itself heeds only while dialling, and always at the end.
type line struct {
	ctx      context.Context
	implicit *tls.Config // to speak TLS from the first byte; nil: not

	mu   sync.Mutex
	conn net.Conn
	stop func() bool
}

func (l *line) dial(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer interface {
		DialContext(ctx context.Context, network, address string) (net.Conn, error)
	} = &net.Dialer{}
	if l.implicit != nil {
		dialer = &tls.Dialer{Config: l.implicit}
	}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conn = conn
	l.stop = context.AfterFunc(l.ctx, func() { _ = conn.Close() })
	return conn, nil
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		l.stop()
		_ = l.conn.Close()
	}
}

// greeting names what went wrong before the letter: the server's code, or no
// connection.
func greeting(err error) string {
	var reply *textproto.Error
	if errors.As(err, &reply) {
		return strconv.Itoa(reply.Code)
	}
	return NotConnected
}

// smtpOutcome judges a dialogue. The letter counts as handed over from the
// moment its content goes out: from then on only the server's own no is a no.
func smtpOutcome(letter *mail.Msg, err error) record.Delivery {
	if letter.IsDelivered() {
		return record.Delivery{State: sent} // what came after the server's yes changes nothing
	}
	var no *mail.SendError
	if !errors.As(err, &no) {
		return record.Delivery{State: unknown, Code: silence(err)}
	}
	replied := no.ErrorCode() > 0
	switch {
	case no.Reason == mail.ErrWriteContent, no.Reason == mail.ErrSMTPDataClose && !replied:
		return record.Delivery{State: unknown, Code: Lost}
	case !replied:
		return record.Delivery{State: failed, Code: Lost, Retry: true} // the connection ended before the content
	}
	d := record.Delivery{State: failed, Code: strconv.Itoa(no.ErrorCode()), Retry: no.ErrorCode() < 500} // 4xx: RFC 5321, 4.2.1
	if enhanced := no.EnhancedStatusCode(); enhanced != "" {
		d.Code += " " + enhanced
		d.DeadPoint = no.Reason == mail.ErrSMTPRcptTo && deadMailboxes[enhanced]
	}
	return d
}
