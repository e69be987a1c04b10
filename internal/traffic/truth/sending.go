package truth

import (
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"time"

	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// sending is one stream under way.
type sending struct {
	*Streams
	conn   net.Conn
	alarm  *alarm
	rng    *rand.Rand
	harm   harm
	origin int64         // on the clock of the alarm, ns
	due    time.Duration // of the next block, from the origin
	yields []int64       // ns, with Streams.Stamps
	body   int64         // bytes that were written, without framing
	wire   int64
	made   []byte // the block, and
	framed []byte // its chunk
}

// write sends bytes, and counts them.
func (l *sending) write(b []byte) error {
	n, err := l.conn.Write(b)
	l.wire += int64(n)
	return err
}

func (l *sending) head() error {
	if l.Length {
		return l.write(fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", l.Blocks*l.Size+l.harm.more))
	}
	return l.write([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"))
}

func (l *sending) end() error {
	if l.Length {
		return nil
	}
	return l.write([]byte("0\r\n\r\n"))
}

// block waits for the instant of block i, makes it, and hands it on.
func (l *sending) block(i int, on func([]byte) error) error {
	planned := int64(0)
	if l.Gap > 0 {
		planned = l.origin + int64(l.due)
		if err := l.alarm.until(planned); err != nil {
			return err
		}
		l.due += l.gap(i, l.rng)
	}
	now := stream.Now()
	if now == 0 { // no clock that others share: the plan is not theirs to know either
		planned = 0
	}
	if l.Stamps {
		l.yields = append(l.yields, now)
	}
	l.made = stream.Append(l.made[:0], uint32(i), planned, now, l.payload)
	return on(l.made)
}

// send writes a block with its framing.
func (l *sending) send(b []byte) error {
	l.body += int64(len(b))
	if l.Length {
		return l.write(b)
	}
	l.framed = strconv.AppendInt(l.framed[:0], int64(len(b)), 16)
	l.framed = append(append(append(l.framed, "\r\n"...), b...), "\r\n"...)
	return l.write(l.framed)
}
