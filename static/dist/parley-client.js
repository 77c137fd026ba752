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
// src/shared/files.ts
var n = "files", r = 3e3;
function i(e, t = () => globalThis.indexedDB) {
	let r = `parley:${e}`, i = Promise.resolve(), o = (e) => {
		let t = i.then(e);
		return i = t.catch(() => {}), t;
	}, s = (e, i) => o(async () => {
		let o = await a(t(), r);
		try {
			let t = o.transaction(n, e), r = i(t.objectStore(n));
			return await new Promise((e, n) => {
				t.oncomplete = () => e(), t.onerror = t.onabort = () => n(t.error);
			}), r.result;
		} finally {
			o.close();
		}
	});
	return {
		put: async (e, t) => void await s("readwrite", (n) => n.put([...t], e)),
		get: async (e) => await s("readonly", (t) => t.get(e)) ?? null,
		remove: (e) => s("readwrite", (t) => t.delete(e)),
		clear: () => o(() => new Promise((e) => {
			let n = t().deleteDatabase(r);
			n.onsuccess = n.onerror = n.onblocked = () => e();
		}))
	};
}
function a(e, t) {
	return new Promise((i, a) => {
		let o = e.open(t, 1), s = setTimeout(() => a(/* @__PURE__ */ Error("no database")), r);
		o.onupgradeneeded = () => o.result.createObjectStore(n), o.onerror = () => a(o.error), o.onsuccess = () => {
			clearTimeout(s), i(o.result);
		};
	});
}
// src/shared/upload.ts
function o(e, { method: t = "POST", headers: n, body: r, signal: i }, a) {
	return new Promise((o, s) => {
		let c = new XMLHttpRequest(), l = () => s(/* @__PURE__ */ TypeError("Failed to send"));
		if (c.open(t, e), new Headers(n).forEach((e, t) => c.setRequestHeader(t, e)), c.upload.onprogress = ({ loaded: e, total: t }) => t > 0 && a(e / t), c.onerror = c.onabort = l, c.onload = () => {
			let e = c.getResponseHeader("Retry-After");
			o(new Response(c.responseText, {
				status: c.status,
				headers: e ? { "Retry-After": e } : {}
			}));
		}, i?.aborted) return l();
		i?.addEventListener("abort", () => c.abort()), c.send(r);
	});
}
// src/shared/api.ts
function s(e, t) {
	if (e.ok) return { ok: !0 };
	let { status: n, error: r, wait: i } = e;
	return {
		ok: !1,
		status: n,
		error: r,
		retryAt: n === 429 ? t + (i || 5e3) : null
	};
}
var c = 5e3, l = 15e3, u = 6e4, d = "/api/v1/chat", f = class {
	#e;
	#t;
	#n;
	proof = null;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n;
	}
	config() {
		return this.#i("/config", {});
	}
	start(e) {
		return this.#i("/conversations", m({
			...e,
			...this.proof && { identity: this.proof }
		}));
	}
	messages(e, t) {
		return this.#i(`${p(e)}/messages?after=${t}`, {});
	}
	identify(e) {
		return this.#i("/identify", m(e));
	}
	person(e) {
		return this.#r(e, "person", {});
	}
	transcript(e) {
		return this.#r(e, "transcript", {});
	}
	page(e, t) {
		return this.#r(e, "page", t);
	}
	push(e, t, n) {
		return this.#r(e, "push", t, n ? "PUT" : "DELETE");
	}
	articles(e, t) {
		let n = new URLSearchParams({
			...e && { q: e },
			...t && { locale: t }
		});
		return this.#i(`/articles?${n}`, {});
	}
	article(e) {
		return this.#i(`/articles/${encodeURIComponent(e)}`, {});
	}
	post(e, { client_id: t, message: n, files: r }, i) {
		let a = `${p(e)}/messages`;
		if (r.length === 0) return this.#i(a, m({
			client_id: t,
			message: n
		}));
		let o = new FormData();
		o.set("client_id", t), o.set("message", n);
		for (let e of r) o.append("files", e, e.name);
		return this.#i(a, {
			method: "POST",
			body: o
		}, i);
	}
	read(e, t) {
		return this.#r(e, "read", { seq: t });
	}
	rate(e, t, n) {
		return this.#r(e, "rating", {
			score: t,
			comment: n
		});
	}
	fileAddress(e, t, n) {
		let r = new URLSearchParams({
			site_key: this.#n,
			disposition: n
		});
		return `${this.#t}${d}${p(e)}/${t}?${r}`;
	}
	socketAddress() {
		return `${this.#t.replace(/^http/, "ws")}${d}/ws`;
	}
	#r(e, t, n, r) {
		return this.#i(`${p(e)}/${t}`, m(n, r));
	}
	async #i(e, t, n) {
		let r = new AbortController(), i = () => r.abort(), a = n ? u : l, o = this.#e.setTimeout(i, a), s = (e) => {
			this.#e.clearTimeout(o), o = this.#e.setTimeout(i, a), n?.sent(e);
		};
		n?.signal.addEventListener("abort", i);
		try {
			let i = {
				...t.headers,
				"X-Site-Key": this.#n
			}, a = `${this.#t}${d}${e}`, o = {
				...t,
				headers: i,
				signal: r.signal
			}, { upload: c } = this.#e;
			return await h(await (n && c ? c(a, o, s) : this.#e.fetch(a, o)), this.#e.now());
		} catch {
			return {
				ok: !1,
				status: 0,
				error: "",
				wait: 0
			};
		} finally {
			this.#e.clearTimeout(o);
		}
	}
}, p = (e) => `/conversations/${encodeURIComponent(e)}`;
function m(e, t = "POST") {
	return {
		method: t,
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify(e)
	};
}
async function h(e, t) {
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
	let n = e.get("Retry-After") ?? "", r = Number(n) * 1e3 || Date.parse(n) - t;
	return r > 0 ? r : 0;
}
// src/shared/closecodes.ts
var te = {
	4400: "poll",
	4401: "refused",
	4403: "poll",
	4404: "gone",
	4429: "wait"
}, ne = (e) => te[e] ?? "reconnect", re = {
	refused: 4401,
	gone: 4404
}, g = 6e3, ie = 3e3, ae = class {
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
		this.#e.clearTimeout(this.#i), e ? (t - this.#a >= ie && (this.#a = t, this.#n(!0)), this.#i = this.#e.setTimeout(() => this.compose(!1), 5e3)) : (this.#a > 0 && this.#n(!1), this.#a = 0);
	}
	stop() {
		this.#e.clearTimeout(this.#r), this.#e.clearTimeout(this.#i);
	}
	#o(e) {
		this.#e.clearTimeout(this.#r), this.typing = e, e !== null && (this.#r = this.#e.setTimeout(() => this.#o(null), g)), this.#t();
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
}, oe = 500, se = 100, _ = 3e4;
function v(e, t, n = _) {
	let r = Math.min(n, oe * 2 ** Math.min(e, 16));
	return Math.max(se, Math.round(t() * r));
}
// src/shared/poller.ts
var y = {
	shown: 3e3,
	hidden: 15e3
}, ce = class {
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
		let t = this.hidden ? y.hidden : y.shown;
		return e.ok ? t : Math.max(e.wait, e.status === 429 ? t : v(this.#o, this.#e.random));
	}
}, b = 1006, x = 1e4, le = 8e3, S = 2e4, ue = 4e3, de = class e {
	#e;
	#t;
	#n;
	#r = null;
	#i = S;
	#a = null;
	#o = null;
	#s = !1;
	constructor(e, t, n, r) {
		this.#e = e, this.#t = r, this.#n = t, t.onopen = () => t.send(JSON.stringify(n)), t.onmessage = ({ data: e }) => this.#c(e), t.onclose = ({ code: e }) => this.#f(e), this.#u(x);
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
		this.live && this.#l(ue);
	}
	close() {
		this.#f(b);
	}
	#c(e) {
		let t = C(e);
		this.#s || t === null || (this.#d(), t.type === "welcome" && (this.#r = this.#e.now(), this.#i = Math.min(S, (t.heartbeat ?? 25) * 800)), this.live ? this.#a = this.#e.setTimeout(() => this.#l(le), this.#i) : this.#u(x), this.#t.frame(t));
	}
	#l(e) {
		this.#d(), this.send({ type: "ping" }), this.#u(e);
	}
	#u(e) {
		this.#o = this.#e.setTimeout(() => this.#f(b), e);
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
function C(e) {
	try {
		let t = JSON.parse(String(e));
		return typeof t?.type == "string" ? t : null;
	} catch {
		return null;
	}
}
// src/shared/link.ts
var w = 2, T = 5e3, E = 3e4, D = 6e4, O = class {
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
		this.#e = e, this.#t = t, this.#n = new ce(e, t.ask, t.changed);
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
		n = de.open(this.#e, e, t(), {
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
		e === this.#r && (this.#r = null, this.#a && (t.lived >= T && (this.#s = 0), this.#c = t.welcomed ? 0 : this.#c + 1, this.#m(t.code), this.#t.changed()));
	}
	#m(e) {
		let t = ne(e);
		t === "refused" || t === "gone" ? (this.stop(), this.#t.lost(t)) : t === "poll" ? this.#g() : this.#h(t === "wait");
	}
	#h(e) {
		(e || this.#c >= w) && this.#n.start();
		let t = this.#e.now();
		e && (this.#l = t + E * (1 + this.#e.random()));
		let n = this.#n.reached ? D : _, r = v(this.#s++, this.#e.random, n);
		this.#_(Math.max(r, this.#l - t), () => this.#u());
	}
	#g() {
		this.#o = !0, this.#n.start();
	}
	#_(e, t) {
		this.#e.clearTimeout(this.#i), this.#i = this.#e.setTimeout(t, e);
	}
}, k = "files-lost", A = "too-old", j = 864e5, M = "out:", N = class {
	#e;
	#t;
	#n;
	#r = [];
	#i = 0;
	constructor({ keep: e, now: t, files: n, restored: r }) {
		this.#e = e, this.#t = n, this.#n = r, this.#r = e.names(M).map((n) => P(e.get(n), t)).filter((e) => e !== null).sort((e, t) => e.created - t.created), this.#i = this.#r.at(-1)?.created ?? 0;
		for (let e of this.#r) e.filenames.length > 0 && this.#o(e);
	}
	adopt(e) {
		let t = this.#e.names(M);
		for (let n of t) {
			if (this.find(n.slice(4))) continue;
			let t = P(this.#e.get(n), e);
			t && t.filenames.length === 0 && this.#r.push(t);
		}
		this.release(), this.#r.sort((e, t) => e.created - t.created), this.#i = Math.max(this.#i, this.#r.at(-1)?.created ?? 0);
	}
	release() {
		let e = this.#e.names(M), t = this.#r.filter(({ adopted: t, delivery: n, client_id: r }) => t && n !== "sent" && !e.includes(M + r));
		return this.#r = this.#r.filter((e) => !t.includes(e)), t;
	}
	get entries() {
		return this.#r;
	}
	next() {
		let e = this.#r.find(({ delivery: e }) => e !== "sent" && e !== "failed");
		return e?.restoring ? void 0 : e;
	}
	find(e) {
		return this.#r.find((t) => t.client_id === e);
	}
	add(e) {
		this.#i = Math.max(e.now, this.#i + 1);
		let t = e.files.map((e) => e.name), { client_id: n, message: r, files: i } = e, a = {
			client_id: n,
			message: r,
			files: i,
			filenames: t,
			created: this.#i,
			delivery: "queued"
		};
		return this.#r.push(a), this.#s(a), i.length > 0 && this.#t?.put(n, i).catch(() => {}), a;
	}
	acknowledge(e) {
		let t = this.find(e);
		t && (t.delivery = "sent"), this.#a(e);
	}
	drop(e) {
		this.#a(e), this.#r = this.#r.filter((t) => t.client_id !== e);
	}
	retry(e, t) {
		let n = this.find(e);
		n?.delivery === "failed" && n.error !== "files-lost" && (this.#r = this.#r.filter((e) => e !== n), this.#i = Math.max(t, this.#i + 1), Object.assign(n, {
			delivery: "queued",
			created: this.#i
		}), delete n.error, this.#r.push(n), this.#s(n));
	}
	clear() {
		for (let e of [...this.#r]) this.drop(e.client_id);
	}
	#a(e) {
		let t = this.#e.get(M + e) !== null && this.find(e)?.filenames.length;
		this.#e.remove(M + e), t && this.#t?.remove(e).catch(() => {});
	}
	async #o(e) {
		e.delivery === "queued" && (e.restoring = !0);
		let t = await this.#t?.get(e.client_id).catch(() => null);
		delete e.restoring, t?.length === e.filenames.length ? e.files = t : Object.assign(e, {
			delivery: "failed",
			error: k
		}), this.#n();
	}
	#s({ client_id: e, message: t, created: n, filenames: r }) {
		this.#e.set(M + e, JSON.stringify({
			client_id: e,
			message: t,
			created: n,
			filenames: r
		}));
	}
};
function P(e, t) {
	try {
		let { client_id: n, message: r, created: i, filenames: a = [] } = JSON.parse(e ?? "");
		if (typeof n != "string" || typeof r != "string") return null;
		let o = {
			client_id: n,
			message: r,
			created: i,
			filenames: a,
			files: [],
			delivery: "queued",
			adopted: !0
		};
		return t - i > j ? {
			...o,
			delivery: "failed",
			error: A
		} : o;
	} catch {
		return null;
	}
}
// src/shared/reading.ts
var F = 300, I = class {
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
		this.#e.clearTimeout(this.#i), !this.#a || this.#n.cursor <= this.#t.read || (this.#i = this.#e.setTimeout(() => this.#o(), F));
	}
	stop() {
		this.#e.clearTimeout(this.#i);
	}
	#o() {
		if (this.#e.clearTimeout(this.#i), !this.#t.talking) return;
		let e = this.#s() > 0;
		this.#t.read = this.#n.cursor, e && this.#r(this.#n.cursor);
	}
	#s() {
		let e = this.#t.read;
		return this.#n.messages.slice(e).filter(({ direction: e }) => e === "outbound").length;
	}
}, L = 8e3, R = class {
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
		t > 0 ? this.#h(t) : this.#u(e);
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
	cancel(e) {
		this.#i?.entry.client_id === e && (this.#i.abort.abort(), this.#i = null, this.kick());
	}
	stop() {
		this.#r = !1, this.#i && this.#l(this.#i), this.#e.clearTimeout(this.#a);
	}
	#l({ entry: e }) {
		this.#i = null, e.delivery === "sending" && (e.delivery = "queued");
	}
	#u(e) {
		e.delivery = "sending", delete e.retryAt, delete e.progress, delete e.stalled;
		let { client_id: t, message: n, files: r } = e, i = r.length === 0 && this.#c !== t && this.#n.send({
			type: "send",
			client_id: t,
			message: n
		}), a = {
			entry: e,
			overSocket: i,
			abort: new AbortController()
		};
		this.#i = a, i ? this.#a = this.#e.setTimeout(() => this.#d(t), L) : this.#f(a), this.#n.changed();
	}
	#d(e) {
		this.#c = e, this.#i && this.#l(this.#i), this.kick();
	}
	async #f(e) {
		let { entry: t, abort: n } = e, r = await this.#n.post(t, {
			signal: n.signal,
			sent: (t) => this.#p(e, t)
		});
		r.ok ? (this.acknowledged(t.client_id), this.#n.posted()) : this.#i === e && (this.#i = null, this.#m(t, r)), this.#n.changed();
	}
	#p(e, t) {
		let { entry: n } = e, r = Math.floor(t * 100) / 100;
		this.#i === e && r !== n.progress && (n.progress = r, this.#n.changed());
	}
	#m(e, { status: t, error: n, wait: r }) {
		if (t === 401 || t === 403) return this.#n.lost("refused");
		if (t === 404) return this.#n.lost("gone");
		if (t === 429) {
			let t = r || 5e3;
			return Object.assign(e, {
				delivery: "limited",
				retryAt: this.#e.now() + t
			}), this.#h(t);
		}
		if (t >= 400 && t < 500 && t !== 408) return Object.assign(e, {
			delivery: "failed",
			error: n
		}), this.kick();
		e.delivery = "queued", e.stalled = e.files.length > 0, this.#s = this.#e.now() + r, this.#h(Math.max(r, v(this.#o++, this.#e.random)));
	}
	#h(e) {
		this.#e.clearTimeout(this.#a), this.#a = this.#e.setTimeout(() => this.kick(), e);
	}
}, z = class {
	status = "open";
	survey = !1;
	assistantActive = !1;
	agentRead = 0;
	online = null;
	receive(e, t) {
		e.type === "read" && (this.agentRead = Math.max(this.agentRead, e.seq)), e.type === "presence" && (this.online = e.online), e.type === "welcome" && (this.status = e.status ?? "open", this.survey = e.seq > t && (e.survey ?? !1), this.online = e.online ?? this.online, this.agentRead = Math.max(this.agentRead, e.read ?? 0)), e.type === "conversation" && (this.status = e.status, this.survey = this.status !== "open" && (e.survey || this.survey)), (e.type === "welcome" || e.type === "conversation") && (this.assistantActive = e.assistant_active ?? this.assistantActive);
	}
	welcome(e) {
		let { status: t, survey: n, online: r, agentRead: i, assistantActive: a } = this;
		return {
			type: "welcome",
			seq: e,
			status: t,
			online: r,
			read: i,
			survey: n,
			assistant_active: a
		};
	}
}, B = ["Please sign in to chat", "Identity could not be verified"], V = class {
	#e;
	#t;
	#n;
	#r = null;
	#i = 0;
	#a = 0;
	#o = null;
	retryAt = null;
	constructor(e, t, n) {
		this.#e = e, this.#t = t, this.#n = n, this.#o = t.talking ? null : t.beginning;
	}
	get pending() {
		return this.#o;
	}
	get outgoing() {
		if (!this.#o) return null;
		let { client_id: e, message: t } = this.#o, n = {
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
		this.#o = e, this.#t.beginning = e, this.#i = 0, this.#a = 0, this.#s(e);
	}
	resume() {
		this.#a = 4, this.#o && this.#s(this.#o);
	}
	stop() {
		this.#o = null, this.#e.clearTimeout(this.#r);
	}
	async #s(e) {
		this.#e.clearTimeout(this.#r), this.retryAt = null, this.#n.changed();
		let t = await this.#n.start(e);
		this.#o === e && (t.ok ? (this.#o = null, this.#t.began(t.value.auto_reply ?? null, t.value.conversation_token ?? null), this.#n.began(e)) : t.status === 409 ? this.#c(e) : this.#l(e, t));
	}
	#c(e) {
		this.#t.talking ? (this.#o = null, this.#t.beginning = null, this.#n.joined(e)) : this.begin({
			...e,
			visitor_token: this.#t.renew()
		});
	}
	#l(e, { status: t, error: n, wait: r }) {
		let i = t === 401 && B.includes(n), a = i && this.#a-- > 0;
		if (t === 403 || t === 401 && !i) return this.#n.refused();
		if (t >= 400 && t < 500 && t !== 408 && t !== 429 && !a) return this.#o = null, this.#t.beginning = null, this.#n.declined(n);
		let o = Math.max(r, t === 429 ? c : v(this.#i++, this.#e.random));
		t === 429 && (this.retryAt = this.#e.now() + o), this.#r = this.#e.setTimeout(() => void this.#s(e), o), this.#n.changed();
	}
}, H = 120;
function U(e, t, n) {
	let r = e.at(-1), i = r?.body || r?.attachments?.[0]?.filename || "";
	return {
		status: t,
		lastMessageAt: r?.timestamp ?? null,
		preview: he(i),
		unread: n,
		seq: r?.seq ?? 0
	};
}
function fe({ status: e, last_message_at: t, last_message_preview: n, unread: r }) {
	return {
		status: e,
		lastMessageAt: t,
		preview: n,
		unread: r,
		seq: 0
	};
}
function pe(e, t) {
	let n = t.filter(({ direction: t, timestamp: n }) => t === "outbound" && n > (e.lastMessageAt ?? "")), r = e.unread + n.length;
	return U(t, t.at(-1)?.direction === "inbound" ? "open" : e.status, r);
}
var me = (e, t) => (t.lastMessageAt ?? "").localeCompare(e.lastMessageAt ?? "");
function he(e) {
	let t = [...e];
	return t.length > H ? `${t.slice(0, H).join("")}…` : e;
}
// src/shared/token.ts
var W = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
function G(e) {
	let t = "", n = 0, r = 0;
	for (let i of e) {
		for (r = r << 8 | i, n += 8; n >= 6;) n -= 6, t += W[r >> n & 63];
		r &= (1 << n) - 1;
	}
	return n > 0 ? t + W[r << 6 - n & 63] : t;
}
var ge = (e) => G(e(32)), K = (e) => G(e(16)), _e = 3e3, ve = 1012, ye = 4400, be = class {
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
		return this.#n ? (this.#a = new xe(this.#e, e, {
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
		this.#a?.end(ve), this.#t.wake();
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
			frames: [
				n,
				...r.map((e) => ({
					type: "message",
					message: e
				})),
				...this.#t.streaming()
			]
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
}, xe = class {
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
		this.#e = e, this.#t = t, this.#n = n, this.id = K((t) => e.bytes(t));
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
			this.#r ? (this.#r.onopen = () => this.onopen?.(), this.#r.onmessage = (e) => this.onmessage?.(e), this.#r.onclose = ({ code: e }) => this.end(e)) : this.#i = this.#e.setTimeout(() => this.end(ye), 0);
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
		this.#a || (this.#i = this.#e.setTimeout(() => this.becomeReal(), _e), this.onopen?.());
	}
	#c() {
		this.#a || (this.#a = !0, this.#e.clearTimeout(this.#i), this.#r && (this.#r.onopen = this.#r.onmessage = this.#r.onclose = null, this.#r.close()), this.#n.closed(this));
	}
};
function Se(e) {
	let t = 3735928559, n = 1103547991;
	for (let r = 0; r < e.length; r++) {
		let i = e.charCodeAt(r);
		t = Math.imul(t ^ i, 2654435761), n = Math.imul(n ^ i, 1597334677);
	}
	return t = Math.imul(t ^ t >>> 16, 2246822507) ^ Math.imul(n ^ n >>> 13, 3266489909), n = Math.imul(n ^ n >>> 16, 2246822507) ^ Math.imul(t ^ t >>> 13, 3266489909), (4294967296 * (2097151 & n) + (t >>> 0)).toString(36);
}
// src/shared/timeline.ts
var Ce = class {
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
}, q = (...e) => e.reduce((e, t) => e.includes(t) ? e : e + (e && "\n") + t, ""), we = class {
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
		let e = ge(this.#t);
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
	giveBack(e) {
		let { form: t } = this, n = q(t.message ?? "", ...e, this.draft);
		return this.form = {
			...t,
			message: n
		}, this.draft = "", n;
	}
	get read() {
		return Number(this.#e.get("read")) || 0;
	}
	set read(e) {
		this.#e.set("read", String(e));
	}
	get unrated() {
		return Number(this.#e.get("unrated")) || 0;
	}
	set unrated(e) {
		this.#e.set("unrated", String(e));
	}
	forget() {
		for (let e of [
			"token",
			"ref",
			"talking",
			"auto-reply",
			"start",
			"read",
			"unrated",
			"summary"
		]) this.#e.remove(e);
	}
}, Te = 300, Ee = /^(welcome|message|pong|bye)$/, De = class {
	visitor;
	standing = new z();
	#e;
	#t;
	#n;
	#r = new Ce();
	#i;
	#a;
	#o;
	#s;
	#c;
	#l = null;
	#u = !1;
	#d = "";
	#f = null;
	#p = "";
	#m = "idle";
	#h = null;
	#g = "";
	constructor(e) {
		this.#e = e;
		let { world: t, keep: n } = e;
		this.#t = t, this.visitor = new we(n, (e) => t.bytes(e)), this.#n = new N({
			keep: n,
			now: t.now(),
			files: e.files,
			restored: () => this.#T()
		}), this.#i = this.#_(), this.#a = this.#y(), this.#o = this.#b(), this.#c = new I(t, this.visitor, this.#r, (e) => this.#P(e));
		let r = (e) => void this.#i.send({
			type: "typing",
			active: e
		});
		this.#s = new ae(t, () => e.changed(), r);
	}
	open() {
		this.visitor.talking ? this.#w() : this.#o.resume();
	}
	stop() {
		this.#i.stop(), this.#a.stop(), this.#o.stop(), this.#s.stop(), this.#c.stop(), this.#r.cursor > 0 && this.#I(), this.#t.clearTimeout(this.#h), this.#l?.close(), this.#l = null;
	}
	leave() {
		this.#r.clear(), this.stop();
	}
	view() {
		return {
			...this.standing,
			phase: this.phase,
			link: this.#i.state,
			shared: this.#l?.following ?? !1,
			messages: [...this.#r.messages],
			outgoing: this.#x(),
			typing: this.#s.typing,
			streaming: this.#s.streaming,
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
		return this.#r.cursor === 0 ? null : U(this.#r.messages, this.standing.status, this.#c.unread);
	}
	start(e) {
		this.#d = this.#p = "", this.#f = {
			name: e.name,
			email: e.email,
			message: e.message
		};
		let t = K((e) => this.#t.bytes(e)), n = {
			...e,
			client_id: t,
			visitor_token: this.visitor.token
		};
		this.visitor.talking ? this.#C(n) : this.#o.begin(n);
	}
	send(e, t = []) {
		let n = K((e) => this.#t.bytes(e));
		this.#n.add({
			client_id: n,
			message: e,
			files: t,
			now: this.#t.now()
		}), this.visitor.draft.trim() === e.trim() && (this.visitor.draft = ""), this.#s.compose(!1), this.#T();
	}
	retry(e) {
		this.#n.retry(e, this.#t.now()), this.#T();
	}
	discard(e) {
		this.#n.drop(e), this.#a.cancel(e), this.#e.changed();
	}
	saveForm(e) {
		this.#f = null, this.#p = e.message ?? "", this.visitor.form = e;
	}
	compose(e) {
		this.#s.compose(e);
	}
	look(e) {
		this.#i.hidden = !e, this.#c.look(e);
	}
	wake() {
		this.#u || (this.visitor.talking && this.#i.state === "idle" && this.#w(), this.#i.wake(), this.#a.kick());
	}
	stored() {
		for (let { client_id: e } of this.#n.release()) this.#a.cancel(e);
		this.visitor.beginning?.message.includes(this.#p) && (this.#p = ""), this.visitor.talking && this.#i.state === "idle" && this.wake();
	}
	settled() {
		!this.visitor.talking && this.#i.state !== "idle" && this.#L("gone");
	}
	#_() {
		return new O(this.#t, {
			open: () => this.#v(),
			hello: () => ({
				type: "hello",
				site_key: this.#e.siteKey,
				visitor_token: this.visitor.token,
				after: this.#r.cursor
			}),
			frame: (e) => this.#k(e),
			ask: () => this.#N(),
			changed: () => this.#E(),
			lost: (e) => this.#L(e)
		});
	}
	#v() {
		return this.#l ??= new be(this.#t, `${this.#e.siteKey}:${Se(this.visitor.token)}`, {
			welcome: () => this.#D(),
			messages: () => this.#r.messages,
			streaming: () => this.#s.streaming.map((e) => ({
				type: "delta",
				...e
			})),
			send: (e) => this.#i.send(e),
			refresh: () => this.#i.refresh(),
			wake: () => this.#i.wake(),
			leads: () => this.#O()
		}), this.#l.openSocket(this.#e.api.socketAddress());
	}
	#y() {
		return new R(this.#t, this.#n, {
			send: (e) => this.#i.send(e),
			post: (e, t) => this.#e.api.post(this.visitor.token, e, t),
			posted: () => {
				this.#i.refresh(), this.#l?.posted();
			},
			changed: () => this.#e.changed(),
			lost: (e) => this.#L(e)
		});
	}
	#b() {
		return new V(this.#t, this.visitor, {
			start: (e) => this.#e.api.start(e),
			began: (e) => this.#S(e),
			joined: (e) => this.#C(e),
			declined: (e) => {
				this.#d = e, this.#e.changed();
			},
			refused: () => this.#L("refused"),
			changed: () => this.#e.changed()
		});
	}
	#x() {
		let e = this.#o.outgoing;
		return e ? [e] : this.#n.entries.filter((e) => !this.#r.has(e.client_id));
	}
	#S({ client_id: e, message: t }) {
		this.#g = e, this.#n.add({
			client_id: e,
			message: t,
			files: [],
			now: this.#t.now()
		}), this.#n.acknowledge(e), this.#e.began(), this.#w();
	}
	#C({ client_id: e, message: t }) {
		this.#n.add({
			client_id: e,
			message: t,
			files: [],
			now: this.#t.now()
		}), this.#w();
	}
	#w() {
		this.visitor.draft = q(this.visitor.draft, this.#p), this.#p = "", this.#i.start(), this.#a.start(), this.#e.changed();
	}
	#T() {
		this.#a.kick(), this.#e.changed();
	}
	#E() {
		let e = this.#i.state;
		e !== this.#m && (this.#m = e, e !== "live" && this.#s.clear(), this.#l?.turned(), this.#a.reconnected()), this.#e.changed();
	}
	#D() {
		return this.#i.state !== "live" && this.#i.state !== "polling" ? null : this.standing.welcome(this.#r.cursor);
	}
	#O() {
		this.#n.adopt(this.#t.now()), this.#T();
	}
	#k(e) {
		this.#s.receive(e), this.standing.receive(e, this.visitor.unrated), e.type === "welcome" && this.#A(), e.type === "message" && this.#j(e.message), e.type === "ack" && this.#a.acknowledged(e.client_id), e.type === "error" && e.client_id && this.#a.refusedOnSocket(e.client_id), e.type === "conversation" && this.#F(), Ee.test(e.type) || this.#l?.share(e), this.#e.changed();
	}
	#A() {
		this.#E(), this.visitor.read > 0 && this.#i.send({
			type: "read",
			seq: this.visitor.read
		});
	}
	#j(e) {
		let t = this.#r.apply(e);
		return t === "gap" ? (this.#i.resync(), !1) : (t === "new" && this.#M(e), !0);
	}
	#M(e) {
		let { direction: t, client_id: n, seq: r } = e;
		this.#l?.share({
			type: "message",
			message: e
		}), t === "inbound" && n && (this.#a.acknowledged(n), this.#n.drop(n)), r === 1 && this.#n.drop(this.#g), this.#c.note(), this.#F();
	}
	async #N() {
		let { token: e } = this.visitor, t = await this.#e.api.messages(e, this.#r.cursor);
		if (this.#i.state === "idle" || this.visitor.token !== e) return { ok: !0 };
		if (!t.ok) return t.status === 404 && this.#L("gone"), (t.status === 401 || t.status === 403) && this.#L("refused"), t;
		for (let e of t.value) if (!this.#j(e)) break;
		return this.#e.changed(), { ok: !0 };
	}
	#P(e) {
		this.#i.send({
			type: "read",
			seq: e
		}) || this.#e.api.read(this.visitor.token, e), this.#F();
	}
	#F() {
		this.#t.clearTimeout(this.#h), this.#h = this.#t.setTimeout(() => this.#I(), Te);
	}
	#I() {
		this.visitor.talking && this.#e.keep.write("summary", this.summary);
	}
	#L(e) {
		this.#i.stop(), this.#a.stop(), this.#l?.end(re[e]), e === "refused" ? this.#u = !0 : this.#R(), this.#e.changed();
	}
	#R() {
		let e = this.#n.entries.filter((e) => e.delivery !== "sent"), t = this.visitor.giveBack(e.map((e) => e.message));
		this.#f = {
			name: "",
			email: "",
			...this.#f,
			message: t
		}, this.#c.stop(), this.#l?.close(), this.#l = null, this.#t.clearTimeout(this.#h), this.visitor.forget(), this.#n.clear(), this.#r.clear(), this.standing = new z();
	}
}, Oe = /^(.*:)?(token|read|summary|back)$/, ke = {
	status: "open",
	lastMessageAt: null,
	preview: "",
	unread: 0,
	seq: 0
}, Ae = class {
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
		return K(this.#t);
	}
	freshKey(e) {
		return this.#n().find((t) => t !== e && ["talking", "start"].every((e) => this.keepOf(t).get(e) === null)) ?? this.newKey();
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
	get mark() {
		return [...this.keys(), ...this.unsent()].length > 0 ? "1" : this.#e.names("").every((e) => Oe.test(e)) ? null : "0";
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
		return this.keepOf(e).read("summary") ?? ke;
	}
	note(e, t) {
		this.keepOf(e).write("summary", t);
	}
	merge(e) {
		let t = this.keyOf(e.conversation_token), n = t ?? this.newKey(), r = this.keepOf(n);
		t === null && (r.set("token", e.conversation_token), r.set("ref", e.conversation_token), r.set("talking", "1")), this.note(n, {
			...fe(e),
			seq: this.kept(n).seq
		});
	}
	summaries(e, t) {
		return this.keys().map((n) => {
			let r = t(n), { seq: i, ...a } = r?.summary ?? this.kept(n);
			return {
				...a,
				key: n,
				unsent: r?.unsent ?? 0,
				current: n === e
			};
		}).sort(me);
	}
	clear() {
		this.#e.clear();
	}
	#n() {
		let e = this.#e.names("c:").map((e) => e.split(":")[1] ?? "");
		return ["", ...new Set(e)];
	}
}, je = class {
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
	isAnother(e = this.#n) {
		let t = this.#e.get("who");
		return e !== null && t !== null && t !== Z(e);
	}
	claim(e) {
		this.#n = { ...e }, this.#t.proof = J(e), this.state = "checking";
	}
	async verify(e) {
		let t = this.#n, { email: n, name: r } = t, i = await this.#t.identify({
			visitor_tokens: e.slice(-20),
			identity: J(t),
			...n && { email: n },
			...r && { name: r }
		});
		return this.#n === t ? (i.ok ? (this.state = "verified", this.#e.set("who", Z(t)), this.#e.write("contact", i.value.contact)) : i.status === 401 && (this.state = "refused"), i) : {
			ok: !1,
			status: 0,
			error: "",
			wait: 0
		};
	}
	forget() {
		this.#n = this.#t.proof = null, this.state = "none";
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
var Me = class e {
	#e;
	#t;
	#n;
	constructor(e, t, n = /* @__PURE__ */ new Map()) {
		this.#t = e, this.#n = t, this.#e = n;
	}
	below(t) {
		return new e(this.#t, this.#n + t, this.#e);
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
}, Ne = 10;
async function Pe(e, t, n) {
	await Promise.all(n.filter(({ current: e }) => !e).slice(0, Ne).map(async ({ key: n }) => {
		let r = t.kept(n), i = t.tokenOf(n), a = await e.messages(i, r.seq);
		a.ok && a.value.length > 0 && t.tokenOf(n) === i && t.note(n, pe(r, a.value));
	}));
}
// src/shared/tracker.ts
var Fe = 2e3, Q = class {
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
		let e = this.#i + Fe - this.#e.now();
		this.#a = this.#e.setTimeout(() => this.#s(), Math.max(0, e));
	}
	#s() {
		this.#n && $(this.#n) !== this.#r && (this.#r = $(this.#n), this.#i = this.#e.now(), this.#t(this.#n));
	}
}, $ = ({ url: e, title: t }) => `${e}\n${t}`, Ie = 50, Le = class {
	api;
	#e;
	#t;
	#n;
	#r;
	#i;
	#a;
	#o = /* @__PURE__ */ new Set();
	#s;
	#c;
	#l = /* @__PURE__ */ new Map();
	#u = !1;
	#d = !1;
	#f = null;
	#p = !1;
	#m = !1;
	#h = 0;
	constructor(e) {
		let { world: t, origin: n, siteKey: r } = e;
		this.#e = e, this.api = new f(t, n, r);
		let i = new Me(() => t.storage(), `parley:${r}:`);
		this.#t = new Ae(i, (e) => t.bytes(e)), this.#n = new je(i, this.api), this.#r = new Q(t, (e) => {
			let { visitor: t } = this.#c;
			t.talking && this.api.page(t.token, e);
		}), this.#i = e.push ?? null, this.#a = t.files?.(r) ?? null, this.#s = this.#t.current, this.#c = this.#g(this.#s);
	}
	adopt(e) {
		let t = this.#t.keyOf(e);
		if (t !== null) return this.switchTo(t);
		this.#c.phase !== "fresh" && this.#v(this.#t.newKey()), this.#c.visitor.adopt(e), this.#t.current = this.#s, this.#c.open(), this.#D();
	}
	open() {
		this.#c.open();
		for (let e of this.#t.unsent()) {
			if (e === this.#s) continue;
			let t = this.#g(e);
			this.#l.set(e, t), t.open();
		}
	}
	stop() {
		this.#m = !0, this.#e.world.clearTimeout(this.#f), this.#c.stop();
		for (let e of this.#l.values()) e.stop();
		this.#r.stop(), this.#o.clear();
	}
	subscribe(e) {
		return this.#o.add(e), () => this.#o.delete(e);
	}
	snapshot() {
		let e = this.#c.view(), t = this.#S(), n = t.reduce((e, { current: t, unread: n }) => e + (t ? 0 : n), 0);
		return {
			...e,
			unread: e.unread + n,
			elsewhere: n,
			place: `${this.#h}:${this.#s}`,
			conversations: t,
			mark: this.#t.mark,
			contact: this.#n.contact,
			known: this.#n.known,
			identity: this.#n.state
		};
	}
	start(e) {
		let { known: t } = this.#n;
		this.#t.current = this.#s;
		let { name: n = "", email: r = "" } = e;
		this.#c.start({
			...e,
			name: n || t.name,
			email: r || t.email
		});
	}
	send(e, t = []) {
		this.#c.send(e, t);
	}
	retry(e) {
		this.#c.retry(e);
	}
	discard(e) {
		this.#c.discard(e);
	}
	compose(e) {
		this.#c.compose(e);
	}
	saveDraft(e) {
		this.#c.visitor.draft = e, this.#T();
	}
	saveForm(e) {
		this.#c.saveForm(e), this.#T();
	}
	look(e) {
		this.#u = e, this.#c.look(e), this.#D();
	}
	wake() {
		if (!this.#m) {
			this.#c.wake();
			for (let e of this.#l.values()) e.wake();
		}
	}
	stored() {
		if (this.#m) return;
		let { world: e } = this.#e;
		e.clearTimeout(this.#f), this.#f = e.setTimeout(() => this.#y(), Ie), this.#c.stored(), this.#D();
	}
	switchTo(e) {
		e !== this.#s && this.#t.keys().includes(e) && (this.#v(e), this.#t.current = e, this.#c.open(), this.#_(e), this.#D());
	}
	startNew() {
		this.#c.phase !== "fresh" && this.#v(this.#t.freshKey(this.#s)), this.#p = !0, this.#D();
	}
	async refreshConversations() {
		this.#n.state === "verified" ? await this.#C() : await this.lookAround();
	}
	async lookAround() {
		await Pe(this.api, this.#t, this.#S()), this.#D();
	}
	async person() {
		let e = this.#c, t = await this.api.person(e.visitor.token);
		return t.ok && (e.standing.assistantActive = !1), this.#D(), this.#E(t);
	}
	async transcript() {
		return this.#E(await this.api.transcript(this.#c.visitor.token));
	}
	async rate(e, t) {
		let n = this.#c, r = await this.api.rate(n.visitor.token, e, t), i = r.ok || r.status === 409;
		return i && (n.standing.survey = !1), this.#D(), i;
	}
	dismissSurvey() {
		let { visitor: e, standing: t } = this.#c;
		e.unrated = this.#c.view().messages.length, t.survey = !1, this.#D();
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
		return this.#i !== null;
	}
	async askPush(e) {
		return this.#i?.ask(e, this.api, this.#c.visitor.token) ?? "unsupported";
	}
	async stopPush() {
		await this.#i?.tell(this.api, this.#c.visitor.token, !1);
	}
	async identify(e) {
		return this.#n.isAnother(e) && this.logout(), this.#n.claim(e), this.#C();
	}
	async logout() {
		this.#i && this.stopPush(), this.#t.clear(), this.#b(), await this.#a?.clear().catch(() => {});
	}
	track(e) {
		this.#r.see(e);
	}
	fileAddress(e, t) {
		return this.api.fileAddress(this.#c.visitor.token, e, t);
	}
	#g(e) {
		let { world: t, siteKey: n } = this.#e, r = () => this.#s === e ? this.#D() : this.#x(e), i = this.#t.keepOf(e);
		return new De({
			world: t,
			api: this.api,
			siteKey: n,
			keep: i,
			files: this.#a,
			changed: r,
			began: () => (this.#r.again(), this.#_(e))
		});
	}
	#_(e) {
		this.#i?.tell(this.api, this.#t.tokenOf(e), !0);
	}
	#v(e) {
		let [t, n] = [this.#s, this.#c];
		this.#p = !1, n.look(!1), this.#s = e, this.#c = this.#l.get(e) ?? this.#g(e), this.#l.delete(e), this.#c.look(this.#u), n.unsent > 0 ? this.#l.set(t, n) : n.stop();
	}
	#y() {
		let e = this.#d && !this.#t.mark;
		e && this.#t.clear(), e || this.#n.isAnother() ? this.#b() : this.#c.settled();
	}
	#b() {
		for (let e of [this.#c, ...this.#l.values()]) e.leave();
		this.#l.clear(), this.#n.forget(), this.#h++, this.#p = this.#d = !1, this.#s = this.#t.current, this.#c = this.#g(this.#s), this.#c.look(this.#u), this.open(), this.#D();
	}
	#x(e) {
		let t = this.#l.get(e);
		!t || t.unsent > 0 || (this.#l.delete(e), t.stop(), this.#D());
	}
	#S() {
		return this.#t.summaries(this.#s, (e) => e === this.#s ? this.#c : this.#l.get(e));
	}
	async #C() {
		this.#D();
		let e = await this.#n.verify(this.#t.tokens());
		return e.ok && !this.#m && this.#w(e.value.conversations), this.#D(), this.#E(e);
	}
	#w(e) {
		for (let t of e) this.#t.merge(t);
		let [t] = this.#S(), n = !this.#p && this.#c.phase === "fresh" && !this.#c.visitor.form.message;
		t && n && t.status === "open" && this.switchTo(t.key);
	}
	#T() {
		this.#d === !this.#t.mark && (this.#d = !this.#d, this.#D());
	}
	#E(e) {
		return s(e, this.#e.world.now());
	}
	#D() {
		this.#d ||= !!this.#t.mark;
		for (let e of [...this.#o]) try {
			e();
		} catch (e) {
			console.error(e);
		}
	}
};
// src/client/index.ts
function Re({ siteKey: t, origin: n = new URL(import.meta.url).origin }) {
	let r = new Le({
		world: {
			...e(),
			files: i,
			upload: o
		},
		origin: n,
		siteKey: t
	}), a = new AbortController(), s = () => r.wake();
	document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && r.wake(), a), addEventListener("pageshow", s, a), addEventListener("online", s, a), addEventListener("storage", () => r.stored(), a);
	let c = r.stop.bind(r);
	return Object.assign(r, { stop: () => {
		a.abort(), c();
	} });
}
export { Re as createClient };
