// Package process answers: how is a server process started, known to be ready, watched and stopped?
//
// It does not know descriptors, Python or benchmarks: it is given a complete command line, environment and address.
//
// # The keeper
//
// Start does not start the server itself. It re-executes this program as a keeper, and the keeper starts the server:
//
//	wsgibench ─── keeper ─── server (leader of its own session and group) ─── workers, and whatever they fork
//
// The keeper is a child subreaper: a process of the server that is orphaned becomes the keeper's child, wherever it
// has moved itself with setsid or a double fork. So the server's tree is always "what descends from the keeper", and it
// is empty exactly when the keeper has no children. The keeper holds the read end of a control pipe whose only writer
// is wsgibench: if wsgibench ends in any way, kill -9 included, the keeper reads the end of the pipe, kills the tree and
// ends. The keeper has its own session, so that Ctrl-C in a terminal reaches wsgibench alone. If the keeper itself is
// killed, the leader dies with it (PR_SET_PDEATHSIG) and the orphans come to wsgibench, which is a subreaper too and
// kills them. Only killing both at the same moment leaves something behind, and then only what is not the leader.
//
// A server may consist of several programs, like a proxy and the application server behind it (Spec.Behind). All of
// them are children of the one keeper: the front is the leader, the server counts as ended when any of them ends, and
// Stop ends them from the front to the back, so that nobody waits for an answer from behind that cannot come any more.
//
// # CPU time
//
// The CPU time of a server is the sum, over PIDs, of utime, stime, cutime and cstime in /proc/PID/stat (the last two: its
// children that have ended and that it waited for, such as a master's former workers), plus the cutime and cstime of the
// keeper: processes of the server that the keeper waited for. The keeper's own utime and stime are the harness's: they
// pay for copying the server's output. They are spent on the server's CPUs, not on the generator's. Once Stop has
// returned the keeper is gone and its counters with it: read them before.
//
// # Systems other than Linux
//
// Elsewhere there are no subreapers, no /proc and no pinning: the keeper stops the process groups of the server's programs, PIDs knows the leader only,
// and Await cannot tell whose socket answers. What is not known is left unsaid, and Readiness.How says why.
package process
