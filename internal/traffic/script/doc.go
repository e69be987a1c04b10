// Package script answers: what does this user send next, given what was answered?
//
// A Script is made of sessions, and a session of steps with templates, captures and expectations; a User carries out
// one session. The package is pure: it opens no connection and knows no clock but the one it is given. The engine asks
// a User for its next request, sends it, and shows it the answer.
//
// # When a step is due
//
// In the open model the session is the arrival: its first step is due when the schedule says so, and its response time
// has no coordinated omission. Every later step is due when the answer to the one before it has ended and the pause is
// over, because a user cannot ask for what he has not been told yet. A slow answer therefore delays what follows: the
// later steps of a session are a closed loop inside an open one. Counting them from the predecessor's *expected* end
// instead (G. Tene, HdrHistogram issue 148) would need to know how fast the server ought to be. What has no omission is
// the time from the arrival to the end of the last step.
package script
