// Which messages are held: a conversation's newest page when it is opened, older ones as one scrolls, and how far it was read.
import { signal } from "../../vendor/signals-core.js";
import { emptyTimeline, putPage, putSession, putTimeline } from "../store/model.js";
import { firstUnread } from "../store/rows.js";

const HELD = 30;
const READ_MS = 400;

export class Timelines {
  new_rule = signal(null);
  #desk;
  #recent = [];
  #read_timer = null;
  #left_unread = null;

  constructor(desk) {
    this.#desk = desk;
  }

  /** A conversation was opened: its messages are fetched unless they are here and up to date. */
  opened(id) {
    clearTimeout(this.#read_timer);
    this.new_rule.value = null;
    this.#left_unread = null;
    if (!id) return;
    this.#remember(id);
    const held = this.#held(id);
    if (held.is_loaded) this.#draw(id);
    if (!held.is_loaded || held.is_stale) this.fetch(id);
  }

  /** Fetches the newest page. */
  async fetch(id) {
    const { calls, store } = this.#desk;
    if (this.#held(id).is_loading) return;
    this.#put(id, { is_loading: true, error: null });
    try {
      const [page, session] = await Promise.all([
        calls.messages(id),
        store.model.sessions.has(id) ? null : calls.session(id),
      ]);
      store.change((model, changes) => {
        if (session) putSession(model, session, changes);
        putPage(model, id, page, changes);
      });
      if (this.#desk.open_id.peek() === id) this.#draw(id);
    } catch (error) {
      this.#put(id, { is_loading: false, error });
    }
  }

  /** Fetches the page before the oldest message that is held. */
  async fetchOlder(id) {
    const { next, is_loading } = this.#held(id);
    if (next === null || is_loading) return;
    this.#put(id, { is_loading: true });
    try {
      const page = await this.#desk.calls.messages(id, { before: next });
      this.#desk.store.change((model, changes) => putPage(model, id, page, changes, { is_older: true }));
    } catch (error) {
      this.#put(id, { is_loading: false, error });
    }
  }

  /** After a new snapshot: what is open is fetched again, what is not is fetched when it is opened. */
  refresh() {
    const id = this.#desk.open_id.peek();
    if (id && (this.#held(id).is_stale || !this.#desk.store.model.sessions.has(id))) this.fetch(id);
  }

  /** The newest message is in sight: after a moment it counts as read. */
  seen(id) {
    const session = this.#desk.store.model.sessions.get(id);
    if (!session || session.unread_count === 0 || this.#left_unread === id || document.hidden) return;
    clearTimeout(this.#read_timer);
    this.#read_timer = setTimeout(() => this.#desk.actions.markRead(id), READ_MS);
  }

  /** The agent wants it to stay unread, until it is opened again. */
  leaveUnread(id) {
    clearTimeout(this.#read_timer);
    this.#left_unread = id;
  }

  /** Draws the "New" rule where reading stopped; it stays there until the conversation is left. */
  #draw(id) {
    const count = this.#desk.store.model.sessions.get(id)?.unread_count ?? 0;
    if (count === 0 || this.new_rule.peek()) return;
    const seq = firstUnread(this.#held(id).items, count);
    if (seq !== null) this.new_rule.value = { id, seq };
  }

  /** The conversations looked at last are held; of the others nothing is. */
  #remember(id) {
    this.#recent = [id, ...this.#recent.filter((other) => other !== id)];
    for (const old of this.#recent.splice(HELD)) this.#desk.store.dropTimeline(old);
  }

  #held(id) {
    return this.#desk.store.model.timelines.get(id) ?? emptyTimeline(id);
  }

  #put(id, state) {
    this.#desk.store.change((model, changes) => putTimeline(model, { ...this.#held(id), ...state }, changes));
  }
}
