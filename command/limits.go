package command

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/recobro/recobro/api"
)

// largestHeader is how long a request's headers may be in all, in bytes: beyond
// it the answer is 431.
const largestHeader = 32 << 10

// wrongKeysAtOnce is how many wrong keys an address may send at once, before
// RECOBRO_API_FAILURES paces it.
const wrongKeysAtOnce = 30

// longestKept is for how many days answers may be kept. Three centuries are more
// than a time.Duration holds, and what is beyond it would be forgotten at once.
const longestKept = 36500

// limits says what is wrong with the limits of the API.
func (c Config) limits(say func(string, ...any)) {
	for name, n := range map[string]float64{"RECOBRO_API_RATE": c.APIRate, "RECOBRO_API_BURST": float64(c.APIBurst),
		"RECOBRO_API_FAILURES": c.APIFailures} {
		if !(n > 0 && n <= 1e6) {
			say("%s is %v: it must be more than 0, and at most 1000000", name, n)
		}
	}
	if n := c.KeepAnswers; n <= 0 || n > longestKept {
		say("RECOBRO_KEEP_ANSWERS is %d: it must be more than 0, and at most %d", n, longestKept)
	}
	if _, err := c.proxies(); err != nil {
		say("%w", err)
	}
}

// proxies reads the networks that are trusted to say where a request comes from.
func (c Config) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for s := range strings.SplitSeq(c.Proxies, ",") {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		p, err := netip.ParsePrefix(s)
		if a, bare := netip.ParseAddr(s); bare == nil {
			p, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("RECOBRO_TRUSTED_PROXIES has %q: it must be addresses or networks such as 10.0.0.0/8, with commas between", s)
		}
		all = append(all, p)
	}
	return all, nil
}

// limited gives the API its limits.
func (c Config) limited(o api.Options) api.Options {
	o.Rate = api.Rate{PerSecond: c.APIRate, Burst: c.APIBurst}
	o.Failures = api.Rate{PerSecond: c.APIFailures, Burst: wrongKeysAtOnce}
	o.Proxies, _ = c.proxies() // validate has seen them
	return o
}

// keepAnswers is how long answers are kept for their Idempotency-Keys.
func (c Config) keepAnswers() time.Duration { return time.Duration(c.KeepAnswers) * 24 * time.Hour }
