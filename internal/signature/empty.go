package signature

import (
	"fmt"
	"regexp"
)

var emptyAnswer = Signature{
	ID:   "empty-answer",
	Doc:  "the answers are fast because they are empty",
	Hint: "ask the server with curl -v: a proxy without a site for this host, or an app that is not mounted, says 200 and nothing else",
	find: findEmptyAnswer,
}

var asksHead = regexp.MustCompile(`(?im)\bhead:`)

// findEmptyAnswer wants most responses to be a 200 without a body, where a body was asked for by the scenario's
// expectations or is the whole point: a phase in which not one byte of a body came back.
func findEmptyAnswer(e *evidence) string {
	var ok int64
	for _, c := range e.trial.Statuses {
		if c.Phase == e.phase.Name && c.Kind == "200" {
			ok += c.Count
		}
	}
	wrong, _ := e.count("wrong-length")
	body, _ := e.count("wrong-body")
	if ok < fewest || float64(2*ok) < e.metric("requests") || e.metric("body_bytes") > 0 {
		return ""
	}
	if wrong+body == 0 && asksHead.MatchString(e.record.Run.Scenario.Text) {
		return "" // the answer to HEAD has no body
	}
	text := fmt.Sprintf("%s responses say 200, and all of them together hold no byte of a body", whole(float64(ok)))
	if wrong+body > 0 {
		text += ", where one was expected"
	}
	return text
}
