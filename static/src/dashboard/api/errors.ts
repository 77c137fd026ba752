/** Why a call to `/v2` gave nothing. `code` 0 is the network: nobody answered. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | null;
  /** Seconds to wait, after a limit. */
  readonly retryAfter: number | null;

  constructor(init: { code: number; kind: string; message: string; details?: Record<string, unknown>; requestId?: string | null; retryAfter?: number | null }) {
    super(init.message);
    this.code = init.code;
    this.kind = init.kind;
    this.details = init.details ?? {};
    this.requestId = init.requestId ?? null;
    this.retryAfter = init.retryAfter ?? null;
  }

  /** The field of the form that is to blame, if it is one. */
  get field(): string | null {
    return typeof this.details.field === "string" ? this.details.field : null;
  }

  /** Whether the same call may well work later: nobody answered, or the server said not now. */
  get passing(): boolean {
    return this.code === 0 || this.code === 429 || this.code >= 500;
  }
}

/** The error that nobody answered. */
export const unreachable = (): ApiError => new ApiError({ code: 0, kind: "unreachable", message: "" });

interface Told {
  error?: unknown;
  message?: unknown;
  details?: unknown;
  request_id?: unknown;
  retry_after?: unknown;
}

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);

/** Reads the surface's error shape; what a proxy on the way says instead is an error as well. */
export async function errorOf(response: Response): Promise<ApiError> {
  const told = (await response.json().catch(() => ({}))) as Told;
  const details = typeof told.details === "object" && told.details !== null ? (told.details as Record<string, unknown>) : {};
  return new ApiError({
    code: response.status,
    kind: text(told.error) ?? "internal_error",
    message: text(told.message) ?? "",
    details,
    requestId: text(told.request_id) ?? response.headers.get("X-Request-Id"),
    retryAfter: typeof told.retry_after === "number" ? told.retry_after : null,
  });
}
