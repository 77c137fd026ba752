package view

import "parley/models"

// LoginSession is a login session as its user sees it.
type LoginSession struct {
	ID         string `json:"id"`
	Current    bool   `json:"current"`
	UserAgent  string `json:"user_agent"`
	IP         string `json:"ip"`
	CreatedAt  Time   `json:"created_at"`
	LastSeenAt Time   `json:"last_seen_at"`
	ExpiresAt  Time   `json:"expires_at"`
}

// LoginSessionForAgent encodes a login session for its user, who looks from the
// session with the id current.
func LoginSessionForAgent(s models.LoginSession, current int64) LoginSession {
	return LoginSession{
		ID: models.FormatID(models.PrefixLogin, s.UID), Current: s.ID == current, UserAgent: s.UserAgent, IP: s.IP,
		CreatedAt: Time(s.CreatedAt), LastSeenAt: Time(s.LastSeenAt), ExpiresAt: Time(s.ExpiresAt),
	}
}
