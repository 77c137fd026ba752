package knowledge_test

import (
	"slices"
	"strings"
	"testing"

	"parley/models/knowledge"
)

func TestFormsOfAWordHaveOneTerm(t *testing.T) {
	t.Parallel()
	for _, forms := range []string{
		"return returns returned returning", "order orders ordered ordering", "delivery deliveries deliver delivered",
		"refund refunds refunded refundable", "ship ships shipping shipped shipment shipments", "cancel cancelled cancelling cancellation",
		"policy policies", "price prices", "password passwords", "address addresses", "change changes changing changed", "tax taxes", "fee fees",
		"Lieferung Lieferungen liefern", "Bestellung Bestellungen bestellen", "Rücksendung Rücksendungen rücksenden",
		"livraison livraisons livrer livré", "remboursement remboursements rembourser remboursé", "envío envíos enviar",
		"customer customers", "e-mail email E-Mail", "Wi-Fi wifi", "доставка доставки доставку", "الطلب طلب والطلب طلبات", "Café café CAFÉ cafe", "STRASSE strasse",
	} {
		want := ""
		for form := range strings.FieldsSeq(forms) {
			terms := knowledge.Terms(form)
			if len(terms) != 1 || (want != "" && terms[0] != want) {
				t.Errorf("%s of %q is %v, not %q", form, forms, terms, want)
			}
			want = terms[0]
		}
	}
}

func TestOtherWordsHaveOtherTerms(t *testing.T) {
	t.Parallel()
	words := strings.Fields("order return refund delivery password invoice account size colour gift card warranty repair address cancel shop customs customer police policy state station number business bus")
	seen := map[string]string{}
	for _, word := range words {
		term := knowledge.Terms(word)[0]
		if other, taken := seen[term]; taken {
			t.Errorf("%s and %s are both %s", word, other, term)
		}
		seen[term] = word
	}
}

func TestWhatMakesASentenceAQuestionIsNoTerm(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]string{
		"How do I return an order?": "return order", "Hello, could you please help me?": "", "Wie lange dauert es?": "", "How long does delivery take?": "deliv",
		"What is your refund policy, please": "refund polic", "!!! ??? …": "", "": "", "a b c": "", "7": "7", "What are your business hours?": "open hour", "opening hours": "open hour", "Who pays customs?": "pay customs", "order #10250": "order 10250",
		"退货需要多少天？": "退货 天", "返品はできますか": "返品", "配送料はいくらですか": "配送 送料", "ですか": "です すか", "你好": "", "茶": "茶",
		"반품은 어떻게 하나요?": "반품 품은", "return RETURN Returns": "return", "\"'():*&|!<-> NEAR AND": "near",
	} {
		if got := strings.Join(knowledge.Asked(question), " "); got != want {
			t.Errorf("%q asks for %q, want %q", question, got, want)
		}
	}
}

func TestEveryTermOfAQuestionIsOneOfATextThatSaysTheSame(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"How long does the delivery of my orders take?", "Wie kann ich meine Bestellung stornieren?", "退货需要多少天？", "茶",
		"返品はできますか", "كيف يمكنني إرجاع الطلبات؟", "반품은 어떻게 하나요?", "Comment être remboursé ?",
	} {
		terms := knowledge.Terms(text)
		for _, term := range knowledge.Asked(text) {
			if !slices.Contains(terms, term) {
				t.Errorf("%q: %q is not among %v", text, term, terms)
			}
		}
	}
}

func TestLanguagesAreGuessed(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"How do I return this?": "en", "Wie kann ich das zurückgeben?": "de", "Comment puis-je le rendre ?": "fr", "¿Cómo puedo devolver esto?": "es",
		"كيف يمكنني إرجاع هذا؟": "ar", "返品はできますか": "ja", "怎么退货": "zh", "반품": "ko", "12345": "", "": "",
		"¿Tienen tienda en Madrid?": "es", "¡Gracias!": "es", "Do you have a shop in Madrid?": "en", "Haben Sie ein Geschäft in Madrid?": "de", "Avez-vous un magasin à Madrid ?": "fr",
		"Quanto costa la spedizione?": "it", "Dove posso trovare la fattura?": "it", "Quanto custa o envio para o Brasil?": "pt", "Vocês têm uma loja em Lisboa?": "pt",
		"Hoe lang duurt de levering?": "nl", "Hebben jullie een winkel in Utrecht?": "nl", "Jak długo trwa dostawa do Polski?": "pl", "Czy mogę zapłacić kartą?": "pl",
		"Jak dlouho trvá doručení?": "cs", "Kde najdu fakturu ke své objednávce, a kdy?": "cs", "Hur lång tid tar leveransen?": "sv", "Kan jag betala med kort?": "sv",
		"Hvor lang tid tager leveringen?": "da", "Hvornår åbner I på lørdag?": "da", "Kuinka kauan toimitus kestää?": "fi", "Onko teillä myymälää?": "fi",
		"Teslimat ne kadar sürer?": "tr", "Kartla ödeme yapabilir miyim, nasıl?": "tr", "Скільки коштує доставка?": "uk", "Чи є у вас магазин у Києві?": "uk",
		"Сколько стоит доставка?": "ru", "Есть ли у вас магазин?": "ru", "Доставка": "ru", "כמה עולה המשלוח?": "he", "送料はいくらですか": "ja", "ギフト": "ja", "운송비": "ko", "运费多少钱": "zh",
		"My lamp is broken, I need a repair": "en", "Die Lampe ist kaputt": "de", "La lampe est en panne": "fr", "La lámpara no funciona": "es", "is it in Oslo": "en", "Wo ist mein Paket": "de",
	} {
		if got := knowledge.Language(text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
}

func TestTitlesCountMoreThanTextsAndShortChunksMoreThanLongOnes(t *testing.T) {
	t.Parallel()
	short, long := knowledge.Chunk{Content: "warranty of shoes"}, knowledge.Chunk{Content: "warranty " + strings.Repeat("of many other things ", 60)}
	titled := knowledge.Weigh("Warranty", short)["warrant"]
	headed := knowledge.Weigh("Shoes", knowledge.Chunk{Heading: "Warranty", Content: "of shoes"})["warrant"]
	plain, lost := knowledge.Weigh("Shoes", short)["warrant"], knowledge.Weigh("Shoes", long)["warrant"]
	if titled <= headed || headed <= plain || plain <= lost || lost <= 0 {
		t.Errorf("the weights are %d, %d, %d, %d", titled, headed, plain, lost)
	}
}

func FuzzTermsOfAnyTextAreShortAndFoldable(f *testing.F) {
	for _, seed := range []string{"How do I return?", "返品はできますか", "\xff\x00", "ـــ", "İstanbul", strings.Repeat("x", 300)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, term := range append(knowledge.Terms(text), knowledge.Asked(text)...) {
			if n := len([]rune(term)); n == 0 || n > 40 {
				t.Errorf("%q has the term %q", text, term)
			}
		}
	})
}

func TestAQuestionFindsATextThatSpellsItOtherwise(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		question, text string
		finds          bool
	}{
		{"What are your business hours?", "Opening hours are Monday to Friday", true},
		{"office hours", "Our opening hours", true},
		{"hours of operation", "Opening hours", true},
		{"What are your business hours?", "Business customers find the invoice", false},
		{"How do I change my email?", "You change your e-mail address under Settings", true},
		{"E-Mail ändern", "Email ändern", true},
		{"wifi", "In the same Wi-Fi network", true},
		{"I cannot log in", "Your login cannot be changed", true},
		{"sign in", "The log-in page", true},
		{"Who pays customs?", "Customers pay by card", false},
		{"customs duty", "Customs duty is yours", true},
		{"Do you serve customers?", "A customer is served", true},
		{"police report", "Our policies report", false},
		{"police", "The police", true},
		{"state", "At the station", false},
		{"business", "It is busy", false},
		{"numbers", "A number of things", true},
	} {
		terms, all := knowledge.Terms(c.text), true
		for _, asked := range knowledge.Asked(c.question) {
			all = all && slices.Contains(terms, asked)
		}
		if all != c.finds {
			t.Errorf("%q in %q: %v, by %q among %q", c.question, c.text, all, knowledge.Asked(c.question), terms)
		}
	}
}
