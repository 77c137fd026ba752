package assistant

import (
	"slices"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/models/handoff"
	"parley/models/knowledge"
)

// courtesy is what a reply and a summary say of their own, in one language.
type courtesy struct {
	hello, close, holding, welcome string
	customer, team, note           string
}

var courtesies = map[string]courtesy{
	"en": {
		hello: "Hello!", close: "Is there anything else we can help you with?",
		holding: "Thank you for your message. We are looking into it and will get back to you shortly.", welcome: "You're welcome! Just write to us if anything else comes up.",
		customer: "Customer:", team: "Team:", note: "Note:",
	},
	"de": {
		hello: "Guten Tag!", close: "Können wir sonst noch etwas für Sie tun?",
		holding: "Vielen Dank für Ihre Nachricht. Wir sehen uns das an und melden uns in Kürze bei Ihnen.", welcome: "Sehr gern! Schreiben Sie uns einfach, wenn noch etwas ist.",
		customer: "Kunde:", team: "Team:", note: "Notiz:",
	},
	"fr": {
		hello: "Bonjour !", close: "Pouvons-nous faire autre chose pour vous ?",
		holding: "Merci pour votre message. Nous nous en occupons et revenons vers vous très vite.", welcome: "Je vous en prie ! N'hésitez pas à nous écrire si besoin.",
		customer: "Client :", team: "Équipe :", note: "Note :",
	},
	"es": {
		hello: "¡Hola!", close: "¿Podemos ayudarle en algo más?",
		holding: "Gracias por su mensaje. Lo estamos revisando y le responderemos en breve.", welcome: "¡De nada! Escríbanos si necesita algo más.",
		customer: "Cliente:", team: "Equipo:", note: "Nota:",
	},
	"ar": {
		hello: "مرحبًا!", close: "هل من شيء آخر يمكننا مساعدتك فيه؟",
		holding: "شكرًا على رسالتك. نحن نراجع الأمر وسنعود إليك قريبًا.", welcome: "على الرحب والسعة! راسلنا متى احتجت إلى أي شيء.",
		customer: "العميل:", team: "الفريق:", note: "ملاحظة:",
	},
	"ja": {
		hello: "お問い合わせありがとうございます。", close: "ほかにご不明な点はございますか。",
		holding: "ご連絡ありがとうございます。確認のうえ、折り返しご連絡いたします。", welcome: "どういたしまして。また何かございましたらお気軽にご連絡ください。",
		customer: "お客様：", team: "担当者：", note: "メモ：",
	},
}

// courtesyFor speaks the language of the text, else the locale's, else English.
func courtesyFor(text, locale string) (courtesy, string) {
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	for _, language := range []string{knowledge.Language(text), base} {
		if c, known := courtesies[language]; known {
			return c, language
		}
	}
	return courtesies["en"], "en"
}

// draftReply is a reply in the making.
type draftReply struct {
	exchange
	wish     string
	language string
	words    courtesy
	// answered says that the team has spoken before.
	answered bool
}

// newDraftReply finds what the reply is to: all that the customer has said since the
// team last spoke, without greetings where there is more.
func newDraftReply(m chat.Matter, wish string) draftReply {
	turns := m.Turns
	for len(turns) > 0 && turns[len(turns)-1].Role != roleUser {
		turns = turns[:len(turns)-1]
	}
	from := len(turns)
	for from > 0 && turns[from-1].Role == roleUser {
		from--
	}
	d := draftReply{wish: strings.TrimSpace(wish), answered: from > 0 || len(turns) < len(m.Turns)}
	if len(turns) > 0 {
		d.question = openQuestion(turns, from)
	}
	d.Ask = Ask{Turns: turns}
	d.folded, d.terms = knowledge.Fold(d.question), knowledge.Asked(d.question)
	d.words, d.language = courtesyFor(d.question, m.Conversation.Locale)
	return d
}

// openQuestion is what the customer's last turns, those from a place on, ask about.
func openQuestion(turns []models.ChatTurn, from int) string {
	var asked []string
	for _, turn := range turns[from:] {
		if len(knowledge.Asked(turn.Content)) > 0 {
			asked = append(asked, turn.Content)
		}
	}
	if len(asked) < 2 {
		return Wanted(turns)
	}
	return strings.Join(asked, "\n")
}

// reply is the draft: the passage that answers, if there is one in the customer's
// language. One in another language is for the agent to read, so it is only cited.
func (d draftReply) reply() chat.Suggestion {
	if heard := hearSmallTalk(d.Question(), handoff.Languages()); d.wish == "" && heard.whole && heard.tone.has(thanks) && !heard.tone.has(pleads) {
		return chat.Suggestion{Content: d.words.welcome}
	}
	best, fits := d.best()
	if !fits {
		return chat.Suggestion{Content: d.words.holding}
	}
	s := chat.Suggestion{Citations: []models.Citation{{ArticleUID: best.ArticleUID, Title: best.Title}}}
	if language := knowledge.Language(best.Content); language != "" && language != d.language {
		s.Content = d.words.holding
		return s
	}
	parts := []string{strings.TrimPrefix(excerpt(best.Content, d.terms), "… "), d.words.close}
	if !d.answered {
		parts = slices.Insert(parts, 0, d.words.hello)
	}
	s.Content = strings.Join(parts, "\n\n")
	return s
}

// best is the passage that answers what the customer asks, or speaks of enough of what the
// agent wishes; among those that do, one in the customer's language comes first.
func (d draftReply) best() (Passage, bool) {
	var fit []Passage
	if len(d.terms) > 0 {
		fit = d.answering()
	}
	if wished := knowledge.Asked(d.wish); len(wished) > 0 {
		for _, p := range d.Passages {
			if share(wished, p.Title+" "+p.Heading+" "+p.Content) >= enough {
				fit = append(fit, p)
			}
		}
	}
	for _, p := range fit {
		if knowledge.Language(p.Content) == d.language {
			return p, true
		}
	}
	if len(fit) == 0 {
		return Passage{}, false
	}
	return fit[0], true
}
