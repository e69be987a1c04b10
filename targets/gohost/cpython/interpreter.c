//go:build embed

// The interpreter's life.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "module.h"

static const char *set_up(PyConfig *config, const char *python, int argc, char **argv) {
	config->install_signal_handlers = 0; // signals are Go's
	config->parse_argv = 0;
	PyStatus status = PyConfig_SetBytesString(config, &config->program_name, python);
	if (!PyStatus_Exception(status)) // the environment that this interpreter belongs to is found from its path
		status = PyConfig_SetBytesString(config, &config->executable, python);
	if (!PyStatus_Exception(status))
		status = PyConfig_SetBytesArgv(config, argc, argv);
	if (!PyStatus_Exception(status))
		status = Py_InitializeFromConfig(config);
	if (PyStatus_Exception(status))
		return status.err_msg != NULL ? status.err_msg : "Python asked to exit";
	return NULL;
}

const char *gohost_start(const char *python, int argc, char **argv) {
	if (PyImport_AppendInittab("_gohost", gohost_module) < 0)
		return "out of memory";
	PyConfig config;
	PyConfig_InitPythonConfig(&config);
	const char *problem = set_up(&config, python, argc, argv);
	PyConfig_Clear(&config);
	return problem;
}

const char *gohost_execute(const char *name, const char *source) {
	PyObject *main = PyImport_AddModule("__main__"); // borrowed
	PyObject *code = Py_CompileString(source, name, Py_file_input);
	PyObject *result = NULL;
	if (main != NULL && code != NULL)
		result = PyEval_EvalCode(code, PyModule_GetDict(main), PyModule_GetDict(main));
	Py_XDECREF(code);
	if (result == NULL) {
		PyErr_Print(); // SystemExit ends the process here, as it would in any script
		return "its traceback is above";
	}
	Py_DECREF(result);
	return NULL;
}

int gohost_end(void) { return Py_FinalizeEx(); }
