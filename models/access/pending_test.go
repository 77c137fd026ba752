package access_test

import (
	"testing"

	"parley/models"
	"parley/models/access"
)

// pending are the users whose invitations are open.
func (g *gate) pending(who models.Principal) map[models.UID]bool {
	g.Helper()
	list, err := g.Invitations(g.Context(), who, models.Page{Limit: 100})
	if err != nil {
		g.Fatal(err)
	}
	found := map[models.UID]bool{}
	for _, p := range list.Rows {
		found[p.User.UID] = true
	}
	return found
}

func TestWhoLogsInElsewhereNeedsNoInvitation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		_, who := g.signedIn()
		sarah, token := g.invite("sarah@example.com")
		tom, _ := g.invite("tom@example.com")
		if got := g.pending(who); len(got) != 2 || !got[sarah.UID] {
			g.Errorf("at first %v", got)
		}
		if _, err := g.LoginVerified(g.Context(), "sarah@example.com", access.Browser{UserAgent: "test", IP: "192.0.2.1"}); err != nil {
			g.Fatal(err)
		}
		if got := g.pending(who); len(got) != 1 || !got[tom.UID] {
			g.Errorf("once Sarah is in: %v", got)
		}
		_, err := g.Accept(g.Context(), access.Accept{Token: token, Password: "a good long password"})
		g.has("the link of who is in", err, models.CodeInvalid)
		g.has("taking back who is in", g.Uninvite(g.Context(), who, sarah.UID), models.CodeNotFound)
	})
}

func TestInvitationsAreNothingToWhoIsNoAdmin(t *testing.T) {
	t.Parallel()
	onBoth(t, func(g *gate) {
		sarah, _ := g.invite("sarah@example.com")
		_, who := g.signedIn()
		who.Scopes = []models.Scope{models.ScopeConversationsWrite}
		_, err := g.Invitations(g.Context(), who, models.Page{Limit: 1})
		g.has("the list", err, models.CodeForbidden)
		_, err = g.InviteAgain(g.Context(), who, sarah.UID)
		g.has("sending again", err, models.CodeForbidden)
		g.has("taking back", g.Uninvite(g.Context(), who, sarah.UID), models.CodeForbidden)
		_, err = g.Invitations(g.Context(), models.Principal{Kind: models.KindVisitor, AccountID: who.AccountID}, models.Page{Limit: 1})
		g.has("a visitor's list", err, models.CodeForbidden)
	})
}
