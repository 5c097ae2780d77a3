// The desk: everything that the screen shows and does, wired together once. Components get it from their context.
import { batch, computed, signal } from "../../vendor/signals-core.js";
import * as storage from "../lib/storage.js";
import { createApi } from "../net/api.js";
import { Calls } from "../net/calls.js";
import { Live } from "../net/live.js";
import { Outbox } from "../net/outbox.js";
import { Store } from "../store/store.js";
import { Actions } from "./actions.js";
import { Drafts } from "./drafts.js";
import { List } from "./list.js";
import { Presence } from "./presence.js";
import { Timelines } from "./timelines.js";

const TOAST_MS = 6_000;

export class Desk {
  open_id = signal(null);
  line = signal({ phase: "starting", round_trip_ms: null, retry_at: null, sentence: null });
  lag_ms = signal(null);
  minute = signal(Date.now());
  is_help_shown = signal(false);
  is_details_shown = signal(false);
  is_wide = signal(true);
  picked_id = signal(null);
  quoted = signal(null);
  toast = signal(null);
  settings = signal({ enter_sends: true, single_keys: true, ...storage.read("sb:settings", {}) });
  outbox = signal(null);
  waiting = computed(() => (this.outbox.value?.entries.value ?? []).filter((entry) => entry.state !== "failed").length);
  session = computed(() => (this.open_id.value ? this.store.row(this.open_id.value).value : null));
  composer = { current: null };
  #toast_timer = null;

  constructor({ next_frame, on_signed_out, open_transport }) {
    this.calls = new Calls(createApi({ on_signed_out }));
    this.store = new Store({ next_frame });
    this.drafts = new Drafts(storage);
    this.timelines = new Timelines(this);
    this.list = new List(this);
    this.actions = new Actions(this);
    this.presence = new Presence(this);
    this.live = new Live({
      store: this.store,
      open_transport,
      on_signed_out,
      fetch_ticket: () => this.calls.ticket(),
      fetch_snapshot: () => this.#snapshot(),
      on_state: (state) => this.#lineChanged(state),
    });
    this.store.on_confirmed = (ids) => this.outbox.peek()?.confirm(ids);
    this.store.on_heard = (frame) => this.presence.hear(frame);
    this.store.on_applied = (frame) => this.#measure(frame);
  }

  /** Opens a conversation, or none. */
  open(id) {
    if (this.open_id.peek() === id) return;
    batch(() => {
      this.open_id.value = id;
      this.picked_id.value = null;
      this.quoted.value = null;
      if (id) this.list.cursor.value = id;
      if (!this.is_wide.peek()) this.is_details_shown.value = false;
    });
    this.timelines.opened(id);
    this.presence.focus(id);
    this.on_navigated?.();
  }

  /** Shows a view of the list. */
  go(view) {
    this.list.show(view);
    this.on_navigated?.();
  }

  /** One step back: out of a field, a dialog, a quote, details on a narrow screen, the conversation. */
  back(event) {
    const field = event?.target;
    if (this.quoted.peek()) this.quoted.value = null;
    else if (field instanceof HTMLElement && field.matches("input, textarea, select")) field.blur();
    else if (this.list.query.peek()) this.list.filter("");
    else if (!this.is_wide.peek() && this.is_details_shown.peek()) this.toggleDetails();
    else if (this.open_id.peek()) this.open(null);
    else return false;
    return true;
  }

  /** Shows how one message travelled. */
  pick(message_id) {
    this.picked_id.value = message_id;
    if (!this.is_details_shown.peek()) this.toggleDetails();
  }

  /** Puts the caret into the composer. */
  focusComposer() {
    this.composer.current?.focus();
    return Boolean(this.composer.current);
  }

  toggleDetails() {
    this.is_details_shown.value = !this.is_details_shown.peek();
    if (this.is_wide.peek()) storage.write("sb:details", this.is_details_shown.peek());
  }

  /** Details have a column of their own on a wide screen; on a narrow one they lie over the rest, and only when asked for. */
  fit(is_wide) {
    this.is_wide.value = is_wide;
    this.is_details_shown.value = is_wide && storage.read("sb:details", true);
  }

  showHelp(is_shown = true) {
    this.is_help_shown.value = is_shown;
  }

  /** Changes a setting and keeps it in this browser. */
  set(name, value) {
    this.settings.value = { ...this.settings.peek(), [name]: value };
    storage.write("sb:settings", this.settings.peek());
  }

  /** Says something for a few seconds, with at most one thing to do about it. */
  say(text, { label = null, run = null, is_error = false } = {}) {
    clearTimeout(this.#toast_timer);
    this.toast.value = { text, label, run, is_error };
    this.#toast_timer = setTimeout(() => (this.toast.value = null), TOAST_MS);
  }

  async #snapshot() {
    const snapshot = await this.calls.snapshot();
    this.outbox.value ??= new Outbox({
      storage,
      owner: snapshot.me.user_id,
      post: (entry) => this.calls.send(entry),
      on_message: (message) => this.store.took(message),
    });
    return snapshot;
  }

  #lineChanged(state) {
    const was = this.line.peek().phase;
    this.line.value = state;
    if (state.phase !== "live" || was === "live") return;
    this.outbox.peek()?.flush();
    this.list.fetchRest();
    this.timelines.refresh();
    this.presence.focus(this.open_id.peek());
  }

  /** How long the newest event took from its commit to this screen, by the server's clock. */
  #measure(frame) {
    const { phase, skew_ms } = this.line.peek();
    if (phase === "live" && frame.at) this.lag_ms.value = Math.max(0, Date.now() + skew_ms - Date.parse(frame.at));
  }
}
