package view

import "parley/models"

// NameCount is how many there are with a label, a tag or a language.
type NameCount struct {
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

// ChannelCount is how many conversations are on a channel.
type ChannelCount struct {
	Channel models.Channel `json:"channel"`
	Count   int64          `json:"count"`
}

// SiteCount is how many conversations began on a site.
type SiteCount struct {
	ID    string `json:"id"`
	Count int64  `json:"count"`
}
