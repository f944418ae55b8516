package post

import (
	"context"
	"crypto/tls"
	"net"
)

// dials opens connections: a net.Dialer or a tls.Dialer.
type dials interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// dialer speaks TLS from the first byte where host is named.
func dialer(host string) dials {
	if host == "" {
		return &net.Dialer{}
	}
	return &tls.Dialer{Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}}
}
