package collect

import "time"

// A Block is one block of a streamed body, as it arrived. Instants are on the clock of the phase.
type Block struct {
	Stream   *Stream       // to which it belongs: as far as it came; its Exchange points to the same
	Index    int64         // what the block says of itself, from 0
	Size     int           // bytes on the wire, without framing
	Received time.Duration // when the read that completed it returned
	Gap      time.Duration // since the block before it; only where Follows
	Follows  bool          // it is not the first of its stream
	Yielded  time.Duration // when the app yielded it; only where Stamped
	Stamped  bool
	Apart    time.Duration // from the yield of the block before it to that of this one; only where Stamped and Follows
	Planned  time.Duration // when the app meant to yield it; only where Paced
	Paced    bool
	First    bool // of those that one read completed
}

// DeliveryDelay is how long the block was on its way from the app to the client: the server's share, whatever the app's
// own lateness. Known only where the block is Stamped.
func (b *Block) DeliveryDelay() time.Duration { return b.Received - b.Yielded }

// Lateness is how late the app itself was. Known only where the block is Stamped and Paced.
func (b *Block) Lateness() time.Duration { return b.Yielded - b.Planned }

// A Stream is what a streamed body amounted to. Instants are on the clock of the phase.
type Stream struct {
	Gap         time.Duration // planned mean; 0: none was planned
	Blocks      int64         // intact ones that arrived, whatever their order
	Reads       int64         // reads that completed a block: Blocks/Reads is how far they were merged
	FirstBlock  time.Duration
	SecondBlock time.Duration
	LastBlock   time.Duration
	GapP99      time.Duration // of this stream's gaps, to 3 %
	GapMax      time.Duration
	Stalls      int64         // gaps longer than three planned ones
	StallTime   time.Duration // that they lasted beyond the planned gap, together
	RunAhead    int64         // bytes that the app had yielded and the client not received, at most; 0: not known
	Left        time.Duration // when this side left, as it was told to; 0: it stayed to the end
	ID          int64         // the app's own stamp of the first block, by which a Closing is matched; 0: not known

	Lost, Repeated, Swapped, Damaged, Surplus int64 // blocks; Damaged: cut, changed or not a block at all
	Cut                                       int64 // of Damaged: because the body ended within a block
}

// Intact says that every block came once, unchanged and in order.
func (s *Stream) Intact() bool { return s.Lost+s.Repeated+s.Swapped+s.Damaged+s.Surplus == 0 }

// Leave turns an exchange that was cancelled in the middle of a stream into one of a stream that this side left then. It
// says false where there is nothing to show: it was cancelled before a block had come.
func (x *Exchange) Leave() bool {
	if x.Error != Cancelled {
		return true
	}
	if x.Stream == nil || x.Stream.Blocks == 0 {
		return false
	}
	x.Error, x.Detail, x.Stream.Left = "", "", x.End
	x.Stream.Damaged -= x.Stream.Cut // by this side
	x.Stream.Cut = 0
	return true
}

// A Closing is what the app said when close() of a stream's iterable was called. Instants are on the clock of the phase.
type Closing struct {
	ID     int64 // Stream.ID
	At     time.Duration
	Yields []time.Duration // when it yielded its last blocks, at most 64 of them, in order
}

// A BlockObserver is shown the blocks of streamed bodies while they arrive: those that one read completed, together.
// ObserveBlocks is called from many goroutines, must not block and must not keep blocks.
type BlockObserver interface {
	ObserveBlocks(request int, blocks []Block)
}
