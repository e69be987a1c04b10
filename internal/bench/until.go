package bench

import (
	"fmt"
	"slices"
	"time"

	"github.com/wsgibench/wsgibench/internal/compare"
	"github.com/wsgibench/wsgibench/results"
	"github.com/wsgibench/wsgibench/scenarios"
)

// most is the highest number of blocks. A target that is alone has nothing to be compared with, and no reason to stop: it
// gets as many blocks as the first look would have had.
func (p *Plan) most(t scenarios.Trials) int {
	if t.Until == nil || len(p.Run.Cells) > 1 {
		return t.Blocks
	}
	n := compare.PlannedLooks(2, t.Blocks)[0]
	p.tell(Event{Note: fmt.Sprintf("there is one target and nothing to compare it with: %d blocks", n)})
	return n
}

// until plans the looks of a scenario's `until`, once the phases are known; nil where the number of blocks is fixed.
func until(run *results.Run, t scenarios.Trials) *results.Until {
	if t.Until == nil || len(run.Cells) < 2 {
		return nil
	}
	u := &results.Until{
		Looks: compare.PlannedLooks(len(run.Cells), t.Blocks), Metric: t.Until.Metric, Phase: t.Until.Phase,
		Margin: t.Until.Margin, Precision: t.Until.Precision,
	}
	phase, metric, _ := compare.Headline(run)
	if u.Phase == "" {
		u.Phase = phase
	}
	if u.Metric == "" {
		u.Metric = metric.Name
	}
	return u
}

// A stopper says after each block whether a run goes on.
type stopper struct {
	run    *results.Run
	budget time.Duration // 0: none
	tell   func(note string)
	trials []*results.Trial
	looks  []results.Look
}

// after is told that a block has ended, when the run has lasted so long; nil means to go on.
func (s *stopper) after(block int, spent time.Duration) (*results.End, error) {
	end := &results.End{Blocks: block}
	if u := s.run.Until; u != nil && slices.Contains(u.Looks, block) {
		look, err := compare.Look(&results.Record{Run: s.run, Trials: s.trials}, len(s.looks))
		if err != nil {
			return nil, fmt.Errorf("look at the results after %d blocks: %w", block, err)
		}
		s.looks = append(s.looks, look)
		if look.Stop != "" {
			end.Stop, end.Text = look.Stop, stopText(look)
		} else {
			s.tell(fmt.Sprintf("look at %d blocks: %s; going on", block, compare.LookText(look)))
		}
	}
	switch perBlock := spent / time.Duration(block); {
	case end.Stop != "":
	case block == s.run.Blocks:
		end.Stop, end.Text = results.StopComplete, fmt.Sprintf("all %d blocks were run", block)
	case s.budget > 0 && spent+perBlock > s.budget:
		end.Stop = results.StopBudget
		end.Text = fmt.Sprintf("the time was up: after %d blocks in %s another one would not have ended within %s",
			block, spent.Round(time.Second), s.budget)
	default:
		return nil, nil
	}
	end.Looks = s.looks
	return end, nil
}

// ended asks the stopper after a block, and records the end of the run if it says so.
func (p *Plan) ended(store *results.Dir, s *stopper, block int, spent time.Duration) (bool, error) {
	end, err := s.after(block, spent)
	if end == nil || err != nil {
		return false, err
	}
	end.Ended = time.Now()
	if end.Stop != results.StopComplete {
		p.tell(Event{Note: fmt.Sprintf("stopped (%s): %s", end.Stop, end.Text)})
	}
	return true, store.End(end)
}

func stopText(l results.Look) string {
	saw := compare.LookText(l)
	switch l.Stop {
	case results.StopVerdict:
		return fmt.Sprintf("every comparison has a verdict after %d blocks", l.Blocks)
	case results.StopPrecision:
		return fmt.Sprintf("every comparison is settled or precise enough after %d blocks: %s", l.Blocks, saw)
	case results.StopFutility:
		return fmt.Sprintf("the blocks that are left would hardly settle more after %d: %s", l.Blocks, saw)
	}
	return fmt.Sprintf("%d blocks are the most allowed: %s", l.Blocks, saw)
}
