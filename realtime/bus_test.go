package realtime_test

import (
	"testing"

	"parley/realtime"
	"parley/realtime/bustest"
)

func TestTheLocalBusDoesWhatABusDoes(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(*testing.T) func() realtime.Bus {
		exchange := realtime.NewExchange()
		return func() realtime.Bus { return exchange.Join(&realtime.Counters{}) }
	})
}
