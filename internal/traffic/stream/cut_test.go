package stream

import (
	"testing"

	"github.com/wsgibench/wsgibench/collect"
	"pgregory.net/rapid"
)

// A stream that this side leaves within a block was not damaged by anybody; what was damaged before that, was.
func TestLeftWithinABlock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const size = 100
		n := rapid.IntRange(2, 20).Draw(t, "blocks")
		damaged := rapid.IntRange(-1, n-1).Draw(t, "damaged block") // -1: none
		tail := rapid.IntRange(0, size-1).Draw(t, "bytes of the last block")
		var sent []byte
		for i, b := range body(n+1, size) {
			if i == n {
				b = b[:tail]
			} else if i == damaged {
				b[60] ^= 1
			}
			sent = append(sent, b...)
		}
		_, s, _, _ := feed([][]byte{sent}, Plan{Blocks: 2 * n, Size: size}, rapid.IntRange(1, 300).Draw(t, "piece"))
		x := collect.Exchange{Error: collect.Cancelled, Stream: &s, End: 1}
		want := int64(0)
		if damaged >= 0 {
			want = 1
		}
		if !x.Leave() || s.Damaged != want {
			t.Fatalf("%d blocks and %d bytes, block %d damaged: %d count as damaged, want %d", n, tail, damaged, s.Damaged, want)
		}
	})
}
