package post

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/recobro/recobro/bank/epc"
	"github.com/recobro/recobro/letter"
	"github.com/recobro/recobro/record"
	"github.com/sendgrid/rest"
	"github.com/sendgrid/sendgrid-go"
	"github.com/sendgrid/sendgrid-go/helpers/mail"
)

// sendSendGrid sends one e-mail. The request is built anew for each send and
// goes through a client of its own: sendgrid.Client keeps the body in itself,
// so that two sends at once swap letters.
func (o *Office) sendSendGrid(ctx context.Context, m record.Message) record.Delivery {
	body, code := sendGridBody(m, o.cfg.Email)
	if code != "" {
		return record.Delivery{State: failed, Code: code}
	}
	ctx, cancel := context.WithTimeout(ctx, o.cfg.Timeout)
	defer cancel()
	j := &journey{ctx: ctx, next: o.transport}
	req := sendgrid.GetRequest(o.cfg.SendGrid.Key, "/v3/mail/send", strings.TrimSuffix(o.cfg.SendGrid.BaseURL, "/"))
	req.Method = rest.Post
	req.Body = body
	res, err := (&rest.Client{HTTPClient: j.client()}).SendWithContext(ctx, req)
	if res == nil {
		return j.outcome(err)
	}
	return sendGridOutcome(res) // the status stands, even where the body was cut short
}

// The picture of the code to pay with: how many pixels a side each of its modules
// has, so that it is sharp at twice the size it is shown in, and its name.
const (
	codePixels = 6
	codeName   = "pay.png"
)

// sendGridBody writes the request: one recipient, text before HTML, our id
// where the events will tell it back, and no tracking, since a rewritten link
// hands whatever is in it to a third party.
func sendGridBody(m record.Message, c Channel) ([]byte, string) {
	from, to, reply, code := addresses(m, c)
	if code != "" {
		return nil, code
	}
	v3 := mail.NewV3Mail()
	v3.SetFrom(mail.NewEmail(from.Name, from.Address))
	v3.Subject = oneLine(m.Subject)
	if reply != nil {
		v3.SetReplyTo(mail.NewEmail(reply.Name, reply.Address))
	}
	p := mail.NewPersonalization()
	p.AddTos(mail.NewEmail(to.Name, to.Address))
	p.SetCustomArg(MessageParam, m.ID)
	v3.AddPersonalizations(p)
	v3.AddContent(mail.NewContent("text/plain", m.Text))
	if m.HTML != "" {
		v3.AddContent(mail.NewContent("text/html", m.HTML))
	}
	if m.PayCode != "" {
		picture, err := epc.Draw(m.PayCode, codePixels)
		if err != nil {
			return nil, Malformed
		}
		v3.AddAttachment(mail.NewAttachment().SetContent(base64.StdEncoding.EncodeToString(picture)).SetType("image/png").
			SetFilename(codeName).SetDisposition("inline").SetContentID(letter.CodeID))
	}
	v3.SetHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answers from machines
	v3.SetTrackingSettings(mail.NewTrackingSettings().
		SetClickTracking(mail.NewClickTrackingSetting().SetEnable(false).SetEnableText(false)).
		SetOpenTracking(mail.NewOpenTrackingSetting().SetEnable(false)).
		SetSubscriptionTracking(mail.NewSubscriptionTrackingSetting().SetEnable(false)))
	return mail.GetRequestBody(v3), ""
}

// sendGridOutcome judges an answer: 202 is the only yes, a 4xx other than 408
// is a no, and all else leaves open whether the mail was taken.
func sendGridOutcome(res *rest.Response) record.Delivery {
	d := record.Delivery{State: unknown, Code: strconv.Itoa(res.StatusCode)}
	switch {
	case res.StatusCode == http.StatusAccepted:
		return record.Delivery{State: sent, Provider: http.Header(res.Headers).Get("X-Message-Id")}
	case res.StatusCode >= 400 && res.StatusCode < 500 && res.StatusCode != http.StatusRequestTimeout:
		d.State = failed
		d.DeadPoint = res.StatusCode == http.StatusBadRequest && blamesRecipient(res.Body)
		switch res.StatusCode {
		case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests:
			d.Retry = true
		}
	}
	return d
}

// blamesRecipient reports whether SendGrid's errors are about the recipient's
// address, such as personalizations.0.to.0.email.
func blamesRecipient(body string) bool {
	var answer struct {
		Errors []struct {
			Field string `json:"field"`
		} `json:"errors"`
	}
	if json.Unmarshal([]byte(body), &answer) != nil {
		return false
	}
	for _, e := range answer.Errors {
		if strings.HasPrefix(e.Field, "personalizations.") && strings.Contains(e.Field, ".to.") {
			return true
		}
	}
	return false
}
