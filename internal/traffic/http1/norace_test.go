//go:build !race

package http1

// raceEnabled: allocations are counted.
const raceEnabled = false
