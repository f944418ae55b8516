package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/recobro/recobro/debt"
	"github.com/recobro/recobro/record"
)

// Who may ask, from the few to the many.
var (
	operators   = []debt.Role{debt.Operator}
	supervisors = []debt.Role{debt.Operator, debt.Supervisor}
	staff       = []debt.Role{debt.Operator, debt.Supervisor, debt.Agent}
	owners      = []debt.Role{debt.Operator, debt.Supervisor, debt.Creditor}
	parties     = []debt.Role{debt.Operator, debt.Supervisor, debt.Agent, debt.Creditor}
	lawyers     = []debt.Role{debt.Operator, debt.Supervisor, debt.Lawyer}
	counsel     = []debt.Role{debt.Operator, debt.Supervisor, debt.Agent, debt.Lawyer}
	everyone    = []debt.Role{debt.Operator, debt.Supervisor, debt.Agent, debt.Creditor, debt.Lawyer}
)

// longestSecret is the longest secret that is looked at, in bytes. Ours have 47.
const longestSecret = 200

// keyLead begins every secret; what begins otherwise is not looked up.
const keyLead = "rcb_"

// admit finds out who calls, and whether such a one may.
func (s *server) admit(ctx context.Context, r route, c *call) error {
	scheme, secret, _ := strings.Cut(c.request.Header.Get("Authorization"), " ")
	secret = strings.TrimSpace(secret)
	switch {
	case secret == "":
		return refuse(http.StatusUnauthorized, "key_missing", "Authorization", "send Authorization: Bearer and an API key")
	case !strings.EqualFold(scheme, "Bearer"), !strings.HasPrefix(secret, keyLead), len(secret) > longestSecret, !keepable(secret):
		return s.wrongKey(c)
	}
	if wait, is := s.failures.empty(c.from); is && !s.secrets.knows(secret) {
		return tooOften(wait, "too_many_failures", "too many wrong keys came from this address")
	}
	key, err := s.Porter.KeyBySecret(ctx, secret)
	if errors.Is(err, record.ErrNotFound) || err == nil && !key.Revoked.IsZero() {
		return s.wrongKey(c)
	}
	if err != nil {
		return fmt.Errorf("look up an API key: %w", err)
	}
	s.secrets.add(secret)
	c.key = key
	if wait, ok := s.buckets.take(key.ID); !ok {
		return tooOften(wait, "too_many_requests", "this key asks too often")
	}
	if !slices.Contains(r.roles, key.Role) {
		return refuse(http.StatusForbidden, "role_forbidden", "", "%s's key may not do this", withArticle(key.Role))
	}
	return nil
}

// withArticle writes a role as English does: an agent, a creditor.
func withArticle(r debt.Role) string {
	if strings.ContainsRune("aeio", rune(r[0])) {
		return "an " + string(r)
	}
	return "a " + string(r)
}

// wrongKey counts a key that opens nothing against where it came from.
func (s *server) wrongKey(c *call) error {
	if wait, ok := s.failures.take(c.from); !ok {
		return tooOften(wait, "too_many_failures", "too many wrong keys came from this address")
	}
	return refuse(http.StatusUnauthorized, "key_unknown", "Authorization", "this API key is not known, or was revoked")
}

// tooOften asks to wait.
func tooOften(wait time.Duration, code, why string) error {
	p := refuse(http.StatusTooManyRequests, code, "", "%s: wait as long as Retry-After says", why)
	p.wait = wholeSeconds(wait)
	return p
}

// scope looks up what the path names. What the caller may not see is not
// found, as if it were not there.
type scope func(context.Context, *call) error

// ofParties lets staff at every case, a creditor at their own, and a lawyer at
// those that their firm has accepted. It reads no more than whose the case is:
// the door loads it, under its locks, to put a fact on it.
func (s *server) ofParties(ctx context.Context, c *call) error {
	p, err := s.Porter.Parties(ctx, c.id())
	if err != nil {
		return err
	}
	switch c.key.Role {
	case debt.Creditor:
		if p.Creditor != c.key.Creditor {
			return notFound()
		}
	case debt.Lawyer:
		if p.Firm != c.key.Firm || !p.Accepted {
			return notFound()
		}
	}
	return nil
}

// inCase is ofParties for what shows the case, which is loaded.
func (s *server) inCase(ctx context.Context, c *call) error {
	if err := s.outlineOfCase(ctx, c); err != nil {
		return err
	}
	if c.summary {
		return notFound()
	}
	return nil
}

// outlineOfCase is inCase, with the outline of a case for the firm that it is
// offered to.
func (s *server) outlineOfCase(ctx context.Context, c *call) error {
	f, err := s.Cases.File(ctx, c.id())
	if err != nil {
		return err
	}
	c.file = f
	switch c.key.Role {
	case debt.Creditor:
		if f.Case.Creditor != c.key.Creditor {
			return notFound()
		}
	case debt.Lawyer:
		switch lawyersPart(f.Case, c.key.Firm) {
		case "accepted":
		case "offered":
			c.summary = true
		default:
			return notFound()
		}
	}
	return nil
}

// lawyersPart says how a case stands to a firm: accepted, offered or neither.
func lawyersPart(k *debt.Case, firm string) string {
	part := ""
	for _, h := range k.Handoffs {
		if h.Firm == firm && (h.State == "accepted" || h.State == "offered" && part == "") {
			part = h.State
		}
	}
	return part
}

// inHandoff lets a lawyer see their firm's handoffs alone.
func (s *server) inHandoff(ctx context.Context, c *call) error {
	h, err := s.Handoffs.Handoff(ctx, c.id())
	if err != nil {
		return err
	}
	if c.key.Role == debt.Lawyer && h.Firm != c.key.Firm {
		return notFound()
	}
	c.handoff = h
	return nil
}

// inDebtor lets a creditor see their own debtors alone.
func (s *server) inDebtor(ctx context.Context, c *call) error {
	d, err := s.Debtors.Debtor(ctx, c.id())
	if err != nil {
		return err
	}
	if c.key.Role == debt.Creditor && d.Creditor != c.key.Creditor {
		return notFound()
	}
	c.debtor = d
	return nil
}

// inCreditor lets a creditor see themselves alone.
func (s *server) inCreditor(ctx context.Context, c *call) error {
	if c.key.Role == debt.Creditor && c.id() != c.key.Creditor {
		return notFound()
	}
	k, err := s.Creditors.Creditor(ctx, c.id())
	c.creditor = k
	return err
}

// ofCreditor gives the creditor that a list or a submission is of: their own
// for a creditor's key, whatever is asked for by others.
func (c *call) ofCreditor(asked string) (string, error) {
	if c.key.Role != debt.Creditor {
		return asked, nil
	}
	if asked != "" && asked != c.key.Creditor {
		return "", refuse(http.StatusForbidden, "other_creditor", "creditor_id", "this key is another creditor's: leave creditor_id out")
	}
	return c.key.Creditor, nil
}
