// Package temporalserver runs a real Temporal server inside this process, on
// the PostgreSQL of the installation and on the loopback interface alone. It
// is what a machine of its own starts with; production points at a cluster.
package temporalserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/primitives"
	"go.temporal.io/server/temporal"
	"golang.org/x/sync/errgroup"
)

// shards can never be changed once a database was made with them.
const shards = 4

const loopback = "127.0.0.1"

// Options say where the server keeps its data and listens.
type Options struct {
	// DatabaseURL is the installation's own database: Temporal's two stand
	// beside it on the same server.
	DatabaseURL string
	// Port is where clients connect. 0: any free one.
	Port int
	// Folder is where temporal.log is written.
	Folder string
}

// Server is a Temporal server in this process.
type Server struct {
	// Address is where clients connect, such as 127.0.0.1:7233.
	Address string

	server temporal.Server
}

// PortTaken says that another program listens where Temporal should.
type PortTaken struct {
	Port int
	err  error
}

func (e *PortTaken) Error() string {
	return fmt.Sprintf("port %d, where Temporal should listen, is taken (%v)", e.Port, e.err)
}

// Start prepares Temporal's databases and starts the server.
func Start(ctx context.Context, o Options) (*Server, error) {
	ports, err := choosePorts(o.Port)
	if err != nil {
		return nil, err
	}
	logName := filepath.Join(o.Folder, "temporal.log")
	if err := private(logName); err != nil {
		return nil, err
	}
	logger := log.NewZapLogger(log.BuildZapLogger(log.Config{Level: "warn", OutputFile: logName}))
	own, err := pgx.ParseConfig(o.DatabaseURL)
	if err != nil {
		return nil, fmt.Errorf("read the database URL for Temporal: %w", err)
	}
	main, visibility := databases(own.Database)
	both, preparing := errgroup.WithContext(ctx)
	for _, d := range []database{main, visibility} {
		both.Go(func() error { return d.prepare(preparing, o.DatabaseURL, logger) })
	}
	if err := both.Wait(); err != nil {
		return nil, err
	}
	cfg := configuration(ports, main.config(o.DatabaseURL, 16), visibility.config(o.DatabaseURL, 4))
	server, err := temporal.NewServer(
		temporal.WithConfig(cfg),
		temporal.ForServices(temporal.DefaultServices),
		temporal.WithLogger(logger),
		temporal.WithStaticHosts(hosts(ports)),
		temporal.WithDynamicConfigClient(settings()),
		// It listens on the loopback interface only, for one operator.
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()),
		temporal.WithClaimMapper(func(*config.Config) authorization.ClaimMapper { return authorization.NewNoopClaimMapper() }),
	)
	if err != nil {
		return nil, fmt.Errorf("configure Temporal: %w", err)
	}
	if err := server.Start(); err != nil {
		return nil, errors.Join(fmt.Errorf("start Temporal: %w", err), server.Stop())
	}
	return &Server{Address: cfg.PublicClient.HostPort, server: server}, nil
}

// private makes a file that nobody else may read, and one that is there so.
func private(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("open Temporal's log: %w", err)
	}
	if err := errors.Join(f.Chmod(0o600), f.Close()); err != nil {
		return fmt.Errorf("keep Temporal's log private: %w", err)
	}
	return nil
}

// Stop ends the server: workflows stand in the database and go on at the next
// start.
func (s *Server) Stop(ctx context.Context) error {
	stopped := make(chan error, 1)
	go func() { stopped <- s.server.Stop() }()
	select {
	case err := <-stopped:
		if err != nil {
			return fmt.Errorf("stop Temporal: %w", err)
		}
		return nil
	case <-ctx.Done():
		return fmt.Errorf("stop Temporal: %w", ctx.Err())
	}
}

// services are started in one process, each with a port of its own.
var services = []primitives.ServiceName{
	primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService,
}

// choosePorts gives each service a gRPC port and another for membership, which
// static hosts never open.
func choosePorts(frontend int) (map[primitives.ServiceName][2]int, error) {
	ports := make(map[primitives.ServiceName][2]int, len(services))
	var held []net.Listener // all at once, so that no two are the same
	defer func() {
		for _, l := range held {
			_ = l.Close()
		}
	}()
	listen := func(port int) (int, error) {
		l, err := net.Listen("tcp", net.JoinHostPort(loopback, strconv.Itoa(port)))
		if err != nil {
			return 0, &PortTaken{Port: port, err: err}
		}
		held = append(held, l)
		return l.Addr().(*net.TCPAddr).Port, nil
	}
	for _, s := range services {
		want := 0
		if s == primitives.FrontendService {
			want = frontend
		}
		grpc, err := listen(want)
		if err != nil {
			return nil, err
		}
		member, err := listen(0)
		if err != nil {
			return nil, err
		}
		ports[s] = [2]int{grpc, member}
	}
	return ports, nil
}

func hosts(ports map[primitives.ServiceName][2]int) map[primitives.ServiceName]static.Hosts {
	all := make(map[primitives.ServiceName]static.Hosts, len(ports))
	for s, p := range ports {
		at := net.JoinHostPort(loopback, strconv.Itoa(p[0]))
		all[s] = static.Hosts{All: []string{at}, Self: at}
	}
	return all
}

func configuration(ports map[primitives.ServiceName][2]int, main, visibility *config.SQL) *config.Config {
	frontend := net.JoinHostPort(loopback, strconv.Itoa(ports[primitives.FrontendService][0]))
	cfg := &config.Config{
		Global: config.Global{Membership: config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback}},
		Persistence: config.Persistence{
			DefaultStore: "main", VisibilityStore: "visibility", NumHistoryShards: shards,
			DataStores: map[string]config.DataStore{"main": {SQL: main}, "visibility": {SQL: visibility}},
		},
		ClusterMetadata: &cluster.Config{
			FailoverVersionIncrement: 10, MasterClusterName: "active", CurrentClusterName: "active",
			ClusterInformation: map[string]cluster.ClusterInformation{
				"active": {Enabled: true, InitialFailoverVersion: 1, RPCAddress: frontend},
			},
		},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            make(map[string]config.Service, len(ports)),
		PublicClient:        config.PublicClient{HostPort: frontend},
		Archival: config.Archival{
			History:    config.HistoryArchival{State: "disabled"},
			Visibility: config.VisibilityArchival{State: "disabled"},
		},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History:    config.HistoryArchivalNamespaceDefaults{State: "disabled"},
			Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"},
		}},
	}
	for s, p := range ports {
		cfg.Services[string(s)] = config.Service{RPC: config.RPC{GRPCPort: p[0], MembershipPort: p[1], BindOnIP: loopback}}
	}
	return cfg
}

// settings differ from the server's defaults, which are meant for a cluster.
func settings() dynamicconfig.StaticClient {
	return dynamicconfig.StaticClient{
		// A case's workflow may be started again at once after it ended: signal-with-start wakes it.
		dynamicconfig.WorkflowIdReuseMinimalInterval.Key(): time.Duration(0),
		// The defaults would bound a bulk import, not protect other tenants: there are none.
		dynamicconfig.FrontendRPS.Key():                                  20_000,
		dynamicconfig.FrontendMaxNamespaceRPSPerInstance.Key():           20_000,
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): 200,
		dynamicconfig.FrontendPersistenceMaxQPS.Key():                    20_000,
		dynamicconfig.HistoryRPS.Key():                                   20_000,
		dynamicconfig.HistoryPersistenceMaxQPS.Key():                     40_000,
		dynamicconfig.MatchingRPS.Key():                                  20_000,
		dynamicconfig.MatchingPersistenceMaxQPS.Key():                    20_000,
		// The default keeps 128,000 histories in memory.
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key(): 8_192,
		// One process has no use for four partitions of each task queue.
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():  1,
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key(): 1,
		// A newly added search attribute is usable at once.
		dynamicconfig.ForceSearchAttributesCacheRefreshOnRead.Key(): true,
	}
}
