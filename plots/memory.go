package plots

var memory = Figure{
	Name:  "memory",
	Title: "Memory",
	Caption: "Most memory that the server's whole process tree held at once. PSS shares each page among the processes that map it, " +
		"so that pre-forked workers are counted rightly; the sum of RSS (small rings) counts shared pages once per process.",
	Draw: dotPlot{
		figure: "memory", title: "Memory of the server's processes", metric: "pss", beside: "rss",
		quantity: "Memory, most at once", names: [2]string{"PSS", "sum of RSS, each trial"}, unit: bytesUnit,
	}.pictures,
}
