// A job is a request whose answer goes to a client. Go makes it, posts it and waits for it; a Python thread takes it.
#ifndef GOHOST_JOBS_H
#define GOHOST_JOBS_H

#include <stddef.h>
#include <stdint.h>

// The state of a job is a set of these. 0: nobody works on it.
enum {
	JOB_ACTIVE = 1,    // posted, and not yet finished
	JOB_CLAIMED = 2,   // a thread is about to answer
	JOB_WAITED = 4,    // Go wants to be called when it is finished
	JOB_ABANDONED = 8, // Go has answered; the thread must not
};

typedef struct job {
	_Atomic int32_t state;
	_Atomic int32_t taken; // a thread has begun with it
	int fd;                // the client's socket, which never blocks
	int direct;            // a whole answer may be sent straight to fd
	char *data;            // the request
	size_t size, room;
	uintptr_t owner;       // of Go
	char *rest;            // of an answer that fd did not take at once; Go frees it
	size_t rest_size;
	int status;            // of the answer that was sent
	size_t sent;           // bytes of its body
	struct job *next;
} job;

// Called by Go.
job *gohost_new(int fd, uintptr_t owner);
void gohost_free(job *j);
char *gohost_room(job *j, size_t size); // where the request goes; NULL: out of memory
void gohost_post(job *j, int direct);
int gohost_wait(job *j);    // 0: it is finished already; 1: gohostSettled will be called
int gohost_abandon(job *j); // 1: Go answers; 0: too late, a thread does
void gohost_reset(job *j);  // Go has it from gohostBegin
void gohost_stopping(void); // from now on every answer goes through Go
void gohost_close(void);    // threads that wait for a job get none any more

// The interpreter's life, all on one thread. What went wrong is returned, or NULL.
const char *gohost_start(const char *python, int argc, char **argv);
const char *gohost_execute(const char *name, const char *source);
int gohost_end(void);

#endif
