// Package static holds the built front end: the loader that a customer's page includes, the frame
// with the chat, and the demo page. It knows nothing of the rest of the program.
package static

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Dist is the built front end as it lies in the folder of that name:
//
//	widget.js          the loader, served at /widget.js
//	widget/index.html  the frame, served at /widget
//	demo/index.html    the demo page, served at /demo with __SITE_KEY__ replaced by a site's key
//	configurator/index.html  the widget's configurator, served at /configure with that mark and __PUBLIC_URL__
//	                   replaced
//	dashboard/…        the dashboard's page, served at /app and all paths below it
//	docs/…             the reference, served at /docs, with the reader of OpenAPI documents that it is
//	assets/…           scripts and styles of the pages, served at /assets/…; each name carries a hash
//	                   of its content, so that it can be cached for ever
func Dist() (fs.FS, error) {
	return fs.Sub(dist, "dist")
}
