package models

import "time"

// Account is one customer of Parley. A sandbox is an account of its own, whose
// LiveID names the account it belongs to.
type Account struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	LiveID    *int64
	Name      string
	TimeZone  string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// IsSandbox says whether the account holds test data only.
func (a Account) IsSandbox() bool { return a.LiveID != nil }

// Role is what a user may do in an account.
type Role string

// The roles, from the most to the least powerful.
const (
	RoleOwner Role = "owner"
	RoleAdmin Role = "admin"
	RoleAgent Role = "agent"
)

// Availability is what an agent tells the others of being there.
type Availability string

// The availabilities.
const (
	AvailabilityOnline  Availability = "online"
	AvailabilityAway    Availability = "away"
	AvailabilityOffline Availability = "offline"
)

// User is a member of the team. AccountID is the live account; a row of members
// joins the user to it and to its sandbox.
type User struct {
	ID           int64
	UID          UID `gorm:"column:uid"`
	AccountID    int64
	Email        string
	Name         string
	Role         Role
	PasswordHash string
	Availability Availability
	// Avatar is the address of a picture, on https.
	Avatar *string
	// Notices is what the user wants letters about.
	Notices    Notices `gorm:"serializer:json"`
	TOTPSecret []byte  `gorm:"column:totp_secret"`
	// TOTPStep is the time step of the last code that was accepted: none is twice.
	TOTPStep   int64 `gorm:"column:totp_step"`
	DisabledAt *time.Time
	LastSeenAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time
}

// Member joins a user to an account, so that a row of that account can name the user.
type Member struct {
	AccountID int64 `gorm:"primaryKey"`
	UserID    int64 `gorm:"primaryKey"`
}

// LoginSession is a signed-in browser; the cookie holds the token, the row its hash.
type LoginSession struct {
	ID         int64
	UID        UID `gorm:"column:uid"`
	AccountID  int64
	UserID     int64
	TokenHash  []byte `gorm:"not null"`
	UserAgent  string
	IP         string `gorm:"column:ip"`
	CreatedAt  time.Time
	LastSeenAt time.Time
	ExpiresAt  time.Time
}

// The kinds of LoginToken.
const (
	TokenInvitation    = "invitation"
	TokenPasswordReset = "password_reset"
)

// RecoveryCode stands in once for a code of the second factor. Only its hash is kept.
type RecoveryCode struct {
	ID        int64
	AccountID int64
	UserID    int64
	CodeHash  []byte `gorm:"not null"`
	CreatedAt time.Time
	UsedAt    *time.Time
}

// LoginToken lets its holder in once: an invitation or a password reset.
type LoginToken struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	UserID    int64
	Kind      string
	TokenHash []byte `gorm:"not null"`
	CreatedAt time.Time
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// KeyKind is the surface family an API key is printed for.
type KeyKind string

// The kinds of API key: sk_… and sf_….
const (
	KeyKindAgent KeyKind = "agent"
	KeyKindInbox KeyKind = "inbox"
)

// APIKey opens the Agent, Inbox and Assistant surfaces. Only the SHA-256 of the key
// is kept; Hint is its printable beginning.
type APIKey struct {
	ID         int64
	UID        UID `gorm:"column:uid"`
	AccountID  int64
	UserID     int64
	Name       string
	Kind       KeyKind
	Hint       string
	KeyHash    []byte  `gorm:"not null"`
	Scopes     []Scope `gorm:"serializer:json"`
	ExpiresAt  *time.Time
	RevokedAt  *time.Time
	LastUsedAt *time.Time
	CreatedAt  time.Time

	// User is who made the key, loaded with it when asked for.
	User *User `gorm:"-"`
}

// TableName keeps GORM from spelling it a_p_i_keys.
func (APIKey) TableName() string { return "api_keys" }
