// What the modules under test lean on: a clock that is wound by hand, a WebSocket without a network, states as the server makes them.

/** A clock that stands still until it is told to go on. */
export class Clock {
  #now = 1_000_000;
  #timers = new Map();
  #next = 1;

  now = () => this.#now;

  after = (ms, then) => {
    this.#timers.set(this.#next, { at: this.#now + ms, then });
    return this.#next++;
  };

  cancel = (timer) => this.#timers.delete(timer);

  /** How long until the next timer, or null when none is set. */
  get next_ms() {
    const times = [...this.#timers.values()].map((timer) => timer.at);
    return times.length ? Math.min(...times) - this.#now : null;
  }

  /** Goes on, and calls what is due, in order. */
  async pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      const [id, timer] = [...this.#timers].sort((one, other) => one[1].at - other[1].at)[0] ?? [];
      if (!timer || timer.at > end) break;
      this.#timers.delete(id);
      this.#now = timer.at;
      timer.then();
      await settled();
    }
    this.#now = end;
    await settled();
  }
}

/** A WebSocket whose other end is the test. */
export class Wire {
  readyState = 0;
  sent = [];
  closed = null;

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close(code, reason) {
    this.readyState = 3;
    this.closed = { code, reason };
  }

  open() {
    this.readyState = 1;
    this.onopen();
  }

  say(...frames) {
    this.onmessage({ data: JSON.stringify(frames.length === 1 ? frames[0] : frames) });
  }

  drop(code = 1006, reason = "") {
    this.readyState = 3;
    this.onclose({ code, reason });
  }
}

/** All promises that can go on have gone on. */
export async function settled() {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
}

/** A storage as localStorage is, without a browser. */
export function memory(kept = {}) {
  return {
    kept,
    read: (key, fallback = null) => (key in kept ? JSON.parse(kept[key]) : fallback),
    write: (key, value) => {
      if (value === null) delete kept[key];
      else kept[key] = JSON.stringify(value);
      return true;
    },
    keys: (prefix) => Object.keys(kept).filter((key) => key.startsWith(prefix)),
  };
}

export function customer(n, more = {}) {
  const id = `c${n}`;
  return { id, channel_config_id: "ch", name: `Customer ${n}`, phone: null, channel_user_id: `6281${n}`, avatar_url: null, is_blocked: false, rev: 1, ...more };
}

export function session(n, more = {}) {
  return {
    id: `s${n}`,
    customer: customer(n),
    channel_config_id: "ch",
    external_chat_id: null,
    agent_id: null,
    status: "queued",
    priority: "normal",
    tags: [],
    unread_count: 0,
    total_messages: 0,
    message_seq: 0,
    last_message_id: null,
    last_message_at: new Date(1_700_000_000_000 + n * 60_000).toISOString(),
    last_message_preview: null,
    last_message_sender: null,
    waiting_since: null,
    queued_at: null,
    snoozed_until: null,
    started_at: "2026-01-01T00:00:00Z",
    ended_at: null,
    rev: 1,
    ...more,
  };
}

export function message(seq, more = {}) {
  const time = new Date(Date.UTC(2026, 0, 5, 10, 0, seq)).toISOString();
  return {
    id: `m${seq}`,
    session_id: "s1",
    seq,
    direction: "inbound",
    sender_type: "customer",
    sender_id: "c1",
    sender_name: "Customer 1",
    type: "text",
    text: `text ${seq}`,
    content: null,
    media: null,
    reply_to: null,
    reactions: [],
    status: "delivered",
    error: null,
    client_message_id: null,
    external_id: null,
    sent_at: time,
    created_at: time,
    edited_at: null,
    revoked_at: null,
    rev: 1,
    trace: {},
    ...more,
  };
}

export function snapshot(sessions = [], more = {}) {
  return {
    s: 0,
    id: null,
    me: { user_id: "u1", agent_id: "a1", name: "Ana", organization: { id: "o1", name: "Acme" } },
    agents: [],
    channels: [],
    sessions,
    counts: { open: sessions.length },
    ...more,
  };
}

/** A durable frame. */
export function event(s, t, d) {
  return { t, s, id: `e${s}`, at: "2026-01-05T10:00:00Z", d };
}
