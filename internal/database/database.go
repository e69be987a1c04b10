// Package database answers: how is the database that an app needs started and filled?
//
// Open gives the URL that the app finds in the variable WSGIBENCH_DATABASE. Behind it is a file for SQLite, which the app
// itself makes and fills, or for PostgreSQL a cluster of its own in a scratch directory: made, started under a keeper,
// filled with the rows of TechEmpower's tests, stopped and removed. It touches no database that is there already.
package database

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/wsgibench/wsgibench/pyapps"
)

// Variable is the environment variable in which the app finds the URL.
const Variable = "WSGIBENCH_DATABASE"

// Kinds are the databases that Open knows.
func Kinds() []string { return []string{SQLite, pyapps.PostgreSQL} }

// SQLite is a file, and the database of an app for which none is named.
const SQLite = "sqlite"

// Options say what Open needs beside the kind.
type Options struct {
	CPUs []int  // of the database's processes; nil: not pinned
	Log  string // path of the file for what PostgreSQL prints; empty: discarded
}

// A Database is open from Open to Close. Its methods must not be called at the same time.
type Database struct {
	URL string // for the app

	dir     string
	lock    *os.File // held for as long as the directory is in use
	cluster *cluster // nil: SQLite
}

// Missing is why a database cannot be had on this machine.
type Missing struct {
	Reason string
	Hint   string // what to do about it; may be empty
}

func (m *Missing) Error() string { return m.Reason }

// Find returns the version of a database that Open would start: "15.18"; empty where it comes with Python. The error is a
// *Missing where it cannot be had here.
func Find(ctx context.Context, kind string) (version string, err error) {
	if kind != pyapps.PostgreSQL {
		return "", nil
	}
	found, err := findPrograms()
	if err != nil {
		return "", err
	}
	return found.version(ctx)
}

// Open makes a database of this kind in a new directory below os.TempDir. The error is a *Missing where it cannot be had
// here. Whatever directories earlier processes could not remove, because they were killed, are removed now.
func Open(ctx context.Context, kind string, o Options) (*Database, error) {
	sweep(os.TempDir())
	dir, lock, err := newDir()
	if err != nil {
		return nil, fmt.Errorf("make a directory for the database: %w", err)
	}
	d := &Database{dir: dir, lock: lock}
	switch kind {
	case SQLite:
	case pyapps.PostgreSQL:
		d.cluster, err = newCluster(ctx, dir, o)
		if err == nil {
			d.URL = d.cluster.url()
		}
	default:
		err = fmt.Errorf("no database is named %q: expected one of %s", kind, strings.Join(Kinds(), ", "))
	}
	if err != nil {
		os.RemoveAll(dir)
		lock.Close()
		return nil, err
	}
	return d, nil
}

// Reset gives every row its first content, so that each trial begins with the same database. It must be called before the
// app is started.
func (d *Database) Reset(ctx context.Context) error {
	if d.cluster != nil {
		return d.cluster.fill(ctx)
	}
	files, err := filepath.Glob(filepath.Join(d.dir, "world-*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := os.RemoveAll(file); err != nil {
			return fmt.Errorf("remove the database of the trial before: %w", err)
		}
	}
	// A directory of its own: SQLite keeps more files beside the database's.
	fresh, err := os.MkdirTemp(d.dir, "world-")
	if err != nil {
		return fmt.Errorf("make a directory for the database: %w", err)
	}
	d.URL = "sqlite:" + filepath.Join(fresh, "world.db")
	return os.Chmod(fresh, 0o777) // for servers that change their user
}

// Close stops what was started and removes every file.
func (d *Database) Close() error {
	var err error
	if d.cluster != nil {
		err = d.cluster.stop()
	}
	if removed := os.RemoveAll(d.dir); err == nil && removed != nil {
		err = fmt.Errorf("remove the database: %w", removed)
	}
	d.lock.Close()
	return err
}
