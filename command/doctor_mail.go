package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/store"
)

// Names looks texts up in the DNS, as net.Resolver does.
type Names interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

const (
	// lookupTimeout is how long one name may take; what takes longer could not
	// be looked up, which is a warning.
	lookupTimeout = 2 * time.Second
	mostDomains   = 20 // that are looked up
)

// senders looks whether the domains that e-mail is sent from say so in the DNS:
// else much of it is taken for junk.
func (d *doctor) senders(ctx context.Context) {
	if d.cfg.Email == outbox {
		return
	}
	domains, err := d.domains(ctx, d.parts.Store)
	if err != nil {
		d.say("sender", warning, "", "the creditors' own senders are not known: %v", err)
	}
	for i, domain := range domains {
		if i == mostDomains {
			d.say("sender", warning, "", "%s more were not looked up", counted(len(domains)-i, "sender domain"))
			return
		}
		d.sender(ctx, domain)
	}
}

// domains lists those of the installation's sender and of the creditors' brands,
// each once.
func (d *doctor) domains(ctx context.Context, s *store.Store) ([]string, error) {
	var out []string
	add := func(address string) {
		address = strings.TrimRight(strings.TrimSpace(address), ">")
		if i := strings.LastIndex(address, "@"); i >= 0 {
			if domain := strings.ToLower(address[i+1:]); domain != "" && !slices.Contains(out, domain) {
				out = append(out, domain)
			}
		}
	}
	add(d.cfg.EmailFrom)
	const page = 1000
	for after := ""; ; {
		some, err := s.Creditors(ctx, after, page)
		if err != nil {
			return out, err
		}
		for _, k := range some {
			add(k.Brand.FromEmail)
			after = k.ID
		}
		if len(some) < page {
			return out, nil
		}
	}
}

// sender looks the three records of one domain up.
func (d *doctor) sender(ctx context.Context, domain string) {
	d.text(ctx, domain, published{"SPF", "v=spf1", []string{domain}, "publish the provider's SPF as TXT of " + domain})
	d.text(ctx, domain, published{"DMARC", "v=dmarc1", []string{"_dmarc." + domain}, fmt.Sprintf("publish TXT _dmarc.%s, such as \"v=DMARC1; p=none\"", domain)})
	selectors := []string{d.selector}
	switch {
	case d.selector != "":
	case d.cfg.Email == "sendgrid":
		selectors = []string{"s1", "s2"}
	default:
		d.say("sender", warning, "run recobro doctor --dkim SELECTOR, with the selector that the mail server signs by", "%s: DKIM was not looked up, since its selector is not known", domain)
		return
	}
	var names []string
	for _, s := range selectors {
		names = append(names, s+"._domainkey."+domain)
	}
	d.text(ctx, domain, published{dkim, "p=", names, "publish the provider's DKIM key as " + strings.Join(names, " or ")})
}

const dkim = "DKIM"

// published is what a domain says of itself in the DNS.
type published struct {
	what, mark string
	names      []string // any of them may have it
	do         string   // where none has
}

// is reports whether a text is the one that is looked for: a key stands among
// others in its record, the rest begin with their mark.
func (p published) is(text string) bool {
	text = strings.ToLower(text)
	return strings.HasPrefix(text, p.mark) || p.what == dkim && strings.Contains(text, p.mark)
}

// text looks whether a domain has published what is looked for.
func (d *doctor) text(ctx context.Context, domain string, p published) {
	var failed error
	for _, name := range p.names {
		texts, err := lookUp(ctx, d.names, name)
		var none *net.DNSError
		if err != nil && (!errors.As(err, &none) || !none.IsNotFound) {
			failed = err
		}
		for _, t := range texts {
			if p.is(t) {
				d.say("sender", fine, "", "%s has %s", domain, p.what)
				return
			}
		}
	}
	if failed != nil {
		d.say("sender", warning, "", "%s: %s could not be looked up: %v", domain, p.what, failed)
		return
	}
	d.say("sender", warning, p.do, "%s has no %s: e-mail from it may be taken for junk", domain, p.what)
}

// lookUp asks for one name, and waits no longer than its limit even where the
// resolver does.
func lookUp(ctx context.Context, names Names, name string) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	type answer struct {
		texts []string
		err   error
	}
	got := make(chan answer, 1)
	go func() {
		texts, err := names.LookupTXT(ctx, name)
		got <- answer{texts, err}
	}()
	select {
	case a := <-got:
		return a.texts, a.err
	case <-ctx.Done():
		return nil, fmt.Errorf("look up %s: %w", name, ctx.Err())
	}
}
