package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/recobro/recobro/record"
)

// retry gives the seconds of an answer's Retry-After.
func (r reply) retry() int {
	r.t.Helper()
	n, err := strconv.Atoi(r.Header().Get("Retry-After"))
	require.NoError(r.t, err)
	return n
}

func TestAKeyThatAsksTooOftenWaits(t *testing.T) {
	o := open(t)
	o.serve(Options{Rate: Rate{PerSecond: 0.01, Burst: 3}})
	for range 3 {
		o.ask("GET", "/v1/clock", asked{key: "creditor"}).is(200)
	}
	slow := o.ask("GET", "/v1/clock", asked{key: "creditor"}).saysNo(429, "too_many_requests", "")
	require.InDelta(t, 100, slow.retry(), 1, "a hundredth of a request a second")
	o.ask("GET", "/v1/clock", asked{key: "other"}).is(http.StatusOK)
}

// severed is a Porter whose record is away.
type severed struct{ Porter }

var errSevered = errors.New("the line is cut")

func (severed) KeyBySecret(context.Context, string) (record.Key, error) {
	return record.Key{}, errSevered
}

func TestWhoeverAsksARecordThatIsAwayIsToldHowLongToWait(t *testing.T) {
	o := open(t)
	o.server.Porter, o.server.Away = severed{o.store}, func(err error) bool { return errors.Is(err, errSevered) }
	require.Equal(t, awayWait, o.ask("GET", "/v1/clock", asked{key: "creditor"}).saysNo(503, "record_away", "").retry())
}

// counting is a Porter that counts how often it is asked.
type counting struct {
	Porter
	n int
}

func (c *counting) KeyBySecret(ctx context.Context, secret string) (record.Key, error) {
	c.n++
	return c.Porter.KeyBySecret(ctx, secret)
}

func TestAWrongKeyCostsOneLookUpAndAMisshapenOneNone(t *testing.T) {
	o := open(t)
	porter := &counting{Porter: o.store}
	o.server.Porter = porter
	for _, x := range []struct {
		name, secret string
		lookUps      int
	}{
		{"unknown", "rcb_" + strings.Repeat("x", 43), 1},
		{"as long as may be", "rcb_" + strings.Repeat("x", longestSecret-4), 1},
		{"longer", "rcb_" + strings.Repeat("x", longestSecret-3), 0},
		{"of half a megabyte", "rcb_" + strings.Repeat("x", 512<<10), 0},
		{"no key of ours", "ghp_" + strings.Repeat("x", 43), 0},
		{"not UTF-8", "rcb_\xff", 0},
		{"none", "", 0},
	} {
		porter.n = 0
		o.ask("GET", "/v1/clock", asked{key: "placeholder", headers: map[string]string{"Authorization": "Bearer " + x.secret}}).is(401)
		require.Equal(t, x.lookUps, porter.n, x.name)
	}
}

func TestAnAddressThatGuessesKeysIsNotLookedUpAnyMoreAndItsNeighboursWorkOn(t *testing.T) {
	o := open(t)
	porter := &counting{Porter: o.store}
	o.serve(Options{Failures: Rate{PerSecond: 0.01, Burst: 5}})
	o.server.Porter = porter
	o.ask("GET", "/v1/clock", asked{key: "creditor"}).is(200)
	for i := range 5 {
		o.ask("GET", "/v1/clock", asked{key: fmt.Sprintf("rcb_guess-%d", i)}).saysNo(401, "key_unknown", "Authorization")
	}
	before := porter.n
	for i := range 20 {
		slow := o.ask("GET", "/v1/clock", asked{key: fmt.Sprintf("rcb_more-%d", i)}).saysNo(429, "too_many_failures", "")
		require.InDelta(t, 100, slow.retry(), 1)
		o.ask("GET", "/v1/clock", asked{key: "no-key-at-all"}).saysNo(429, "too_many_failures", "")
	}
	require.Equal(t, before, porter.n, "a guess is not looked up")
	o.ask("GET", "/v1/clock", asked{key: "creditor"}).is(200)
	o.ask("GET", "/v1/clock", asked{key: "revoked"}).is(429)
	require.NoError(t, o.store.RevokeKey(context.Background(), o.ids["creditor"]))
	require.Equal(t, 429, o.ask("GET", "/v1/clock", asked{key: "creditor"}).Code, "what opened once opens nothing once revoked")

	elsewhere := o.request("GET", "/v1/clock", asked{key: "other"})
	elsewhere.RemoteAddr = "198.51.100.7:1234"
	w := httptest.NewRecorder()
	o.handler.ServeHTTP(w, elsewhere)
	require.Equal(t, 200, w.Code)
}

func TestWhereARequestComesFromIsBelievedOfNamedProxiesAlone(t *testing.T) {
	o := open(t)
	proxies := []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("2001:db8::/32")}
	for _, x := range []struct {
		name    string
		proxies []netip.Prefix
		remote  string
		tells   func(i int) string
		status  int
	}{
		{"a proxy that is named tells clients apart", proxies, "192.0.2.1:9", func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, 401},
		{"and by IPv6", proxies, "[2001:db8::1]:9", func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, 401},
		{"a client behind it is one however it dresses up", proxies, "192.0.2.1:9", func(i int) string { return fmt.Sprintf("10.0.0.%d, 203.0.113.9", i) }, 429},
		{"a network of one customer is one", proxies, "192.0.2.1:9", func(i int) string { return fmt.Sprintf("2a00:1:2:3::%d", i) }, 429},
		{"who is not named is not believed", proxies, "198.51.100.1:9", func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, 429},
		{"nor is anybody where none is named", nil, "192.0.2.1:9", func(i int) string { return fmt.Sprintf("203.0.113.%d", i) }, 429},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.serve(Options{Failures: Rate{PerSecond: 0.001, Burst: 3}, Proxies: x.proxies})
			last := 0
			for i := range 8 {
				r := o.request("GET", "/v1/clock", asked{key: "rcb_guess", headers: map[string]string{"X-Forwarded-For": x.tells(i + 1)}})
				r.RemoteAddr = x.remote
				w := httptest.NewRecorder()
				o.handler.ServeHTTP(w, r)
				last = w.Code
			}
			require.Equal(t, x.status, last)
		})
	}
}

func TestAProxyThatNobodyNamedIsToldOnce(t *testing.T) {
	o := open(t)
	named := []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}
	forwarded, standard := map[string]string{"X-Forwarded-For": "203.0.113.7"}, map[string]string{"Forwarded": "for=203.0.113.7"}
	for _, x := range []struct {
		name    string
		proxies []netip.Prefix
		remote  string
		headers map[string]string
		told    int
		address string
	}{
		{"none is named", nil, "10.1.2.3:9", forwarded, 1, "10.1.2.3"},
		{"none is named, and it says so in the standard's way", nil, "[::1]:9", standard, 1, "::1"},
		{"another is named", named, "172.16.0.1:9", forwarded, 1, "172.16.0.1"},
		{"it may be a client", nil, "198.51.100.1:9", forwarded, 1, ""},
		{"it is named", named, "10.1.2.3:9", forwarded, 0, ""},
		{"it is named, and came by IPv6", named, "[::ffff:10.1.2.3]:9", forwarded, 0, ""},
		{"there is none", nil, "10.1.2.3:9", nil, 0, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			o.log.Reset()
			o.serve(Options{Proxies: x.proxies})
			for range 3 {
				r := o.request("GET", "/v1/clock", asked{key: "operator", headers: x.headers})
				r.RemoteAddr = x.remote
				w := httptest.NewRecorder()
				o.handler.ServeHTTP(w, r)
				require.Equal(t, 200, w.Code)
			}
			log := o.log.String()
			require.Equal(t, x.told, strings.Count(log, "RECOBRO_TRUSTED_PROXIES"), log)
			require.NotContains(t, log, "203.0.113.7")
			require.NotContains(t, log, "198.51.100.1")
			if x.address != "" {
				require.Contains(t, log, x.address)
			}
		})
	}
}

func TestBucketsHaveAnEndAndWhoeverComesAfterItSharesOne(t *testing.T) {
	b := newBuckets(Rate{PerSecond: 0.001, Burst: 2})
	for i := range 3 * mostBuckets {
		b.take(fmt.Sprint(i))
	}
	require.Len(t, b.of, mostBuckets)
	_, ok := b.take("0")
	require.True(t, ok, "who has a bucket keeps it")
	_, ok = b.take("one more")
	require.False(t, ok, "the shared bucket is empty")

	idle := newBuckets(Rate{PerSecond: 1e9, Burst: 2}) // full again at once
	for i := range 3 * mostBuckets {
		_, ok := idle.take(fmt.Sprint(i))
		require.True(t, ok)
	}
	require.LessOrEqual(t, len(idle.of), mostBuckets)

	var q acquainted
	for i := range 3 * mostBuckets {
		q.add(fmt.Sprint(i))
		require.LessOrEqual(t, len(q.of), mostBuckets)
	}
	require.True(t, q.knows(fmt.Sprint(3*mostBuckets-1)))
}
