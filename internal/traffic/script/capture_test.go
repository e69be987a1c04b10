package script

import "testing"

func TestCaptures(t *testing.T) {
	answer := &Answer{
		Status: 200, Body: []byte(`{"token": "t-1", "n": 1.50, "yes": true, "none": null, "list": [1, {"a": "b"}], "html": "<i>"}`),
		Header: [][2]string{{"X-Id", "first"}, {"x-id", "second"}, {"Set-Cookie", "sid=1; Path=/"}, {"set-cookie", "sid=2"}, {"X-Empty", ""}},
	}
	check := func(c Capture, err error, want string, there bool) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := c.From(answer); got != want || ok != there {
			t.Errorf("got %q, %v, want %q, %v", got, ok, want, there)
		}
	}
	for pointer, want := range map[string]string{"/token": "t-1", "/n": "1.50", "/yes": "true", "/list": `[1,{"a":"b"}]`, "/list/1/a": "b"} {
		c, err := CaptureJSON("x", pointer)
		check(c, err, want, true)
	}
	for _, pointer := range []string{"/none", "/token/0", "/no"} {
		c, err := CaptureJSON("x", pointer)
		check(c, err, "", false)
	}
	for expr, want := range map[string]string{`"token": "([^"]+)"`: "t-1", `t-\d`: "t-1", `(nothing)?t`: ""} {
		c, err := CaptureRegexp("x", expr)
		check(c, err, want, true)
	}
	c, err := CaptureRegexp("x", "absent")
	check(c, err, "", false)
	check(CaptureHeader("x", "x-ID"), nil, "first", true)
	check(CaptureHeader("x", "X-Empty"), nil, "", true)
	check(CaptureHeader("x", "X-None"), nil, "", false)
	check(CaptureCookie("x", "sid"), nil, "2", true)
	check(CaptureCookie("x", "SID"), nil, "", false)
	answer = &Answer{Body: []byte("{} {}")}
	c, err = CaptureJSON("x", "")
	check(c, err, "", false)
	if _, err := CaptureRegexp("x", "("); err == nil {
		t.Error("got no error of a broken expression")
	}
	if _, err := CaptureJSON("x", "a"); err == nil {
		t.Error("got no error of a broken pointer")
	}
}
