package plots

var cpuPerRequest = Figure{
	Name:  "cpu",
	Title: "CPU time per request",
	Caption: "CPU time of the server's whole process tree, user and system, divided by the number of correct answers: " +
		"a dot per trial, the median as the mark of the target. Less is better.",
	Draw: dotPlot{
		figure: "cpu", title: "CPU time of the server per request", metric: "cpu_per_request",
		quantity: "CPU time per correct answer", names: [2]string{"CPU time per request"}, unit: secondsUnit,
	}.pictures,
}
