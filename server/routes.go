package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"parley/server/agentapi"
	"parley/server/assistantapi"
	"parley/server/channel"
	"parley/server/inboxapi"
	"parley/server/mcp"
	"parley/static"
	"parley/widget"
	"parley/widget/surface"
)

// Time-outs of connections. The header has to come quickly, since nothing is known of
// a caller before it; then a body may take as long as its kind may need.
const (
	headerTime = 10 * time.Second
	bodyTime   = 20 * time.Second
	uploadTime = 3 * time.Minute
	refuseTime = 2 * time.Second
	answerTime = 3 * time.Minute
	idleTime   = 75 * time.Second
)

// openWeb builds the web server and takes its port.
func (a *App) openWeb(ctx context.Context) error {
	cfg := surface.Config()
	cfg.AppName = "Parley"
	cfg.ErrorHandler = a.answerError
	cfg.ReadTimeout, cfg.WriteTimeout, cfg.IdleTimeout = headerTime, answerTime, idleTime
	cfg.ReduceMemoryUsage = true
	// The whole head of a request has to fit; each socket keeps the buffer.
	cfg.ReadBufferSize = 8 << 10
	a.web = fiber.New(cfg)
	a.web.Server().HeaderReceived = patience
	a.web.Server().CloseOnShutdown = true
	a.web.Server().ContinueHandler = mayContinue
	if err := a.routes(ctx); err != nil {
		return err
	}
	a.web.Server().Handler = hygienic(a.web.Handler())
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.settings.listen)
	if err != nil {
		return fmt.Errorf("take the port: %w", err)
	}
	a.listener = listener
	a.closers = append(a.closers, func() error {
		if err := listener.Close(); !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil // Run has closed it
	})
	return nil
}

// patience gives uploads more time than anything else, and next to none to a body that
// is announced longer than any route takes: its first bytes are read, and then refused.
func patience(header *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if header.ContentLength() > maxAnnounced {
		return fasthttp.RequestConfig{ReadTimeout: refuseTime}
	}
	if len(header.MultipartFormBoundary()) > 0 {
		return fasthttp.RequestConfig{ReadTimeout: uploadTime}
	}
	return fasthttp.RequestConfig{ReadTimeout: bodyTime}
}

// routes is every path of the server.
func (a *App) routes(ctx context.Context) error {
	a.web.Use(a.metrics.observed, surface.Begin, recovered, secured(a.settings.publicURL), oneLength)

	a.web.Get("/healthz", a.answerHealthz)
	a.web.Get("/readyz", a.answerReadyz)
	if a.settings.metrics == "" {
		a.web.Get("/metrics", a.metrics.answer())
	}

	built, err := static.Dist()
	if err != nil {
		return err
	}
	pages, err := newPages(a.access, a.settings.publicURL, built)
	if err != nil {
		return err
	}
	pages.mount(a.web) // / /widget.js /widget /assets/* /demo

	if err := a.surfaces(ctx); err != nil {
		return err
	}
	channel.MountHooks(a.web, channel.HookOptions{ // /channels, /letters
		Chat: a.chat, Limiter: a.limiter, Rules: a.settings.limits, PublicURL: a.settings.publicURL,
		ClientIP: clientIP(a.settings.trustedProxies),
	})

	docs, err := newReference(a.settings.publicURL, built, a.specs, a.settings.limits)
	if err != nil {
		return err
	}
	docs.mount(a.web) // /openapi.json /docs /docs/*
	return nil
}

// surfaces are the four APIs, and the tools for AI agents.
func (a *App) surfaces(ctx context.Context) error {
	visitors, err := widget.New(ctx, widget.Options{
		Chat: a.chat, Access: a.access, Limits: a.limiter, Rules: a.settings.limits,
		Presence: a.hub.Presence(), ClientIP: clientIP(a.settings.trustedProxies), Socket: a.sockets.Visitor(),
	})
	if err != nil {
		return err
	}
	if err := visitors.Mount(a.web); err != nil { // /api/v1/chat
		return err
	}

	agents, err := agentapi.Mount(ctx, a.web, agentapi.Options{ // /v2
		Chat: a.chat, Access: a.access, Limiter: a.limiter, Rules: a.settings.limits,
		PublicURL: a.settings.publicURL, ClientIP: clientIP(a.settings.trustedProxies),
		Identities: a.settings.login.identities(), Copilot: a.copilot(), Socket: a.sockets.Agent(),
	})
	if err != nil {
		return err
	}
	inbox, err := inboxapi.Mount(ctx, a.web, inboxapi.Options{ // /api/conversations
		Chat: a.chat, Access: a.access, Limiter: a.limiter, Rules: a.settings.limits,
	})
	if err != nil {
		return err
	}
	login, err := agentapi.SessionDoor(a.access, a.settings.publicURL)
	if err != nil {
		return err
	}
	assistants, err := assistantapi.Mount(ctx, a.web, assistantapi.Options{ // /api/{assistants,sessions,chats} /openai/v1
		Chat: a.chat, Desk: a.desk(), Access: a.access, Limiter: a.limiter, Rules: a.settings.limits, Session: login,
	})
	if err != nil {
		return err
	}
	tools, err := mcp.Mount(ctx, a.web, mcp.Options{ // /mcp
		Chat: a.chat, Access: a.access, Limiter: a.limiter, Rules: a.settings.limits, Version: version(),
	})
	if err != nil {
		return err
	}
	a.specs = []*surface.Spec{visitors.Spec(), agents, inbox, assistants, tools}
	return nil
}
