package stream

import "bytes"

// resume drops a damaged block up to where the next may begin: at a "#" that the rest of a head follows, as far as it
// has come. What a block carries may hold such a byte too, but hardly all of that.
func (r *Reader) resume() {
	for from := 1; from < len(r.part); from++ {
		i := bytes.IndexByte(r.part[from:], '#')
		if i < 0 {
			break
		}
		if from += i; begins(r.part[from:]) {
			r.torn += from
			r.part = append(r.part[:0], r.part[from:]...)
			return
		}
	}
	r.torn += len(r.part)
	r.part = r.part[:0]
}

// shape is the head of a block: a digit where it has an x.
const shape = "#xxxxxxxx xxxxxxxxxxxxxxxx xxxxxxxxxxxxxxxx "

// begins says whether b can be the beginning of a block.
func begins(b []byte) bool {
	for i, c := range b[:min(len(b), len(shape))] {
		if shape[i] != 'x' && c != shape[i] || shape[i] == 'x' && nibbles[c] == notHex {
			return false
		}
	}
	return true
}

// damage counts the bytes between two intact blocks as the damaged blocks that they most nearly make.
func (r *Reader) damage() {
	r.Stream.Damaged += r.blocksIn(r.torn)
	r.torn = 0
}

// cut counts what is left at the end, and says how much of that is there because the body ended within a block.
func (r *Reader) cut() {
	before := r.blocksIn(r.torn)
	r.torn += len(r.part)
	r.Stream.Cut = r.blocksIn(r.torn) - before
	r.damage()
}

// blocksIn is the number of blocks that so many bytes most nearly make, at least one of any.
func (r *Reader) blocksIn(bytes int) int64 {
	if bytes == 0 {
		return 0
	}
	return int64(max(1, (bytes+r.plan.Size/2)/r.plan.Size))
}
