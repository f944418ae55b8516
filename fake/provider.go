package fake

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
)

// MessageParam is the name under which requests carry our message id.
const MessageParam = "recobro_message"

// Provider stands in for SendGrid and Twilio at once: an http.Handler that
// takes POST /v3/mail/send and POST /2010-04-01/Accounts/{sid}/Messages.json.
type Provider struct {
	ledger
	documents documents
	count     atomic.Int64
	server    *http.Server
	gone      chan struct{}
}

// NewProvider returns a stand-in that accepts every message.
func NewProvider() (*Provider, error) {
	docs, err := load()
	if err != nil {
		return nil, fmt.Errorf("read the vendors' documents: %w", err)
	}
	return &Provider{documents: docs, gone: make(chan struct{})}, nil
}

// Listen serves on a free port of loopback until Close, and returns the URL to
// give as base URL.
func (p *Provider) Listen() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen for the stand-in: %w", err)
	}
	p.server = &http.Server{Handler: p}
	go func() { _ = p.server.Serve(l) }()
	return "http://" + l.Addr().String(), nil
}

// Close stops serving and lets go of what was stalled.
func (p *Provider) Close() error {
	select {
	case <-p.gone:
	default:
		close(p.gone)
	}
	if p.server == nil {
		return nil
	}
	return p.server.Close()
}

// ServeHTTP answers as the providers do, or as told.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !net.ParseIP(host).IsLoopback() {
		http.Error(w, "loopback only", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, 30<<20))
	if err != nil {
		return // the caller is gone
	}
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/v3/mail/send":
		p.mailSend(w, r, body)
	case r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/2010-04-01/Accounts/") && strings.HasSuffix(r.URL.Path, "/Messages.json"):
		p.messages(w, r, body)
	default:
		http.Error(w, "the stand-in knows no such path", http.StatusNotFound)
	}
}

// answer is what a provider would say of a message.
type answer struct {
	status int
	header map[string]string
	body   any // nil: none
}

// answers are a provider's yes to a message, and its no with a code.
type answers struct {
	yes answer
	no  func(code int) answer
}

// mailSend is SendGrid's.
func (p *Provider) mailSend(w http.ResponseWriter, r *http.Request, body []byte) {
	no := func(status int, field, message string) answer {
		return answer{status, nil, map[string]any{"errors": []any{map[string]any{"field": field, "message": message}}}}
	}
	if !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer ") {
		p.write(w, r, no(http.StatusUnauthorized, "", "The provided authorization grant is invalid, expired, or revoked"))
		return
	}
	if err := p.documents.request(r, body); err != nil {
		p.violated("sendgrid request", err)
		p.write(w, r, no(http.StatusBadRequest, "", "Bad Request"))
		return
	}
	letter, err := readMail(body)
	if err != nil {
		p.violated("sendgrid request", err)
		p.write(w, r, no(http.StatusBadRequest, "", "Bad Request"))
		return
	}
	yes := answer{http.StatusAccepted, map[string]string{"X-Message-Id": fmt.Sprintf("fake%018d", p.count.Add(1))}, nil}
	b := p.treat(letter)
	p.behave(w, r, b, answers{yes, func(code int) answer {
		field := ""
		if code == http.StatusBadRequest {
			field = "personalizations.0.to.0.email"
		}
		return no(code, field, "refused on command")
	}})
}

// readMail reads a request to SendGrid.
func readMail(body []byte) (Letter, error) {
	type address struct{ Email, Name string }
	var in struct {
		From             address
		ReplyTo          address `json:"reply_to"`
		Subject          string
		Personalizations []struct {
			To         []address
			CustomArgs map[string]string `json:"custom_args"`
		}
		Content     []struct{ Type, Value string }
		Attachments []struct {
			Content     []byte
			Type        string
			Disposition string
			ContentID   string `json:"content_id"`
		}
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return Letter{}, fmt.Errorf("read the request: %w", err)
	}
	if len(in.Personalizations) != 1 || len(in.Personalizations[0].To) != 1 {
		return Letter{}, fmt.Errorf("want one recipient: a letter to a debtor goes to nobody else")
	}
	one := in.Personalizations[0]
	l := Letter{Provider: "sendgrid", ID: one.CustomArgs[MessageParam], From: in.From.Email, To: one.To[0].Email, ReplyTo: in.ReplyTo.Email, Subject: in.Subject}
	for _, c := range in.Content {
		switch c.Type {
		case "text/plain":
			l.Text = c.Value
		case "text/html":
			l.HTML = c.Value
		}
	}
	for _, a := range in.Attachments {
		if a.Type == "image/png" && a.Disposition == "inline" && strings.Contains(l.HTML, "cid:"+a.ContentID+`"`) {
			l.Picture = string(a.Content)
		}
	}
	return l, nil
}

// messages is Twilio's.
func (p *Provider) messages(w http.ResponseWriter, r *http.Request, body []byte) {
	no := func(status, code int, message string) answer {
		return answer{status, nil, map[string]any{"code": code, "message": message, "status": status,
			"more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code)}}
	}
	user, secret, ok := r.BasicAuth()
	if !ok || user == "" || secret == "" {
		p.write(w, r, no(http.StatusUnauthorized, 20003, "Authenticate"))
		return
	}
	form, err := url.ParseQuery(string(body))
	if err == nil {
		err = p.documents.request(r, body)
	}
	if err == nil && form.Get("From") == "" && form.Get("MessagingServiceSid") == "" {
		err = fmt.Errorf("no From and no MessagingServiceSid")
	}
	if err == nil && form.Get("Body") == "" && form.Get("ContentSid") == "" {
		err = fmt.Errorf("no Body and no ContentSid")
	}
	if err != nil {
		p.violated("twilio request", err)
		p.write(w, r, no(http.StatusBadRequest, 21620, "Bad request"))
		return
	}
	letter := Letter{Provider: "twilio", From: form.Get("From") + form.Get("MessagingServiceSid"), To: form.Get("To"),
		Text: form.Get("Body"), Callback: form.Get("StatusCallback")}
	if u, err := url.Parse(letter.Callback); err == nil {
		letter.ID = u.Query().Get(MessageParam)
	}
	b := p.treat(letter)
	account := strings.Split(r.URL.Path, "/")[3]
	if b.kind == failAtOnce {
		p.write(w, r, answer{http.StatusCreated, nil, p.message(account, letter, "failed", b.code)})
		return
	}
	p.behave(w, r, b, answers{answer{http.StatusCreated, nil, p.message(account, letter, "queued", 0)}, func(code int) answer {
		switch code {
		case http.StatusTooManyRequests:
			return no(code, 20429, "Too Many Requests")
		case http.StatusServiceUnavailable, http.StatusInternalServerError:
			return no(code, 20500, "Internal Server Error")
		case 20003:
			return no(http.StatusUnauthorized, code, "Authenticate")
		}
		return no(http.StatusBadRequest, code, "refused on command")
	}})
}

// message is the resource that Twilio answers with.
func (p *Provider) message(account string, l Letter, status string, code int) map[string]any {
	sid := fmt.Sprintf("SM%032x", p.count.Add(1))
	m := map[string]any{
		"account_sid": account, "api_version": "2010-04-01", "body": l.Text, "direction": "outbound-api",
		"date_created": "Thu, 24 Aug 2023 05:01:45 +0000", "date_updated": "Thu, 24 Aug 2023 05:01:45 +0000", "date_sent": nil,
		"error_code": nil, "error_message": nil, "from": l.From, "messaging_service_sid": nil, "num_media": "0", "num_segments": "1",
		"price": nil, "price_unit": nil, "sid": sid, "status": status, "to": l.To,
		"uri":              "/2010-04-01/Accounts/" + account + "/Messages/" + sid + ".json",
		"subresource_uris": map[string]any{"media": "/2010-04-01/Accounts/" + account + "/Messages/" + sid + "/Media.json"},
	}
	if strings.HasPrefix(l.From, "MG") {
		m["from"], m["messaging_service_sid"] = nil, l.From
	}
	if code != 0 {
		m["error_code"], m["error_message"] = code, "failed on command"
	}
	return m
}

// behave does as told.
func (p *Provider) behave(w http.ResponseWriter, r *http.Request, b Behaviour, a answers) {
	switch b.kind {
	case accept:
		p.write(w, r, a.yes)
	case drop, acceptDrop:
		hangUp(w)
	case acceptStall:
		p.stall(r.Context())
		hangUp(w)
	case acceptFail, refuse:
		p.write(w, r, a.no(b.code))
	case acceptGarbage, page:
		status := b.code
		if status == 0 {
			status = a.yes.status
			if status == http.StatusAccepted {
				status = http.StatusOK // a yes of SendGrid's has no body to spoil
			}
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "<html><body>a page of a proxy</body></html>")
	case failAtOnce:
		p.write(w, r, a.no(b.code))
	}
}

// stall waits until the caller is gone or the stand-in is closed.
func (p *Provider) stall(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-p.gone:
	}
}

// hangUp drops the connection without an answer.
func hangUp(w http.ResponseWriter) {
	if h, ok := w.(http.Hijacker); ok {
		if conn, _, err := h.Hijack(); err == nil {
			_ = conn.Close()
			return
		}
	}
	panic(http.ErrAbortHandler)
}

// write answers, and checks the answer against the vendor's document.
func (p *Provider) write(w http.ResponseWriter, r *http.Request, a answer) {
	var body []byte
	for name, value := range a.header {
		w.Header().Set(name, value)
	}
	if a.body != nil {
		body, _ = json.Marshal(a.body) // maps of plain values
		w.Header().Set("Content-Type", "application/json")
	}
	if err := p.documents.response(r, a.status, w.Header(), body); err != nil {
		p.violated("answer", err)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(body)
}
