package email_test

import (
	"fmt"
	"strings"
	"testing"
)

// report is what a mail server says of a letter of ours (RFC 3464 §6).
const report = `Return-Path: <>
From: MAILER-DAEMON@mx.acme.example
To: support@shop.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
Message-ID: <bounce@mx.acme.example>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="sep"

--sep
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you.

--sep
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.acme.example
Arrival-Date: Fri, 20 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; jane@acme.example
Action: %s
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <jane@acme.example>: Recipient
    address rejected: User unknown

--sep
Content-Type: %s

From: support@shop.example
Message-ID: %s
Subject: Re: Hello

--sep--
`

func TestABounceFailsTheMessageWithTheReason(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.takes(letter("Hello"))
		c := d.conversations()[0]
		bounce := func(action, as, id string) {
			d.deliver(strings.ReplaceAll(fmt.Sprintf(report, action, as, id), "\n", "\r\n"))
			d.look()
		}
		for _, as := range []string{"message/rfc822", "text/rfc822-headers"} {
			m := d.answers(c, "Hello Jane")
			out := d.outgoing()
			id := parsed(t, out[len(out)-1]).GetHeader("Message-ID")
			bounce("delayed", as, id)
			bounce("failed", as, "<parley.x.y@elsewhere.example>")
			if got := d.state(m); got != "sent" {
				t.Errorf("it is only late: %s", got)
			}
			bounce("failed", as, id)
			if got := d.state(m); got != "failed: The letter could not be delivered: 550 5.1.1 <jane@acme.example>: Recipient address rejected: User unknown" {
				t.Errorf("as %s: %s", as, got)
			}
		}
		m := d.answers(c, "Hello again")
		out := d.outgoing()
		bounce("delivered", "message/rfc822", parsed(t, out[len(out)-1]).GetHeader("Message-ID"))
		if got := d.state(m); got != "delivered" {
			t.Errorf("delivered: %s", got)
		}
		if got := d.texts(); len(got) != 4 || len(d.conversations()) != 1 {
			t.Errorf("reports are no messages: %q", got)
		}
	})
}
