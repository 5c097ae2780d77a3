// The HTTP calls that the console makes, by name. No DOM.

const ROOT = "/api/v1";
const OPEN = "bot,queued,active,waiting,snoozed";
const ENDED = "resolved,closed";

/** The calls over an API client. */
export class Calls {
  #api;
  #signed_in = null;

  constructor(api) {
    this.#api = api;
  }

  /** Everything that is shown at the start, and who is signed in. */
  async snapshot() {
    this.#signed_in ??= await this.#api.get(`${ROOT}/auth/session`);
    const snapshot = await this.#api.get(`${ROOT}/console/snapshot`, { deadline_ms: 30_000 });
    const { user, organization } = this.#signed_in;
    return { ...snapshot, me: { email: user?.email, organization, ...snapshot.me } };
  }

  async ticket() {
    return (await this.#api.post(`${ROOT}/realtime/ticket`)).ticket;
  }

  signOut() {
    return this.#api.post(`${ROOT}/auth/logout`);
  }

  /** A page of sessions, open ones or those that ended, maybe only those that a search finds. */
  sessions({ is_ended = false, query = "", after = null, limit = 50 } = {}) {
    const wanted = new URLSearchParams({ status: is_ended ? ENDED : OPEN, limit: String(limit) });
    if (query) wanted.set("q", query);
    if (after) wanted.set("after", after);
    return this.#api.get(`${ROOT}/chat-sessions?${wanted}`);
  }

  session(id) {
    return this.#api.get(path(id));
  }

  /** A page of messages: the newest, or those before a `seq`. */
  messages(id, { before = null, limit = 50 } = {}) {
    return this.#api.get(`${path(id)}/messages?limit=${limit}${before === null ? "" : `&before=${before}`}`);
  }

  /** Sends an entry of the outbox; the same one again stores nothing. */
  send({ session_id, client_message_id, text, reply_to }) {
    const quoted = reply_to ? { reply_to: reply_to.id } : {};
    return this.#api.post(`${path(session_id)}/messages`, { client_message_id, text, ...quoted });
  }

  markRead(id, seq) {
    return this.#api.put(`${path(id)}/read`, { seq });
  }

  markUnread(id) {
    return this.#api.delete(`${path(id)}/read`);
  }

  assign(id, agent_id) {
    return this.#api.put(`${path(id)}/assignment`, { agent_id });
  }

  resolve(id) {
    return this.#api.post(`${path(id)}/resolution`);
  }

  reopen(id) {
    return this.#api.delete(`${path(id)}/resolution`);
  }
}

function path(id) {
  return `${ROOT}/chat-sessions/${id}`;
}
