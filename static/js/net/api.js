// Calls to the HTTP API: cookie and CSRF header, a deadline on every call, problem+json as one kind of error. No DOM.

const DEADLINE_MS = 15_000;

/** A call that failed. `status` is 0 when no answer came. */
export class ApiError extends Error {
  constructor({ status, code, title = "", detail = "", errors = {}, request_id = null, retry_after_ms = null }) {
    super(detail || title || code);
    Object.assign(this, { name: "ApiError", status, code, title, detail, errors, request_id, retry_after_ms });
  }

  /** Whether the same call may well succeed later. */
  get is_passing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** An API client. `on_signed_out` is told once a call is answered 401. */
export function createApi({ fetch = globalThis.fetch.bind(globalThis), on_signed_out = () => {} } = {}) {
  let csrf = null;

  async function call(method, path, body, { signal, deadline_ms = DEADLINE_MS } = {}) {
    const response = await answer(method, path, body, { signal, deadline_ms });
    if (response.status === 204) return null;
    const data = await decode(response);
    if (response.ok) {
      if (data && typeof data.csrf_token === "string") csrf = data.csrf_token;
      return data;
    }
    const error = problem(response, data);
    if (error.status === 401 && error.code !== "second_factor_required") on_signed_out(error);
    throw error;
  }

  async function answer(method, path, body, { signal, deadline_ms }) {
    const headers = { accept: "application/json" };
    if (body !== undefined) headers["content-type"] = "application/json";
    if (csrf && method !== "GET") headers["x-csrf-token"] = csrf;
    const timeout = AbortSignal.timeout(deadline_ms);
    try {
      return await fetch(path, {
        method,
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        credentials: "same-origin",
        cache: "no-store",
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new ApiError({ status: 0, code: "unreachable", title: "The server does not answer." });
    }
  }

  return {
    get: (path, options) => call("GET", path, undefined, options),
    post: (path, body = {}, options) => call("POST", path, body, options),
    put: (path, body = {}, options) => call("PUT", path, body, options),
    delete: (path, options) => call("DELETE", path, undefined, options),
    get csrf() {
      return csrf;
    },
    set csrf(token) {
      csrf = token;
    },
  };
}

async function decode(response) {
  const kind = response.headers.get("content-type") ?? "";
  if (!kind.includes("json")) return null;
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function problem(response, data) {
  const said = data && typeof data === "object" ? data : {};
  const seconds = Number(response.headers.get("retry-after"));
  return new ApiError({
    status: response.status,
    code: said.code ?? `http_${response.status}`,
    title: said.title ?? "",
    detail: said.detail ?? "",
    errors: said.errors ?? {},
    request_id: said.request_id ?? response.headers.get("x-request-id"),
    retry_after_ms: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null,
  });
}
