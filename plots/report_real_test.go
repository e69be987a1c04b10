//go:build real

package plots

import (
	"bytes"
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/wsgibench/wsgibench/results/resultstest"
)

// browser starts a headless chromium that ends with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		t.Fatal("chromium is missing: this test looks at the report in a browser; install it with `apt-get install chromium`")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(stop)
	ctx, stop = chromedp.NewContext(ctx)
	t.Cleanup(stop)
	return ctx
}

// requests collects the addresses of all requests of the page.
type requests struct {
	sync.Mutex
	urls []string
}

func (r *requests) watch(ctx context.Context) error {
	return chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			r.Lock()
			r.urls = append(r.urls, e.Request.URL)
			r.Unlock()
		}
	})
}

// TestReportInBrowser opens the page from a file with scripts switched off, in both colour schemes and at the width of
// a telephone.
func TestRealReportInBrowser(t *testing.T) {
	r := example(t, resultstest.Options{Hostile: true, Streams: true})
	poison(r)
	var page bytes.Buffer
	if err := WriteReport(&page, r, summary(hostile)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(path, page.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	address := (&url.URL{Scheme: "file", Path: path}).String()
	ctx := browser(t)
	var asked requests
	if err := asked.watch(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatal(err)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1200, 400} {
			inspect(t, ctx, scheme, width)
		}
	}
	asked.Lock()
	defer asked.Unlock()
	if len(asked.urls) != 1 || asked.urls[0] != address {
		t.Errorf("the page made the requests %q, want itself only", asked.urls)
	}
}

// laidOut is what can be seen of the page.
type laidOut struct {
	Tables, Rows, Figures, Scripts int
	Text, Ground, Card, Page       string
	Wide                           float64
}

const measure = `(() => {
	const style = (s, p) => getComputedStyle(document.querySelector(s))[p];
	const seen = (s, least) => [...document.querySelectorAll(s)].filter(e => e.getBoundingClientRect().height > least).length;
	return {
		Tables: seen("table.numbers", 20), Rows: seen("table.numbers tbody tr", 20), Figures: seen("figure svg", 100),
		Text: style("body", "color"), Ground: style("body", "backgroundColor"), Card: style(".card", "backgroundColor"),
		Page: document.body.innerText, Wide: document.documentElement.scrollWidth, Scripts: document.scripts.length,
	}
})()`

// inspect measures the page as it is laid out. The debugger evaluates the expression; scripts of the page stay off.
func inspect(t *testing.T, ctx context.Context, scheme string, width int64) {
	t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, media); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 900)); err != nil {
		t.Fatal(err)
	}
	got, err := chromedp.Run(ctx, chromedp.Evaluate[laidOut](measure))
	if err != nil {
		t.Fatal(err)
	}
	if got.Tables != 2 || got.Rows != 8 || got.Figures != 2*figuresOfPhases || got.Scripts != 0 {
		t.Errorf("%s, %d px: %d tables with %d rows, %d figures and %d scripts are seen, want 2 with 8, %d and none",
			scheme, width, got.Tables, got.Rows, got.Figures, got.Scripts, 2*figuresOfPhases)
	}
	if got.Wide > float64(width) {
		t.Errorf("%s: the page is %v px wide in a window of %d", scheme, got.Wide, width)
	}
	if got.Text == got.Ground || got.Card != "rgb(255, 255, 255)" || (got.Ground == "rgb(255, 255, 255)") != (scheme == "light") {
		t.Errorf("%s: text %s on %s, figures on %s", scheme, got.Text, got.Ground, got.Card)
	}
	if !strings.Contains(got.Page, "gohost wins.") || !strings.Contains(got.Page, "<script>alert(1)</script>") {
		t.Errorf("%s, %d px: the page does not show what it must", scheme, width)
	}
}
