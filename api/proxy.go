package api

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
)

// noteProxy says once, in the log, that requests come through a proxy that
// nobody named: everybody behind it counts as one address, and whoever guesses
// keys there shuts the others out. The proxy's own address is told where it is
// none of the open Internet, since there it may be a client's.
func (s *server) noteProxy(ctx context.Context, r *http.Request) {
	if r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == "" {
		return
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	from := peer.Addr().Unmap().WithZone("")
	if err != nil || slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(from) }) {
		return
	}
	s.proxied.Do(func() {
		var about []slog.Attr
		if from.IsPrivate() || from.IsLoopback() || from.IsLinkLocalUnicast() {
			about = append(about, slog.String("proxy", from.String()))
		}
		s.Logger.LogAttrs(ctx, slog.LevelWarn, "a request was forwarded by a proxy that is not trusted: all who come through it count as one "+
			"address, and wrong keys of one of them shut out the others; set RECOBRO_TRUSTED_PROXIES to the proxy's address or network", about...)
	})
}
