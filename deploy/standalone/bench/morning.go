package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/recobro/recobro/calendar"
	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/deploy/standalone"
	"github.com/recobro/recobro/fake"
	"github.com/recobro/recobro/post"
	"github.com/recobro/recobro/workflows"
)

// morningMeasure lets many contacts come due at one instant.
var morningMeasure = Measure{
	Name: "morning",
	About: "A morning on which every case has a contact due at nine sharp, half by e-mail and half by SMS, sent through SendGrid's and Twilio's own client " +
		"libraries to a stand-in that counts, with limits on how many a second each provider takes. In life people are spread over the first 45 minutes; " +
		"here none are, so that lateness is what the limits and the engine make it. The engine and the stand-in share the machine.",
	Bar: "no more in any second than the provider takes, nobody twice, nobody left out.",
	Run: morning,
}

// The limits of the measure: RECOBRO_EMAIL_RATE and RECOBRO_SMS_RATE.
const (
	emailRate = 40
	smsRate   = 20
)

// twilioAccount stands for an account; Twilio's library wants its form.
const twilioAccount = "AC0123456789abcdef0123456789abcdef"

// counter is a stand-in of the providers that notes when each request came.
type counter struct {
	*fake.Provider
	mu    sync.Mutex
	mails []time.Time
	texts []time.Time
}

func (c *counter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if now := time.Now(); strings.HasPrefix(r.URL.Path, "/v3/") {
		c.mails = append(c.mails, now)
	} else {
		c.texts = append(c.texts, now)
	}
	c.mu.Unlock()
	c.Provider.ServeHTTP(w, r)
}

// busiest gives the most instants that lie within any one second.
func busiest(all []time.Time) int {
	slices.SortFunc(all, time.Time.Compare)
	most, from := 0, 0
	for i := range all {
		for all[i].Sub(all[from]) >= time.Second {
			from++
		}
		most = max(most, i-from+1)
	}
	return most
}

func morning(ctx context.Context, s *Site) ([]Figure, error) {
	standalone.Sweep()
	n := s.Size(20_000, 1_000)
	provider, err := fake.NewProvider()
	if err != nil {
		return nil, err
	}
	seen := &counter{Provider: provider}
	server := httptest.NewServer(seen)
	defer func() { _ = provider.Close(); server.Close() }()
	if err := s.database(ctx, "morning", ""); err != nil {
		return nil, err
	}
	b, err := s.branch(ctx, branchOptions{
		database: "morning", shift: time.Until(stepsMonday),
		rates: map[string]float64{workflows.TaskQueueEmail: post.Spaced(emailRate), workflows.TaskQueueSMS: post.Spaced(smsRate)},
		channels: post.Config{
			Email:    post.Channel{Mode: post.SendGrid, From: "cobros@vega.example", PerSecond: emailRate},
			SMS:      post.Channel{Mode: post.Twilio, From: "+34910000000", PerSecond: smsRate},
			SendGrid: post.SendGridAccount{Key: "key", BaseURL: server.URL},
			Twilio: post.TwilioAccount{AccountSID: twilioAccount, Secret: "secret", BaseURL: server.URL,
				StatusCallback: "https://recobro.example/webhooks/twilio/status"},
		},
	})
	if err != nil {
		return nil, err
	}
	defer b.close()
	ids, due, err := b.dueTogether(ctx, n)
	if err != nil {
		return nil, err
	}
	begins, stop, err := b.waitFor(ctx, due, ids)
	if err != nil {
		return nil, err
	}
	slowest := time.Duration(n/2) * time.Second / smsRate
	patient, cancel := context.WithTimeout(ctx, 4*slowest+5*time.Minute)
	defer cancel()
	err = until(patient, 20*time.Millisecond, "everybody has been contacted", func() (bool, error) { return int(b.acted.Load()) >= n, nil })
	took := time.Since(begins)
	if err := errors.Join(err, stop()); err != nil {
		return nil, fmt.Errorf("%d of %d were contacted: %w", b.acted.Load(), n, err)
	}
	return seen.figures(n, begins, took), nil
}

// dueTogether opens cases, half of which are reached by e-mail and half by
// phone, and gives the business instant at which all have their first contact.
func (b *branch) dueTogether(ctx context.Context, n int) (ids []string, due time.Time, err error) {
	by, err := b.store.SaveCreditor(ctx, vega)
	if err != nil {
		return nil, due, err
	}
	all := make([]debt.Submission, n)
	for i := range all {
		all[i] = owed(by.ID, i, calendar.DateOf(stepsMonday).AddDays(-1), []string{"email", "phone"}[i%2])
	}
	if ids, err = open(ctx, b.store, all); err != nil {
		return nil, due, err
	}
	for _, id := range ids {
		f, err := b.store.File(ctx, id)
		if err != nil {
			return nil, due, err
		}
		if due.IsZero() {
			due = f.Next.At
		}
		if !f.Next.Do.Sends() || !f.Next.At.Equal(due) {
			return nil, due, fmt.Errorf("case %s does %s at %s, and not a contact at %s", id, f.Next.Do, f.Next.At, due)
		}
	}
	return ids, due, nil
}

func (c *counter) figures(n int, begins time.Time, took time.Duration) []Figure {
	c.mu.Lock()
	defer c.mu.Unlock()
	late := func(all []time.Time, q float64) float64 {
		var seconds []float64
		for _, at := range all {
			seconds = append(seconds, at.Sub(begins).Seconds())
		}
		return quantile(seconds, q)
	}
	twice, reached := 0, 0
	for _, times := range c.Accepted() {
		reached++
		if times > 1 {
			twice++
		}
	}
	limits := max(float64(len(c.mails))/emailRate, float64(len(c.texts))/smsRate)
	none := func(name string, value float64) Figure {
		return Figure{Name: name, Value: value, Bar: "= 0", Kept: value == 0}
	}
	return []Figure{
		{Name: fmt.Sprintf("%d contacts due at one instant, sent and recorded", n), Value: float64(n) / took.Seconds(), Unit: "1/s"},
		{Name: "time over what the limits alone would take", Value: took.Seconds() / limits},
		atMost(fmt.Sprintf("most e-mails in any second, limit %d", emailRate), busiest(c.mails), emailRate),
		atMost(fmt.Sprintf("most SMS in any second, limit %d", smsRate), busiest(c.texts), smsRate),
		{Name: "lateness of e-mails, p50", Value: late(c.mails, 0.5), Unit: "s"},
		{Name: "lateness of e-mails, p99", Value: late(c.mails, 0.99), Unit: "s"},
		{Name: "lateness of SMS, p50", Value: late(c.texts, 0.5), Unit: "s"},
		{Name: "lateness of SMS, p99", Value: late(c.texts, 0.99), Unit: "s"},
		none("messages accepted twice", float64(twice)),
		none("cases left out", float64(n-reached)),
		none("requests not as the vendor wants them", float64(len(c.Violations()))),
	}
}

// atMost is a count that must not be above its bar.
func atMost(name string, seen, bar int) Figure {
	return Figure{Name: name, Value: float64(seen), Bar: fmt.Sprintf("≤ %d", bar), Kept: seen <= bar}
}
