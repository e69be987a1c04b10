package pyapps

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

func fillers(c call) (answer, error) {
	count, err := numberOf(c.query, "n", 10, 0, 200)
	if err != nil {
		return answer{}, err
	}
	size, err := numberOf(c.query, "size", 10, 0, 8000)
	if err != nil {
		return answer{}, err
	}
	a, _ := plainAnswer(nil, "%d headers of %d bytes\n", count, size)
	for i := range count {
		a.fields = append(a.fields, [2]string{fmt.Sprintf("X-Filler-%03d", i), strings.Repeat("h", size)})
	}
	return a, nil
}

func statusCode(c call) (answer, error) {
	code, err := number(c.segment(1), 200, 599)
	if code == 204 || code == 304 {
		return answer{status: code, open: true}, err
	}
	a, err := plainAnswer(err, "%d\n", code)
	a.status = code
	return a, err
}

func cookies(c call) (answer, error) {
	count, err := numberOf(c.query, "n", 2, 0, 100)
	if err != nil {
		return answer{}, err
	}
	came, once := c.get("Cookie")
	if !once {
		return answer{}, errUnknown
	}
	a, _ := plainAnswer(nil, "%s\n", came)
	for i := range count {
		a.fields = append(a.fields, [2]string{"Set-Cookie", fmt.Sprintf("c%d=v%d; Path=/", i, i)})
	}
	return a, nil
}

const sessionCookie = "wsgibench-session"

func session(c call) (answer, error) {
	came, once := c.get("Cookie")
	if !once {
		return answer{}, errUnknown
	}
	count := visits(came) + 1
	text := fmt.Sprint(count)
	a, _ := plainAnswer(nil, "visit %d\n", count)
	a.fields = [][2]string{{"Set-Cookie", fmt.Sprintf("%s=%s.%s; Path=/; HttpOnly", sessionCookie, text, sign(text))}}
	return a, nil
}

// visits is the count in a cookie whose signature is right; 0 otherwise.
func visits(cookies string) int {
	for part := range strings.SplitSeq(strings.ReplaceAll(cookies, ",", ";"), ";") {
		name, value, _ := strings.Cut(strings.Trim(part, " \t"), "=")
		text, signature, _ := strings.Cut(value, ".")
		count, err := number(text, 0, 999999999)
		if name != sessionCookie || err != nil {
			continue
		}
		if sign(text) != signature {
			return 0
		}
		return count
	}
	return 0
}

func sign(text string) string {
	mac := hmac.New(sha256.New, []byte("wsgibench"))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}
