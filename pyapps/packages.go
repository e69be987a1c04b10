package pyapps

import (
	"embed"
	"slices"
)

//go:embed locks/*.lock
var locks embed.FS

// PostgreSQL is the name of the database for which an application needs a driver.
const PostgreSQL = "postgresql"

// psycopg is what an application asks PostgreSQL with.
const psycopg = "psycopg[binary]"

// Packages returns what must be installed for an application to run with a database ("sqlite", "postgresql", or "" for
// none): distributions as pip takes them, and the lock with exact versions and hashes of all that they need. Both are
// nil for what needs nothing.
func (a App) Packages(database string) (pip []string, lock []byte, err error) {
	if pip = a.needs(database); pip == nil {
		return nil, nil, nil
	}
	lock, err = locks.ReadFile("locks/" + a.lockName(database))
	return pip, lock, err
}

func (a App) needs(database string) []string {
	pip := slices.Clone(a.pip)
	if a.Database && database == PostgreSQL {
		pip = append(pip, psycopg)
	}
	return pip
}

func (a App) lockName(database string) string {
	if a.Database && database == PostgreSQL {
		return a.Name + "-postgresql.lock"
	}
	return a.Name + ".lock"
}

// Locks returns the sets of packages that applications need, by the file name of their lock in the folder locks.
func Locks() map[string][]string {
	sets := map[string][]string{}
	for _, app := range apps() {
		for _, database := range []string{"", PostgreSQL} {
			if pip := app.needs(database); pip != nil {
				sets[app.lockName(database)] = pip
			}
		}
	}
	return sets
}
