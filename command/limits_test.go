package command

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLimitsOfTheAPIAreReadAndRefused(t *testing.T) {
	for _, x := range []struct{ name, value, says string }{
		{"RECOBRO_API_RATE", "0", "more than 0"},
		{"RECOBRO_API_RATE", "NaN", "more than 0"},
		{"RECOBRO_API_RATE", "many", "not a number"},
		{"RECOBRO_API_BURST", "-1", "more than 0"},
		{"RECOBRO_API_FAILURES", "1e9", "at most"},
		{"RECOBRO_KEEP_ANSWERS", "0", "more than 0"},
		{"RECOBRO_KEEP_ANSWERS", "1000000", "at most 36500"},
		{"RECOBRO_TRUSTED_PROXIES", "10.0.0.0/8, everybody", "everybody"},
		{"RECOBRO_TRUSTED_PROXIES", "10.0.0.0/33", "10.0.0.0/33"},
	} {
		_, err := Load(map[string]string{x.name: x.value})
		require.ErrorContains(t, err, x.name)
		require.ErrorContains(t, err, x.says)
	}
	c, err := Load(map[string]string{"RECOBRO_API_RATE": "0.5", "RECOBRO_TRUSTED_PROXIES": " 10.0.0.0/8,192.0.2.1 , 2001:db8::/32"})
	require.NoError(t, err)
	all, err := c.proxies()
	require.NoError(t, err)
	require.Equal(t, "[10.0.0.0/8 192.0.2.1/32 2001:db8::/32]", fmt.Sprint(all))
	require.InDelta(t, 720, c.keepAnswers().Hours(), 0)
}

func TestHeadersWithoutEndAreRefusedBeforeAnybodyReadsThem(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- Serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	}()
	for size, status := range map[int]int{16 << 10: http.StatusNoContent, 64 << 10: http.StatusRequestHeaderFieldsTooLarge} {
		c, err := net.Dial("tcp", l.Addr().String())
		require.NoError(t, err)
		go fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nX-Long: %s\r\n\r\n", strings.Repeat("x", size))
		r, err := http.ReadResponse(bufio.NewReader(c), nil)
		require.NoError(t, err)
		require.Equal(t, status, r.StatusCode, "%d bytes of headers", size)
		require.NoError(t, r.Body.Close())
		_ = c.Close()
	}
	cancel()
	require.NoError(t, <-done)
}
