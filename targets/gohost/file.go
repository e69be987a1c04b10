package gohost

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	regionSize = 20      // bytes of a file frame's body
	filePiece  = 1 << 20 // bytes of a file that the client has writeTimeout to take
)

// file sends a part of a file that the worker has open, which the kernel does without a copy where the client's
// connection is TCP. It opens the file anew through /proc, so that the position of the worker's stays where it is; where
// that cannot be, the worker is told to read it.
func (f *front) file(c *client, r *response, t *thread, n int) error {
	if n != regionSize || !r.started {
		return errProtocol
	}
	b, err := t.in.Peek(n)
	if err != nil {
		return unexpected(err)
	}
	offset, length := int64(binary.LittleEndian.Uint64(b)), int64(binary.LittleEndian.Uint64(b[8:]))
	file, err := openOf(t.worker, int(binary.LittleEndian.Uint32(b[16:])), offset)
	t.in.Discard(n)
	state := byte(dataMore)
	if err == nil {
		defer file.Close()
		r.file(file, length)
		if state = dataEnd; r.err != nil {
			state = dataBroken
		}
	}
	f.patience(t)
	c.scratch, err = writeData(t.conn, c.scratch, nil, state)
	return err
}

// openOf opens what a worker has open as fd, at the offset.
func openOf(w *worker, fd int, offset int64) (*os.File, error) {
	pid := os.Getpid()
	if w.cmd != nil {
		pid = w.cmd.Process.Pid
	}
	file, err := os.Open(fmt.Sprintf("/proc/%d/fd/%d", pid, fd))
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is no regular file", file.Name())
	}
	if err == nil {
		_, err = file.Seek(offset, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// file sends so many bytes of a file as a block.
func (r *response) file(file io.Reader, n int64) {
	left := int64(r.clip(int(n)))
	r.open(int(left))
	r.flush()
	for left > 0 && r.err == nil {
		r.c.written = time.Now()
		r.c.SetWriteDeadline(r.c.written.Add(writeTimeout + coarse))
		sent, err := io.CopyN(r.c.Conn, file, min(left, filePiece))
		left -= sent
		r.sent += sent
		r.err = err // io.EOF: the file has become shorter
	}
	r.shut(int(n))
}
