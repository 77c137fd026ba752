package models

import "time"

// Article is one piece of the knowledge base, in Markdown.
type Article struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	Title     string
	Content   string
	Language  *string
	Tags      []string `gorm:"serializer:json"`
	Published bool
	CreatedAt time.Time
	UpdatedAt time.Time
}

// ArticleChunk is a part of an article that fits an assistant's context, found by
// full text.
type ArticleChunk struct {
	ID        int64
	AccountID int64
	ArticleID int64
	Ordinal   int64
	Heading   string
	Content   string
}

// CannedReply is a text that agents call up by its shortcut. UserID is its author.
type CannedReply struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	UserID    *int64
	Shortcut  string
	Content   string
	CreatedAt time.Time
	UpdatedAt time.Time
}
