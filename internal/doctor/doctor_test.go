package doctor

import (
	"testing"
	"testing/fstest"
)

// quiet is a machine that has nothing wrong with it.
func quiet() (Machine, fstest.MapFS) {
	root := fstest.MapFS{}
	for path, text := range map[string]string{
		"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance\n",
		"proc/self/cgroup":                      "0::/user.slice/session-1.scope\n",
		"sys/fs/cgroup/user.slice/cpu.max":      "max 100000\n",
		"sys/fs/cgroup/user.slice/memory.max":   "max\n",
		"proc/loadavg":                          "0.05 0.10 0.20 1/200 4242\n",
		"proc/stat":                             "cpu  1000 0 500 98000 10 0 5 2 0 0\ncpu0 500 0 250 49000 5 0 2 1 0 0\n",
		"proc/sys/net/ipv4/ip_local_port_range": "32768\t60999\n",
		"proc/sys/net/core/somaxconn":           "4096\n",
	} {
		root[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return Machine{Root: root, NumCPU: 8, Files: 65536}, root
}

func TestExamine(t *testing.T) {
	set := func(path, text string) func(*Machine, fstest.MapFS) {
		return func(_ *Machine, root fstest.MapFS) { root[path] = &fstest.MapFile{Data: []byte(text)} }
	}
	remove := func(path string) func(*Machine, fstest.MapFS) {
		return func(_ *Machine, root fstest.MapFS) { delete(root, path) }
	}
	const sched = "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
	for _, tt := range []struct {
		name, check string
		change      func(*Machine, fstest.MapFS)
		want        Status
	}{
		{"one processor", "processors", func(m *Machine, _ fstest.MapFS) { m.NumCPU = 1 }, Bad},
		{"two processors", "processors", func(m *Machine, _ fstest.MapFS) { m.NumCPU = 2 }, Warn},
		{"powersave", "governor", set(sched, "powersave"), Warn},
		{"no governor", "governor", remove(sched), Unknown},
		{"quota of the parent", "cpu quota", set("sys/fs/cgroup/user.slice/cpu.max", "150000 100000"), Bad},
		{"quota above what there is", "cpu quota", set("sys/fs/cgroup/user.slice/cpu.max", "1600000 100000"), OK},
		{"nonsense quota", "cpu quota", set("sys/fs/cgroup/user.slice/cpu.max", "many 100000"), Unknown},
		{"no cgroup file", "cpu quota", remove("sys/fs/cgroup/user.slice/cpu.max"), OK},
		{"little memory", "memory limit", set("sys/fs/cgroup/user.slice/memory.max", "268435456"), Warn},
		{"busy", "neighbours", set("proc/loadavg", "6.1 2 1 3/200 1"), Bad},
		{"somewhat busy", "neighbours", set("proc/loadavg", "1.6 2 1 3/200 1"), Warn},
		{"empty loadavg", "neighbours", set("proc/loadavg", ""), Unknown},
		{"steal", "stolen time", set("proc/stat", "cpu  1000 0 500 9000 10 0 5 2000 0 0"), Warn},
		{"old kernel", "stolen time", set("proc/stat", "cpu 1 2 3"), Unknown},
		{"few files", "open files", func(m *Machine, _ fstest.MapFS) { m.Files = 1024 }, Warn},
		{"few ports", "local ports", set("proc/sys/net/ipv4/ip_local_port_range", "50000 60000"), Warn},
		{"no ports file", "local ports", remove("proc/sys/net/ipv4/ip_local_port_range"), Unknown},
		{"short backlog", "listen backlog", set("proc/sys/net/core/somaxconn", "128"), Warn},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, root := quiet()
			tt.change(&m, root)
			for _, f := range Examine(m) {
				want := OK
				if f.Check == tt.check {
					want = tt.want
				}
				if f.Status != want {
					t.Errorf("%s: %s (%s), want %s", f.Check, f.Status, f.Found, want)
				}
				if (f.Status == Warn || f.Status == Bad) && (f.Why == "" || f.Mend == "") {
					t.Errorf("%s says not what it spoils or how to mend it: %+v", f.Check, f)
				}
			}
		})
	}
}

func TestWorst(t *testing.T) {
	for _, tt := range []struct {
		in   []Finding
		want Status
	}{
		{nil, OK},
		{[]Finding{{Status: Unknown}, {Status: OK}}, OK},
		{[]Finding{{Status: Bad}, {Status: Warn}}, Bad},
		{[]Finding{{Status: OK}, {Status: Warn}, {Status: Unknown}}, Warn},
	} {
		if got := Worst(tt.in); got != tt.want {
			t.Errorf("Worst(%v) = %s, want %s", tt.in, got, tt.want)
		}
	}
}
