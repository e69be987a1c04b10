package verify

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wsgibench/wsgibench/internal/verify/wire"
)

// environPath answers with an environ.
const environPath = "/verify/environ"

// An environ is what the application was given, as it reports it.
type environ struct {
	Class  string               `json:"class"`  // of the object
	Dict   bool                 `json:"dict"`   // it is a dict, and not of a subclass
	Marked bool                 `json:"marked"` // an earlier request left its mark in it
	Vars   map[string][2]string `json:"vars"`   // type and text; of what is not a str, its repr
	PID    int                  `json:"pid"`
}

// text is the value of a variable where it is a str; what says how it looks for a reason.
func (e environ) text(name string) (value string, ok bool, what string) {
	v, ok := e.Vars[name]
	switch {
	case !ok:
		return "", false, "absent"
	case v[0] != "str":
		return "", false, v[0] + " " + v[1]
	}
	return v[1], true, fmt.Sprintf("%q", v[1])
}

// want compares a variable, with "" where it is allowed to be absent.
func (e environ) want(name, value string) error {
	got, ok, what := e.text(name)
	if value == "" && what == "absent" || ok && got == value {
		return nil
	}
	return fmt.Errorf("%s is %s, want %q", name, what, value)
}

// combined compares a variable that was made of several headers, whatever the spaces between them.
func (e environ) combined(name, want string) error {
	got, _, what := e.text(name)
	if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(want, " ", "") {
		return fmt.Errorf("%s is %s, want %q", name, what, want)
	}
	return nil
}

// environ asks for an environ on a connection of its own.
func (s *Session) environ(ctx context.Context, r Request) (environ, error) {
	r.Close = true
	answer, err := s.Ask(ctx, r)
	if err != nil {
		return environ{}, err
	}
	return environOf(answer)
}

func environOf(r *wire.Response) (environ, error) {
	var e environ
	if r.Status != 200 {
		return e, fmt.Errorf("got %d %s, want the environ", r.Status, excerpt(r.Body))
	}
	if err := json.Unmarshal(r.Body, &e); err != nil {
		return e, fmt.Errorf("got %s, want the environ: %w", excerpt(r.Body), err)
	}
	return e, nil
}

// inEnviron is a check of what the application is told about one request.
func inEnviron(r Request, judge func(environ) error) question {
	return func(ctx context.Context, s *Session) Result {
		e, err := s.environ(ctx, r)
		if err == nil {
			err = judge(e)
		}
		return judged(err)
	}
}

// A variable of the environ, and its value; "" also where it may be absent.
type variable struct{ name, value string }

// told is a check that the application is told these variables of one request.
func told(r Request, want ...variable) question {
	return inEnviron(r, func(e environ) error {
		for _, v := range want {
			if err := e.want(v.name, v.value); err != nil {
				return err
			}
		}
		return nil
	})
}

// tells compares one variable of one request.
func (s *Session) tells(ctx context.Context, r Request, name, value string) error {
	e, err := s.environ(ctx, r)
	if err != nil {
		return err
	}
	return e.want(name, value)
}
