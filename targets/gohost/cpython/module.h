// What the parts of the C half need of each other.
#ifndef GOHOST_MODULE_H
#define GOHOST_MODULE_H

#include <stdatomic.h>
#include <sys/uio.h>

#include "jobs.h"

extern atomic_int gohost_is_stopping;

job *gohost_take(void);
int gohost_claim(job *j);
void gohost_finish(job *j);
int gohost_send(job *j, struct iovec *parts, int count);
PyObject *gohost_module(void);

// A text is written from its beginning. It never overflows: what does not fit makes it full, and is left out.
typedef struct text {
	char *at, *end;
	int full;
} text;

void gohost_put(text *t, const char *bytes, size_t n);
PyObject *gohost_environ(PyObject *self, PyObject *const *args, Py_ssize_t count);
PyObject *gohost_head(PyObject *self, PyObject *const *args, Py_ssize_t count);

// Of Go.
extern void gohostWake(uintptr_t owner);              // it will have to see to the job
extern void gohostSettled(uintptr_t owner);           // the job is finished
extern void gohostBegin(uintptr_t owner, int thread); // the thread will speak on its socket; may block

#endif
