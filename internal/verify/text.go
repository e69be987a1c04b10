package verify

import (
	"fmt"
	"strings"
)

// maxReason bounds a reason, in bytes.
const maxReason = 300

// oneLine makes a text fit for one line of a terminal, whatever a server put into it.
func oneLine(text string) string {
	text = escape(text)
	if len(text) > maxReason {
		text = strings.ToValidUTF8(text[:maxReason], "") + "..."
	}
	return text
}

// escape shows control characters and bytes that are not UTF-8 as \n, \r, \x00.
func escape(text string) string {
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r == '\uFFFD' && !strings.HasPrefix(text[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, text[i])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// excerpt quotes the beginning of a body.
func excerpt[T ~string | ~[]byte](body T) string {
	const most = 60
	if len(body) > most {
		return fmt.Sprintf("%q... (%d bytes)", string(body[:most]), len(body))
	}
	return fmt.Sprintf("%q", string(body))
}
