// The list of conversations: the view, the search, the row under the keyboard, and the resolved ones fetched on demand.
import { computed, signal } from "../../vendor/signals-core.js";
import { putSession } from "../store/model.js";

const SEARCH_MS = 250;
const PAGE = 50;

export class List {
  cursor = signal(null);
  is_fetching = signal(false);
  failure = signal(null);
  more = signal(null);
  search_box = { current: null };
  #desk;
  #timer = null;
  #asked = 0;

  constructor(desk) {
    this.#desk = desk;
    this.view = desk.store.view;
    this.query = desk.store.query;
    this.place = computed(() => desk.store.ids.value.indexOf(this.cursor.value));
  }

  /** Shows a view; what the snapshot leaves out is fetched. */
  show(view) {
    this.#desk.store.show(view, "");
    this.#fetchSoon(0);
  }

  /** Filters by what is searched for: at once what is here, a moment later what the server finds. */
  filter(query) {
    this.#desk.store.show(this.view.peek(), query);
    this.#fetchSoon(SEARCH_MS);
  }

  /** Fetches the next page of what the view shows. */
  fetchMore() {
    if (this.more.peek() && !this.is_fetching.peek()) this.#fetch(this.more.peek());
  }

  /** Tries again after a failure. */
  again() {
    this.#fetch(null);
  }

  /** Moves the row under the keyboard; says whether there was one to move to. */
  move(step) {
    const ids = this.#desk.store.ids.peek();
    if (ids.length === 0) return false;
    const from = ids.indexOf(this.cursor.peek());
    const to = from < 0 ? (step > 0 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, from + step));
    this.cursor.value = ids[to];
    return true;
  }

  /** Opens the row under the keyboard, unless the key press belongs to a button or link. */
  enter(event) {
    const target = event?.target;
    if (target instanceof HTMLElement && target.closest("a, button, summary, dialog")) return false;
    if (!this.cursor.peek() || this.place.peek() < 0) return false;
    this.#desk.open(this.cursor.peek());
    return true;
  }

  /** Moves and opens in one go. */
  step(step) {
    if (this.move(step)) this.#desk.open(this.cursor.peek());
  }

  /** Puts the caret into the search field. */
  search() {
    this.search_box.current?.focus();
    this.search_box.current?.select();
  }

  #fetchSoon(wait_ms) {
    clearTimeout(this.#timer);
    this.more.value = null;
    this.failure.value = null;
    this.#asked += 1;
    this.is_fetching.value = false;
    if (this.view.peek() === "resolved" || this.query.peek().trim()) {
      this.is_fetching.value = true;
      this.#timer = setTimeout(() => this.#fetch(null), wait_ms);
    }
  }

  async #fetch(after) {
    const asked = (this.#asked += 1);
    const wanted = new URLSearchParams({ limit: String(PAGE) });
    if (this.view.peek() === "resolved") wanted.set("status", "resolved");
    if (this.query.peek().trim()) wanted.set("q", this.query.peek().trim());
    if (after) wanted.set("after", after);
    this.is_fetching.value = true;
    this.failure.value = null;
    try {
      const page = await this.#desk.api.get(`/api/v1/chat-sessions?${wanted}`);
      if (asked !== this.#asked) return;
      this.#desk.store.change((model, changes) => page.items.forEach((session) => putSession(model, session, changes)));
      this.#desk.store.release();
      this.more.value = page.next;
    } catch (error) {
      if (asked === this.#asked) this.failure.value = error;
    } finally {
      if (asked === this.#asked) this.is_fetching.value = false;
    }
  }
}
