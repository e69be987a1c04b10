package plots

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/wsgibench/wsgibench/results"
)

var runAheadBytes = Figure{
	Name:  "run-ahead",
	Title: "How far the application runs ahead of a slow reader",
	Caption: "Most bytes that the application had yielded and the client had not received yet: what the server and the kernel held for a client that reads slowly. " +
		"A dot per trial, the median as the mark of the target. The dashed line is what one pair of socket buffers may hold at most, bookkeeping included: " +
		"what lies far beyond it is held by the server itself; a server behind a proxy has two such pairs.",
	Draw: dotPlot{
		figure: "run-ahead", title: "How far the application runs ahead of slow readers", metric: "run_ahead",
		quantity: "Yielded and not yet received, most at once", names: [2]string{"run-ahead"}, unit: bytesUnit, wide: true,
		only:      func(p results.Phase) bool { return p.ReadRate > 0 },
		reference: kernelHolds,
	}.pictures,
}

// kernelHolds is how much a sender's and a receiver's buffer of one TCP connection may hold together, in bytes: the
// highest send buffer that the kernel grows to by itself (tcp_wmem, third number) and the receive buffer that was asked
// for, which Linux doubles (socket(7), SO_RCVBUF), or else its own highest (tcp_rmem). 0: the machine did not say.
func kernelHolds(r *results.Record, p results.Phase) (float64, string) {
	send, receive := lastNumber(r.Run.Host.Sysctl["net/ipv4/tcp_wmem"]), lastNumber(r.Run.Host.Sysctl["net/ipv4/tcp_rmem"])
	if p.ReceiveBuffer > 0 {
		receive = 2 * float64(p.ReceiveBuffer)
	}
	if send == 0 || receive == 0 {
		return 0, ""
	}
	return send + receive, fmt.Sprintf("socket buffers: %s to send, %s to receive", results.FormatBytes(send), results.FormatBytes(receive))
}

func lastNumber(text string) float64 {
	words := strings.Fields(text)
	if len(words) == 0 {
		return 0
	}
	v, err := strconv.ParseFloat(words[len(words)-1], 64)
	if err != nil || v < 0 {
		return 0
	}
	return v
}
