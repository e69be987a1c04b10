package bench

import (
	"os"
	"testing"

	"github.com/wsgibench/wsgibench/internal/calibrate"
	"github.com/wsgibench/wsgibench/targets/process"
)

func TestMain(m *testing.M) {
	process.KeeperMain()
	calibrate.ServerMain()
	os.Exit(m.Run())
}
