//go:build race

package traffic

// raceEnabled: with the race detector, sync.Pool forgets at random, so that allocations are not counted.
const raceEnabled = true
