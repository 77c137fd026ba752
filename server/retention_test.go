package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"parley/models/store/storetest"
)

func TestANodeForgetsEventsAfterTheirRetention(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		p := n.firstRun()
		tell := func(name string) {
			r := n.call(http.MethodPost, "/v2/contact", fmt.Sprintf(`{"first_name":%q}`, name), "X-API-Key", p.LiveKey)
			if r.StatusCode != http.StatusCreated {
				t.Fatalf("%d %s", r.StatusCode, r.text)
			}
		}
		log := func() (count int, resync bool) {
			r := n.get("/v2/events?after=1", "X-API-Key", p.LiveKey)
			rows, _ := r.json("data").([]any)
			resync, _ = r.json("pagination.resync").(bool)
			return len(rows), resync
		}
		tell("Old")
		tell("Older")
		n.await("the log has both", func() bool { count, _ := log(); return count == 1 })
		n.finish()
		bulk := storetest.OpenBulk(t, cfg.DatabaseURL)
		long := time.Now().UTC().Add(-2 * time.Hour).Format("2006-01-02 15:04:05.999999-07:00")
		bulk.Run(t, "UPDATE events SET created_at = ?", long)

		cfg.EventRetention = "3h"
		n = start(t, cfg)
		tell("Young")
		n.await("the log has a third", func() bool { count, resync := log(); return count == 2 && !resync })
		n.finish()

		cfg.EventRetention = "1h"
		n = start(t, cfg)
		n.await("the old ones go", func() bool { count, resync := log(); return count == 1 && resync })
	})
}
