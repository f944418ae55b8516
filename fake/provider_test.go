package fake_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/recobro/recobro/fake"
)

const (
	mailPath = "/v3/mail/send"
	textPath = "/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json"
	goodMail = `{"from":{"email":"a@example.com"},"subject":"s","personalizations":[{"to":[{"email":"b@example.com"}],"custom_args":{"recobro_message":"m"}}],` +
		`"content":[{"type":"text/plain","value":"t"}]}`
)

var goodText = url.Values{"To": {"+34612345678"}, "From": {"+34911000000"}, "Body": {"t"}, "StatusCallback": {"https://example.com/?recobro_message=m"}}

// post asks the stand-in as a client would.
func post(t *testing.T, p *fake.Provider, path, body string) *http.Response {
	t.Helper()
	server := httptest.NewServer(p)
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer key")
	if path != mailPath {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.SetBasicAuth("AC0123456789abcdef0123456789abcdef", "secret")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res
}

func provider(t *testing.T) *fake.Provider {
	t.Helper()
	p, err := fake.NewProvider()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestARequestAsTheVendorWantsItIsTaken(t *testing.T) {
	for path, body := range map[string]string{mailPath: goodMail, textPath: goodText.Encode()} {
		p := provider(t)
		want := http.StatusCreated
		if path == mailPath {
			want = http.StatusAccepted
		}
		if res := post(t, p, path, body); res.StatusCode != want || p.Accepted()["m"] != 1 || len(p.Violations()) > 0 {
			t.Errorf("%s: status %d, accepted %v, violations %v", path, res.StatusCode, p.Accepted(), p.Violations())
		}
	}
}

func TestARequestThatTheVendorWouldRefuseIsRefused(t *testing.T) {
	without := func(key string) string {
		v := url.Values{}
		for k, x := range goodText {
			if k != key {
				v[k] = x
			}
		}
		return v.Encode()
	}
	for _, c := range []struct{ rule, path, body string }{
		{"mail without recipients", mailPath, strings.Replace(goodMail, "personalizations", "persons", 1)},
		{"mail without a sender", mailPath, strings.Replace(goodMail, `"from"`, `"form"`, 1)},
		{"mail to two", mailPath, strings.Replace(goodMail, `{"email":"b@example.com"}`, `{"email":"b@example.com"},{"email":"c@example.com"}`, 1)},
		{"mail whose subject is a number", mailPath, strings.Replace(goodMail, `"subject":"s"`, `"subject":1`, 1)},
		{"mail that is no JSON", mailPath, "{"},
		{"text to nobody", textPath, without("To")},
		{"text from nobody", textPath, without("From")},
		{"text without words", textPath, without("Body")},
		{"text of an account that is none", strings.Replace(textPath, "AC0123", "XX0123", 1), goodText.Encode()},
		{"text with a validity that is no number", textPath, goodText.Encode() + "&ValidityPeriod=soon"},
	} {
		p := provider(t)
		if res := post(t, p, c.path, c.body); res.StatusCode != http.StatusBadRequest || len(p.Accepted()) > 0 || len(p.Violations()) == 0 {
			t.Errorf("%s: status %d, accepted %v, violations %v", c.rule, res.StatusCode, p.Accepted(), p.Violations())
		}
	}
}

func TestCommandsHoldInTheirOrderAndThenTheRule(t *testing.T) {
	p := provider(t)
	p.Always(func(fake.Letter) fake.Behaviour { return fake.TooMany })
	p.Next(fake.Accept, fake.Busy)
	for i, want := range []int{202, 503, 429, 429} {
		if res := post(t, p, mailPath, goodMail); res.StatusCode != want {
			t.Errorf("request %d: status %d, want %d", i, res.StatusCode, want)
		}
	}
	if got := p.Accepted()["m"]; got != 1 {
		t.Errorf("accepted %d times", got)
	}
}

func TestNobodyFromElsewhereIsAnswered(t *testing.T) {
	p := provider(t)
	w := httptest.NewRecorder()
	req := httptest.NewRequest(http.MethodPost, mailPath, strings.NewReader(goodMail))
	req.RemoteAddr = "203.0.113.9:1234"
	p.ServeHTTP(w, req)
	if w.Code != http.StatusForbidden || len(p.Accepted()) > 0 {
		t.Errorf("status %d, accepted %v", w.Code, p.Accepted())
	}
}

func TestWithoutCredentialsNothingIsTaken(t *testing.T) {
	for path, body := range map[string]string{mailPath: goodMail, textPath: goodText.Encode()} {
		p := provider(t)
		server := httptest.NewServer(p)
		res, err := http.Post(server.URL+path, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		server.Close()
		if res.StatusCode != http.StatusUnauthorized || len(p.Accepted()) > 0 {
			t.Errorf("%s: status %d, accepted %v", path, res.StatusCode, p.Accepted())
		}
	}
}
