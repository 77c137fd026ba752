// The states in which the widget is looked at: what the server says, and what the visitor then does.
const minute = 60_000;

/** A face that needs no file: a picture drawn in a few strokes. */
const face = (ground, skin, hair) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 80"><rect width="80" height="80" fill="${ground}"/><path d="M12 80c2-18 13-25 28-25s26 7 28 25z" fill="#fff" fill-opacity=".85"/><circle cx="40" cy="34" r="16" fill="${skin}"/><path d="M23 33c-1-15 8-21 17-21s18 6 17 21c-3-8-8-10-17-10s-14 2-17 10z" fill="${hair}"/></svg>`;
const pictures = { 1: face("#f3c6a5", "#e8b08c", "#4a2f24"), 2: face("#b8d4e8", "#8d5a3c", "#1d1715"), 3: face("#d9c9ee", "#f0c9a8", "#b5651d") };
const avatar = (id) => `/api/v1/chat/files/0/${id}`;
export const team = [
  { name: "Sarah", avatar: avatar(1) },
  { name: "Marcus", avatar: avatar(2) },
  { name: "Ida", avatar: avatar(3) },
];

/** Words of the states, by language. */
const talks = {
  en: {
    greeting: "Hi there! How can we help?",
    question: "Hi! My order 4831 says delivered, but nothing is here.",
    asks: "I'm sorry to hear that, Jane. Let me look.",
    answer: "It went to the **pickup point** around the corner:\n\n- Kiosk Berger, Linden Street 12\n- open until 20:00\n- show this code: `MC-4831`\n\nThe whole way is on [your tracking page](https://track.morrow-clay.example/4831).",
    thanks: "Oh great, thank you so much!",
    how: "How can I return a vase?",
    reply: "You can return a vase within **30 days**, as long as it is in its box. Print the label from your account; pick-up is free.",
    streaming: "Yes, for returns within the EU the pick-up is free. Outside of it we take",
    earlier: "Thanks, the invoice arrived.",
    articles: [
      ["Returns and refunds", "You can return goods within 30 days.", "You can return goods within **30 days**, as long as they are in their box.\n\n## How it works\n\n1. Open *Orders* in your account\n2. Choose the items and print the label\n3. Hand the parcel over, or book a free pick-up\n\n## Refunds\n\nWe refund within five days of the parcel's arrival, to the card or account that paid.\n\n> Sets are checked piece by piece, which takes two days more.\n\nQuestions about customs are answered on [the customs page](https://morrow-clay.example/customs)."],
      ["When will my order arrive?", "Most parcels take two to four days.", "Most parcels take two to four days."],
      ["Change the delivery address", "Until it is packed, you can change it yourself.", "Until it is packed, you can change it yourself."],
      ["Warranty and repairs", "Five years on every glaze.", "Five years on every glaze."],
    ],
    fields: ["Order number", "Topic", "Order", "Return", "Please send me news now and then"],
  },
  ar: {
    greeting: "أهلًا بك! كيف يمكننا مساعدتك؟",
    question: "مرحبًا! طلبي 4831 يظهر أنه وصل، لكن لا شيء هنا.",
    asks: "آسفة لسماع ذلك يا ليلى. دعيني أتحقق.",
    answer: "وصل إلى **نقطة الاستلام** القريبة:\n\n- كشك النور، شارع الزيزفون 12\n- مفتوح حتى الثامنة مساءً\n- أظهري هذا الرمز: `MC-4831`\n\nالتفاصيل كلها في [صفحة التتبّع](https://track.morrow-clay.example/4831).",
    thanks: "رائع، شكرًا جزيلًا!",
    how: "كيف أعيد إناءً؟",
    reply: "يمكنك إعادة الإناء خلال **30 يومًا** ما دام في علبته. اطبع الملصق من حسابك؛ الاستلام مجاني.",
    streaming: "نعم، الاستلام مجاني داخل الاتحاد الأوروبي. أما خارجه",
    earlier: "شكرًا، وصلت الفاتورة.",
    articles: [
      ["الإرجاع واسترداد المبالغ", "يمكنك إرجاع السلع خلال 30 يومًا.", "يمكنك إرجاع السلع خلال **30 يومًا** ما دامت في علبتها.\n\n## كيف يتم ذلك\n\n1. افتح *الطلبات* في حسابك\n2. اختر السلع واطبع الملصق\n3. سلّم الطرد\n\n## الاسترداد\n\nنعيد المبلغ خلال خمسة أيام."],
      ["متى يصل طلبي؟", "تستغرق معظم الطرود من يومين إلى أربعة.", "من يومين إلى أربعة."],
      ["تغيير عنوان التسليم", "يمكنك تغييره بنفسك قبل التغليف.", "قبل التغليف."],
      ["الضمان والإصلاح", "خمس سنوات على كل طلاء.", "خمس سنوات."],
    ],
    fields: ["رقم الطلب", "الموضوع", "طلب", "إرجاع", "أرسلوا لي الأخبار من حين لآخر"],
  },
};

/** A conversation: `who` is v (visitor), a (agent) or b (assistant). */
function messagesOf(lines, start = Date.now() - 9 * minute) {
  return lines.map(([who, body, more = {}], i) => ({
    id: i + 1,
    seq: i + 1,
    direction: who === "v" ? "inbound" : "outbound",
    body,
    timestamp: new Date(start + i * minute).toISOString(),
    author: who === "v" ? "Jane" : who === "a" ? "Sarah" : "Nora",
    sender: { v: "visitor", a: "agent", b: "assistant" }[who],
    ...(who === "a" ? { avatar: avatar(1) } : {}),
    client_id: who === "v" ? `own-${i}` : null,
    type: "text",
    status: "sent",
    attachments: [],
    ...more,
  }));
}

const begun = { token: "t1", talking: "1" };
const summary = (preview, unread, hours, status = "open") =>
  JSON.stringify({ status, lastMessageAt: new Date(Date.now() - hours * 60 * minute).toISOString(), preview, unread, seq: 4 });
const visible = (selector) => (chat) => chat.locator(selector).first().waitFor();
const button = (key) => (words) => words[key];

/** All states, in one language. Each has a name, the script for the stage, and what to wait for or do. */
export function statesOf(language, words) {
  const say = talks[language];
  const articles = say.articles.map(([title, excerpt, content], i) => ({ id: `art_${i}`, title, excerpt, content, language }));
  const base = { greeting: say.greeting, team };
  const talk = messagesOf([["v", say.question], ["a", say.asks], ["a", say.answer], ["v", say.thanks]]);
  const assisted = messagesOf([["v", say.how], ["b", say.reply, { citations: [{ title: say.articles[0][0], article: "art_0" }] }]]);
  const assistant = { name: "Nora" };
  const fields = [
    { name: "order", label: say.fields[0], type: "text", required: false },
    { name: "topic", label: say.fields[1], type: "select", required: true, options: say.fields.slice(2, 4) },
    { name: "news", label: say.fields[4], type: "checkbox", required: false },
  ];
  const press = (key) => (chat) => chat.getByRole("button", { name: button(key)(words), exact: true }).first().click();
  // What is unread is elsewhere alone: so one is led to the list, whether the messages come before the click or after.
  const many = { ...begun, read: "4", "c:k2:token": "t2", "c:k2:talking": "1", "c:k2:summary": summary(say.earlier, 2, 26), "c:k3:token": "t3", "c:k3:talking": "1", "c:k3:summary": summary(say.thanks, 0, 24 * 9, "closed") };
  const closed = { status: "closed", survey: true };
  const talking = { config: base, messages: talk, remembers: begun, pictures };
  const assisting = { config: { ...base, assistant, articles: true }, articles, messages: assisted, remembers: begun, welcome: { assistant_active: true }, pictures };
  return [
    { name: "home", config: { ...base, articles: true }, articles, pictures, ready: visible(".rows .row") },
    { name: "home-returning", config: { ...base, articles: true, assistant }, articles, messages: talk, remembers: many, pictures, ready: visible("#recent") },
    { name: "form", config: base, pictures, ready: visible("form") },
    { name: "form-away", config: { ...base, team: [], online: false, prechat: { fields }, office_hours: { enabled: true, open: false, next_open: new Date(Date.now() + 62 * 60 * minute).toISOString() } }, ready: visible("select") },
    { name: "form-holiday", config: { ...base, team: [], online: false, office_hours: { enabled: true, open: false, time_zone: "UTC", holidays: [-1, 0, 1].map((days) => new Date(Date.now() + days * 24 * 60 * minute).toISOString().slice(0, 10)), next_open: new Date(Date.now() + 62 * 60 * minute).toISOString() } }, ready: visible("form") },
    { name: "form-problems", config: { ...base, prechat: { fields } }, pictures, ready: async (chat) => { await visible("select")(chat); await press("begin")(chat); await visible(".field .problem")(chat); } },
    { name: "talk", ...talking, welcome: { seq: 4 }, frames: [{ type: "read", seq: 4 }], ready: visible(".own .bubble") },
    { name: "typing", ...talking, frames: [{ type: "typing", author: "Sarah", active: true }], ready: visible(".typing") },
    { name: "assistant", ...assisting, ready: visible(".sources") },
    { name: "streaming", ...assisting, frames: [{ type: "delta", id: "d1", author: "Nora", text: say.streaming }], ready: visible(".streams") },
    { name: "options", ...talking, ready: async (chat) => { await visible(".own .bubble")(chat); await press("options")(chat); await visible(".options .popup")(chat); } },
    { name: "emoji", ...talking, ready: async (chat) => { await visible(".own .bubble")(chat); await press("emoji")(chat); await visible(".signs button")(chat); } },
    { name: "emoji-search", ...talking, ready: async (chat) => { await visible(".own .bubble")(chat); await press("emoji")(chat); await visible(".signs button")(chat); await chat.locator(".emoji input").fill("love"); await chat.locator("[role=tabpanel]").waitFor({ state: "detached" }); } },
    { name: "upload", ...talking, answers: { "POST /api/v1/chat/conversations/t1/messages": { status: 503, body: "" } }, ready: async (chat) => { await visible(".own .bubble")(chat); await chat.locator("input[type=file]").setInputFiles([{ name: "parcel.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(4096) }]); await chat.locator("textarea").press("Enter"); await visible(".upload")(chat); } },
    { name: "limited", ...talking, answers: { "POST /api/v1/chat/conversations/t1/messages": { status: 429, headers: { "Retry-After": "42", "Content-Type": "application/json" }, body: '{"error":"Too many"}' } }, ready: async (chat) => { await visible(".own .bubble")(chat); await chat.locator("textarea").fill("…"); await chat.locator("textarea").press("Enter"); await visible(".limited")(chat); } },
    { name: "rating", ...talking, welcome: closed, ready: async (chat) => { await visible(".rating")(chat); await chat.locator(".rating input").nth(3).check({ force: true }); await visible(".rating textarea")(chat); } },
    { name: "help", config: { ...base, articles: true }, articles, pictures, ready: async (chat) => { await press("searchHelp")(chat); await visible(".search")(chat); await visible(".rows .row")(chat); } },
    { name: "nothing-found", config: { ...base, articles: true }, articles, pictures, ready: async (chat) => { await press("searchHelp")(chat); await chat.locator(".search input").fill("qqq"); await visible(".scroll > .hint:not(:empty)")(chat); } },
    { name: "article", config: { ...base, articles: true }, articles, pictures, ready: async (chat) => { await visible(".row")(chat); await chat.locator(".row").first().click(); await visible("article h3")(chat); } },
    { name: "refused", answers: { "GET /api/v1/chat/config": { status: 403, headers: { "Content-Type": "application/json" }, body: '{"error":"Origin not allowed"}' } }, ready: visible(".refused") },
    { name: "unreachable", answers: { "GET /api/v1/chat/config": { status: 503, body: "" } }, ready: visible(".unreachable") },
  ];
}
