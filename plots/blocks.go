package plots

var blockGaps = Figure{
	Name:  "block-gaps",
	Title: "Gaps between the blocks of streams",
	Caption: "Time from one block of a stream to the next as the client received them, over all gaps of all streams of all valid trials together. " +
		"A paced stream that is passed on as it comes is a flat line at its planned gap; one whose blocks are merged has gaps of nothing and long ones.",
	Draw: spectrumPlots{
		figure: "block-gaps", metric: "block_gap", title: "Gaps between blocks by percentile", quantity: "Gap", of: "gaps", optional: true,
	}.pictures,
}

var delivery = Figure{
	Name:  "delivery",
	Title: "Delivery delay of streamed blocks",
	Caption: "Time from the moment at which the application yielded a block to the moment at which the client had received it, over all blocks of all valid " +
		"trials together: the server's share, without the application's own lateness. A server that holds bodies back is slower by the length of the stream.",
	Draw: spectrumPlots{
		figure: "delivery", metric: "delivery", title: "Delivery delay by percentile", quantity: "Delay", of: "blocks", optional: true,
	}.pictures,
}
