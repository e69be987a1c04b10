// Package replay answers: which requests does this access log hold, and when did they come?
//
// It reads the common and the combined log format, and JSON lines, and turns them into a schedule with the log's own
// timing and the requests that go with it. Bodies are in no log, so that only requests without one are replayed; how
// many lines were left out, and why, is counted. It sends nothing.
package replay
