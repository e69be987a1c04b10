//go:build embed

package cpython

/*
#cgo CFLAGS: -O2
#include <stdlib.h>
#include <Python.h>
#include "jobs.h"
*/
import "C"

import (
	"fmt"
	"runtime"
	"runtime/cgo"
	"strings"
	"sync/atomic"
	"unsafe"
)

// Version is that of the library which this program is linked with, such as "3.11.7".
func Version() string {
	version, _, _ := strings.Cut(C.GoString(C.Py_GetVersion()), " ")
	return version
}

// A Part is a piece of the program that Run executes, in one namespace with the others.
type Part struct{ Name, Source string }

// Run starts the interpreter as the one at the path python, so that its standard library and the packages of its
// environment are used, executes the parts one after the other with args as sys.argv[1:], and ends the interpreter. It
// can be called once, and keeps its thread.
func Run(python string, args []string, parts []Part) error {
	runtime.LockOSThread()
	argv := make([]*C.char, 0, len(args)+1)
	for _, arg := range append([]string{"gohost"}, args...) {
		argv = append(argv, C.CString(arg))
	}
	path := C.CString(python)
	if problem := C.gohost_start(path, C.int(len(argv)), &argv[0]); problem != nil {
		return fmt.Errorf("start Python as %s: %s", python, C.GoString(problem))
	}
	for _, part := range parts {
		name, source := C.CString(part.Name), C.CString(part.Source)
		if problem := C.gohost_execute(name, source); problem != nil {
			return fmt.Errorf("run %s: %s", part.Name, C.GoString(problem))
		}
	}
	if C.gohost_end() != 0 {
		return fmt.Errorf("end the interpreter: what was written could not be flushed")
	}
	return nil
}

// An Owner is told what becomes of its job. The methods are called from Python's threads.
type Owner interface {
	// Wake says that the job will need to be seen to: Settled or Begin follows.
	Wake()
	// Settled says that the job, for which somebody waits, is finished.
	Settled()
	// Begin says that the thread of that index will speak on its socket. It may block until the Go half listens.
	Begin(thread int)
}

// A Job is a request. Its owner posts it; the answer goes to the socket, or through the owner's Begin.
type Job struct {
	job    *C.job
	handle cgo.Handle
}

// NewJob makes a job whose answers go to the socket fd, which must not block. Free gives back what it takes.
func NewJob(fd int, owner Owner) *Job {
	handle := cgo.NewHandle(owner)
	return &Job{C.gohost_new(C.int(fd), C.uintptr_t(handle)), handle}
}

// Free must not be called while somebody works on the job.
func (j *Job) Free() {
	C.gohost_free(j.job)
	j.handle.Delete()
}

// Post hands a request, which is copied, to the threads. direct allows a whole answer to be sent straight to the socket,
// as HTTP/1.1 on a connection that is kept.
func (j *Job) Post(request []byte, direct bool) error {
	j.job.status = 0
	room := C.gohost_room(j.job, C.size_t(len(request)))
	if room == nil {
		return fmt.Errorf("no memory for a request of %d bytes", len(request))
	}
	copy(unsafe.Slice((*byte)(unsafe.Pointer(room)), len(request)), request)
	flag := C.int(0)
	if direct {
		flag = 1
	}
	C.gohost_post(j.job, flag)
	return nil
}

// Active reports whether somebody works on the job.
func (j *Job) Active() bool {
	return atomic.LoadInt32((*int32)(unsafe.Pointer(&j.job.state)))&C.JOB_ACTIVE != 0
}

// Taken reports whether a thread has begun with the job.
func (j *Job) Taken() bool { return atomic.LoadInt32((*int32)(unsafe.Pointer(&j.job.taken))) != 0 }

// Wait reports whether the owner's Settled or Begin will be called; if not the job is finished.
func (j *Job) Wait() bool { return C.gohost_wait(j.job) != 0 }

// Abandon takes the right to answer from the threads. It is false when one has begun to. Settled is called when the
// thread is done with the job.
func (j *Job) Abandon() bool { return C.gohost_abandon(j.job) != 0 }

// Reset is for the owner that Begin was called for: the thread is done with the job.
func (j *Job) Reset() { C.gohost_reset(j.job) }

// Rest is what the socket did not take of an answer that was sent straight to it. It is the caller's to send, once.
func (j *Job) Rest() []byte {
	if j.job.rest == nil {
		return nil
	}
	rest := C.GoBytes(unsafe.Pointer(j.job.rest), C.int(j.job.rest_size))
	C.free(unsafe.Pointer(j.job.rest))
	j.job.rest = nil
	return rest
}

// Resting reports whether there is a Rest.
func (j *Job) Resting() bool { return j.job.rest != nil }

// Sent is the status and the length of the body that were sent straight to the socket.
func (j *Job) Sent() (status int, body int64) { return int(j.job.status), int64(j.job.sent) }

// Stopping lets every answer go through the owner from now on.
func Stopping() { C.gohost_stopping() }

// Close lets the threads end that wait for a job.
func Close() { C.gohost_close() }

//export gohostWake
func gohostWake(owner C.uintptr_t) { cgo.Handle(owner).Value().(Owner).Wake() }

//export gohostSettled
func gohostSettled(owner C.uintptr_t) { cgo.Handle(owner).Value().(Owner).Settled() }

//export gohostBegin
func gohostBegin(owner C.uintptr_t, thread C.int) {
	cgo.Handle(owner).Value().(Owner).Begin(int(thread))
}
