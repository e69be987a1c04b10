// Package targets answers: how is each server started, told where to listen, known ready and stopped?
//
// A server is a descriptor: a YAML file that is data, not code. The shipped ones stand in servers/*.yaml, a user's own
// is a file anywhere; both are read by Load. Expand turns a descriptor and the parameters of one trial into an argv, an
// environment and a working directory. Servers without a command line of their own have a launcher in launchers/*.py.
//
// It starts nothing (package process does), installs nothing (package pyenv does) and sends no traffic.
package targets
