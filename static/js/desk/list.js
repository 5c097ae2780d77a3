// The list of conversations: the view, the search, the row under the keyboard, and the resolved ones fetched on demand.
import { computed, signal } from "../../vendor/signals-core.js";
import { putSession } from "../store/model.js";

const SEARCH_MS = 250;
const MOST = 20_000;

export class List {
  cursor = signal(null);
  is_fetching = signal(false);
  failure = signal(null);
  more = signal(null);
  search_box = { current: null };
  #desk;
  #timer = null;
  #asked = 0;
  #is_filling = false;

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

  /** A snapshot lists only so many: fetches the other open ones, page after page, behind the agent's back. */
  async fetchRest() {
    const { store, calls } = this.#desk;
    if (this.#is_filling || store.model.sessions.size >= MOST || !store.model.has_more) return;
    this.#is_filling = true;
    try {
      let after = null;
      do {
        const page = await calls.sessions({ after, limit: 200 });
        this.#take(page);
        after = page.next;
      } while (after && store.model.sessions.size < MOST);
      store.model.has_more = false;
    } catch {
      // The next time the line is live tries again; until then the list ends early, and the server's search finds the rest.
    } finally {
      this.#is_filling = false;
    }
  }

  #fetchSoon(wait_ms) {
    clearTimeout(this.#timer);
    this.more.value = null;
    this.failure.value = null;
    this.#asked += 1;
    this.is_fetching.value = this.view.peek() === "resolved" || this.query.peek().trim() !== "";
    if (this.is_fetching.peek()) this.#timer = setTimeout(() => this.#fetch(null), wait_ms);
  }

  async #fetch(after) {
    const asked = (this.#asked += 1);
    this.is_fetching.value = true;
    this.failure.value = null;
    try {
      const is_ended = this.view.peek() === "resolved";
      const page = await this.#desk.calls.sessions({ is_ended, query: this.query.peek().trim(), after });
      if (asked !== this.#asked) return;
      this.#take(page);
      this.#desk.store.release();
      this.more.value = page.next;
    } catch (error) {
      if (asked === this.#asked) this.failure.value = error;
    } finally {
      if (asked === this.#asked) this.is_fetching.value = false;
    }
  }

  #take({ items }) {
    this.#desk.store.change((model, changes) => items.forEach((session) => putSession(model, session, changes)));
  }
}
