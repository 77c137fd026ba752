package chat_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
)

// join takes somebody into the team.
func (s *shop) join(role models.Role) models.User {
	s.t.Helper()
	u, err := s.chat.CreateUser(s.t.Context(), s.owner, chat.NewUser{
		Name: "Sarah", Email: fmt.Sprintf("%s@example.com", models.NewUID()), Role: role,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return u
}

// as is a user acting by a session.
func (s *shop) as(u models.User) models.Principal {
	return models.Principal{
		Kind: models.KindUser, AccountID: s.owner.AccountID, UserID: u.ID, UserUID: u.UID, Name: u.Name, Role: u.Role,
		Scopes: u.Role.Scopes(),
	}
}

func TestDisablingAUserUnassignsTellsAndRings(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		u := s.join(models.RoleAgent)
		c, _ := s.start("token")
		if _, err := s.chat.Assign(t.Context(), s.owner, c.UID, chat.Assignment{To: &u.UID}); err != nil {
			t.Fatal(err)
		}
		before := len(s.events())
		s.bell.take()
		for range 2 {
			if err := s.chat.DisableUser(t.Context(), s.owner, u.UID); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.reload(c); got.AssignedTo != nil || got.Assignee != nil {
			t.Errorf("still assigned: %+v", got.Assignee)
		}
		rung := s.bell.take()
		if len(rung) != 1 || rung[0].Kind != models.BellRevoked || rung[0].UserID != u.ID || rung[0].KeyID != 0 {
			t.Errorf("rung: %+v", rung)
		}
		types := s.events()
		if len(types) != before+1 || types[before] != models.EventConversationAssigned {
			t.Fatalf("the log is %v", types)
		}
		log, err := s.chat.EventsAfter(t.Context(), s.owner, int64(before), 10)
		if err != nil {
			t.Fatal(err)
		}
		e := log[0]
		if e.Detail["assigned_to"] != nil || e.Detail["previously_assigned_to"] != models.FormatID(models.PrefixUser, u.UID) ||
			e.Conversation == nil || e.Conversation.UID != c.UID || *e.ActorUserID != s.owner.UserID {
			t.Errorf("the event is %+v", e)
		}
	})
}

func TestAnOtherChangeOfAUserRingsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		u := s.join(models.RoleAdmin)
		s.bell.take()
		name, away := "Sally", models.AvailabilityAway
		changed, err := s.chat.UpdateUser(t.Context(), s.owner, u.UID, chat.UserChange{Name: &name, Availability: &away})
		if err != nil || changed.Name != name || changed.Availability != away {
			t.Errorf("changed: %+v, %v", changed, err)
		}
		if rung := s.bell.take(); len(rung) != 0 {
			t.Errorf("rung: %+v", rung)
		}
	})
}

func TestARefusedChangeChangesNothingAndRingsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		agent, admin := s.join(models.RoleAgent), s.join(models.RoleAdmin)
		owner := models.User{UID: s.owner.UserUID}
		s.bell.take()
		yes, top, name := true, models.RoleOwner, "Other"
		for what, act := range map[string]func() error{
			"an agent disables": func() error { return s.chat.DisableUser(t.Context(), s.as(agent), admin.UID) },
			"an admin disables an owner": func() error {
				return s.chat.DisableUser(t.Context(), s.as(admin), owner.UID)
			},
			"an admin rises": func() error {
				_, err := s.chat.UpdateUser(t.Context(), s.as(admin), admin.UID, chat.UserChange{Role: &top})
				return err
			},
			"an agent changes itself as an admin would": func() error {
				_, err := s.chat.UpdateUser(t.Context(), s.as(agent), agent.UID, chat.UserChange{Name: &name})
				return err
			},
			"the program renames": func() error {
				_, err := s.chat.UpdateUser(t.Context(), models.System(s.owner.AccountID), agent.UID, chat.UserChange{Name: &name})
				return err
			},
		} {
			if err := act(); !models.HasCode(err, models.CodeForbidden) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if _, err := s.chat.UpdateSelf(t.Context(), s.as(agent), chat.UserChange{Role: &top, Disabled: &yes}); err != nil {
			t.Error(err) // what nobody may change of himself is left as it was
		}
		for _, want := range []models.User{agent, admin} {
			got, err := s.chat.User(t.Context(), s.owner, want.UID)
			if err != nil || got.Role != want.Role || got.DisabledAt != nil || got.Name != want.Name {
				t.Errorf("%+v became %+v, %v", want, got, err)
			}
		}
		if rung := s.bell.take(); len(rung) != 0 {
			t.Errorf("rung: %+v", rung)
		}
	})
}

func TestNoAssignmentOutlivesTheDisablingOfItsUser(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		var talks []models.Conversation
		for i := range 5 {
			c, _ := s.start(fmt.Sprintf("token-%d", i))
			talks = append(talks, c)
		}
		for range 4 {
			u := s.join(models.RoleAgent)
			var wait sync.WaitGroup
			for _, c := range talks {
				wait.Go(func() {
					_, err := s.chat.Assign(t.Context(), s.owner, c.UID, chat.Assignment{To: &u.UID})
					if err != nil && !models.HasCode(err, models.CodeInvalid) {
						t.Errorf("assign: %v", err)
					}
				})
			}
			wait.Go(func() {
				if err := s.chat.DisableUser(t.Context(), s.owner, u.UID); err != nil {
					t.Errorf("disable: %v", err)
				}
			})
			wait.Wait()
			for _, c := range talks {
				if got := s.reload(c); got.AssignedTo != nil && *got.AssignedTo == u.ID {
					t.Errorf("conversation %d is a disabled user's", got.ID)
				}
			}
		}
	})
}

func TestARevokedKeyRingsAndAForeignOneDoesNot(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		row, key, err := s.chat.CreateKey(t.Context(), s.owner, chat.NewAPIKey{
			Name: "K", Kind: models.KeyKindAgent, Scopes: []models.Scope{models.ScopeContactsRead},
		})
		if err != nil {
			t.Fatal(err)
		}
		who, err := s.access.Key(t.Context(), key)
		if err != nil || who.UserUID != s.owner.UserUID || who.KeyID != row.ID || !s.access.StillStands(t.Context(), who) {
			t.Errorf("the key is %+v, %v", who, err)
		}
		_, _, stranger := newAccount(t, s.access)
		s.bell.take()
		if err := s.chat.RevokeKey(t.Context(), stranger, row.UID); !models.HasCode(err, models.CodeNotFound) {
			t.Errorf("a stranger revokes: %v", err)
		}
		if rung := s.bell.take(); len(rung) != 0 {
			t.Errorf("rung: %+v", rung)
		}
		if err := s.chat.RevokeKey(t.Context(), s.owner, row.UID); err != nil {
			t.Fatal(err)
		}
		rung := s.bell.take()
		if len(rung) != 1 || rung[0].Kind != models.BellRevoked || rung[0].KeyID != row.ID || rung[0].UserID != 0 {
			t.Errorf("rung: %+v", rung)
		}
		if s.access.StillStands(t.Context(), who) {
			t.Error("a revoked key stands")
		}
	})
}

func TestAKeyThatExpiresIsRefusedFromThenOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		end := time.Now().Add(time.Hour)
		row, key, err := s.chat.CreateKey(t.Context(), s.owner, chat.NewAPIKey{
			Name: "K", Kind: models.KeyKindAgent, Scopes: []models.Scope{models.ScopeContactsRead}, ExpiresAt: &end,
		})
		if err != nil || !row.ExpiresAt.Equal(models.Now(end)) {
			t.Fatalf("made: %+v, %v", row, err)
		}
		for after, want := range map[time.Duration]bool{-time.Minute: true, 0: false, time.Minute: false} {
			gate, err := access.New(access.Options{
				Store: s.store, Secret: []byte(strings.Repeat("k", 32)), Now: func() time.Time { return end.Add(after) },
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := gate.Key(t.Context(), key); (err == nil) != want {
				t.Errorf("%v after its end: %v", after, err)
			}
		}
	})
}

func TestWidgetsShowAChangedSiteWithinSeconds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		greeting := "Welcome back"
		if _, err := s.chat.UpdateSite(t.Context(), s.owner, s.site.UID, chat.SiteChange{Greeting: &greeting}); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		soon(t, "the new greeting", func() bool {
			site, err := s.access.Site(t.Context(), s.creds.SiteKey)
			return err == nil && site.Greeting == greeting
		})
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
	})
}

// session is somebody whom access lets in by an invitation.
func (s *shop) session(role models.Role) (models.User, models.Principal) {
	s.t.Helper()
	invited := s.invite(role)
	_, token, _ := strings.Cut(invited.AcceptURL, "#token=")
	in, err := s.access.Accept(s.t.Context(), access.Accept{Token: token, Password: "correct horse"})
	if err != nil {
		s.t.Fatal(err)
	}
	who, err := s.access.Session(s.t.Context(), in.Token, false)
	if err != nil {
		s.t.Fatal(err)
	}
	return invited.User, who
}

func (s *shop) invite(role models.Role) access.Invited {
	s.t.Helper()
	invited, err := s.access.Invite(s.t.Context(), s.owner, access.Invite{
		Email: fmt.Sprintf("%s@example.com", models.NewUID()), Name: "Sarah", Role: role,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return invited
}

// keyOf is who acts by a new key of a user.
func (s *shop) keyOf(u models.User) models.Principal {
	s.t.Helper()
	key, row := s.access.MintKey(models.KeyKindAgent, false)
	row.AccountID, row.UserID, row.Name, row.Scopes = s.owner.AccountID, u.ID, "K", models.AllScopes()
	if err := s.store.CreateKey(s.t.Context(), &row); err != nil {
		s.t.Fatal(err)
	}
	who, err := s.access.Key(s.t.Context(), key)
	if err != nil {
		s.t.Fatal(err)
	}
	return who
}

func TestAnotherRoleOrDisablingEndsWhatTheUserHasOpen(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		yes, name, admin := true, "Sally", models.RoleAdmin
		for what, c := range map[string]struct {
			change chat.UserChange
			ends   bool
		}{
			"another name": {chat.UserChange{Name: &name}, false},
			"another role": {chat.UserChange{Role: &admin}, true},
			"disabling":    {chat.UserChange{Disabled: &yes}, true},
		} {
			u, session := s.session(models.RoleAgent)
			key := s.keyOf(u)
			s.bell.take()
			if _, err := s.chat.UpdateUser(t.Context(), s.owner, u.UID, c.change); err != nil {
				t.Fatal(err)
			}
			for kind, who := range map[string]models.Principal{"session": session, "key": key} {
				if s.access.StillStands(t.Context(), who) == c.ends {
					t.Errorf("%s: the %s stands: %v", what, kind, !c.ends)
				}
			}
			rung := s.bell.take()
			if c.ends != (len(rung) == 1 && rung[0].Kind == models.BellRevoked && rung[0].UserID == u.ID) {
				t.Errorf("%s: rung %+v", what, rung)
			}
			left, err := s.access.Sessions(t.Context(), session, models.Page{Limit: 10})
			if err != nil || c.ends != (left.Total == 0) {
				t.Errorf("%s: %d sessions, %v", what, left.Total, err)
			}
		}
	})
}

func TestAnInvitationOutlivesAnotherRoleButNotDisabling(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		yes, admin := true, models.RoleAdmin
		accept := func(change chat.UserChange) error {
			invited := s.invite(models.RoleAgent)
			if _, err := s.chat.UpdateUser(t.Context(), s.owner, invited.User.UID, change); err != nil {
				t.Fatal(err)
			}
			_, token, _ := strings.Cut(invited.AcceptURL, "#token=")
			_, err := s.access.Accept(t.Context(), access.Accept{Token: token, Password: "correct horse"})
			return err
		}
		if err := accept(chat.UserChange{Role: &admin}); err != nil {
			t.Errorf("after another role: %v", err)
		}
		if err := accept(chat.UserChange{Disabled: &yes}); err == nil {
			t.Error("a disabled user accepts an invitation")
		}
	})
}
