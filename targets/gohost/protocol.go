package gohost

import (
	"encoding/binary"
	"fmt"
	"io"
)

// The protocol between the Go half and a thread of a worker: one request at a time on a stream socket. Little-endian.
//
//	request   u32 length of what follows, u32 length of the environ, u8 body (none, inline, streamed),
//	          environ: name NUL value NUL …, latin-1; then the body where it is inline
//	data      u32 length, u8 state (more, end, broken), bytes: the answer to 'W' and 'F'
//	response  u8 kind, u8 flags, u16 status, u32 length of the head, u32 length of the body; then both
//
// Kinds of response frames: 'H' the head, and a first block; 'B' a block; 'W' the application reads so many bytes of a
// streamed body; 'F' a part of a file is to be sent (u64 offset, u64 length, u32 the worker's descriptor), answered by
// end when it was, broken when nobody takes it, more when it must be read and sent in blocks; 'X' the response cannot be
// completed; 'I' nothing but its flags. A head is the reason and the header fields, joined by NUL.
const (
	frameHead  = 'H'
	frameBlock = 'B'
	frameWant  = 'W'
	frameFile  = 'F'
	frameAbort = 'X'
	frameIdle  = 'I'

	flagLast = 1 // the response is complete
	flagIdle = 2 // the thread takes the next request

	bodyNone     = 0
	bodyInline   = 1
	bodyStreamed = 2

	dataMore   = 0
	dataEnd    = 1
	dataBroken = 2

	frameSize = 12       // bytes of a response frame before its head and body
	wireSize  = 64 << 10 // bytes of the buffer in which frames arrive
	maxFields = 60 << 10 // bytes of a response's head; worker.py checks it
)

// A frame is the fixed part of a response frame.
type frame struct {
	kind   byte
	flags  byte
	status int
	head   int // bytes
	body   int // bytes
}

func (f frame) last() bool { return f.flags&flagLast != 0 }
func (f frame) idle() bool { return f.flags&flagIdle != 0 }

func decodeFrame(b []byte) (frame, error) {
	f := frame{
		kind:   b[0],
		flags:  b[1],
		status: int(binary.LittleEndian.Uint16(b[2:])),
		head:   int(binary.LittleEndian.Uint32(b[4:])),
		body:   int(binary.LittleEndian.Uint32(b[8:])),
	}
	switch f.kind {
	case frameHead, frameBlock, frameWant, frameFile, frameAbort, frameIdle:
	default:
		return f, fmt.Errorf("%w: it sent a frame of kind %q", errProtocol, f.kind)
	}
	if f.head > maxFields || f.kind == frameHead && (f.status < 200 || f.status > 999) {
		return f, fmt.Errorf("%w: it sent a frame out of bounds, %+v", errProtocol, f)
	}
	return f, nil
}

// appendRequest leaves room for the fixed part, which sealRequest fills in.
func appendRequest(b []byte) []byte { return append(b, 0, 0, 0, 0, 0, 0, 0, 0, 0) }

// sealRequest completes a frame that begins at b[0] and whose environ ends at environEnd.
func sealRequest(b []byte, environEnd int, body byte) {
	binary.LittleEndian.PutUint32(b, uint32(len(b)-4))
	binary.LittleEndian.PutUint32(b[4:], uint32(environEnd-9))
	b[8] = body
}

// writeData answers a 'W' frame; scratch is returned grown.
func writeData(w io.Writer, scratch, data []byte, state byte) ([]byte, error) {
	scratch = binary.LittleEndian.AppendUint32(scratch[:0], uint32(len(data)))
	scratch = append(scratch, state)
	scratch = append(scratch, data...)
	_, err := w.Write(scratch)
	return scratch, err
}
