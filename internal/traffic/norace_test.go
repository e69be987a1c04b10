//go:build !race

package traffic

// raceEnabled: allocations are counted.
const raceEnabled = false
