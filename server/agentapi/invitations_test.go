package agentapi

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

// pending lists the addresses of those who were invited and have not come.
func (o *office) pending() []string {
	o.Helper()
	var found []string
	for _, row := range o.want(o.do(http.MethodGet, "/auth/invitations", ""), 200).rows() {
		user, _ := row["user"].(map[string]any)
		found = append(found, fmt.Sprint(user["email"]))
	}
	return found
}

// invited invites somebody and gives the user's id and the token of the letter.
func (o *office) invited(email, role string) (id, token string) {
	o.Helper()
	a := o.want(o.invite(email, role), 201)
	return fmt.Sprint(a.field("user.id")), o.tokenIn(o.letter().Text)
}

func TestInvitationsArePendingUntilThePersonComes(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		if got := o.pending(); len(got) != 0 {
			o.Errorf("at first %v are pending", got)
		}
		_, first := o.invited("adam@example.com", "agent")
		o.clock.pass(time.Minute)
		o.invited("berta@example.com", "admin")
		if got := o.pending(); !slices.Equal(got, []string{"berta@example.com", "adam@example.com"}) {
			o.Errorf("pending are %v", got)
		}
		a := o.want(o.do(http.MethodGet, "/auth/invitations?limit=1&offset=1", ""), 200)
		row := a.rows()[0]
		if a.field("pagination.total") != 2.0 || row["sent_at"] == nil || row["expires_at"] == nil {
			o.Errorf("the second page is %s", a.raw)
		}
		o.want(o.browser().accept(first, "adams password"), 200)
		if got := o.pending(); !slices.Equal(got, []string{"berta@example.com"}) {
			o.Errorf("once Adam is there, pending are %v", got)
		}
		o.clock.pass(8 * 24 * time.Hour)
		if got := o.pending(); !slices.Equal(got, []string{"berta@example.com"}) {
			o.Errorf("what is over is still shown, to be sent again: %v", got)
		}
	})
}

func TestAnInvitationIsSentAgainWithALinkOfItsOwn(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		id, old := o.invited("sarah@example.com", "admin")
		o.clock.pass(8 * 24 * time.Hour)
		a := o.want(o.do(http.MethodPost, "/auth/invitations/"+id, ""), 200)
		if a.field("user.id") != id || a.field("user.role") != "admin" || a.field("accept_url") != nil {
			o.Errorf("sent again: %s", a.raw)
		}
		m := o.letter()
		o.refused(o.browser().accept(old, "sarahs password"), 400, InvalidInput)
		o.want(o.browser().accept(o.tokenIn(m.Text), "sarahs password"), 200)
		if m.To != "sarah@example.com" || len(o.pending()) != 0 {
			o.Errorf("the letter went to %s, and pending are %v", m.To, o.pending())
		}
		o.refused(o.do(http.MethodPost, "/auth/invitations/"+id, ""), 404, NotFound)
		o.refused(o.do(http.MethodDelete, "/auth/invitations/"+id, ""), 404, NotFound)
		o.want(o.browser().logIn("sarah@example.com", "sarahs password"), 200)
	})
}

func TestAnInvitationThatIsTakenBackLeavesNobody(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		id, token := o.invited("typo@example.com", "agent")
		o.want(o.do(http.MethodDelete, "/auth/invitations/"+id, ""), 204)
		o.refused(o.browser().accept(token, "a good password"), 400, InvalidInput)
		o.refused(o.do(http.MethodGet, "/users/"+id, ""), 404, NotFound)
		o.refused(o.do(http.MethodDelete, "/auth/invitations/"+id, ""), 404, NotFound)
		if again, _ := o.invited("typo@example.com", "agent"); again == id || len(o.pending()) != 1 {
			o.Errorf("invited anew as %s, and pending are %v", again, o.pending())
		}
	})
}

func TestWhoIsNamedAlreadyStaysAsADisabledMember(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		id, token := o.invited("sarah@example.com", "agent")
		chat := o.start(o.creds.SiteKey, "Jane", "Hello")
		o.want(o.do(http.MethodPost, "/conversation/"+chat+"/assign", fmt.Sprintf(`{"assigned_to":%q}`, id)), 200)
		o.want(o.do(http.MethodDelete, "/auth/invitations/"+id, ""), 204)
		o.refused(o.browser().accept(token, "a good password"), 400, InvalidInput)
		if a := o.want(o.do(http.MethodGet, "/users/"+id, ""), 200); a.field("disabled") != true || len(o.pending()) != 0 {
			o.Errorf("the user is %s, and pending are %v", a.raw, o.pending())
		}
	})
}

func TestInvitationsAreTheAdminsOwnAndOwnersTheOwners(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		owners, _ := o.invited("boss@example.com", "owner")
		agents, _ := o.invited("sarah@example.com", "agent")
		_, token := o.invited("adam@example.com", "admin")
		admin := o.browser()
		o.want(admin.accept(token, "adams password"), 200)
		if got := o.want(admin.call(http.MethodGet, "/auth/invitations", ""), 200).rows(); len(got) != 2 {
			o.Errorf("the admin sees %d", len(got))
		}
		for _, method := range []string{http.MethodPost, http.MethodDelete} {
			o.refused(admin.call(method, "/auth/invitations/"+owners, ""), 403, Forbidden)
			reader := o.key(models.ScopeAdminRead)
			o.refused(o.as(reader, method, "/auth/invitations/"+agents, ""), 403, Forbidden)
			o.refused(o.as(o.newAccount().LiveKey, method, "/auth/invitations/"+agents, ""), 404, NotFound)
			o.refused(o.do(method, "/auth/invitations/usr_x", ""), 404, NotFound)
		}
		o.refused(o.as(o.key(models.ScopeContactsRead), http.MethodGet, "/auth/invitations", ""), 403, Forbidden)
		// In test mode the team is the same.
		admin.headers["X-Sandbox"] = "1"
		o.want(admin.call(http.MethodDelete, "/auth/invitations/"+agents, ""), 204)
		if got := o.pending(); !slices.Equal(got, []string{"boss@example.com"}) {
			o.Errorf("pending are %v", got)
		}
	})
}

func TestWithoutMailALinkThatIsSentAgainIsAnswered(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := openOffice(t, s, false, nil)
		id := o.want(o.invite("sarah@example.com", "agent"), 201).field("user.id")
		link, _ := o.want(o.do(http.MethodPost, fmt.Sprint("/auth/invitations/", id), ""), 200).field("accept_url").(string)
		o.want(o.browser().accept(o.tokenIn(link), "sarahs password"), 200)
	})
}
