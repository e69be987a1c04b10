package plots

import (
	"fmt"

	"github.com/wsgibench/wsgibench/results"
)

var goodput = Figure{
	Name:  "goodput",
	Title: "Goodput",
	Caption: "Correct answers per second: a dot per trial, the median as the mark of the target. " +
		"Where the schedule offers a fixed load, the dashed line is that load: no server can answer more than it is asked.",
	Draw: dotPlot{
		figure: "goodput", title: "Goodput: correct answers per second", metric: "goodput",
		quantity: "Goodput", names: [2]string{"goodput"}, unit: rateUnit,
		reference: func(_ *results.Record, p results.Phase) (float64, string) {
			return p.Offered, fmt.Sprintf("offered load, %s/s", significant(p.Offered))
		},
	}.pictures,
}
