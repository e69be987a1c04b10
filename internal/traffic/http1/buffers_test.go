package http1

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/wsgibench/wsgibench/collect"
	"github.com/wsgibench/wsgibench/internal/traffic/stream"
)

// TestBuffersFollowWhatComes: long ones only where much comes at once, and for a while after that.
func TestBuffersFollowWhatComes(t *testing.T) {
	var c Conn
	check := func(what string, want int) {
		t.Helper()
		b := c.borrow()
		if got := len(b.bytes); got != want {
			t.Errorf("%s: %d bytes are read at once, want %d", what, got, want)
		}
		b.giveBack()
	}
	check("at first", readSize)
	c.brought(readSize)
	check("after little", readSize)
	b := c.grow(c.borrow())
	if len(b.bytes) != bulkSize {
		t.Errorf("after a read that filled its buffer, %d bytes are read, want %d", len(b.bytes), bulkSize)
	}
	b.giveBack()
	for range bulkTurns {
		check("after much", bulkSize)
		c.brought(100)
	}
	check("after little for long", readSize)
	c.brought(readSize + 1)
	check("after more than fits", bulkSize)
}

// gatherer tells the server each time it has been shown so many blocks.
type gatherer struct {
	watcher
	each int
	seen chan<- struct{}
}

func (g *gatherer) Blocks(c *Conn, b []collect.Block) {
	before := len(g.blocks) / g.each
	g.watcher.Blocks(c, b)
	if len(g.blocks)/g.each > before {
		g.seen <- struct{}{}
	}
}

// TestBlocksThatArriveTogether are read together, but for the first ones: how far a server merges blocks must be seen.
func TestBlocksThatArriveTogether(t *testing.T) {
	const size, each, writes = 64, 300, 20 // more at once than a short buffer holds
	seen := make(chan struct{}, writes)
	a := listen(t, "tcp", func(c net.Conn) {
		defer c.Close()
		if _, err := c.Read(make([]byte, 1<<10)); err != nil {
			return
		}
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", size*each*writes)
		for w := range writes {
			var b []byte
			for i := range each {
				b = stream.Append(b, uint32(w*each+i), 0, 0, make([]byte, size-stream.MinSize))
			}
			if _, err := c.Write(b); err != nil {
				return
			}
			<-seen
		}
	})
	d := &gatherer{each: each, seen: seen}
	m, err := Compile(Spec{Host: "x", Expect: Expect{Length: -1}, Stream: &stream.Plan{Blocks: each * writes, Size: size}})
	if err != nil {
		t.Fatal(err)
	}
	d.messages = []*Message{m}
	c, f := Dial(t.Context(), a, 10*time.Second, 0)
	if f.Kind != "" {
		t.Fatal(f)
	}
	c.Origin, c.Timeout = time.Now(), 20*time.Second
	c.Run(d)
	c.Close()
	x := d.watcher.seen[0]
	if x.Error != "" || x.Stream.Blocks != each*writes || x.Stream.Reads > 2*writes {
		t.Errorf("%d writes came in %d reads: %+v, %+v", writes, x.Stream.Reads, x, x.Stream)
	}
}
