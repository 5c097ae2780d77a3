// Messages on their way: kept until the server shows them, sent in order, tried again when the line comes back. No DOM.
import { batch, signal } from "../../vendor/signals-core.js";
import { newId } from "../lib/ids.js";
import { backoff } from "./backoff.js";
import { CLOCK } from "./socket.js";

const KEPT_MS = 7 * 86_400_000;

/**
 * The outbox. An entry is `{client_message_id, session_id, text, reply_to, at, state, error}`, where `state` is
 * `waiting`, `sending` or `failed`. `storage` has `read`, `write` and `keys`; `post(entry)` is the HTTP call, and
 * `on_message(message)` takes its answer. Each session has a lane of its own, so that its messages keep their order.
 */
export class Outbox {
  entries = signal([]);
  #deps;
  #clock;
  #prefix;
  #lanes = new Map();

  constructor({ storage, owner, post, on_message, clock = CLOCK, random = Math.random }) {
    this.#deps = { storage, post, on_message, random };
    this.#clock = clock;
    this.#prefix = `sb:outbox:${owner}:`;
    this.entries.value = this.#restore();
  }

  /** Takes a message in and sends it as soon as it is its turn. */
  add({ session_id, text, reply_to = null }) {
    const at = this.#clock.now();
    this.#put({ client_message_id: newId(), session_id, text, reply_to, at, state: "waiting", error: null });
    this.#send(session_id);
  }

  /** Tries everything that waits, now: the line is back, or the page was opened again. */
  flush() {
    for (const id of new Set(this.entries.peek().map((entry) => entry.session_id))) this.#hurry(id);
  }

  /** Sends a failed one again, under its own id, so that it cannot arrive twice. */
  retry(client_message_id) {
    const entry = this.#find(client_message_id);
    if (!entry) return;
    this.#put({ ...entry, state: "waiting", error: null });
    this.#hurry(entry.session_id);
  }

  /** Forgets an entry, because the server has shown it or because nobody wants it any more. */
  drop(client_message_id) {
    const entry = this.#find(client_message_id);
    if (!entry) return;
    this.#deps.storage.write(this.#prefix + client_message_id, null);
    this.entries.value = this.entries.peek().filter((other) => other !== entry);
  }

  /** The log has shown these messages. */
  confirm(client_message_ids) {
    for (const id of client_message_ids) this.drop(id);
  }

  async #send(session_id) {
    const lane = this.#lane(session_id);
    if (lane.is_busy || lane.timer !== null) return;
    lane.is_busy = true;
    try {
      for (let entry = this.#first(session_id); entry; entry = this.#first(session_id)) {
        await this.#sendOne(entry);
        lane.attempt = 0;
      }
    } catch (error) {
      const wait = Math.max(backoff(lane.attempt, { random: this.#deps.random }), error.retry_after_ms ?? 0);
      lane.attempt += 1;
      lane.timer = this.#clock.after(wait, () => this.#hurry(session_id));
    } finally {
      lane.is_busy = false;
    }
  }

  /** One call. Passing trouble is thrown, so that what comes after waits its turn; anything else fails this one only. */
  async #sendOne(entry) {
    this.#put({ ...entry, state: "sending", error: null });
    try {
      const message = await this.#deps.post(entry);
      batch(() => {
        this.#deps.on_message(message);
        this.drop(entry.client_message_id);
      });
    } catch (error) {
      if (!this.#find(entry.client_message_id)) return;
      const is_passing = error.is_passing || error.status === 401;
      const reason = { code: error.code ?? "failed", message: error.message };
      this.#put({ ...entry, state: is_passing ? "waiting" : "failed", error: is_passing ? null : reason });
      if (is_passing) throw error;
    }
  }

  #hurry(session_id) {
    const lane = this.#lane(session_id);
    this.#clock.cancel(lane.timer);
    lane.timer = null;
    this.#send(session_id);
  }

  #lane(session_id) {
    if (!this.#lanes.has(session_id)) this.#lanes.set(session_id, { is_busy: false, timer: null, attempt: 0 });
    return this.#lanes.get(session_id);
  }

  #first(session_id) {
    return this.entries.peek().find((entry) => entry.session_id === session_id && entry.state === "waiting");
  }

  #find(client_message_id) {
    return this.entries.peek().find((entry) => entry.client_message_id === client_message_id);
  }

  #put(entry) {
    this.#deps.storage.write(this.#prefix + entry.client_message_id, entry);
    const others = this.entries.peek();
    const index = others.findIndex((other) => other.client_message_id === entry.client_message_id);
    this.entries.value = index < 0 ? [...others, entry] : others.with(index, entry);
  }

  /** What was being sent when the page went away is sent again: its id makes that harmless. */
  #restore() {
    const { keys, read } = this.#deps.storage;
    const kept = keys(this.#prefix).map((key) => read(key));
    const fresh = kept.filter((entry) => entry?.client_message_id && this.#clock.now() - entry.at < KEPT_MS);
    for (const entry of fresh) if (entry.state === "sending") entry.state = "waiting";
    return fresh.sort((one, other) => one.at - other.at);
  }
}
