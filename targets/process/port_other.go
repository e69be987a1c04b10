//go:build !linux

package process

// ephemeralPorts returns the range that IANA recommends (RFC 6335, section 6) and the BSDs use.
func ephemeralPorts() (low, high int) { return 49152, 65535 }
