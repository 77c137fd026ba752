/** What a client needs to know. */
export interface Options {
    /** The public key of the site, `pk_live_…`. */
    siteKey: string;
    /** Where the server is; the origin that the module came from if it is left out. */
    origin?: string;
}
/**
 * A visitor's client. It remembers the visitor in the page's `localStorage` once they begin, shares one
 * socket with the other tabs, and comes back by itself after anything: call `open` once, then draw what
 * `snapshot` gives whenever `subscribe` calls.
 */
export declare function createClient({ siteKey, origin }: Options): Client;

/** A visitor on one site, and their conversations, one of which is in view. */
export declare class Client {
    #private;
    readonly api: Api;
    constructor(options: ClientOptions);
    /** Shows the conversation with this token, also one that was begun elsewhere. */
    adopt(token: string): void;
    /** Goes on where the last visit ended, if there was one. */
    open(): void;
    /** Ends all activity; what is unsent stays in the storage. */
    stop(): void;
    subscribe(listener: () => void): () => void;
    snapshot(): Snapshot;
    /** Begins a conversation. */
    start(details: Details): void;
    /** Sends a message: kept, shown at once, and repeated until the server has it. */
    send(message: string, files?: File[]): void;
    /** Sends a failed message again. */
    retry(clientId: string): void;
    /** Gives a message up. */
    discard(clientId: string): void;
    /** The visitor writes, or stopped to. */
    compose(writing: boolean): void;
    /** Keeps what is typed into the composer over reloads. */
    saveDraft(text: string): void;
    /** Keeps what is typed into the form over reloads. */
    saveForm(form: FormDraft): void;
    /** Whether the visitor has the conversation before their eyes; only then messages count as read. */
    look(looking: boolean): void;
    /** The page is awake, shown or online again. */
    wake(): void;
    /** Another tab changed the storage: it may have begun the conversation, or wiped it. */
    stored(): void;
    /** Shows another conversation of `snapshot().conversations`. */
    switchTo(key: string): void;
    /** Makes room for a new conversation; it exists when it is begun. */
    startNew(): void;
    /** Asks for what is new in the conversations that are not in view. */
    refreshConversations(): Promise<void>;
    /** As above, of the conversations that this device knows already, the newest first. */
    lookAround(): Promise<void>;
    /** Asks for a human being. */
    person(): Promise<Outcome>;
    /** Asks for the conversation by e-mail. */
    transcript(): Promise<Outcome>;
    /** Rates the conversation. Resolves to whether the rating is stored, now or from before. */
    rate(score: number, comment: string): Promise<boolean>;
    /** The visitor does not want to rate. */
    dismissSurvey(): void;
    /** Searches the published articles, or lists them. */
    articles(query: string, locale?: string): Promise<Answer<ArticleEntry[]>>;
    /** A published article with its text. */
    article(id: string | number): Promise<Answer<Article>>;
    /** Whether the browser would let this page ask for notifications. */
    get pushable(): boolean;
    /** Asks for notifications; to be called in a click, with `config.push.public_key`. */
    askPush(publicKey: string): Promise<PushOutcome>;
    /** Wants no notifications any longer. */
    stopPush(): Promise<void>;
    /**
     * Who the visitor is, as the site's own server signed it. Brings the conversations that they had on
     * other devices; those of somebody else who was here before are wiped from this one.
     */
    identify(person: Person): Promise<Outcome>;
    /** Forgets the visitor: conversations, drafts and identity leave this device. Resolves when their files have left too. */
    logout(): Promise<void>;
    /** The page the visitor is on now; the team sees it once there is a conversation. */
    track(page: Page): void;
    fileAddress(url: string, disposition: "inline" | "attachment"): string;
}

/** How a call ended: with an answer, with a refusal, or not at all (`status` 0). */
export type Answer<T> = {
    ok: true;
    value: T;
} | Refusal;
/** A call that brought nothing. `status` 0 means that no answer came. */
interface Refusal {
    ok: false;
    status: number;
    /** The server's sentence, empty if there was none. */
    error: string;
    /** How long the server asks to wait, in milliseconds; 0 if it does not. */
    wait: number;
}
/** How an act ended for whoever asked for it. `retryAt` is a moment in milliseconds since the epoch. */
export type Outcome = {
    ok: true;
} | {
    ok: false;
    status: number;
    error: string;
    retryAt: number | null;
};
/** The answer to an act, without what it brought. */
declare function outcomeOf(answer: Answer<unknown>, now: number): Outcome;
/** How files are followed on their way: told how far they are, and given up by a signal. */
interface Following {
    sent(share: number): void;
    signal: AbortSignal;
}
/** What a message consists of on its way out. */
interface Draft {
    client_id: string;
    message: string;
    files: File[];
}
/** The wait after a refusal for too many calls that names none. */
declare const unnamedWait = 5000;
/** The chat surface over HTTP. Calls never throw: what went wrong is in the answer. */
declare class Api {
    #private;
    /** What goes with the beginning of a conversation. Held here and not in the request, which is kept over reloads. */
    proof: Proof | null;
    constructor(world: World, origin: string, siteKey: string);
    config(): Promise<Answer<Config>>;
    start(request: StartRequest): Promise<Answer<{
        conversation_token: string;
        auto_reply: string | null;
    }>>;
    /** The messages after a sequence number, the oldest first: the same cursor as a socket's. */
    messages(token: string, after: number): Promise<Answer<Message[]>>;
    /** Who a signed identity is, and the conversations of theirs. */
    identify(request: IdentifyRequest): Promise<Answer<Identified>>;
    /** Asks for a human being instead of the assistant. */
    person(token: string): Promise<Answer<unknown>>;
    /** Asks for the conversation by e-mail. */
    transcript(token: string): Promise<Answer<unknown>>;
    /** Tells the team which page the visitor is on. */
    page(token: string, page: Page): Promise<Answer<unknown>>;
    /** Wants news by web push, or no longer. */
    push(token: string, subscription: PushSubscriptionKeys, wanted: boolean): Promise<Answer<unknown>>;
    /** The published articles that answer a question, or all of them. */
    articles(query: string, locale: string): Promise<Answer<{
        articles: ArticleEntry[];
    }>>;
    article(id: string | number): Promise<Answer<Article>>;
    post(token: string, { client_id, message, files }: Draft, following?: Following): Promise<Answer<Receipt>>;
    read(token: string, seq: number): Promise<Answer<unknown>>;
    rate(token: string, score: number, comment: string): Promise<Answer<unknown>>;
    /** The address of an attachment, for `<img>` and `<a>`, which can send no header. */
    fileAddress(token: string, url: string, disposition: "inline" | "attachment"): string;
    /** The socket's address. It carries neither key nor token: both go into the first frame. */
    socketAddress(): string;
}
/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
declare function retryAfter(headers: Headers, now: number): number;

/** The shapes that travel between a visitor's browser and the server's chat surface. */
/** A file that belongs to a message. `url` is relative to the conversation's address. */
export interface Attachment {
    id: number;
    filename: string;
    content_type: string;
    size: number;
    width?: number | null;
    height?: number | null;
    url: string;
}
/** A message as a visitor may see it. `seq` counts 1, 2, 3, … without holes. */
export interface Message {
    id: number;
    seq: number;
    /** `inbound` was written by the visitor, `outbound` by the team or the assistant. */
    direction: "inbound" | "outbound";
    body: string;
    timestamp: string;
    author: string;
    client_id?: string | null;
    type: string;
    status: string;
    attachments?: Attachment[];
    /** Who wrote it, more finely than `direction`; older servers do not say. */
    sender?: Sender;
    /** The address of the agent's picture, if there is one. */
    avatar?: string | null;
    /** The articles on which the assistant's answer rests. */
    citations?: Citation[];
}
/** Who writes in a conversation. */
type Sender = "visitor" | "agent" | "assistant" | "system";
/** A published article that an answer rests on; `article` is its id. */
export interface Citation {
    title: string;
    article: number | string;
}
/** A published article, as a list or a search names it. */
export interface ArticleEntry {
    id: number | string;
    title: string;
    excerpt?: string;
    language?: string | null;
}
/** A published article with its text, which is Markdown. */
export interface Article extends ArticleEntry {
    content: string;
}
/** What the widget needs to draw itself. Everything but the greeting may be absent. */
export interface Config {
    greeting: string;
    name?: string;
    theme?: {
        color?: string;
        position?: string;
        mode?: "auto" | "light" | "dark";
    } | null;
    locale?: string | null;
    online?: boolean;
    uploads?: Uploads | null;
    assistant?: {
        name: string;
    } | null;
    survey?: boolean;
    /** Only visitors with a signed identity may begin a conversation. */
    identity_required?: boolean;
    prechat?: {
        fields: PrechatField[];
    } | null;
    office_hours?: OfficeHours | null;
    /** Some of the agents who are there at the moment. */
    team?: {
        name: string;
        avatar?: string | null;
    }[];
    /** Conversations can be sent by e-mail. */
    transcript?: boolean;
    push?: {
        public_key: string;
    } | null;
    /** There are published articles to search. */
    articles?: boolean;
}
/** A question that the form asks before a conversation begins. */
interface PrechatField {
    name: string;
    label: string;
    type: string;
    required: boolean;
}
/** When the team is there; `next_open` is the moment at which it is there again, `holidays` are dates in its time zone. */
interface OfficeHours {
    enabled: boolean;
    time_zone?: string;
    days?: unknown;
    holidays?: readonly string[];
    open?: boolean;
    next_open?: string | null;
}
/** What the server takes as uploads. `types` are media types, `image/*` included. */
interface Uploads {
    max_bytes?: number;
    max_files?: number;
    types?: string[];
}
/** The customer's page on which the visitor is. */
export interface Page {
    url: string;
    title: string;
    referrer: string;
}
/** The body of `POST /conversations`. */
interface StartRequest {
    client_id: string;
    name: string;
    email: string;
    message: string;
    visitor_token: string;
    page?: Page;
    locale?: string;
    custom?: Record<string, unknown>;
    identity?: Proof;
}
/** What the site's own server signed about its user: an HMAC of the id, or a JWT. */
type Proof = {
    id: string;
    hash: string;
} | {
    token: string;
};
/** The body of `POST /identify`. */
interface IdentifyRequest {
    visitor_tokens: string[];
    identity: Proof;
    email?: string;
    name?: string;
}
/** The answer to it: who the visitor is, and every conversation of theirs. */
interface Identified {
    contact: {
        id: string;
        name: string;
    };
    conversations: RemoteConversation[];
}
/** A conversation of an identified visitor; its token works wherever a visitor token does. */
interface RemoteConversation {
    conversation_token: string;
    status: Status;
    last_message_at: string | null;
    last_message_preview: string;
    unread: number;
}
/** A web push subscription, as the browser spells it. */
interface PushSubscriptionKeys {
    endpoint: string;
    keys: {
        p256dh: string;
        auth: string;
    };
}
/** Where a conversation stands. */
export type Status = "open" | "closed" | "archived";
/** The server's acknowledgement of a message: it is stored. */
interface Receipt {
    id: number;
    seq: number;
    timestamp: string;
}
/** Frames the server sends over a socket. */
type ServerFrame = Welcome | {
    type: "message";
    message: Message;
} | ({
    type: "ack";
    client_id: string;
} & Receipt) | {
    type: "typing";
    author?: string;
    active: boolean;
} | {
    type: "delta";
    id: string;
    author?: string;
    text: string;
    end?: boolean;
} | {
    type: "read";
    seq: number;
} | {
    type: "conversation";
    status: Status;
    survey?: boolean;
    assistant_active?: boolean;
} | {
    type: "presence";
    online: boolean;
} | {
    type: "pong";
} | {
    type: "error";
    error: string;
    client_id?: string;
} | {
    type: "bye";
    reconnect_in: number;
};
/** The first frame on a socket: where the conversation stands. `read` is how far the team has read. */
interface Welcome {
    type: "welcome";
    seq: number;
    status?: Status;
    heartbeat?: number;
    online?: boolean | null;
    read?: number;
    survey?: boolean;
    assistant_active?: boolean;
}
/** Frames the visitor's browser sends over a socket. */
type ClientFrame = Hello | {
    type: "send";
    client_id: string;
    message: string;
} | {
    type: "typing";
    active: boolean;
} | {
    type: "read";
    seq: number;
} | {
    type: "ping";
};
/** The first frame on a socket: who, and from where on. */
interface Hello {
    type: "hello";
    site_key: string;
    visitor_token: string;
    after: number;
}
/** The longest message the server takes, in Unicode code points. */
declare const longestMessage = 10000;

/** Everything the client core needs of its surroundings, so that tests can be the world. */
interface World {
    /** Milliseconds since the epoch. */
    now(): number;
    /** A number in [0, 1). */
    random(): number;
    /** `count` unpredictable bytes. */
    bytes(count: number): Uint8Array;
    setTimeout(act: () => void, ms: number): Timer;
    clearTimeout(timer: Timer): void;
    fetch(url: string, init: RequestInit): Promise<Response>;
    /** Like `fetch`, and tells meanwhile which share of the body, from 0 to 1, has gone out; absent where that cannot be had. */
    upload?(url: string, init: RequestInit, sent: (share: number) => void): Promise<Response>;
    /** Opens a socket, or null where the browser has none. May throw. */
    openSocket(url: string): SocketLike | null;
    /** Gives the durable storage. May throw where the browser forbids it. */
    storage(): StorageLike;
    /** Where the files of a site's unsent messages outlive a reload; absent where they do not. */
    files?(site: string): FilesPort;
    /** The other tabs that share this storage, or null where they cannot find each other. */
    tabs?(name: string): TabsPort | null;
}
/** A way to the other tabs of the same visitor. What is said is heard by all of them but this one. */
interface TabsPort {
    say(note: unknown): void;
    onNote: ((note: unknown) => void) | null;
    /**
     * Stands for leader: tells `false` at once if another tab leads, and `true` as soon as this one does,
     * which ends when the tab closes, crashes or calls `close`.
     */
    lead(told: (leading: boolean) => void): void;
    close(): void;
}
/** A timer's handle; only the world that made it can read it. */
type Timer = unknown;
/** The part of a WebSocket that the client uses. */
interface SocketLike {
    onopen: (() => void) | null;
    onmessage: ((event: {
        data: unknown;
    }) => void) | null;
    onclose: ((event: {
        code: number;
    }) => void) | null;
    onerror: (() => void) | null;
    send(text: string): void;
    close(): void;
}
/** The part of localStorage that the client uses. */
type StorageLike = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** Keeps the files of messages over a reload, each under the name of its message. All may reject. */
interface FilesPort {
    put(name: string, files: readonly File[]): Promise<void>;
    /** Null where nothing is kept under the name. */
    get(name: string): Promise<File[] | null>;
    remove(name: string): Promise<void>;
    /** Forgets everything. */
    clear(): Promise<void>;
}
/** The files of one site in IndexedDB, which is not touched before there is a file to keep: some browsers throw at the touch. */
declare function browserFiles(site: string, factory?: () => IDBFactory): FilesPort;

/** What a client is made of. `origin` is the server's, `siteKey` the public key of the site. */
interface ClientOptions {
    world: World;
    origin: string;
    siteKey: string;
    /** Web push, where the page can have it: frames, which are nearly all, cannot. */
    push?: Push | null;
}
/** The form, filled in. */
export interface Details {
    name: string;
    email: string;
    message: string;
    page?: Page;
    locale?: string;
    custom?: Record<string, unknown>;
}
/** What a conversation stands on. */
interface ConversationOptions {
    world: World;
    api: Api;
    siteKey: string;
    keep: Keep;
    files: FilesPort | null;
    changed(): void;
    /** It exists on the server from now on. */
    began(): void;
}

/**
 * Named texts that outlive a reload, or at least the page where the browser forbids storage
 * (private windows, blocked third-party storage, a full disk). It never throws.
 */
declare class Keep {
    #private;
    constructor(open: () => StorageLike, prefix: string, refused?: Map<string, string>);
    /** The texts whose names begin so. */
    below(prefix: string): Keep;
    get(name: string): string | null;
    set(name: string, text: string): void;
    remove(name: string): void;
    /** The names kept under a prefix, in no particular order. */
    names(prefix: string): string[];
    /** Removes everything. */
    clear(): void;
    /** A value that was kept as JSON; null for nothing, or for what is none. */
    read<T>(name: string): T | null;
    /** Keeps a value as JSON; null removes it. */
    write(name: string, value: unknown): void;
}

/** How asking for notifications ended. */
type PushOutcome = "on" | "denied" | "unsupported" | "failed";
/** What web push needs of a browser. Only a page of the server's own origin, at the top, has it. */
interface PushBrowser {
    ask(): Promise<NotificationPermission>;
    subscribe(publicKey: string): Promise<PushSubscriptionKeys>;
    /** The subscription there is, if any. */
    current(): Promise<PushSubscriptionKeys | null>;
    unsubscribe(): Promise<void>;
}
/** News by web push, when the page is closed. */
declare class Push {
    #private;
    constructor(browser: PushBrowser);
    /** Asks for notifications of the conversation with this token. */
    ask(publicKey: string, api: Api, token: string): Promise<PushOutcome>;
    /** Tells of the subscription there is, if any, and ends it if it is no longer wanted. */
    tell(api: Api, token: string, wanted: boolean): Promise<void>;
}

/** What the customer's page says of its user. The proof comes from the customer's own server. */
export type Person = Proof & {
    email?: string;
    name?: string;
};
/** Whether a signed identity was given, and what the server thinks of it. */
type IdentityState = "none" | "checking" | "verified" | "refused";
/** Who the visitor is. The proof is held in memory only: the customer's page gives it at each visit. */
declare class Identity {
    #private;
    state: IdentityState;
    constructor(keep: Keep, api: Api);
    get contact(): {
        id: string;
        name: string;
    } | null;
    /** What need not be asked for, because the customer's page or the server told it; "" where neither did. */
    get known(): {
        name: string;
        email: string;
    };
    /** Whether somebody else was here before; of who is here, whether another tab let somebody else in. */
    isAnother(person?: Person | null): boolean;
    claim(person: Person): void;
    verify(tokens: readonly string[]): Promise<Answer<Identified>>;
    forget(): void;
}

/** Where the visitor stands: nothing said yet, a first message on its way, talking, or turned away. */
type Phase = "fresh" | "starting" | "talking" | "refused";
/** All that a view may show of one conversation, as it is now. */
interface View {
    phase: Phase;
    link: LinkState;
    /** News come through another tab's socket. */
    shared: boolean;
    messages: readonly Message[];
    outgoing: readonly Outgoing[];
    typing: string | null;
    streaming: readonly Streaming[];
    status: Status;
    /** A rating is asked for. */
    survey: boolean;
    /** The assistant answers here at the moment. */
    assistantActive: boolean;
    /** The team has read the visitor's messages up to this one. */
    agentRead: number;
    /** The number of messages of the team that the visitor has not seen; in a snapshot, of all conversations. */
    unread: number;
    /** Whether somebody is there; null until it is known. */
    online: boolean | null;
    autoReply: string | null;
    /** The server's sentence about what was typed into the form. */
    problem: string;
    /** What was typed into the form, to be shown again. */
    details: Pick<StartRequest, "name" | "email" | "message"> | null;
    /** What was typed into the composer and not yet sent. */
    draft: string;
    /** What was typed into the form and not yet sent. */
    form: FormDraft;
}
/** All that a view may show, as it is now: the conversation in view, and what is around it. */
export interface Snapshot extends View {
    /** Another one for each conversation and each visitor: what belongs to one is not to be shown in the next. */
    place: string;
    /** Every conversation of this visitor on this device, the newest first. */
    conversations: readonly Summary[];
    /** How many of the unread messages are in conversations that are not in view. */
    elsewhere: number;
    /** Who the visitor is, if a signed identity says so. */
    contact: {
        id: string;
        name: string;
    } | null;
    /** What the form need not ask of that contact; "" where it must. */
    known: {
        name: string;
        email: string;
    };
    identity: IdentityState;
    /** What is kept of the visitor on this device, as the loader is to know it. */
    mark: Mark;
}

/**
 * What the customer's page (the host) and the chat frame tell each other. All of it travels over one
 * MessagePort, which the host hands to each document of the frame once, addressed to the server's
 * origin; the frame takes it once, from its parent window and the parent's origin alone.
 */
type ToFrame = 
/** First: the page the visitor is on, what it asks for, whether the panel is open, and who is said to be there. */
{
    type: "hello";
    page: Page;
    wish: Wish;
    open: boolean;
    person?: Person | null;
    stored?: Stored | null;
    forget?: boolean;
} | {
    type: "open";
    page: Page;
} | {
    type: "close";
}
/** The visitor went to another page, or the page changed its wishes. */
 | {
    type: "page";
    page: Page;
} | {
    type: "wish";
    wish: Wish;
} | {
    type: "identify";
    person: Person;
}
/** The visitor is to be forgotten on this device. */
 | {
    type: "wipe";
}
/** Another tab changed what is kept in the storage of the customer's page. */
 | {
    type: "stored";
    key: string;
    value: string | null;
}
/** This tab leads the others, or another one does. */
 | {
    type: "lead";
    name: string;
    leading: boolean;
};
/** What the widget has kept in the storage of the customer's page. */
type Stored = Record<string, string>;
/** How the chat should look: `mode` is light, dark or auto; names that begin with `--parley-` are custom properties. */
type Theme = {
    color?: string;
    position?: string;
    mode?: string;
} & {
    [property: string]: string;
};
/** What the script tag and the page around it ask for. Empty texts leave it to the site. */
interface Wish {
    locale: string;
    /** The tag insists on the language; otherwise it is only that of the page. */
    pinned: boolean;
    color: string | undefined;
    theme?: Theme;
}
/** What the frame tells the host. */
type ToHost = 
/** First: the frame is there, with something to show. */
{
    type: "here";
}
/** How the launcher should look, now that the site's configuration is known. */
 | {
    type: "look";
    color: string;
    side: Side;
    labels: Labels;
} | {
    type: "unread";
    count: number;
}
/** The visitor wants the panel closed. */
 | {
    type: "close";
}
/** Keeps a text in the storage of the customer's page; null removes it. */
 | {
    type: "store";
    key: string;
    value: string | null;
}
/** Puts a text in the place of the page's own title; without one the title is what the page made it. */
 | {
    type: "title";
    text?: string;
}
/** Stands for leader of the tabs by the locks of the customer's page, or stands down. */
 | {
    type: "lead";
    name: string;
    leave?: boolean;
}
/** The visitor is forgotten. */
 | {
    type: "wiped";
};
/** The edge of the page at which launcher and panel are. */
type Side = "left" | "right";
/** The launcher's words, in the visitor's language. `{n}` stands for a number. */
interface Labels {
    open: string;
    close: string;
    unread: string;
    frame: string;
}
/** The text of the one window message, which carries the port. */
declare const handover = "parley:port";
/** Where everything is kept that belongs to a site, in whichever storage. */
declare const keptBelow: (siteKey: string) => string;
/** The name of the mark that the frame leaves with the customer's page. */
declare const returning = "back";
/** What the mark says: something is to be delivered or waited for, something is only kept and may have to be forgotten, or nothing is. */
type Mark = "1" | "0" | null;
/** The colour of what is not configured otherwise. */
declare const defaultColor = "#1f5f57";
/** A colour as `#rrggbb`, or the default for anything that is none. */
declare function soundColor(text: string | null | undefined): string;
/**
 * Black or white, whichever can be read better on a colour: they are equal at a relative luminance of
 * 0.179 (WCAG 2). A plain power of 2.2 stands for sRGB's curve, which is at most 0.004 off there.
 */
declare function inkOn(color: string): "#000000" | "#ffffff";
/** The side that a configured position (`left`, `bottom-right`, …) names. */
declare const sideOf: (position: string | null | undefined) => Side;

/** An answer of the assistant while it is being made. */
interface Streaming {
    id: string;
    author: string;
    text: string;
}
/** What passes and is never stored: who types, and answers on their way. */
declare class Ephemera {
    #private;
    typing: string | null;
    streaming: readonly Streaming[];
    constructor(world: World, changed: () => void, tell: (active: boolean) => void);
    receive(frame: ServerFrame): void;
    /** An answer is there, or the line is gone: nothing ephemeral holds any longer. */
    clear(): void;
    /** The visitor touched the composer; `writing` is false when it became empty or was sent. */
    compose(writing: boolean): void;
    stop(): void;
}

/** How the client hears of news: over a socket, by asking, on its way to either, or not at all. */
export type LinkState = "idle" | "connecting" | "live" | "polling" | "down";
/** What a link needs and tells. */
interface LinkEvents {
    /** Opens a socket, or gives null where there are none. May throw. */
    open(): SocketLike | null;
    hello(): Hello;
    frame(frame: ServerFrame): void;
    ask: Ask;
    changed(): void;
    /** The end of the road: the key is wrong, or the conversation is not there. */
    lost(why: "refused" | "gone"): void;
}
/**
 * Keeps the visitor connected. A socket is always wanted; while none can be had, a poller does its
 * work beside the attempts, so that the way back needs nothing but a welcome.
 */
declare class Link {
    #private;
    constructor(world: World, events: LinkEvents);
    get state(): LinkState;
    start(): void;
    stop(): void;
    send(frame: ClientFrame): boolean;
    /** The page is awake, shown or online again: whatever was believed of the line may be wrong. */
    wake(): void;
    /** Asks for what is new at once, where asking is how news come. */
    refresh(): void;
    set hidden(hidden: boolean);
    /** Something is missing: begins again from the cursor. */
    resync(): void;
}

/** How often messages are asked for: while the page is seen, and while it is not. */
declare const pollGap: {
    shown: number;
    hidden: number;
};
/** Asks once for what is new, and tells what came in the way. */
type Ask = () => Promise<{
    ok: true;
} | Refusal>;
/** Asks for new messages again and again, more slowly where nobody looks or the server is away. */
declare class Poller {
    #private;
    hidden: boolean;
    constructor(world: World, ask: Ask, told: () => void);
    /** Whether the last answer came: the server can be reached this way. */
    get reached(): boolean;
    start(): void;
    stop(): void;
    /** Asks at once instead of after the pause. */
    now(): void;
}

/**
 * How far an outgoing message has come: waiting for its turn or the network, under way, stored by the
 * server but not yet read back, held up by a limit, or refused for good.
 */
export type Delivery = "queued" | "sending" | "sent" | "limited" | "failed";
/** A message of the visitor that the server has not yet shown to be in the conversation. */
export interface Outgoing {
    client_id: string;
    message: string;
    /** When it was written, in milliseconds; also its place in the order. */
    created: number;
    delivery: Delivery;
    /** Held in memory, and by the browser's database where there is one: `localStorage` takes no files. */
    files: File[];
    filenames: string[];
    /** The server's sentence when it refused the message for good. */
    error?: string;
    /** When a limited message will be tried again, in milliseconds since the epoch. */
    retryAt?: number;
    /** Which share of the files has gone out, from 0 to 1, once something has. */
    progress?: number;
    /** An attempt with files did not get through. The next one comes by itself, or at once by `retry`. */
    stalled?: boolean;
    /** A reload came between: the files are looked for before it goes out. */
    restoring?: boolean;
    /** Another tab wrote it, or this one before a reload. */
    adopted?: boolean;
}
/** Set in `error` when a reload lost the files of a message before they were sent. */
declare const filesLost = "files-lost";
/** Set in `error` when a message lay unsent for so long that its writer should decide. */
declare const tooOld = "too-old";
/** What an outbox stands on. */
interface OutboxOptions {
    keep: Keep;
    now: number;
    files: FilesPort | null;
    restored(): void;
}
/**
 * Outgoing messages, kept in durable storage until they are acknowledged. Each has a storage entry of
 * its own, so that two tabs of one visitor never overwrite each other's list.
 */
declare class Outbox {
    #private;
    /** `restored` is called when the files of a message that lay here have been found, or are lost. */
    constructor({ keep, now, files, restored }: OutboxOptions);
    /**
     * Takes over what another tab left in the storage and may not have lived to send, and lets go of what
     * another tab has sent or given up since. Messages with files stay with the tab that holds the files.
     */
    adopt(now: number): void;
    /** Lets go of what another tab has sent or given up; gives what went. */
    release(): readonly Outgoing[];
    get entries(): readonly Outgoing[];
    /** The oldest message that still has to go out; what follows it waits while its files are looked for. */
    next(): Outgoing | undefined;
    find(clientId: string): Outgoing | undefined;
    add(entry: {
        client_id: string;
        message: string;
        files: File[];
        now: number;
    }): Outgoing;
    /** The server has it: nothing has to survive a reload any more. */
    acknowledge(clientId: string): void;
    /** Forgets a message, because it is shown among the stored ones or its writer gave it up. */
    drop(clientId: string): void;
    /** Puts a failed message at the end of the queue, as if written now. */
    retry(clientId: string, now: number): void;
    clear(): void;
}

/** A conversation, as a list of conversations shows it. */
export interface Summary {
    /** By which `switchTo` finds it on this device. */
    key: string;
    status: Status;
    lastMessageAt: string | null;
    /** The beginning of the last message. */
    preview: string;
    /** The team's messages that the visitor has not seen. */
    unread: number;
    /** The visitor's messages that still have to go out. */
    unsent: number;
    current: boolean;
}
/** What is kept of a conversation that is not in view, and the last sequence number it covers. */
interface Kept extends Omit<Summary, "key" | "unsent" | "current"> {
    seq: number;
}
/** What to keep of a conversation. */
declare function summarize(messages: readonly Message[], status: Status, unread: number): Kept;
/** What the server tells of a conversation, in the same form. The timeline counts when it is opened. */
declare function fromRemote({ status, last_message_at, last_message_preview, unread }: RemoteConversation): Kept;
/** Adds the messages that came since, at least one, to what was kept. */
declare function advance(kept: Kept, news: readonly Message[]): Kept;
/** The newest first. */
declare const byTime: (one: Summary, next: Summary) => number;

/** The fields of the form, as far as they are typed. */
interface FormDraft {
    name?: string;
    email?: string;
    message?: string;
    custom?: Record<string, unknown>;
}
/** One text of several, none of them twice. */
declare const together: (...texts: string[]) => string;
/**
 * What the browser remembers of its visitor on one site: the secret token, whether a conversation
 * was begun with it, a beginning that is not yet acknowledged, and how far was read.
 */
declare class Visitor {
    #private;
    constructor(keep: Keep, bytes: (count: number) => Uint8Array);
    /** The visitor token; made when it is first needed, so that mere looking leaves nothing behind. */
    get token(): string;
    /** Takes a new token, because the old one is taken or its conversation is gone. */
    renew(): string;
    /** Goes on with a conversation that was begun elsewhere, whose token a link has brought. */
    adopt(token: string): void;
    /** The token by which the server names the conversation, the same on every device. */
    get ref(): string | null;
    get talking(): boolean;
    /** The conversation exists. Its first answer may be an automatic one. */
    began(autoReply: string | null, ref?: string | null): void;
    get autoReply(): string | null;
    /** A beginning that the server has not acknowledged; kept, so that a reload repeats it. */
    get beginning(): StartRequest | null;
    set beginning(request: StartRequest | null);
    /** What was typed into the composer and not yet sent. */
    get draft(): string;
    set draft(text: string);
    /** What was typed into the form and not yet sent. */
    get form(): FormDraft;
    set form(form: FormDraft);
    /** What could not be delivered goes back into the form, beside what was still being written; gives all that stands there. */
    giveBack(words: readonly string[]): string;
    /** The sequence number up to which the visitor has seen the conversation. */
    get read(): number;
    set read(seq: number);
    /** How many messages there were when the visitor did not want to rate; more are another occasion. */
    get unrated(): number;
    set unrated(seq: number);
    forget(): void;
}
