package process

// A Kind is a way not to become ready.
type Kind string

// The ways not to become ready.
const (
	Died          Kind = "died"              // the leader ended
	NeverListened Kind = "never-listened"    // it runs, and has no listening socket at all
	Elsewhere     Kind = "listens-elsewhere" // it listens, but not where it was told to
	SomebodyElse  Kind = "somebody-else"     // the address belongs to a process that is not of the server
	NoAnswer      Kind = "no-answer"         // connections are accepted and closed without an answer
	Hangs         Kind = "hangs"             // connections are accepted and not answered, or the answer does not end
	WrongAnswer   Kind = "wrong-answer"      // an answer, but not the expected one
	FloodedLog    Kind = "flooded-log"       // it printed more than its log may hold
	FewWorkers    Kind = "too-few-workers"   // it answers, with fewer worker processes than asked for
)

// A NotReady is the error of Await and Check for a server that did not become ready.
type NotReady struct {
	Kind Kind
	Text string   // what happened: "the server exited with code 1 after 120ms"
	Hint string   // what to do about it
	Tail []string // the last lines that the server printed
}

func (e *NotReady) Error() string { return e.Text }
