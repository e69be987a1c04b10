package bars

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// A Part is what a process that a bench has started of itself is to do: a server, a load generator. The zero value is the
// bench's own.
type Part struct {
	Role string
	job  string
}

// Flags are those by which [Self] hands the part on.
func (p *Part) Flags(fs *flag.FlagSet) {
	fs.StringVar(&p.Role, "role", "", "be one of the processes that the bench starts of itself")
	fs.StringVar(&p.job, "job", "{}", "what to do in that role, as JSON")
}

// Job decodes what is to be done.
func (p *Part) Job(job any) error {
	if err := json.Unmarshal([]byte(p.job), job); err != nil {
		return fmt.Errorf("job: %w", err)
	}
	return nil
}

// Self is the command that plays a role in a process of its own. Its errors go where the bench's go. On Linux it ends with
// the thread that starts it, and so with the bench: lock that thread.
func Self(ctx context.Context, role string, job any) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(job)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, exe, "-role", role, "-job", string(text))
	cmd.Stderr, cmd.SysProcAttr = os.Stderr, withParent()
	return cmd, nil
}

// UntilEnd is a context that ends with in, which the bench closes when a part is over.
func UntilEnd(ctx context.Context, in io.Reader) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, in) // however it ends, nobody is there any more
		cancel()
	}()
	return ctx, cancel
}
