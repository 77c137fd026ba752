package main

import (
	"context"
	"net/http"
	"time"

	"github.com/gofiber/fiber/v2"
)

// pingTimeout bounds how long a probe waits for the database.
const pingTimeout = 2 * time.Second

// health is what a probe is told.
type health struct {
	Status   string   `json:"status"`
	Database string   `json:"database,omitempty"`
	Bus      string   `json:"bus,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// answerHealthz says that the process is alive, and nothing more: a node without a
// database must not be killed for it.
func (a *App) answerHealthz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.JSON(health{Status: "ok"})
}

// answerReadyz says whether this node should get requests. Without its bus it should:
// delays grow to the sweep's, and nothing is lost.
func (a *App) answerReadyz(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	h := a.health(c.UserContext())
	if h.Status != "ready" {
		c.Status(http.StatusServiceUnavailable)
	}
	return c.JSON(h)
}

func (a *App) health(ctx context.Context) health {
	h := health{Status: "ready", Database: "ok", Bus: a.busState()}
	if a.limiter.Degraded() {
		h.Warnings = append(h.Warnings, "limits are counted by this node alone")
	}
	if h.Bus != busOK {
		h.Warnings = append(h.Warnings, "other nodes are heard by the sweep alone")
	}
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	if err := a.store.Ping(ctx); err != nil {
		h.Status, h.Database = "not ready", "unavailable"
	}
	if a.draining.Load() {
		h.Status = "draining"
	}
	return h
}

// The states of the bus, as /readyz tells them.
const (
	busOK   = "ok"
	busAway = "away"
)

// busState says whether other nodes are heard.
func (a *App) busState() string {
	if a.redis != nil && a.counters.BusListening.Load() == 0 {
		return busAway
	}
	return busOK
}
