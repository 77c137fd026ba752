package ratelimit

import "strconv"

// wallFactor is how many times a visitor's limit one address may use, whatever tokens
// it shows.
const wallFactor = 10

// Wall is the outer wall of an address around the rule of one visitor, under a name of
// its own. Derive it once, at start.
func (r Rule) Wall() Rule {
	wall := Rule{Name: r.Name + "*" + strconv.Itoa(wallFactor), Limit: r.Limit, Period: r.Period}
	if r.Limit != Unlimited {
		wall.Limit *= wallFactor
	}
	return wall
}

// AddressKey counts an address, as Key spells it, on a site.
func AddressKey(siteID int64, address string) string {
	return strconv.FormatInt(siteID, 10) + "/" + address
}

// VisitorKey counts a visitor by the conversation that the token stands for, over HTTP
// and on sockets alike: all of its tokens count together, and no secret becomes a key.
func VisitorKey(siteID, conversationID int64) string {
	return AddressKey(siteID, strconv.FormatInt(conversationID, 10))
}
