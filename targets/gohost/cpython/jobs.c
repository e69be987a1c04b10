//go:build embed

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "jobs.h"
#include "module.h"

// The queue of jobs that no thread has taken. Its lock is never held while the interpreter's is waited for.
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static job *first, **last = &first;
static int idle;   // threads that wait for a job
static int waking; // one of them was woken and has not looked yet
static int closed;
atomic_int gohost_is_stopping;

job *gohost_new(int fd, uintptr_t owner) {
	job *j = calloc(1, sizeof *j);
	if (j != NULL) {
		j->fd = fd;
		j->owner = owner;
	}
	return j;
}

void gohost_free(job *j) {
	free(j->data);
	free(j->rest);
	free(j);
}

char *gohost_room(job *j, size_t size) {
	if (size > j->room) {
		char *data = realloc(j->data, size + size / 2);
		if (data == NULL)
			return NULL;
		j->data = data;
		j->room = size + size / 2;
	}
	j->size = size;
	return j->data;
}

// wake lets one more thread look for a job. One that was woken and has not looked yet is enough: it wakes the next, and
// where a single thread keeps up, the others are left asleep instead of fighting for the interpreter. Locked.
static void wake(void) {
	if (first != NULL && idle > 0 && !waking) {
		waking = 1;
		pthread_cond_signal(&more);
	}
}

void gohost_post(job *j, int direct) {
	j->direct = direct;
	j->next = NULL;
	atomic_store(&j->taken, 0);
	atomic_store(&j->state, JOB_ACTIVE);
	pthread_mutex_lock(&lock);
	*last = j;
	last = &j->next;
	wake();
	pthread_mutex_unlock(&lock);
}

void gohost_close(void) {
	pthread_mutex_lock(&lock);
	closed = 1;
	pthread_cond_broadcast(&more);
	pthread_mutex_unlock(&lock);
}

void gohost_stopping(void) { atomic_store(&gohost_is_stopping, 1); }

// pop is the first job or NULL. Locked.
static job *pop(void) {
	job *j = first;
	if (j == NULL)
		return NULL;
	first = j->next;
	if (first == NULL)
		last = &first;
	atomic_store(&j->taken, 1);
	wake();
	return j;
}

// gohost_take waits for a job without holding the interpreter. A thread that is woken takes one only when it has the
// interpreter, so that one that has it meanwhile may take it first. NULL: there will be none.
job *gohost_take(void) {
	for (;;) {
		pthread_mutex_lock(&lock);
		job *j = pop();
		int end = closed;
		pthread_mutex_unlock(&lock);
		if (j != NULL && atomic_load(&j->state) & JOB_ABANDONED) {
			gohost_finish(j); // nobody waits for the answer
			continue;
		}
		if (j != NULL || end)
			return j;
		PyThreadState *state = PyEval_SaveThread();
		pthread_mutex_lock(&lock);
		idle++;
		while (first == NULL && !closed) {
			pthread_cond_wait(&more, &lock);
			waking = 0;
		}
		idle--;
		waking = first != NULL; // until it has looked
		pthread_mutex_unlock(&lock);
		PyEval_RestoreThread(state);
		pthread_mutex_lock(&lock);
		waking = 0;
		pthread_mutex_unlock(&lock);
	}
}

int gohost_wait(job *j) {
	if (atomic_fetch_or(&j->state, JOB_WAITED) & JOB_ACTIVE)
		return 1;
	atomic_store(&j->state, 0);
	return 0;
}

int gohost_abandon(job *j) {
	int32_t state = atomic_load(&j->state);
	while (!(state & JOB_CLAIMED) && (state & JOB_ACTIVE))
		if (atomic_compare_exchange_weak(&j->state, &state, state | JOB_ABANDONED))
			return 1;
	return 0;
}

void gohost_reset(job *j) { atomic_store(&j->state, 0); }

// gohost_claim is 0 when Go has answered already.
int gohost_claim(job *j) { return !(atomic_fetch_or(&j->state, JOB_CLAIMED) & JOB_ABANDONED); }

// gohost_finish is the last that a thread does with a job that it did not hand to Go by gohostBegin.
void gohost_finish(job *j) {
	uintptr_t owner = j->owner;
	if (j->rest != NULL)
		gohostWake(owner);
	if (atomic_exchange(&j->state, 0) & (JOB_WAITED | JOB_ABANDONED))
		gohostSettled(owner);
}

// gohost_send sends what the socket takes at once, and keeps the rest for Go.
int gohost_send(job *j, struct iovec *parts, int count) {
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = count};
	ssize_t sent;
	do
		sent = sendmsg(j->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (sent < 0 && errno == EINTR);
	if (sent < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK)
			return 0; // the client has gone; Go sees it when it reads on
		sent = 0;
	}
	size_t total = 0;
	for (int i = 0; i < count; i++)
		total += parts[i].iov_len;
	if ((size_t)sent == total)
		return 0;
	char *rest = malloc(total);
	if (rest == NULL)
		return -1;
	size_t at = 0;
	for (int i = 0; i < count; i++) {
		memcpy(rest + at, parts[i].iov_base, parts[i].iov_len);
		at += parts[i].iov_len;
	}
	memmove(rest, rest + sent, total - sent);
	j->rest = rest;
	j->rest_size = total - sent;
	return 0;
}
