package realtime

import "testing"

func TestAVisitorIsFoundOnWhicheverNode(t *testing.T) {
	t.Parallel()
	a, b := pair(t)
	c := a.world.addConversation(a.site, "secret")
	other := a.world.addConversation(a.site, "another secret")
	if a.hub.Watched(t.Context(), c.ID) {
		t.Error("found before anybody came")
	}
	visitor, _ := b.visit("secret", 0)
	for name, node := range map[string]*bed{"the other node": a, "its own node": b} {
		if !node.hub.Watched(t.Context(), c.ID) {
			t.Errorf("%s does not find the visitor", name)
		}
		if node.hub.Watched(t.Context(), other.ID) {
			t.Errorf("%s finds a visitor of another conversation", name)
		}
	}
	_ = visitor.conn.Close()
	eventually(t, "the visitor is gone", func() bool { return !a.hub.Watched(t.Context(), c.ID) })
	a.hub.looks.mu.Lock()
	defer a.hub.looks.mu.Unlock()
	if len(a.hub.looks.waiting) != 0 {
		t.Errorf("still waiting: %v", a.hub.looks.waiting)
	}
}
