package process

import (
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseCPUs(t *testing.T) {
	for list, want := range map[string]string{"0": "0", "0,2-3": "0,2-3", "3,1,2": "1-3", " 1 - 2 , 2": "1-2", "5,7": "5,7"} {
		cpus, err := ParseCPUs(list)
		if got := FormatCPUs(cpus); err != nil || got != want {
			t.Errorf("ParseCPUs(%q) = %s, %v; want %s", list, got, err, want)
		}
	}
	for _, list := range []string{"", " ", "a", "1,", "3-1", "-1", "1-", "1024", "0-99999", "1--2", "+1"} {
		if cpus, err := ParseCPUs(list); err == nil {
			t.Errorf("ParseCPUs(%q) = %v, want an error", list, cpus)
		}
	}
}

func TestFormatCPUsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfNDistinct(rapid.IntRange(0, maxCPUs-1), 1, -1, rapid.ID).Draw(t, "cpus")
		slices.Sort(want)
		got, err := ParseCPUs(FormatCPUs(want))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
	})
}

func FuzzParseCPUs(f *testing.F) {
	f.Add("0,2-3")
	f.Fuzz(func(t *testing.T, s string) {
		cpus, err := ParseCPUs(s)
		if err != nil {
			return
		}
		if again, err := ParseCPUs(FormatCPUs(cpus)); err != nil || !slices.Equal(cpus, again) {
			t.Errorf("%q: %v became %v, %v", s, cpus, again, err)
		}
	})
}

const statLine = "123 (evil) S 9 (x) R 7 120 110 0 -1 4194304 10 20 0 0 30 12 5 6 20 0 4 0 5678 1000 200 18446744073709551615 1 1 0\n"

func TestParseStat(t *testing.T) {
	got, err := parseStat([]byte(statLine))
	want := proc{pid: 123, ppid: 7, group: 120, session: 110, threads: 4, state: 'R', ticks: 42, start: 5678}
	if err != nil || got != want {
		t.Errorf("parseStat = %+v, %v; want %+v", got, err, want)
	}
}

func FuzzParseStat(f *testing.F) {
	f.Add([]byte(statLine))
	f.Fuzz(func(t *testing.T, line []byte) {
		if p, err := parseStat(line); err != nil && p != (proc{}) {
			t.Errorf("%q: %+v with %v", line, p, err)
		}
	})
}

func TestTree(t *testing.T) {
	all := []proc{{pid: 1}, {pid: 30, ppid: 20}, {pid: 10, ppid: 1}, {pid: 20, ppid: 10}, {pid: 21, ppid: 10, state: 'Z'}, {pid: 99, ppid: 1}, {pid: 7, ppid: 7}}
	pids := func(list []proc) (out []int) {
		for _, p := range list {
			out = append(out, p.pid)
		}
		return out
	}
	if got, want := pids(below(all, 10)), []int{20, 21, 30}; !slices.Equal(got, want) {
		t.Errorf("below 10 = %v, want %v", got, want)
	}
	if got, want := pids(living(below(all, 1))), []int{10, 99, 20, 30}; !slices.Equal(got, want) {
		t.Errorf("living below 1 = %v, want %v", got, want)
	}
	if got, want := leaves(below(all, 1)), []int{99, 21, 30}; !slices.Equal(got, want) {
		t.Errorf("leaves below 1 = %v, want %v", got, want)
	}
	if got := below(all, 7); len(got) > 0 {
		t.Errorf("a process that is its own parent has descendants: %v", got)
	}
}

// Written by Linux on little-endian machines.
const (
	tcpTable = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1F90 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000000000000000 20 4 30 10 -1
   2: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
`
	tcp6Table = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 00000000000000000000000000000000:0051 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4714 1 0000000000000000 100 0 0 10 0
   1: 00000000000000000000000001000000:0052 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4715 1 0000000000000000 100 0 0 10 0
`
	unixTable = `Num       RefCount Protocol Flags    Type St Inode Path
0000000000000000: 00000002 00000000 00010000 0001 01  4716 /tmp/a dir/s.sock
0000000000000000: 00000002 00000000 00010000 0001 01 47170 @abstract
0000000000000000: 00000003 00000000 00000000 0001 03  4718 /tmp/a dir/s.sock
0000000000000000: 00000003 00000000 00000000 0001 03  4719
`
)

func TestReached(t *testing.T) {
	all := append(parseTCP(tcpTable), parseTCP(tcp6Table)...)
	all = append(all, parseUnix(unixTable)...)
	var names []string
	for _, l := range all {
		names = append(names, l.String())
	}
	want := []string{"127.0.0.1:8080", "0.0.0.0:80", "[::]:81", "[::1]:82", "unix:/tmp/a dir/s.sock", "unix:@abstract"}
	if d := cmp.Diff(want, names); d != "" {
		t.Fatalf("listeners (-want +got):\n%s", d)
	}
	for _, c := range []struct {
		network, addr string
		inode         uint64 // 0: none
	}{
		{"tcp", "127.0.0.1:8080", 4711}, {"tcp", "localhost:8080", 4711}, {"tcp", "127.0.0.2:8080", 0}, {"tcp", "127.0.0.1:80", 4713},
		{"tcp", "[::1]:80", 0}, {"tcp", "127.0.0.1:81", 4714}, {"tcp", "[::1]:81", 4714}, {"tcp", "[::1]:82", 4715}, {"tcp", "127.0.0.1:82", 0},
		{"tcp", "nonsense", 0}, {"unix", "/tmp/a dir/s.sock", 4716}, {"unix", "s.sock", 4716}, {"unix", "@abstract", 47170}, {"unix", "/tmp", 0},
	} {
		var got uint64
		if r := reached(all, c.network, c.addr, "/tmp/a dir"); len(r) > 0 {
			got = r[0].inode
		}
		if got != c.inode {
			t.Errorf("%s %s reaches %d, want %d", c.network, c.addr, got, c.inode)
		}
	}
}

func FuzzListeners(f *testing.F) {
	f.Add(tcpTable + tcp6Table + unixTable)
	f.Fuzz(func(t *testing.T, table string) {
		for _, l := range append(parseTCP(table), parseUnix(table)...) {
			if (l.path == "") != l.addr.IsValid() {
				t.Errorf("%+v is neither a TCP nor a unix socket", l)
			}
		}
	})
}

func TestFreePort(t *testing.T) {
	low, high := ephemeralPorts()
	for range 20 {
		port, err := FreePort()
		if err != nil {
			t.Fatal(err)
		}
		if port >= low && port <= high && (low > 12000 || high < 64000) {
			t.Errorf("port %d lies in the kernel's range %d-%d", port, low, high)
		}
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err != nil {
			t.Errorf("port %d is not free: %v", port, err)
			continue
		}
		if err := canBind(port); err == nil {
			t.Errorf("port %d counts as free while somebody listens on it", port)
		}
		l.Close()
	}
}

func TestLastLines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	check := func(name, content string, n int, want ...string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lastLines(path, n); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	check("empty", "", 5)
	check("blank lines", "a\n\n \nb\n\n", 5, "a", "b")
	check("last two, the end missing", "a\nb\nc", 2, "b", "c")
	check("hostile", "\x1b[31mred\x1b[0m\x1b]0;title\x07 \xff\rover\x00\u202e\n", 5, "red \uFFFDover")
	check("long", strings.Repeat("x", 600), 5, strings.Repeat("x", 500)+"…")
	check("far", "first\n"+strings.Repeat("y\n", tailBytes), 1, "y")
	if got := lastLines(path+"-missing", 5); got != nil {
		t.Errorf("missing file: %q", got)
	}
}
