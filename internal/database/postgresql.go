package database

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/wsgibench/wsgibench/targets/process"
)

// name is that of the database and of its user.
const name = "wsgibench"

// startLimit bounds how long a cluster may take to accept connections.
const startLimit = time.Minute

// settings make trials alike, and cheap to throw away. SQLite in WAL mode does not wait for the disk at a commit either.
var settings = []string{
	"listen_addresses=",
	"max_connections=300",
	"shared_buffers=64MB",
	"dynamic_shared_memory_type=mmap", // files in the directory, not in /dev/shm, where a kill would leave them
	"fsync=off",
	"synchronous_commit=off",
	"full_page_writes=off",
	"autovacuum=off", // it would fall into some trials and not into others
	"jit=off",
	"timezone=UTC",
}

// A cluster is a PostgreSQL of ours.
type cluster struct {
	programs
	dir     string // also of its socket
	process *process.Process
}

func newCluster(ctx context.Context, dir string, o Options) (*cluster, error) {
	found, err := findPrograms()
	if err != nil {
		return nil, err
	}
	c := &cluster{programs: found, dir: dir}
	if c.uid >= 0 {
		if err := os.Chown(dir, c.uid, c.gid); err != nil {
			return nil, fmt.Errorf("give the database's directory to its user: %w", err)
		}
	}
	_, err = c.run(ctx, dir, "", "initdb", "--pgdata=data", "--username="+name, "--auth=trust", "--encoding=UTF8",
		"--locale=C", "--no-sync")
	if err != nil {
		return nil, fmt.Errorf("make a PostgreSQL cluster below %s, which its user must be able to enter (TMPDIR chooses another place): %w", dir, err)
	}
	if err := c.start(ctx, o); err != nil {
		return nil, err
	}
	if err := c.prepare(ctx); err != nil {
		return nil, errors.Join(err, c.stop())
	}
	return c, nil
}

// start starts the server under a keeper: it ends when wsgibench ends, however that ends.
func (c *cluster) start(ctx context.Context, o Options) (err error) {
	argv := append(append([]string{}, c.argv...), filepath.Join(c.bin, "postgres"), "-D", filepath.Join(c.dir, "data"), "-k", c.dir)
	for _, setting := range settings {
		argv = append(argv, "-c", setting)
	}
	c.process, err = process.Start(ctx, process.Spec{
		Argv: argv, Env: environment(), Dir: c.dir, CPUs: o.CPUs, Log: o.Log,
		Signal: syscall.SIGINT, Grace: 20 * time.Second, // INT: without waiting for clients
	})
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	return nil
}

// prepare waits for the server, and makes and fills the database.
func (c *cluster) prepare(ctx context.Context) error {
	if err := c.await(ctx); err != nil {
		return err
	}
	if _, err := c.sql(ctx, "postgres", "CREATE DATABASE "+name); err != nil {
		return err
	}
	return c.fill(ctx)
}

func (c *cluster) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		_, err := c.sql(ctx, "postgres", "SELECT 1")
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-c.process.Done():
			return fmt.Errorf("PostgreSQL ended: %s: %s", c.process.Exit(), strings.Join(c.process.Tail(3), "; "))
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not become ready: %w", err)
		}
	}
}

// sql carries out statements and returns the values that they give, a line for each row.
func (c *cluster) sql(ctx context.Context, database, text string) (string, error) {
	return c.run(ctx, c.dir, text, "psql", "--host="+c.dir, "--username="+name, "--dbname="+database,
		"--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1")
}

func (c *cluster) fill(ctx context.Context) error {
	if _, err := c.sql(ctx, name, content()); err != nil {
		return fmt.Errorf("fill the database: %w", err)
	}
	return nil
}

// url is what libpq takes.
func (c *cluster) url() string {
	u := url.URL{Scheme: "postgresql", User: url.User(name), Path: "/" + name, RawQuery: url.Values{"host": {c.dir}}.Encode()}
	return u.String()
}

func (c *cluster) stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	report, err := c.process.Stop(ctx)
	if err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	if !report.Graceful {
		removeSegment(filepath.Join(c.dir, "data", "postmaster.pid"))
	}
	return nil
}
