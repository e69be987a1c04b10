//go:build embed

// What is done for every request and costs most in Python: the environ, and the check of the response's head.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string.h>

#include "module.h"

#ifdef Py_GIL_DISABLED
#error "this needs a Python with the global interpreter lock, which guards what is remembered here"
#endif

#define LONGEST 64 // bytes of a text that is remembered
#define SLOTS 1024 // a power of 2

// remembered are texts that came before: headers are the same from request to request. A newer one takes the slot.
typedef PyObject *memory[SLOTS];
static memory names, values;

// latin1 is the text, out of the memory where it is there. Those of names are interned, as an application's own are.
static PyObject *latin1(memory remembered, const char *bytes, Py_ssize_t n) {
	if (n > LONGEST)
		return PyUnicode_DecodeLatin1(bytes, n, NULL);
	uint32_t hash = 2166136261u; // FNV-1a
	for (Py_ssize_t i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 16777619u;
	PyObject **slot = &remembered[hash & (SLOTS - 1)];
	PyObject *text = *slot;
	if (text != NULL && PyUnicode_GET_LENGTH(text) == n && memcmp(PyUnicode_1BYTE_DATA(text), bytes, n) == 0)
		return Py_NewRef(text);
	text = PyUnicode_DecodeLatin1(bytes, n, NULL);
	if (text == NULL)
		return NULL;
	if (remembered == names)
		PyUnicode_InternInPlace(&text);
	Py_XSETREF(*slot, Py_NewRef(text));
	return text;
}

static int set(PyObject *environ, const char *name, Py_ssize_t n, const char *value, Py_ssize_t m) {
	PyObject *key = latin1(names, name, n);
	PyObject *text = latin1(values, value, m);
	int failed = key == NULL || text == NULL || PyDict_SetItem(environ, key, text) < 0;
	Py_XDECREF(key);
	Py_XDECREF(text);
	return failed;
}

// environ(base, request, start, end) -> a new dict: base, and the pairs of the request: name NUL value NUL ...
PyObject *gohost_environ(PyObject *self, PyObject *const *args, Py_ssize_t count) {
	if (count != 4 || !PyDict_CheckExact(args[0]) || !PyBytes_CheckExact(args[1]))
		return PyErr_Format(PyExc_TypeError, "environ takes base, request, start and end");
	Py_ssize_t start = PyLong_AsSsize_t(args[2]), stop = PyLong_AsSsize_t(args[3]);
	if (start < 0 || stop < start || stop > PyBytes_GET_SIZE(args[1]))
		return PyErr_Format(PyExc_ValueError, "environ: %zd to %zd are not in the request", start, stop);
	PyObject *environ = PyDict_Copy(args[0]);
	if (environ == NULL)
		return NULL;
	const char *at = PyBytes_AS_STRING(args[1]) + start, *end = PyBytes_AS_STRING(args[1]) + stop;
	while (at < end) {
		const char *name = at, *value = memchr(at, 0, end - at);
		if (value == NULL)
			break;
		Py_ssize_t n = value++ - name;
		at = memchr(value, 0, end - value);
		if (at == NULL)
			at = end;
		if (set(environ, name, n, value, at - value)) {
			Py_DECREF(environ);
			return NULL;
		}
		at++;
	}
	return environ;
}

// plain reports whether a text is ASCII without control characters; then its bytes can be read.
static int plain(PyObject *text, const char **bytes, Py_ssize_t *n) {
	if (!PyUnicode_CheckExact(text) || !PyUnicode_IS_COMPACT_ASCII(text))
		return 0;
	*bytes = (const char *)PyUnicode_1BYTE_DATA(text);
	*n = PyUnicode_GET_LENGTH(text);
	for (Py_ssize_t i = 0; i < *n; i++)
		if ((*bytes)[i] < ' ' || (*bytes)[i] == 0x7f)
			return 0;
	return 1;
}

static int is_digit(char c) { return c >= '0' && c <= '9'; }

// is_token is for the characters that field names usually have.
static int is_token(const char *name, Py_ssize_t n) {
	for (Py_ssize_t i = 0; i < n; i++) {
		char c = name[i] | 0x20;
		if (!(c >= 'a' && c <= 'z') && !is_digit(name[i]) && name[i] != '-')
			return 0;
	}
	return n > 0;
}

// may_be_hop is true of every hop-by-hop field and of some others: all that begin like one and end like one.
static int may_be_hop(const char *name, Py_ssize_t n) {
	switch (name[0] | 0x20) {
	case 'k':
	case 'p':
	case 't':
	case 'u':
		return 1;
	case 'c':
		return n == 10; // connection
	}
	return 0;
}

// length_of is the number of a Content-Length, or -1.
static long long length_of(const char *value, Py_ssize_t n) {
	long long length = 0;
	for (Py_ssize_t i = 0; i < n; i++) {
		if (!is_digit(value[i]))
			return -1;
		length = 10 * length + (value[i] - '0');
	}
	return n > 0 && n <= 18 ? length : -1;
}

// add_field checks a header and appends NUL name NUL value. 0: it is unusual.
static int add_field(text *t, PyObject *item, long long *length) {
	const char *name, *value;
	Py_ssize_t n, m;
	if (!PyTuple_CheckExact(item) || PyTuple_GET_SIZE(item) != 2 || !plain(PyTuple_GET_ITEM(item, 0), &name, &n) ||
		!plain(PyTuple_GET_ITEM(item, 1), &value, &m) || !is_token(name, n) || may_be_hop(name, n))
		return 0;
	if (n == 14 && strncasecmp(name, "content-length", 14) == 0) {
		if (*length >= 0 || (*length = length_of(value, m)) < 0)
			return 0;
	}
	gohost_put(t, "", 1);
	gohost_put(t, name, n);
	gohost_put(t, "", 1);
	gohost_put(t, value, m);
	return !t->full;
}

// head(status, headers) -> what encode_head in wsgi.py returns for them, or None where something is unusual: that one
// then decides whether it is wrong.
PyObject *gohost_head(PyObject *self, PyObject *const *args, Py_ssize_t count) {
	const char *status;
	Py_ssize_t n;
	char buffer[4096];
	text t = {buffer, buffer + sizeof buffer, 0};
	long long length = -1;
	if (count != 2 || !plain(args[0], &status, &n) || n < 4 || status[0] < '2' || !is_digit(status[0]) || !is_digit(status[1]) ||
		!is_digit(status[2]) || status[3] != ' ' || !PyList_CheckExact(args[1]))
		Py_RETURN_NONE;
	gohost_put(&t, status + 4, n - 4);
	for (Py_ssize_t i = 0; i < PyList_GET_SIZE(args[1]); i++)
		if (!add_field(&t, PyList_GET_ITEM(args[1], i), &length))
			Py_RETURN_NONE;
	if (t.full)
		Py_RETURN_NONE;
	if (length < 0)
		return Py_BuildValue("(y#O)", buffer, (Py_ssize_t)(t.at - buffer), Py_None);
	return Py_BuildValue("(y#L)", buffer, (Py_ssize_t)(t.at - buffer), length);
}
