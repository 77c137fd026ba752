package main

import (
	"bytes"
	_ "embed" // for the home page
	"errors"
	"fmt"
	"html"
	"io/fs"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
)

//go:embed home.html
var home []byte

// The names of what the front end's build leaves, and the marks in its pages that the
// server replaces.
const (
	loaderFile   = "widget.js"
	clientFile   = "parley-client.js"
	typesFile    = "parley-client.d.ts"
	workerFile   = "push-worker.js"
	frameFile    = "widget/index.html"
	demoFile     = "demo/index.html"
	assetsFolder = "assets"

	siteKeyMark   = "__SITE_KEY__"
	publicURLMark = "__PUBLIC_URL__"
)

var errNoSite = models.Fail(models.CodeNotFound, "There is no site with this key")

// pages are what browsers see of the server itself.
type pages struct {
	access    *access.Service
	publicURL string

	home, loader, frame asset
	// client is the visitors' client for pages with a chat of their own, with its types;
	// worker shows the notifications of web push.
	client, types, worker asset
	demo                  []byte
	assets                map[string]asset
}

// newPages prepares the pages from the built front end.
func newPages(a *access.Service, publicURL string, dist fs.FS) (*pages, error) {
	p := &pages{access: a, publicURL: publicURL}
	folder, err := fs.Sub(dist, assetsFolder)
	if err != nil {
		return nil, err
	}
	if p.assets, err = loadAssets(folder, cacheForever); err != nil {
		return nil, err
	}
	for name, place := range map[string]*asset{
		loaderFile: &p.loader, clientFile: &p.client, typesFile: &p.types, workerFile: &p.worker,
	} {
		if *place, err = fileAsset(dist, name, cacheBriefly); err != nil {
			return nil, err
		}
	}
	if p.frame, err = fileAsset(dist, frameFile, cacheNever); err != nil {
		return nil, err
	}
	if p.demo, err = fs.ReadFile(dist, demoFile); err != nil {
		return nil, err
	}
	greeting := bytes.ReplaceAll(home, []byte(publicURLMark), []byte(html.EscapeString(publicURL)))
	p.home, err = newAsset("home.html", cacheNever, greeting)
	return p, err
}

func fileAsset(dist fs.FS, name, cacheControl string) (asset, error) {
	content, err := fs.ReadFile(dist, name)
	if err != nil {
		return asset{}, fmt.Errorf("the built front end is incomplete: %w", err)
	}
	return newAsset(name, cacheControl, content)
}

// mount registers the pages.
func (p *pages) mount(app fiber.Router) {
	app.Get("/", p.answerHome)
	app.Get("/widget.js", answerShared(&p.loader))
	app.Get("/parley-client.js", answerShared(&p.client))
	app.Get("/parley-client.d.ts", answerShared(&p.types))
	app.Get("/push-worker.js", p.answerWorker)
	app.Get("/widget", p.answerFrame)
	app.Get("/assets/*", p.answerAsset)
	app.Get("/demo", p.answerDemo)
}

func (p *pages) answerHome(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy(p.publicURL, "'none'").String())
	return p.home.serve(c)
}

// answerShared is for pages of any origin.
func answerShared(a *asset) fiber.Handler {
	return func(c *fiber.Ctx) error {
		shared(c)
		return a.serve(c)
	}
}

// answerWorker is for our own pages alone: it acts for this origin.
func (p *pages) answerWorker(c *fiber.Ctx) error {
	return p.worker.serve(c)
}

func (p *pages) answerAsset(c *fiber.Ctx) error {
	a, known := p.assets[c.Params("*")]
	if !known {
		return models.ErrNotFound
	}
	shared(c)
	return a.serve(c)
}

func shared(c *fiber.Ctx) {
	c.Set("Cross-Origin-Resource-Policy", "cross-origin")
	c.Set(fiber.HeaderAccessControlAllowOrigin, "*")
}

// answerFrame is the page inside a customer's page: only the origins that the site
// allows may frame it.
func (p *pages) answerFrame(c *fiber.Ctx) error {
	site, err := p.access.Site(c.UserContext(), c.Query("site_key"))
	if models.HasCode(err, models.CodeUnauthorized) {
		return errNoSite
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy(p.publicURL, frameAncestors(site.AllowedOrigins)...).String())
	// The window that a frame opens for the chat gets the conversation from that frame
	// alone; any policy here would cut the two apart.
	c.Set("Cross-Origin-Opener-Policy", "unsafe-none")
	return p.frame.serve(c)
}

// answerDemo is a shop with the widget of the first site on it, or of the one asked
// for.
func (p *pages) answerDemo(c *fiber.Ctx) error {
	site, err := p.demoSite(c)
	if err != nil {
		return err
	}
	shop := strings.ReplaceAll(string(p.demo), siteKeyMark, html.EscapeString(site.SiteKey))
	page, err := newAsset(demoFile, cacheNever, []byte(shop))
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentSecurityPolicy, pagePolicy(p.publicURL, "'self'").String())
	return page.serve(c)
}

func (p *pages) demoSite(c *fiber.Ctx) (models.Site, error) {
	key := c.Query("site_key")
	if key == "" {
		site, err := p.access.FirstSite(c.UserContext())
		if errors.Is(err, models.ErrNotFound) {
			return site, models.Fail(models.CodeNotFound, "There is no account yet: run parley init")
		}
		return site, err
	}
	site, err := p.access.Site(c.UserContext(), key)
	if models.HasCode(err, models.CodeUnauthorized) {
		return site, errNoSite
	}
	return site, err
}
