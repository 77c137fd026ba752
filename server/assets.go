package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/widget/surface"
)

// How long browsers may keep an answer. What has a hash in its name never changes;
// the loader's name stays, so a new one is looked for every few minutes.
const (
	cacheForever = "public, max-age=31536000, immutable"
	cacheBriefly = "public, max-age=300"
	cacheNever   = "no-cache"
)

// asset is one static answer, compressed beforehand.
type asset struct {
	contentType  string
	cacheControl string
	plain, small []byte
	etag         string
}

// newAsset prepares content for a file of this name.
func newAsset(name, cacheControl string, content []byte) (asset, error) {
	a := asset{contentType: contentType(name), cacheControl: cacheControl, plain: content}
	sum := sha256.Sum256(content)
	a.etag = `"` + hex.EncodeToString(sum[:12]) + `"`
	if !isText(a.contentType) {
		return a, nil
	}
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return a, err
	}
	if _, err := z.Write(content); err != nil {
		return a, err
	}
	if err := z.Close(); err != nil {
		return a, err
	}
	if packed.Len() < len(content) {
		a.small = packed.Bytes()
	}
	return a, nil
}

// contentType goes by the name alone: these files are ours. The system's own table of
// types must not change the answer.
func contentType(name string) string {
	switch extension := path.Ext(name); extension {
	case ".js", ".mjs":
		return "text/javascript; charset=utf-8"
	case ".ts":
		return "text/plain; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".html":
		return "text/html; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json", ".map":
		return "application/json"
	case ".woff2":
		return "font/woff2"
	case ".webp":
		return "image/webp"
	default:
		if known := mime.TypeByExtension(extension); known != "" {
			return known
		}
		return "application/octet-stream"
	}
}

func isText(contentType string) bool {
	return strings.HasPrefix(contentType, "text/") || contentType == "image/svg+xml" || contentType == "application/json"
}

// serve answers with the asset, or that the browser has it already.
func (a asset) serve(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, a.cacheControl)
	c.Set(fiber.HeaderETag, a.etag)
	if a.small != nil {
		c.Vary(fiber.HeaderAcceptEncoding)
	}
	if surface.MatchesETag(c.Get(fiber.HeaderIfNoneMatch), a.etag) {
		return c.SendStatus(fiber.StatusNotModified)
	}
	c.Set(fiber.HeaderContentType, a.contentType)
	if a.small != nil && acceptsGzip(c.Get(fiber.HeaderAcceptEncoding)) {
		c.Set(fiber.HeaderContentEncoding, "gzip")
		return c.Send(a.small)
	}
	return c.Send(a.plain)
}

// acceptsGzip reads Accept-Encoding as RFC 9110 §12.5.3 has it: a weight of nothing
// refuses.
func acceptsGzip(header string) bool {
	for part := range strings.SplitSeq(strings.ToLower(header), ",") {
		coding, parameters, _ := strings.Cut(part, ";")
		coding = strings.TrimSpace(coding)
		weight := strings.ReplaceAll(parameters, " ", "")
		if coding == "gzip" || coding == "*" {
			return strings.Trim(strings.TrimPrefix(weight, "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

// loadAssets prepares every file of a folder, by its name in it.
func loadAssets(folder fs.FS, cacheControl string) (map[string]asset, error) {
	assets := map[string]asset{}
	err := fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err != nil {
			return err
		}
		assets[name], err = newAsset(name, cacheControl, content)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("load static files: %w", err)
	}
	return assets, nil
}
