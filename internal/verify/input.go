package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// inputBody has three lines, the last without an end.
const inputBody = "line1\nline2\nend"

// A reading is a way to read inputBody, and what must come of each step.
type reading struct {
	steps string // "read:4,readline": methods of wsgi.input and their arguments
	want  []any  // a text, or a list of texts, per step
}

// list is a result of readlines or of iterating.
func list(lines ...string) []any {
	texts := make([]any, len(lines))
	for i, l := range lines {
		texts[i] = l
	}
	return texts
}

// read sends a body and has it read. The connection is one that stays open: the end of it must not stand in for the end
// of the body. The error says which step went wrong, or hung.
func (s *Session) read(ctx context.Context, r Request, steps string) ([]any, error) {
	t := s.Talk()
	r.Path = t.Path("/verify/read?steps=" + steps)
	answer, err := s.Ask(ctx, r)
	doing := ""
	for _, e := range t.Seen() {
		switch e.Name {
		case "doing":
			doing = " in " + e.String()
		case "failed":
			return nil, fmt.Errorf("%s raised %s", strings.TrimPrefix(doing, " in "), e)
		case "read":
			doing = "; the application had read everything"
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, doing)
	}
	if answer.Status != 200 {
		return nil, fmt.Errorf("got %d %s%s", answer.Status, excerpt(answer.Body), doing)
	}
	var got []any
	if err := json.Unmarshal(answer.Body, &got); err != nil {
		return nil, fmt.Errorf("got %s: %w", excerpt(answer.Body), err)
	}
	return got, nil
}

// readings is a check that reads a body in several ways. The first way that goes wrong is told.
func readings(r Request, ways ...reading) question {
	return func(ctx context.Context, s *Session) Result {
		for _, way := range ways {
			got, err := s.read(ctx, r, way.steps)
			if err == nil && !reflect.DeepEqual(got, way.want) {
				err = fmt.Errorf("got %s, want %s", asJSON(got), asJSON(way.want))
			}
			if err != nil {
				return Failed("%s: %v", way.steps, err)
			}
		}
		return Passed()
	}
}

func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
