package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"parley/models"
	"parley/server/agentapi"
)

// examplePassword is the one that the documents' examples log in with.
const examplePassword = "correct horse battery staple"

// enter logs a user in and gives the cookies of that browser.
func (w *world) enter(email string) string {
	w.Helper()
	body, err := json.Marshal(map[string]string{"email": email, "password": examplePassword})
	if err != nil {
		w.Fatal(err)
	}
	return cookieHeader(w.must(w.call(http.MethodPost, agentapi.Prefix+"/auth/login", string(body))).Response)
}

// loggedIn are the headers of the tenant's owner at the dashboard.
func (t *tenant) loggedIn() map[string]string { return t.withCookie(t.cookie()) }

// withCookie are the headers of a browser that looks at the tenant.
func (t *tenant) withCookie(cookie string) map[string]string {
	headers := map[string]string{"Cookie": cookie}
	if t.sandbox {
		headers["X-Sandbox"] = "1"
	}
	return headers
}

// prove fills in what proves who somebody is; false when the kind is none of that.
func (r *row) prove(kind string) bool {
	r.t.Helper()
	switch kind {
	case "login":
		r.known[kind] = r.t.email
	case "ses":
		r.known[kind] = r.t.session()
	case "setup", "code":
		r.setUpFactor()
	case "invitation":
		answer := r.t.must(r.t.send(r.t.ready(r.t.operation(described{}, "inviteUser"), r.t.row())))
		link, _ := answer.json("accept_url").(string)
		_, r.known[kind], _ = strings.Cut(link, "#token=")
	case "invited":
		answer := r.t.must(r.t.send(r.t.ready(r.t.operation(described{}, "inviteUser"), r.t.row())))
		r.known[kind], _ = answer.json("user.id").(string)
	case "reset":
		r.known[kind] = r.t.resetToken()
	default:
		return false
	}
	return true
}

// session is the id of the owner's login.
func (t *tenant) session() string {
	t.Helper()
	list := t.must(t.get(agentapi.Prefix+"/auth/sessions?limit=1", "Cookie", t.cookie()))
	var sessions struct{ Data []struct{ ID string } }
	if err := json.Unmarshal([]byte(list.text), &sessions); err != nil || len(sessions.Data) != 1 {
		t.Fatalf("the sessions are %s (%v)", list.text, err)
	}
	return sessions.Data[0].ID
}

// setUpFactor proposes a second factor and reads the first code off the device.
func (r *row) setUpFactor() {
	r.t.Helper()
	answer := r.t.must(r.t.send(r.t.ready(r.t.operation(described{}, "setUpTotp"), r)))
	secret, _ := answer.json("secret").(string)
	code, err := totp.GenerateCode(secret, time.Now())
	if err != nil {
		r.t.Fatal(err)
	}
	r.known["setup"], _ = answer.json("setup").(string)
	r.known["code"] = code
}

// resetToken is what a mail to the tenant's owner would hold.
func (t *tenant) resetToken() string {
	t.Helper()
	who, err := t.app.access.Key(t.Context(), t.key)
	if err != nil {
		t.Fatal(err)
	}
	token, now := "rst_"+newUID(), models.Now(time.Now())
	err = t.app.store.AddTokens(t.Context(), []models.LoginToken{{
		UID: models.NewUID(), AccountID: who.AccountID, UserID: who.UserID, Kind: models.TokenPasswordReset,
		TokenHash: models.TokenHash(token), CreatedAt: now, ExpiresAt: now.Add(time.Hour),
	}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// colleague is a user of the tenant with another role, who has the same password.
func (t *tenant) colleague(role models.Role) (email string) {
	t.Helper()
	uid := newUID()
	email = uid + "@acme.example"
	owner := t.accountIs("account_id") + " AND email = '" + t.email + "'"
	t.db.copyRow("users", owner, map[string]string{"uid": uid, "email": email, "role": string(role)})
	t.db.run("INSERT INTO members (account_id, user_id) SELECT $1, id FROM users WHERE uid = $2", t.accountID, uid)
	return email
}
