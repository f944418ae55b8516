package post

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/recobro/recobro/record"
	"github.com/twilio/twilio-go/client"
	openapi "github.com/twilio/twilio-go/rest/api/v2010"
)

// sendTwilio sends one SMS or WhatsApp message. The library takes no context,
// so each send has a client whose transport carries it.
func (o *Office) sendTwilio(ctx context.Context, m record.Message) record.Delivery {
	params, code := o.twilioParams(m)
	if code != "" {
		return record.Delivery{State: failed, Code: code}
	}
	ctx, cancel := context.WithTimeout(ctx, o.cfg.Timeout)
	defer cancel()
	j := &journey{ctx: ctx, next: o.transport, base: o.base}
	account := o.cfg.Twilio
	user := account.KeySID
	if user == "" {
		user = account.AccountSID
	}
	c := &client.Client{Credentials: client.NewCredentials(user, account.Secret), HTTPClient: j.client()}
	c.SetAccountSid(account.AccountSID)
	got, err := openapi.NewApiServiceWithClient(c).CreateMessage(params)
	return twilioOutcome(j, got, err)
}

// twilioParams writes the request. Messages have no idempotency key, so our id
// goes into the callback's query, from where it comes back with every receipt.
func (o *Office) twilioParams(m record.Message) (*openapi.CreateMessageParams, string) {
	channel, prefix := o.cfg.SMS, ""
	if m.Channel == "whatsapp" {
		channel, prefix = o.cfg.WhatsApp, "whatsapp:"
	}
	from := sender(m, channel)
	switch {
	case from == "":
		return nil, Unaddressed
	case m.To == "":
		return nil, Malformed
	}
	p := &openapi.CreateMessageParams{}
	p.SetTo(prefixed(prefix, m.To))
	if len(from) == 34 && strings.HasPrefix(from, "MG") {
		p.SetMessagingServiceSid(from)
	} else {
		p.SetFrom(prefixed(prefix, from))
	}
	p.SetBody(m.Text)
	callback, err := url.Parse(o.cfg.Twilio.StatusCallback)
	if err != nil {
		return nil, Malformed
	}
	query := callback.Query()
	query.Set(MessageParam, m.ID)
	callback.RawQuery = query.Encode()
	p.SetStatusCallback(callback.String())
	return p, ""
}

func prefixed(prefix, number string) string {
	return prefix + strings.TrimPrefix(number, prefix)
}

// twilioOutcome judges an answer. A yes is a message with a SID; a no is
// Twilio's own error with a 4xx, or 429 from whoever stands before it; all
// else, a page of a proxy included, leaves it open.
func twilioOutcome(j *journey, got *openapi.ApiV2010Message, err error) record.Delivery {
	var no *client.TwilioRestError
	switch {
	case err == nil && got != nil && got.Sid != nil && *got.Sid != "":
		return twilioTaken(got)
	case errors.As(err, &no) && no.Code != 0 && (j.status == 0 || (j.status >= 400 && j.status < 500)):
		// status 0: the library itself refused the credentials
		verdict := TwilioCode(no.Code)
		return record.Delivery{State: failed, Code: strconv.Itoa(no.Code), DeadPoint: verdict.DeadPoint, OptedOut: verdict.OptedOut,
			Retry: verdict.Class == ClassRepeat || verdict.Class == ClassAccount}
	case j.status == http.StatusTooManyRequests:
		return record.Delivery{State: failed, Code: strconv.Itoa(j.status), Retry: true}
	case j.status == 0:
		return j.outcome(err)
	case errors.As(err, &no) && no.Code != 0:
		return record.Delivery{State: unknown, Code: strconv.Itoa(no.Code)}
	case j.status >= 500:
		return record.Delivery{State: unknown, Code: strconv.Itoa(j.status)}
	}
	return record.Delivery{State: unknown, Code: Undecodable}
}

// twilioTaken judges a message that Twilio made: it may have failed at once.
func twilioTaken(got *openapi.ApiV2010Message) record.Delivery {
	d := record.Delivery{State: sent, Provider: *got.Sid}
	if got.ErrorCode != nil && *got.ErrorCode != 0 {
		verdict := TwilioCode(*got.ErrorCode)
		d.Code, d.DeadPoint, d.OptedOut = strconv.Itoa(*got.ErrorCode), verdict.DeadPoint, verdict.OptedOut
	}
	if got.Status != nil && (*got.Status == "failed" || *got.Status == "undelivered" || *got.Status == "canceled") {
		d.State = failed
	}
	return d
}
