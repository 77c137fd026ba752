// src/shared/browser.ts
var e = () => ({
	now: () => Date.now(),
	random: () => Math.random(),
	bytes: (e) => crypto.getRandomValues(new Uint8Array(e)),
	setTimeout: (e, t) => setTimeout(e, t),
	clearTimeout: (e) => clearTimeout(e),
	fetch: (e, t) => fetch(e, t),
	openSocket: (e) => typeof WebSocket == "function" ? new WebSocket(e) : null,
	storage: () => localStorage,
	tabs: (e) => t(`parley:${e}`)
});
function t(e) {
	let { locks: t } = navigator;
	if (!t || typeof BroadcastChannel != "function") return null;
	let n = new BroadcastChannel(e), r = new AbortController(), i = () => {}, a = {
		onNote: null,
		say: (e) => n.postMessage(e),
		lead: (e) => void o(e),
		close: () => {
			r.abort(), i(), n.close();
		}
	};
	n.onmessage = ({ data: e }) => a.onNote?.(e);
	let o = async (n) => {
		let a = () => {
			if (!r.signal.aborted) return n(!0), new Promise((e) => i = e);
		};
		try {
			if (await t.request(e, { ifAvailable: !0 }, (e) => e ? a() : "taken") !== "taken" || r.signal.aborted) return;
			n(!1), await t.request(e, { signal: r.signal }, a);
		} catch {
			r.signal.aborted || n(!0);
		}
	};
	return a;
}
// src/shared/api.ts
function n(e, t) {
	if (e.ok) return { ok: !0 };
	let { status: n, error: r, wait: i } = e;
	return {
		ok: !1,
		status: n,
		error: r,
		retryAt: n === 429 ? t + (i || 5e3) : null
	};
}
var r = 5e3, i = 15e3, a = 12e4, o = "/api/v1/chat", s = class {
	#e;
	#t;
	#n;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n;
	}
	config() {
		return this.#r("/config", {});
	}
	start(e) {
		return this.#r("/conversations", l(e));
	}
	messages(e, t) {
		return this.#r(`${c(e)}/messages?after=${t}`, {});
	}
	identify(e) {
		return this.#r("/identify", l(e));
	}
	person(e) {
		return this.#r(`${c(e)}/person`, l({}));
	}
	transcript(e) {
		return this.#r(`${c(e)}/transcript`, l({}));
	}
	page(e, t) {
		return this.#r(`${c(e)}/page`, l(t));
	}
	push(e, t, n) {
		return this.#r(`${c(e)}/push`, l(t, n ? "PUT" : "DELETE"));
	}
	articles(e, t) {
		let n = new URLSearchParams({
			...e && { q: e },
			...t && { locale: t }
		});
		return this.#r(`/articles?${n}`, {});
	}
	article(e) {
		return this.#r(`/articles/${encodeURIComponent(e)}`, {});
	}
	post(e, { client_id: t, message: n, files: r }) {
		let i = `${c(e)}/messages`;
		if (r.length === 0) return this.#r(i, l({
			client_id: t,
			message: n
		}));
		let o = new FormData();
		o.set("client_id", t), o.set("message", n);
		for (let e of r) o.append("files", e, e.name);
		return this.#r(i, {
			method: "POST",
			body: o
		}, a);
	}
	read(e, t) {
		return this.#r(`${c(e)}/read`, l({ seq: t }));
	}
	rate(e, t, n) {
		return this.#r(`${c(e)}/rating`, l({
			score: t,
			comment: n
		}));
	}
	fileAddress(e, t, n) {
		let r = new URLSearchParams({
			site_key: this.#n,
			disposition: n
		});
		return `${this.#t}${o}${c(e)}/${t}?${r}`;
	}
	socketAddress() {
		return `${this.#t.replace(/^http/, "ws")}${o}/ws`;
	}
	async #r(e, t, n = i) {
		let r = new AbortController(), a = this.#e.setTimeout(() => r.abort(), n);
		try {
			let n = {
				...t.headers,
				"X-Site-Key": this.#n
			}, i = `${this.#t}${o}${e}`;
			return await u(await this.#e.fetch(i, {
				...t,
				headers: n,
				signal: r.signal
			}), this.#e.now());
		} catch {
			return {
				ok: !1,
				status: 0,
				error: "",
				wait: 0
			};
		} finally {
			this.#e.clearTimeout(a);
		}
	}
}, c = (e) => `/conversations/${encodeURIComponent(e)}`;
function l(e, t = "POST") {
	return {
		method: t,
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(e)
	};
}
async function u(e, t) {
	if (e.ok) return {
		ok: !0,
		value: await e.json()
	};
	let n = await e.json().catch(() => null), r = typeof n?.error == "string" ? n.error : "";
	return {
		ok: !1,
		status: e.status,
		error: r,
		wait: ee(e.headers, t)
	};
}
function ee(e, t) {
	let n = e.get("Retry-After");
	if (n === null) return 0;
	let r = Number(n), i = Number.isFinite(r) ? r * 1e3 : Date.parse(n) - t;
	return i > 0 ? i : 0;
}
// src/shared/ephemera.ts
var te = 6e3, ne = 3e3, re = class {
	#e;
	#t;
	#n;
	#r = null;
	#i = null;
	#a = 0;
	typing = null;
	streaming = [];
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n;
	}
	receive(e) {
		e.type === "typing" && this.#o(e.active ? e.author ?? "" : null), e.type === "delta" && e.end ? this.#s(e.id) : e.type === "delta" && this.#c(e.id, e.author ?? "", e.text), e.type === "message" && e.message.direction === "outbound" && this.clear();
	}
	clear() {
		this.streaming = [], this.#o(null);
	}
	compose(e) {
		let t = this.#e.now();
		this.#e.clearTimeout(this.#i), e ? (t - this.#a >= ne && (this.#a = t, this.#n(!0)), this.#i = this.#e.setTimeout(() => this.compose(!1), 5e3)) : (this.#a > 0 && this.#n(!1), this.#a = 0);
	}
	stop() {
		this.#e.clearTimeout(this.#r), this.#e.clearTimeout(this.#i);
	}
	#o(e) {
		this.#e.clearTimeout(this.#r), this.typing = e, e !== null && (this.#r = this.#e.setTimeout(() => this.#o(null), te)), this.#t();
	}
	#s(e) {
		this.streaming = this.streaming.filter((t) => t.id !== e), this.#t();
	}
	#c(e, t, n) {
		let r = this.streaming.find((t) => t.id === e), i = this.streaming.filter((e) => e !== r);
		this.streaming = [...i, {
			id: e,
			author: t,
			text: (r?.text ?? "") + n
		}], this.#o(null);
	}
}, d = 500, f = 100, p = 3e4;
function m(e, t, n = p) {
	let r = Math.min(n, d * 2 ** Math.min(e, 16));
	return Math.max(f, Math.round(t() * r));
}
// src/shared/closecodes.ts
var h = {
	4400: "poll",
	4401: "refused",
	4403: "poll",
	4404: "gone",
	4429: "wait"
}, g = (e) => h[e] ?? "reconnect", _ = {
	shown: 3e3,
	hidden: 15e3
}, ie = class {
	#e;
	#t;
	#n;
	#r = null;
	#i = !1;
	#a = !1;
	#o = 0;
	#s = !1;
	hidden = !1;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n;
	}
	get reached() {
		return this.#i && this.#s;
	}
	start() {
		this.#i || (this.#i = !0, this.now());
	}
	stop() {
		this.#i = !1, this.#s = !1, this.#o = 0, this.#e.clearTimeout(this.#r);
	}
	now() {
		!this.#i || this.#a || (this.#e.clearTimeout(this.#r), this.#c());
	}
	async #c() {
		this.#a = !0;
		let e = await this.#t();
		this.#a = !1, this.#i && (this.#s = e.ok || e.status === 429, this.#o = this.#s ? 0 : this.#o + 1, this.#r = this.#e.setTimeout(() => void this.#c(), this.#l(e)), this.#n());
	}
	#l(e) {
		let t = this.hidden ? _.hidden : _.shown;
		return e.ok ? t : Math.max(e.wait, e.status === 429 ? t : m(this.#o, this.#e.random));
	}
}, v = 1006, y = 1e4, ae = 8e3, b = 2e4, oe = 4e3, se = class e {
	#e;
	#t;
	#n;
	#r = null;
	#i = b;
	#a = null;
	#o = null;
	#s = !1;
	constructor(e, t, n, r) {
		this.#e = e, this.#t = r, this.#n = t, t.onopen = () => t.send(JSON.stringify(n)), t.onmessage = ({ data: e }) => this.#c(e), t.onclose = ({ code: e }) => this.#f(e), this.#u(y);
	}
	static open(t, n, r, i) {
		try {
			let a = n();
			return a && new e(t, a, r, i);
		} catch {
			return null;
		}
	}
	get live() {
		return this.#r !== null && !this.#s;
	}
	send(e) {
		if (!this.live) return !1;
		try {
			return this.#n.send(JSON.stringify(e)), !0;
		} catch {
			return !1;
		}
	}
	probe() {
		this.live && this.#l(oe);
	}
	close() {
		this.#f(v);
	}
	#c(e) {
		let t = x(e);
		this.#s || t === null || (this.#d(), t.type === "welcome" && (this.#r = this.#e.now(), this.#i = Math.min(b, (t.heartbeat ?? 25) * 800)), this.live ? this.#a = this.#e.setTimeout(() => this.#l(ae), this.#i) : this.#u(y), this.#t.frame(t));
	}
	#l(e) {
		this.#d(), this.send({ type: "ping" }), this.#u(e);
	}
	#u(e) {
		this.#o = this.#e.setTimeout(() => this.#f(v), e);
	}
	#d() {
		this.#e.clearTimeout(this.#a), this.#e.clearTimeout(this.#o);
	}
	#f(e) {
		if (this.#s) return;
		this.#s = !0, this.#d();
		let t = this.#n;
		t.onopen = t.onmessage = t.onclose = null;
		try {
			t.close();
		} catch {}
		let n = this.#r, r = n === null ? 0 : this.#e.now() - n;
		this.#t.ended({
			code: e,
			welcomed: n !== null,
			lived: r
		});
	}
};
function x(e) {
	try {
		let t = JSON.parse(String(e));
		return typeof t?.type == "string" ? t : null;
	} catch {
		return null;
	}
}
// src/shared/link.ts
var S = 2, C = 5e3, w = 3e4, T = 6e4, E = class {
	#e;
	#t;
	#n;
	#r = null;
	#i = null;
	#a = !1;
	#o = !1;
	#s = 0;
	#c = 0;
	#l = 0;
	constructor(e, t) {
		this.#e = e, this.#t = t, this.#n = new ie(e, t.ask, t.changed);
	}
	get state() {
		return this.#a ? this.#r?.live ? "live" : this.#n.reached ? "polling" : this.#s === 0 && this.#c === 0 && !this.#o ? "connecting" : "down" : "idle";
	}
	start() {
		this.#a || (this.#a = !0, this.#s = this.#c = this.#l = 0, this.#o = !1, this.#u());
	}
	stop() {
		this.#a = !1, this.#e.clearTimeout(this.#i), this.#n.stop(), this.#r?.close(), this.#r = null;
	}
	send(e) {
		return this.#r?.send(e) ?? !1;
	}
	wake() {
		this.#a && (this.#n.now(), this.#r?.live ? this.#r.probe() : !this.#r && this.#e.now() >= this.#l && this.#u());
	}
	refresh() {
		this.#n.now();
	}
	set hidden(e) {
		this.#n.hidden = e;
	}
	resync() {
		this.#r?.close();
	}
	#u() {
		if (this.#e.clearTimeout(this.#i), !this.#a || this.#o) return;
		let { open: e, hello: t } = this.#t, n = null;
		n = se.open(this.#e, e, t(), {
			frame: (e) => this.#d(e),
			ended: (e) => this.#p(n, e)
		}), this.#r = n, n === null && this.#g(), this.#t.changed();
	}
	#d(e) {
		e.type === "welcome" && (this.#c = 0, this.#n.stop()), e.type === "bye" && this.#f(e.reconnect_in), this.#t.frame(e);
	}
	#f(e) {
		this.#l = this.#e.now() + e, this.#_(e, () => this.#r?.close());
	}
	#p(e, t) {
		e === this.#r && (this.#r = null, this.#a && (t.lived >= C && (this.#s = 0), this.#c = t.welcomed ? 0 : this.#c + 1, this.#m(t.code), this.#t.changed()));
	}
	#m(e) {
		let t = g(e);
		t === "refused" || t === "gone" ? (this.stop(), this.#t.lost(t)) : t === "poll" ? this.#g() : this.#h(t === "wait");
	}
	#h(e) {
		(e || this.#c >= S) && this.#n.start();
		let t = this.#e.now();
		e && (this.#l = t + w * (1 + this.#e.random()));
		let n = this.#n.reached ? T : p, r = m(this.#s++, this.#e.random, n);
		this.#_(Math.max(r, this.#l - t), () => this.#u());
	}
	#g() {
		this.#o = !0, this.#n.start();
	}
	#_(e, t) {
		this.#e.clearTimeout(this.#i), this.#i = this.#e.setTimeout(t, e);
	}
}, D = "files-lost", O = "too-old", k = 864e5, A = "out:", j = class {
	#e;
	#t = [];
	#n = 0;
	constructor(e, t) {
		this.#e = e, this.#t = e.names(A).map((n) => M(e.get(n), t)).filter((e) => e !== null).sort((e, t) => e.created - t.created), this.#n = this.#t.at(-1)?.created ?? 0;
	}
	adopt(e) {
		let t = this.#e.names(A);
		for (let n of t) {
			if (this.find(n.slice(4))) continue;
			let t = M(this.#e.get(n), e);
			t && t.filenames.length === 0 && this.#t.push({
				...t,
				adopted: !0
			});
		}
		this.#t = this.#t.filter(({ adopted: e, delivery: n, client_id: r }) => !e || n === "sent" || t.includes(A + r)), this.#t.sort((e, t) => e.created - t.created), this.#n = Math.max(this.#n, this.#t.at(-1)?.created ?? 0);
	}
	get busy() {
		return this.next() !== void 0;
	}
	get entries() {
		return this.#t;
	}
	next() {
		return this.#t.find(({ delivery: e }) => e !== "sent" && e !== "failed");
	}
	find(e) {
		return this.#t.find((t) => t.client_id === e);
	}
	add(e) {
		this.#n = Math.max(e.now, this.#n + 1);
		let t = e.files.map((e) => e.name), { client_id: n, message: r, files: i } = e, a = {
			client_id: n,
			message: r,
			files: i,
			filenames: t,
			created: this.#n,
			delivery: "queued"
		};
		return this.#t.push(a), this.#r(a), a;
	}
	acknowledge(e) {
		let t = this.find(e);
		t && (t.delivery = "sent"), this.#e.remove(A + e);
	}
	drop(e) {
		this.#t = this.#t.filter((t) => t.client_id !== e), this.#e.remove(A + e);
	}
	retry(e, t) {
		let n = this.find(e);
		n && n.error !== "files-lost" && (this.#t = this.#t.filter((e) => e !== n), this.#n = Math.max(t, this.#n + 1), Object.assign(n, {
			delivery: "queued",
			created: this.#n
		}), delete n.error, this.#t.push(n), this.#r(n));
	}
	clear() {
		for (let e of [...this.#t]) this.drop(e.client_id);
	}
	#r({ client_id: e, message: t, created: n, filenames: r }) {
		this.#e.set(A + e, JSON.stringify({
			client_id: e,
			message: t,
			created: n,
			filenames: r
		}));
	}
};
function M(e, t) {
	try {
		let { client_id: n, message: r, created: i, filenames: a = [] } = JSON.parse(e ?? "");
		if (typeof n != "string" || typeof r != "string") return null;
		let o = {
			client_id: n,
			message: r,
			created: i,
			filenames: a,
			files: [],
			delivery: "queued"
		};
		return a.length > 0 ? {
			...o,
			delivery: "failed",
			error: D
		} : t - i > k ? {
			...o,
			delivery: "failed",
			error: O
		} : o;
	} catch {
		return null;
	}
}
// src/shared/reading.ts
var N = 300, P = class {
	#e;
	#t;
	#n;
	#r;
	#i = null;
	#a = !1;
	constructor(e, t, n, r) {
		this.#e = e, this.#t = t, this.#n = n, this.#r = r;
	}
	get unread() {
		return this.#a ? 0 : this.#s();
	}
	look(e) {
		this.#a && !e && this.#n.cursor > this.#t.read && this.#o(), this.#a = e, this.note();
	}
	note() {
		this.#e.clearTimeout(this.#i), !this.#a || this.#n.cursor <= this.#t.read || (this.#i = this.#e.setTimeout(() => this.#o(), N));
	}
	stop() {
		this.#e.clearTimeout(this.#i);
	}
	#o() {
		this.#e.clearTimeout(this.#i);
		let e = this.#s() > 0;
		this.#t.read = this.#n.cursor, e && this.#r(this.#n.cursor);
	}
	#s() {
		let e = this.#t.read;
		return this.#n.messages.slice(e).filter(({ direction: e }) => e === "outbound").length;
	}
}, F = 8e3, I = class {
	#e;
	#t;
	#n;
	#r = !1;
	#i = null;
	#a = null;
	#o = 0;
	#s = 0;
	#c = "";
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n;
	}
	start() {
		this.#r = !0, this.kick();
	}
	kick() {
		if (this.#i || !this.#r) return;
		this.#e.clearTimeout(this.#a);
		let e = this.#t.next();
		if (!e) return;
		let t = Math.max(e.retryAt ?? 0, this.#s) - this.#e.now();
		t > 0 ? this.#m(t) : this.#u(e);
	}
	reconnected() {
		this.#i?.overSocket && this.#l(this.#i), this.#o = 0, this.kick();
	}
	acknowledged(e) {
		this.#t.acknowledge(e), this.#o = 0, this.#i?.entry.client_id === e && (this.#i = null), this.kick();
	}
	refusedOnSocket(e) {
		this.#i?.entry.client_id === e && this.#d(e);
	}
	stop() {
		this.#r = !1, this.#i && this.#l(this.#i), this.#e.clearTimeout(this.#a);
	}
	#l({ entry: e }) {
		this.#i = null, e.delivery === "sending" && (e.delivery = "queued");
	}
	#u(e) {
		e.delivery = "sending", delete e.retryAt;
		let { client_id: t, message: n, files: r } = e, i = r.length === 0 && this.#c !== t && this.#n.send({
			type: "send",
			client_id: t,
			message: n
		}), a = {
			entry: e,
			overSocket: i
		};
		this.#i = a, i ? this.#a = this.#e.setTimeout(() => this.#d(t), F) : this.#f(a), this.#n.changed();
	}
	#d(e) {
		this.#c = e, this.#i && this.#l(this.#i), this.kick();
	}
	async #f(e) {
		let t = await this.#n.post(e.entry);
		t.ok ? (this.acknowledged(e.entry.client_id), this.#n.posted()) : this.#i === e && (this.#i = null, this.#p(e.entry, t)), this.#n.changed();
	}
	#p(e, { status: t, error: n, wait: r }) {
		if (t === 401 || t === 403) return this.#n.lost("refused");
		if (t === 404) return this.#n.lost("gone");
		if (t === 429) {
			let t = r || 5e3;
			return Object.assign(e, {
				delivery: "limited",
				retryAt: this.#e.now() + t
			}), this.#m(t);
		}
		if (t >= 400 && t < 500 && t !== 408) return Object.assign(e, {
			delivery: "failed",
			error: n
		}), this.kick();
		e.delivery = "queued", this.#s = this.#e.now() + r, this.#m(Math.max(r, m(this.#o++, this.#e.random)));
	}
	#m(e) {
		this.#e.clearTimeout(this.#a), this.#a = this.#e.setTimeout(() => this.kick(), e);
	}
}, L = class {
	status = "open";
	survey = !1;
	assistantActive = !1;
	agentRead = 0;
	online = null;
	receive(e) {
		e.type === "read" && (this.agentRead = Math.max(this.agentRead, e.seq)), e.type === "presence" && (this.online = e.online), e.type === "welcome" && (this.status = e.status ?? "open", this.survey ||= e.survey ?? !1), e.type === "conversation" && (this.status = e.status, this.survey = this.status !== "open" && (e.survey || this.survey)), (e.type === "welcome" || e.type === "conversation") && (this.assistantActive = e.assistant_active ?? this.assistantActive);
	}
	welcome(e) {
		return {
			type: "welcome",
			seq: e,
			status: this.status,
			survey: this.survey,
			assistant_active: this.assistantActive
		};
	}
}, R = ["Please sign in to chat", "Identity could not be verified"], z = class {
	#e;
	#t;
	#n;
	#r = null;
	#i = 0;
	#a = null;
	retryAt = null;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n, this.#a = t.talking ? null : t.beginning;
	}
	get pending() {
		return this.#a;
	}
	get outgoing() {
		if (!this.#a) return null;
		let { client_id: e, message: t } = this.#a, n = {
			client_id: e,
			message: t,
			created: this.#e.now(),
			files: [],
			filenames: [],
			delivery: "sending"
		};
		return this.retryAt === null ? n : {
			...n,
			delivery: "limited",
			retryAt: this.retryAt
		};
	}
	begin(e) {
		this.#a = e, this.#t.beginning = e, this.#i = 0, this.#o(e);
	}
	resume() {
		this.#a && this.#o(this.#a);
	}
	stop() {
		this.#a = null, this.#e.clearTimeout(this.#r);
	}
	async #o(e) {
		this.#e.clearTimeout(this.#r), this.retryAt = null, this.#n.changed();
		let t = await this.#n.start(e);
		this.#a === e && (t.ok ? (this.#a = null, this.#t.began(t.value.auto_reply ?? null, t.value.conversation_token ?? null), this.#n.began(e)) : t.status === 409 ? this.#s(e) : this.#c(e, t));
	}
	#s(e) {
		this.#t.talking ? (this.#a = null, this.#t.beginning = null, this.#n.joined(e)) : this.begin({
			...e,
			visitor_token: this.#t.renew()
		});
	}
	#c(e, { status: t, error: n, wait: i }) {
		let a = t === 401 && R.includes(n);
		if (t === 403 || t === 401 && !a) return this.#n.refused();
		if (t >= 400 && t < 500 && t !== 408 && t !== 429) return this.#a = null, this.#t.beginning = null, this.#n.declined(n);
		let o = Math.max(i, t === 429 ? r : m(this.#i++, this.#e.random));
		t === 429 && (this.retryAt = this.#e.now() + o), this.#r = this.#e.setTimeout(() => void this.#o(e), o), this.#n.changed();
	}
}, B = 120;
function V(e, t, n) {
	let r = e.at(-1), i = r?.body || r?.attachments?.[0]?.filename || "";
	return {
		status: t,
		lastMessageAt: r?.timestamp ?? null,
		preview: ce(i),
		unread: n,
		seq: r?.seq ?? 0
	};
}
function H({ status: e, last_message_at: t, last_message_preview: n, unread: r }) {
	return {
		status: e,
		lastMessageAt: t,
		preview: n,
		unread: r,
		seq: 0
	};
}
function U(e, t) {
	if (t.length === 0) return e;
	let n = e.unread + t.filter(({ direction: e }) => e === "outbound").length;
	return { ...V(t, t.at(-1)?.direction === "inbound" ? "open" : e.status, n) };
}
var W = (e, t) => (t.lastMessageAt ?? "").localeCompare(e.lastMessageAt ?? "");
function ce(e) {
	let t = [...e];
	return t.length > B ? `${t.slice(0, B).join("")}…` : e;
}
// src/shared/token.ts
var G = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
function K(e) {
	let t = "", n = 0, r = 0;
	for (let i of e) {
		for (r = r << 8 | i, n += 8; n >= 6;) n -= 6, t += G[r >> n & 63];
		r &= (1 << n) - 1;
	}
	return n > 0 ? t + G[r << 6 - n & 63] : t;
}
var le = (e) => K(e(32)), q = (e) => K(e(16)), ue = 3e3, de = 1012, fe = 4400, pe = class {
	#e;
	#t;
	#n;
	#r = "undecided";
	#i = !1;
	#a = null;
	#o = /* @__PURE__ */ new Map();
	constructor(e, t, n) {
		this.#e = e, this.#t = n, this.#n = e.tabs?.(t) ?? null, this.#n ? this.#n.onNote = (e) => this.#p(e) : this.#r = "leader";
	}
	get following() {
		return this.#r === "follower" && this.#a?.real !== !0;
	}
	openSocket(e) {
		return this.#n ? (this.#a = new me(this.#e, e, {
			up: (e, t) => this.#f(e, t),
			closed: (e) => {
				this.#a === e && (this.#a = null);
			}
		}), this.#i ? this.#l() : (this.#i = !0, this.#n.lead((e) => this.#c(e))), this.#a) : this.#e.openSocket(e);
	}
	share(e) {
		this.#r === "leader" && this.#o.size > 0 && this.#s({
			kind: "down",
			frames: [e]
		});
	}
	turned() {
		if (this.#r !== "leader" || this.#o.size === 0) return;
		let e = this.#t.welcome(), t = [...this.#o.values()].some((e) => e !== null);
		(!e || t) && this.#d();
	}
	end(e) {
		this.#r === "leader" && this.#o.size > 0 && this.#s({
			kind: "end",
			code: e
		});
	}
	posted() {
		this.following && this.#s({ kind: "refresh" });
	}
	close() {
		this.#n && (this.#n.onNote = null, this.#n.close());
	}
	#s(e) {
		this.#n?.say(e);
	}
	#c(e) {
		if (this.#r = e ? "leader" : "follower", !e) return this.#l();
		this.#d(), this.#t.leads(), this.#a && !this.#a.decided ? this.#l() : this.#a && !this.#a.real && this.#u();
	}
	#l() {
		this.#r === "leader" && this.#a?.becomeReal(), this.#r === "follower" && this.#a?.becomeVirtual();
	}
	#u() {
		this.#a?.end(de), this.#t.wake();
	}
	#d() {
		this.#o.clear(), this.#s({ kind: "again" });
	}
	#f(e, t) {
		t.type === "hello" ? this.#s({
			kind: "hello",
			from: e,
			after: t.after
		}) : this.#s({
			kind: "up",
			from: e,
			frame: t
		});
	}
	#p(e) {
		this.#r === "leader" ? this.#h(e) : this.#a && !this.#a.real ? this.#m(this.#a, e) : !this.#a && e.kind === "again" && this.#t.wake();
	}
	#m(e, t) {
		if (t.kind === "here" && t.to === e.id && e.found(), t.kind === "again" && this.#u(), t.kind === "end" && e.end(t.code), t.kind === "down" && (t.to ?? e.id) === e.id) for (let n of t.frames) e.receive(n, t.to !== void 0);
	}
	#h(e) {
		e.kind === "refresh" && this.#t.refresh(), e.kind === "hello" && this.#g(e.from, e.after), e.kind === "up" && this.#_(e.from, e.frame);
	}
	#g(e, t) {
		this.#s({
			kind: "here",
			to: e
		});
		let n = this.#t.welcome();
		if (this.#o.set(e, n ? null : t), !n) return;
		let r = this.#t.messages().filter(({ seq: e }) => e > t);
		this.#s({
			kind: "down",
			to: e,
			frames: [n, ...r.map((e) => ({
				type: "message",
				message: e
			}))]
		});
	}
	#_(e, t) {
		if (t.type === "ping") return this.#s({
			kind: "down",
			to: e,
			frames: [{ type: "pong" }]
		});
		this.#t.send(t) || t.type !== "send" || this.#s({
			kind: "down",
			to: e,
			frames: [{
				type: "error",
				error: "",
				client_id: t.client_id
			}]
		});
	}
}, me = class {
	onopen = null;
	onmessage = null;
	onclose = null;
	onerror = null;
	id;
	decided = !1;
	#e;
	#t;
	#n;
	#r = null;
	#i = null;
	#a = !1;
	#o = !1;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n, this.id = q((t) => e.bytes(t));
	}
	get real() {
		return this.#r !== null;
	}
	becomeReal() {
		if (!(this.#a || this.#r)) {
			this.decided = !0, this.#e.clearTimeout(this.#i);
			try {
				this.#r = this.#e.openSocket(this.#t);
			} catch {}
			this.#r ? (this.#r.onopen = () => this.onopen?.(), this.#r.onmessage = (e) => this.onmessage?.(e), this.#r.onclose = ({ code: e }) => this.end(e)) : this.#i = this.#e.setTimeout(() => this.end(fe), 0);
		}
	}
	becomeVirtual() {
		this.decided = !0, this.#i = this.#e.setTimeout(() => this.#s(), 0);
	}
	found() {
		this.#e.clearTimeout(this.#i);
	}
	receive(e, t) {
		e.type === "welcome" && t && (this.#o = !0), this.#o && !this.#a && this.onmessage?.({ data: JSON.stringify(e) });
	}
	send(e) {
		this.#r ? this.#r.send(e) : this.#n.up(this.id, JSON.parse(e));
	}
	close() {
		this.#c();
	}
	end(e) {
		if (this.#a) return;
		let t = this.onclose;
		this.#c(), t?.({ code: e });
	}
	#s() {
		this.#a || (this.#i = this.#e.setTimeout(() => this.becomeReal(), ue), this.onopen?.());
	}
	#c() {
		this.#a || (this.#a = !0, this.#e.clearTimeout(this.#i), this.#r && (this.#r.onopen = this.#r.onmessage = this.#r.onclose = null, this.#r.close()), this.#n.closed(this));
	}
};
function he(e) {
	let t = 3735928559, n = 1103547991;
	for (let r = 0; r < e.length; r++) {
		let i = e.charCodeAt(r);
		t = Math.imul(t ^ i, 2654435761), n = Math.imul(n ^ i, 1597334677);
	}
	return t = Math.imul(t ^ t >>> 16, 2246822507) ^ Math.imul(n ^ n >>> 13, 3266489909), n = Math.imul(n ^ n >>> 16, 2246822507) ^ Math.imul(t ^ t >>> 13, 3266489909), (4294967296 * (2097151 & n) + (t >>> 0)).toString(36);
}
// src/shared/timeline.ts
var ge = class {
	#e = [];
	#t = /* @__PURE__ */ new Set();
	get messages() {
		return this.#e;
	}
	get cursor() {
		return this.#e.length;
	}
	apply(e) {
		return e.seq <= this.cursor ? "seen" : e.seq > this.cursor + 1 ? "gap" : (this.#e.push(e), e.client_id && this.#t.add(e.client_id), "new");
	}
	has(e) {
		return this.#t.has(e);
	}
	clear() {
		this.#e = [], this.#t.clear();
	}
}, _e = class {
	#e;
	#t;
	constructor(e, t) {
		this.#e = e, this.#t = t;
	}
	get token() {
		return this.#e.get("token") ?? this.renew();
	}
	renew() {
		this.forget();
		let e = le(this.#t);
		return this.#e.set("token", e), e;
	}
	adopt(e) {
		this.#e.get("token") === e && this.talking || (this.forget(), this.#e.set("token", e), this.#e.set("ref", e), this.#e.set("talking", "1"));
	}
	get ref() {
		return this.#e.get("ref");
	}
	get talking() {
		return this.#e.get("talking") === "1";
	}
	began(e, t = null) {
		this.#e.set("talking", "1"), this.#e.remove("start"), this.#e.remove("form"), t && this.#e.set("ref", t), e && this.#e.set("auto-reply", e);
	}
	get autoReply() {
		return this.#e.get("auto-reply");
	}
	get beginning() {
		return this.#e.read("start");
	}
	set beginning(e) {
		this.#e.write("start", e);
	}
	get draft() {
		return this.#e.get("draft") ?? "";
	}
	set draft(e) {
		e === "" ? this.#e.remove("draft") : this.#e.set("draft", e);
	}
	get form() {
		return this.#e.read("form") ?? {};
	}
	set form(e) {
		let t = Object.values(e).some((e) => e !== "" && e !== void 0);
		this.#e.write("form", t ? e : null);
	}
	get read() {
		return Number(this.#e.get("read") ?? 0) || 0;
	}
	set read(e) {
		this.#e.set("read", String(e));
	}
	forget() {
		for (let e of [
			"token",
			"ref",
			"talking",
			"auto-reply",
			"start",
			"read",
			"summary"
		]) this.#e.remove(e);
	}
}, ve = 300, ye = /* @__PURE__ */ new Set([
	"ack",
	"typing",
	"delta",
	"read",
	"conversation",
	"presence",
	"error"
]), be = {
	refused: 4401,
	gone: 4404
}, xe = class {
	visitor;
	standing = new L();
	#e;
	#t;
	#n;
	#r = new ge();
	#i;
	#a;
	#o;
	#s;
	#c;
	#l = null;
	#u = !1;
	#d = "";
	#f = null;
	#p = "idle";
	#m = null;
	#h = "";
	constructor(e) {
		this.#e = e;
		let { world: t, keep: n } = e;
		this.#t = t, this.visitor = new _e(n, (e) => t.bytes(e)), this.#n = new j(n, t.now()), this.#i = this.#g(), this.#a = this.#v(), this.#o = this.#y(), this.#c = new P(t, this.visitor, this.#r, (e) => this.#M(e)), this.#s = new re(t, () => e.changed(), (e) => this.#i.send({
			type: "typing",
			active: e
		}));
	}
	open() {
		this.visitor.talking ? this.#C() : this.#o.resume();
	}
	stop() {
		this.#i.stop(), this.#a.stop(), this.#o.stop(), this.#s.stop(), this.#c.stop(), this.#r.cursor > 0 && this.#P(), this.#t.clearTimeout(this.#m), this.#l?.close(), this.#l = null;
	}
	wipe() {
		this.#r.clear(), this.stop(), this.#n.clear(), this.#e.keep.clear();
	}
	view() {
		return {
			phase: this.phase,
			link: this.#i.state,
			shared: this.#l?.following ?? !1,
			messages: [...this.#r.messages],
			outgoing: this.#b(),
			typing: this.#s.typing,
			streaming: this.#s.streaming,
			status: this.standing.status,
			survey: this.standing.survey,
			assistantActive: this.standing.assistantActive,
			agentRead: this.standing.agentRead,
			online: this.standing.online,
			unread: this.#c.unread,
			autoReply: this.visitor.autoReply,
			problem: this.#d,
			details: this.#f,
			draft: this.visitor.draft,
			form: this.visitor.form
		};
	}
	get phase() {
		return this.#u ? "refused" : this.#o.pending ? "starting" : this.visitor.talking ? "talking" : "fresh";
	}
	get unsent() {
		return this.#n.entries.filter(({ delivery: e }) => e !== "sent" && e !== "failed").length + +!!this.#o.pending;
	}
	get summary() {
		return this.#r.cursor === 0 ? null : V(this.#r.messages, this.standing.status, this.#c.unread);
	}
	start(e) {
		this.#d = "", this.#f = {
			name: e.name,
			email: e.email,
			message: e.message
		};
		let t = q((e) => this.#t.bytes(e)), n = {
			...e,
			client_id: t,
			visitor_token: this.visitor.token
		};
		this.visitor.talking ? this.#S(n) : this.#o.begin(n);
	}
	send(e, t = []) {
		let n = q((e) => this.#t.bytes(e));
		this.#n.add({
			client_id: n,
			message: e,
			files: t,
			now: this.#t.now()
		}), this.visitor.draft = "", this.#s.compose(!1), this.#a.kick(), this.#e.changed();
	}
	retry(e) {
		this.#n.retry(e, this.#t.now()), this.#a.kick(), this.#e.changed();
	}
	discard(e) {
		this.#n.drop(e), this.#e.changed();
	}
	compose(e) {
		this.#s.compose(e);
	}
	look(e) {
		this.#i.hidden = !e, this.#c.look(e);
	}
	wake() {
		this.#u || (this.visitor.talking && this.#i.state === "idle" && this.#C(), this.#i.wake(), this.#a.kick());
	}
	stored() {
		if (this.visitor.talking) return this.#i.state === "idle" ? this.wake() : void 0;
		this.#i.state !== "idle" && this.#F("gone");
	}
	#g() {
		return new E(this.#t, {
			open: () => this.#_(),
			hello: () => ({
				type: "hello",
				site_key: this.#e.siteKey,
				visitor_token: this.visitor.token,
				after: this.#r.cursor
			}),
			frame: (e) => this.#D(e),
			ask: () => this.#j(),
			changed: () => this.#w(),
			lost: (e) => this.#F(e)
		});
	}
	#_() {
		return this.#l ??= new pe(this.#t, `${this.#e.siteKey}:${he(this.visitor.token)}`, {
			welcome: () => this.#T(),
			messages: () => this.#r.messages,
			send: (e) => this.#i.send(e),
			refresh: () => this.#i.refresh(),
			wake: () => this.#i.wake(),
			leads: () => this.#E()
		}), this.#l.openSocket(this.#e.api.socketAddress());
	}
	#v() {
		return new I(this.#t, this.#n, {
			send: (e) => this.#i.send(e),
			post: (e) => this.#e.api.post(this.visitor.token, e),
			posted: () => {
				this.#i.refresh(), this.#l?.posted();
			},
			changed: () => this.#e.changed(),
			lost: (e) => this.#F(e)
		});
	}
	#y() {
		return new z(this.#t, this.visitor, {
			start: (e) => this.#e.api.start(e),
			began: (e) => this.#x(e),
			joined: (e) => this.#S(e),
			declined: (e) => {
				this.#d = e, this.#e.changed();
			},
			refused: () => this.#F("refused"),
			changed: () => this.#e.changed()
		});
	}
	#b() {
		let e = this.#o.outgoing;
		return e ? [e] : this.#n.entries.filter((e) => !this.#r.has(e.client_id));
	}
	#x({ client_id: e, message: t }) {
		this.#h = e, this.#n.add({
			client_id: e,
			message: t,
			files: [],
			now: this.#t.now()
		}), this.#n.acknowledge(e), this.#e.began(), this.#C();
	}
	#S({ client_id: e, message: t }) {
		this.#n.add({
			client_id: e,
			message: t,
			files: [],
			now: this.#t.now()
		}), this.#C();
	}
	#C() {
		this.#i.start(), this.#a.start(), this.#e.changed();
	}
	#w() {
		let e = this.#i.state;
		e !== this.#p && (this.#p = e, e !== "live" && this.#s.clear(), this.#l?.turned(), this.#a.reconnected()), this.#e.changed();
	}
	#T() {
		return this.#i.state !== "live" && this.#i.state !== "polling" ? null : this.standing.welcome(this.#r.cursor);
	}
	#E() {
		this.#n.adopt(this.#t.now()), this.#a.kick(), this.#e.changed();
	}
	#D(e) {
		this.#s.receive(e), this.standing.receive(e), e.type === "welcome" && this.#O(), e.type === "message" && this.#k(e.message), e.type === "ack" && this.#a.acknowledged(e.client_id), e.type === "error" && e.client_id && this.#a.refusedOnSocket(e.client_id), e.type === "conversation" && this.#N(), ye.has(e.type) && this.#l?.share(e), this.#e.changed();
	}
	#O() {
		this.#w(), this.visitor.read > 0 && this.#i.send({
			type: "read",
			seq: this.visitor.read
		});
	}
	#k(e) {
		let t = this.#r.apply(e);
		return t === "gap" ? (this.#i.resync(), !1) : (t === "new" && this.#A(e), !0);
	}
	#A(e) {
		let { direction: t, client_id: n, seq: r } = e;
		this.#l?.share({
			type: "message",
			message: e
		}), t === "inbound" && n && (this.#a.acknowledged(n), this.#n.drop(n)), r === 1 && this.#n.drop(this.#h), this.#c.note(), this.#N();
	}
	async #j() {
		let e = await this.#e.api.messages(this.visitor.token, this.#r.cursor);
		if (this.#i.state === "idle") return { ok: !0 };
		if (!e.ok) return e.status === 404 && this.#F("gone"), (e.status === 401 || e.status === 403) && this.#F("refused"), e;
		for (let t of e.value) if (!this.#k(t)) break;
		return this.#e.changed(), { ok: !0 };
	}
	#M(e) {
		this.#i.send({
			type: "read",
			seq: e
		}) || this.#e.api.read(this.visitor.token, e), this.#N();
	}
	#N() {
		this.#t.clearTimeout(this.#m), this.#m = this.#t.setTimeout(() => this.#P(), ve);
	}
	#P() {
		this.visitor.talking && this.#e.keep.write("summary", this.summary);
	}
	#F(e) {
		this.#i.stop(), this.#a.stop(), this.#l?.end(be[e]), e === "refused" ? this.#u = !0 : this.#I(), this.#e.changed();
	}
	#I() {
		let e = this.#n.entries.filter((e) => e.delivery !== "sent").map((e) => e.message).join("\n");
		this.#f = {
			name: "",
			email: "",
			...this.#f,
			message: e
		}, this.#l?.close(), this.#l = null, this.#t.clearTimeout(this.#m), this.visitor.forget(), this.#n.clear(), this.#r.clear(), this.standing = new L();
	}
}, Se = {
	status: "open",
	lastMessageAt: null,
	preview: "",
	unread: 0,
	seq: 0
}, Ce = class {
	#e;
	#t;
	constructor(e, t) {
		this.#e = e, this.#t = t;
	}
	get current() {
		return this.#e.get("current") ?? "";
	}
	set current(e) {
		e === "" ? this.#e.remove("current") : this.#e.set("current", e);
	}
	newKey() {
		return q(this.#t);
	}
	keepOf(e) {
		return e === "" ? this.#e : this.#e.below(`c:${e}:`);
	}
	keys() {
		return this.#n().filter((e) => this.keepOf(e).get("talking") === "1");
	}
	unsent() {
		return this.#n().filter((e) => {
			let t = this.keepOf(e);
			return t.get("start") !== null || t.names("out:").length > 0;
		});
	}
	tokens() {
		return this.keys().map((e) => this.tokenOf(e));
	}
	tokenOf(e) {
		return this.keepOf(e).get("token") ?? "";
	}
	keyOf(e) {
		let t = (e) => [this.tokenOf(e), this.keepOf(e).get("ref")];
		return this.keys().find((n) => t(n).includes(e)) ?? null;
	}
	kept(e) {
		return this.keepOf(e).read("summary") ?? Se;
	}
	note(e, t) {
		this.keepOf(e).write("summary", t);
	}
	merge(e) {
		let t = this.keyOf(e.conversation_token), n = t ?? this.newKey(), r = this.keepOf(n);
		t === null && (r.set("token", e.conversation_token), r.set("ref", e.conversation_token), r.set("talking", "1")), this.note(n, {
			...H(e),
			seq: this.kept(n).seq
		});
	}
	summaries(e, t) {
		return this.keys().map((n) => {
			let { live: r, unsent: i } = t(n), { seq: a, ...o } = r ?? this.kept(n);
			return {
				...o,
				key: n,
				unsent: i,
				current: n === e
			};
		}).sort(W);
	}
	clear() {
		this.#e.clear();
	}
	#n() {
		let e = this.#e.names("c:").map((e) => e.split(":")[1] ?? "");
		return ["", ...new Set(e)];
	}
}, we = class {
	#e;
	#t;
	#n = null;
	state = "none";
	constructor(e, t) {
		this.#e = e, this.#t = t;
	}
	get contact() {
		return this.state === "verified" ? this.#e.read("contact") : null;
	}
	get known() {
		let { contact: e } = this;
		if (!e || !this.#n) return {
			name: "",
			email: ""
		};
		let { email: t, name: n } = this.#n, r = X(this.#n);
		return {
			name: n || Y(r.name) || e.name,
			email: t || Y(r.email)
		};
	}
	get proof() {
		return this.#n && J(this.#n);
	}
	isAnother(e) {
		let t = this.#e.get("who");
		return t !== null && t !== Z(e);
	}
	claim(e) {
		this.#n = e, this.state = "checking";
	}
	async verify(e) {
		let t = this.#n, { email: n, name: r } = t, i = await this.#t.identify({
			visitor_tokens: e.slice(-20),
			identity: J(t),
			...n && { email: n },
			...r && { name: r }
		});
		return this.#n === t && (i.ok ? (this.state = "verified", this.#e.set("who", Z(t)), this.#e.write("contact", i.value.contact)) : i.status === 401 && (this.state = "refused")), i;
	}
	forget() {
		this.#n = null, this.state = "none", this.#e.remove("who"), this.#e.remove("contact");
	}
}, J = (e) => "token" in e ? { token: e.token } : {
	id: e.id,
	hash: e.hash
}, Y = (e) => typeof e == "string" ? e : "";
function X(e) {
	if (!("token" in e)) return {};
	try {
		let t = (e.token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/"), n = Uint8Array.from(atob(t), (e) => e.charCodeAt(0));
		return JSON.parse(new TextDecoder().decode(n)) ?? {};
	} catch {
		return {};
	}
}
function Z(e) {
	if ("id" in e) return String(e.id);
	let { sub: t } = X(e);
	return t === void 0 ? e.token : String(t);
}
// src/shared/keep.ts
var Q = class e {
	#e = /* @__PURE__ */ new Map();
	#t;
	#n;
	constructor(e, t) {
		this.#t = e, this.#n = t;
	}
	below(t) {
		return new e(this.#t, this.#n + t);
	}
	get(e) {
		let t = this.#n + e, n = this.#e.get(t);
		return n === void 0 ? this.#r((e) => e.getItem(t)) ?? null : n;
	}
	set(e, t) {
		let n = this.#n + e;
		this.#r((e) => (e.setItem(n, t), !0)) ? this.#e.delete(n) : this.#e.set(n, t);
	}
	remove(e) {
		let t = this.#n + e;
		this.#e.delete(t), this.#r((e) => e.removeItem(t));
	}
	names(e) {
		let t = this.#n + e, n = new Set(this.#e.keys());
		return this.#r((e) => {
			for (let t = 0; t < e.length; t++) n.add(e.key(t) ?? "");
		}), [...n].filter((e) => e.startsWith(t)).map((e) => e.slice(this.#n.length));
	}
	clear() {
		for (let e of this.names("")) this.remove(e);
	}
	read(e) {
		try {
			return JSON.parse(this.get(e) ?? "null");
		} catch {
			return null;
		}
	}
	write(e, t) {
		t === null ? this.remove(e) : this.set(e, JSON.stringify(t));
	}
	#r(e) {
		try {
			return e(this.#t());
		} catch {
			return;
		}
	}
}, Te = class {
	#e;
	constructor(e) {
		this.#e = e;
	}
	get possible() {
		return this.#e !== null;
	}
	async ask(e, t) {
		if (!this.#e) return "unsupported";
		try {
			return await this.#e.ask() === "granted" ? (await t(await this.#e.subscribe(e))).ok ? "on" : "failed" : "denied";
		} catch {
			return "failed";
		}
	}
	async stop(e) {
		try {
			let t = await this.#e?.current();
			if (!t) return;
			await e(t), await this.#e?.unsubscribe();
		} catch {}
	}
}, Ee = 2e3, De = class {
	#e;
	#t;
	#n = null;
	#r = "";
	#i = 0;
	#a = null;
	constructor(e, t) {
		this.#e = e, this.#t = t;
	}
	see(e) {
		this.#n = e, this.#o();
	}
	again() {
		this.#r = this.#n ? $(this.#n) : "";
	}
	stop() {
		this.#e.clearTimeout(this.#a), this.#n = null;
	}
	#o() {
		this.#e.clearTimeout(this.#a);
		let e = this.#i + Ee - this.#e.now();
		this.#a = this.#e.setTimeout(() => this.#s(), Math.max(0, e));
	}
	#s() {
		this.#n && $(this.#n) !== this.#r && (this.#r = $(this.#n), this.#i = this.#e.now(), this.#t(this.#n));
	}
}, $ = ({ url: e, title: t }) => `${e}\n${t}`, Oe = class {
	api;
	#e;
	#t;
	#n;
	#r;
	#i;
	#a = /* @__PURE__ */ new Set();
	#o;
	#s;
	#c = /* @__PURE__ */ new Map();
	#l = !1;
	#u = !1;
	constructor(e) {
		let { world: t, origin: n, siteKey: r } = e;
		this.#e = e, this.api = new s(t, n, r);
		let i = new Q(() => t.storage(), `parley:${r}:`);
		this.#t = new Ce(i, (e) => t.bytes(e)), this.#n = new we(i, this.api), this.#r = new De(t, (e) => this.#y(e)), this.#i = new Te(e.push ?? null), this.#o = this.#t.current, this.#s = this.#d(this.#o);
	}
	adopt(e) {
		let t = this.#t.keyOf(e);
		t !== null && t !== this.#o ? this.switchTo(t) : t === null && this.#s.visitor.talking && this.#f(this.#t.newKey()), this.#s.visitor.adopt(e), this.#t.current = this.#o;
	}
	open() {
		this.#s.open();
		for (let e of this.#t.unsent()) e !== this.#o && this.#p(e, this.#d(e));
	}
	stop() {
		this.#u = !0, this.#s.stop();
		for (let e of this.#c.values()) e.stop();
		this.#r.stop(), this.#a.clear();
	}
	subscribe(e) {
		return this.#a.add(e), () => this.#a.delete(e);
	}
	snapshot() {
		return {
			...this.#s.view(),
			conversations: this.#h(),
			contact: this.#n.contact,
			known: this.#n.known,
			identity: this.#n.state
		};
	}
	start(e) {
		let { proof: t, known: n } = this.#n;
		this.#t.current = this.#o;
		let { name: r = "", email: i = "" } = e;
		this.#s.start({
			...e,
			name: r || n.name,
			email: i || n.email,
			...t && { identity: t }
		});
	}
	send(e, t = []) {
		this.#s.send(e, t);
	}
	retry(e) {
		this.#s.retry(e);
	}
	discard(e) {
		this.#s.discard(e);
	}
	compose(e) {
		this.#s.compose(e);
	}
	saveDraft(e) {
		this.#s.visitor.draft = e;
	}
	saveForm(e) {
		this.#s.visitor.form = e;
	}
	look(e) {
		this.#l = e, this.#s.look(e), this.#x();
	}
	wake() {
		this.#s.wake();
		for (let e of this.#c.values()) e.wake();
	}
	stored() {
		this.#s.stored(), this.#x();
	}
	switchTo(e) {
		e !== this.#o && this.#t.keys().includes(e) && (this.#f(e), this.#t.current = e, this.#s.open(), this.#x());
	}
	startNew() {
		this.#s.phase !== "fresh" && (this.#f(this.#t.newKey()), this.#x());
	}
	async refreshConversations() {
		if (this.#n.state === "verified") {
			await this.#_();
			return;
		}
		let e = this.#t.keys().filter((e) => e !== this.#o);
		await Promise.all(e.slice(-10).map((e) => this.#g(e))), this.#x();
	}
	async person() {
		let e = this.#s, t = await this.api.person(e.visitor.token);
		return t.ok && (e.standing.assistantActive = !1), this.#x(), this.#b(t);
	}
	async transcript() {
		return this.#b(await this.api.transcript(this.#s.visitor.token));
	}
	async rate(e, t) {
		let n = this.#s, r = await this.api.rate(n.visitor.token, e, t), i = r.ok || r.status === 409;
		return i && (n.standing.survey = !1), this.#x(), i;
	}
	dismissSurvey() {
		this.#s.standing.survey = !1, this.#x();
	}
	async articles(e, t = "") {
		let n = await this.api.articles(e, t);
		return n.ok ? {
			ok: !0,
			value: n.value.articles
		} : n;
	}
	article(e) {
		return this.api.article(e);
	}
	get pushable() {
		return this.#i.possible;
	}
	async askPush(e) {
		let { token: t } = this.#s.visitor;
		return this.#i.ask(e, (e) => this.api.push(t, e, !0));
	}
	async stopPush() {
		let { token: e } = this.#s.visitor;
		await this.#i.stop((t) => this.api.push(e, t, !1));
	}
	async identify(e) {
		return this.#n.isAnother(e) && this.logout(), this.#n.claim(e), this.#_();
	}
	logout() {
		this.#i.possible && this.stopPush(), this.#s.wipe();
		for (let e of this.#c.values()) e.wipe();
		this.#c.clear(), this.#t.clear(), this.#n.forget(), this.#o = this.#t.current, this.#s = this.#d(this.#o), this.#s.look(this.#l), this.#x();
	}
	track(e) {
		this.#r.see(e);
	}
	fileAddress(e, t) {
		return this.api.fileAddress(this.#s.visitor.token, e, t);
	}
	#d(e) {
		let { world: t, siteKey: n } = this.#e, r = () => this.#o === e ? this.#x() : this.#m(e), i = this.#t.keepOf(e);
		return new xe({
			world: t,
			api: this.api,
			siteKey: n,
			keep: i,
			changed: r,
			began: () => this.#r.again()
		});
	}
	#f(e) {
		let [t, n] = [this.#o, this.#s];
		n.look(!1), this.#o = e, this.#s = this.#c.get(e) ?? this.#d(e), this.#c.delete(e), this.#s.look(this.#l), n.unsent > 0 ? this.#c.set(t, n) : n.stop();
	}
	#p(e, t) {
		this.#c.set(e, t), t.open();
	}
	#m(e) {
		let t = this.#c.get(e);
		!t || t.unsent > 0 || (this.#c.delete(e), t.stop(), this.#x());
	}
	#h() {
		let e = this.#s.summary;
		return this.#t.summaries(this.#o, (t) => {
			let n = t === this.#o ? this.#s : this.#c.get(t);
			return {
				live: t === this.#o ? e : null,
				unsent: n?.unsent ?? 0
			};
		});
	}
	async #g(e) {
		let t = this.#t.kept(e), n = await this.api.messages(this.#t.tokenOf(e), t.seq);
		n.ok && this.#t.note(e, U(t, n.value));
	}
	async #_() {
		this.#x();
		let e = await this.#n.verify(this.#t.tokens());
		return e.ok && !this.#u && this.#v(e.value.conversations), this.#x(), this.#b(e);
	}
	#v(e) {
		for (let t of e) this.#t.merge(t);
		let [t] = this.#t.summaries(this.#o, () => ({
			live: null,
			unsent: 0
		})), n = this.#s.phase === "fresh" && !this.#s.visitor.form.message;
		t && n && t.status === "open" && this.switchTo(t.key);
	}
	#y(e) {
		let { visitor: t } = this.#s;
		t.talking && this.api.page(t.token, e);
	}
	#b(e) {
		return n(e, this.#e.world.now());
	}
	#x() {
		for (let e of [...this.#a]) e();
	}
};
// src/client/index.ts
function ke({ siteKey: t, origin: n = new URL(import.meta.url).origin }) {
	let r = new Oe({
		world: e(),
		origin: n,
		siteKey: t
	}), i = () => r.wake();
	return document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && r.wake()), addEventListener("pageshow", i), addEventListener("online", i), addEventListener("storage", () => r.stored()), r;
}
export { ke as createClient };
