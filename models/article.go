package models

import "time"

// Article is one piece of the knowledge base, in Markdown. Source is the file or the
// row it was imported from, so that importing it again changes it; nil when somebody
// wrote it here.
type Article struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	Title     string
	Content   string
	Language  *string
	Tags      []string `gorm:"serializer:json"`
	Published bool
	Source    *string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// ArticleChunk is a part of a published article that fits an assistant's context, found
// by its terms.
type ArticleChunk struct {
	ID        int64
	AccountID int64
	ArticleID int64
	Ordinal   int64
	Heading   string
	Content   string
}

// ArticleTerm says how much a chunk speaks of a term: Weight is the part of BM25 that
// does not depend on the other chunks, in thousandths.
type ArticleTerm struct {
	AccountID int64  `gorm:"primaryKey;autoIncrement:false"`
	Term      string `gorm:"primaryKey"`
	ChunkID   int64  `gorm:"primaryKey;autoIncrement:false"`
	Weight    int64
}

// Passage is a chunk that bears on a question, with the article it is of.
type Passage struct {
	Article UID
	Title   string
	// Language is the article's; nil when nobody has said.
	Language *string
	Heading  string
	Content  string
	// Score is how well it fits; only its order means something. Coverage is how much of
	// what the question asks about the passage speaks of, from 0 to 1.
	Score    float64
	Coverage float64
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

// Citation is an article that an answer rests on.
type Citation struct {
	ArticleUID UID    `json:"article"`
	Title      string `json:"title"`
}
