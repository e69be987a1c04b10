//go:build embed

// The module _gohost: how a Python thread takes jobs and answers them.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>
#include <time.h>

#include "module.h"

#define MOST 65536 // bytes of a body that is sent straight to the client

static job *job_of(PyObject *pointer) { return PyLong_AsVoidPtr(pointer); }

// take() -> (job, request) or None.
static PyObject *take(PyObject *self, PyObject *none) {
	job *j = gohost_take();
	if (j == NULL)
		Py_RETURN_NONE;
	return Py_BuildValue("(Ny#)", PyLong_FromVoidPtr(j), j->data, (Py_ssize_t)j->size);
}

// begin(job, thread) -> whether the thread is to speak on its socket; False: nobody wants the answer any more.
static PyObject *begin(PyObject *self, PyObject *args) {
	PyObject *pointer;
	int thread;
	if (!PyArg_ParseTuple(args, "Oi", &pointer, &thread))
		return NULL;
	job *j = job_of(pointer);
	if (!gohost_claim(j))
		Py_RETURN_FALSE;
	uintptr_t owner = j->owner;
	Py_BEGIN_ALLOW_THREADS
	gohostBegin(owner, thread);
	Py_END_ALLOW_THREADS
	Py_RETURN_TRUE;
}

// finish(job): the thread is done with a job that it did not begin.
static PyObject *finish(PyObject *self, PyObject *pointer) {
	gohost_finish(job_of(pointer));
	Py_RETURN_NONE;
}

void gohost_put(text *t, const char *bytes, size_t n) {
	if ((size_t)(t->end - t->at) < n) {
		t->full = 1;
		return;
	}
	memcpy(t->at, bytes, n);
	t->at += n;
}

#define PUT(t, literal) gohost_put(t, literal, sizeof(literal) - 1)

static void put_number(text *t, size_t n) {
	char digits[20];
	int i = sizeof digits;
	do
		digits[--i] = '0' + n % 10;
	while (n /= 10);
	gohost_put(t, digits + i, sizeof digits - i);
}

// put_date writes the Date field, RFC 9110 section 5.6.7, made once a second.
static void put_date(text *t) {
	static char line[48];
	static size_t length;
	static time_t made;
	time_t now = time(NULL);
	if (now != made) {
		static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
		struct tm u;
		gmtime_r(&now, &u);
		length = snprintf(line, sizeof line, "\r\nDate: %.3s, %02d %.3s %04d %02d:%02d:%02d GMT", days + 3 * u.tm_wday, u.tm_mday,
			months + 3 * u.tm_mon, u.tm_year + 1900, u.tm_hour, u.tm_min, u.tm_sec);
		made = now;
	}
	gohost_put(t, line, length);
}

static int is(const char *name, size_t n, const char *known) { return strlen(known) == n && strncasecmp(name, known, n) == 0; }

// put_fields copies the fields of an encoded head: name NUL value NUL ... It returns whether the Content-Length, where
// there is one, is that of the body; where there is none it is added.
static int put_fields(text *t, const char *at, const char *end, size_t body) {
	int length = 0, date = 0, server = 0;
	while (at < end) {
		const char *name = at, *value = memchr(at, 0, end - at);
		if (value == NULL)
			return 0;
		size_t n = value++ - name;
		const char *stop = memchr(value, 0, end - value);
		if (stop == NULL)
			stop = end;
		PUT(t, "\r\n");
		gohost_put(t, name, n);
		PUT(t, ": ");
		gohost_put(t, value, stop - value);
		if (is(name, n, "content-length")) {
			if (strtoull(value, NULL, 10) != body) // digits, checked before; NUL or the bytes object's end behind them
				return 0;
			length = 1;
		}
		date |= is(name, n, "date");
		server |= is(name, n, "server");
		at = stop + 1;
	}
	if (!server)
		PUT(t, "\r\nServer: gohost");
	if (!date)
		put_date(t);
	if (!length) {
		PUT(t, "\r\nContent-Length: ");
		put_number(t, body);
	}
	PUT(t, "\r\n\r\n");
	return !t->full;
}

// respond(job, status, head, body) -> whether that was all. False: the answer needs what only the Go half can do.
static PyObject *respond(PyObject *self, PyObject *const *args, Py_ssize_t count) {
	if (count != 4 || !PyBytes_CheckExact(args[2]) || !PyBytes_CheckExact(args[3]))
		return PyErr_Format(PyExc_TypeError, "respond takes job, status, head and body");
	job *j = job_of(args[0]);
	long status = PyLong_AsLong(args[1]);
	const char *head = PyBytes_AS_STRING(args[2]), *end = head + PyBytes_GET_SIZE(args[2]);
	size_t size = PyBytes_GET_SIZE(args[3]);
	if (!j->direct || atomic_load(&gohost_is_stopping) || status == 204 || status == 304 || size > MOST)
		Py_RETURN_FALSE;
	char buffer[8192];
	text t = {buffer, buffer + sizeof buffer, 0};
	const char *reason = memchr(head, 0, end - head);
	if (reason == NULL)
		reason = end;
	PUT(&t, "HTTP/1.1 ");
	put_number(&t, status);
	PUT(&t, " ");
	gohost_put(&t, head, reason - head);
	if (!put_fields(&t, reason < end ? reason + 1 : end, end, size))
		Py_RETURN_FALSE;
	if (gohost_claim(j)) {
		struct iovec parts[2] = {{buffer, t.at - buffer}, {PyBytes_AS_STRING(args[3]), size}};
		j->status = status;
		j->sent = size;
		if (gohost_send(j, parts, size > 0 ? 2 : 1) < 0)
			return PyErr_NoMemory();
	}
	Py_RETURN_TRUE;
}

static PyMethodDef methods[] = {
	{"take", take, METH_NOARGS, NULL},
	{"begin", begin, METH_VARARGS, NULL},
	{"finish", finish, METH_O, NULL},
	{"environ", (PyCFunction)(void (*)(void))gohost_environ, METH_FASTCALL, NULL},
	{"head", (PyCFunction)(void (*)(void))gohost_head, METH_FASTCALL, NULL},
	{"respond", (PyCFunction)(void (*)(void))respond, METH_FASTCALL, NULL},
	{NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "_gohost", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyObject *gohost_module(void) { return PyModule_Create(&definition); }
