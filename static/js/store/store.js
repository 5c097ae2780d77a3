// The model behind signals: one per row and per timeline, so that a change draws only what it touched. No DOM.
import { batch, signal } from "../../vendor/signals-core.js";
import { SignalMap } from "../lib/signal-map.js";
import { takeFrame } from "./fold.js";
import { emptyModel, emptyTimeline, loadSnapshot, noChanges, putMessage } from "./model.js";
import { countMoves, isSame } from "./order.js";
import { arrange } from "./views.js";

/** The model and its signals. `next_frame(fn)` calls once before the next paint; `on_*` hear what needs an answer. */
export class Store {
  model = emptyModel();
  view = signal("open");
  query = signal("");
  ids = signal([]);
  counts = signal(arrange(new Map(), { view: "open", me: null }).counts);
  moves = signal(0);
  roster = signal({ me: null, agents: new Map(), channels: new Map() });
  is_loaded = signal(false);
  on_confirmed = () => {};
  on_access = () => {};
  on_heard = () => {};
  on_applied = () => {};
  on_unknown = () => {};
  on_broken = () => {};
  #rows = new SignalMap((id) => this.model.sessions.get(id) ?? null);
  #timelines = new SignalMap((id) => this.model.timelines.get(id) ?? emptyTimeline(id));
  #is_held = false;
  #is_dirty = false;
  #next_frame;

  constructor({ next_frame = (then) => setTimeout(then, 0) } = {}) {
    this.#next_frame = next_frame;
  }

  /** Where in the log we are, `{s, id}`, or null when only a snapshot can tell. */
  position() {
    return this.model.position;
  }

  /** Draws once, however many changes `work` makes. */
  batch(work) {
    return batch(work);
  }

  /** Replaces everything by a snapshot. */
  load(snapshot) {
    this.change((model, changes) => loadSnapshot(model, snapshot, changes));
    batch(() => {
      this.is_loaded.value = true;
      this.#rearrange({ at_once: true });
    });
  }

  /** Forgets the position, so that the next connection begins with a snapshot. */
  forget() {
    this.model.position = null;
  }

  /** Applies a durable frame, and says what became of it. */
  take(frame) {
    const { on_unknown, on_broken } = this;
    const outcome = this.change((model, changes) => takeFrame(model, frame, changes, { on_unknown, on_broken }));
    if (outcome === "applied" && frame.d) this.on_applied(frame);
    return outcome;
  }

  /** Takes a message that an HTTP answer brought, before the log does. */
  took(message) {
    this.change((model, changes) => putMessage(model, message, changes, { is_new: true }));
  }

  /** Passes on an ephemeral frame. */
  hear(frame) {
    this.on_heard(frame);
  }

  /** Changes the model, and draws what changed. */
  change(edit) {
    const changes = noChanges();
    const answer = batch(() => {
      const outcome = edit(this.model, changes);
      this.#publish(changes);
      return outcome;
    });
    if (changes.confirmed.length) this.on_confirmed(changes.confirmed);
    if (changes.access) this.on_access();
    return answer;
  }

  /** The signal of one session, null while it is not known. */
  row(id) {
    return this.#rows.at(id);
  }

  /** The signal of one timeline. */
  timeline(id) {
    return this.#timelines.at(id);
  }

  /** Drops a timeline that nobody looks at. */
  dropTimeline(id) {
    this.model.timelines.delete(id);
    this.#timelines.drop(id);
  }

  /** Shows a view, filtered by what is searched for. */
  show(view, query = "") {
    batch(() => {
      this.view.value = view;
      this.query.value = query;
      this.#rearrange({ at_once: true });
    });
  }

  /** Holds all moves while somebody points at the list. */
  hold(is_held) {
    this.#is_held = is_held;
    if (!is_held && this.moves.peek() > 0) this.#rearrange();
  }

  /** Makes the held moves now. */
  release() {
    this.#rearrange({ at_once: true });
  }

  #publish(changes) {
    const { model } = this;
    this.#rows.renew(changes.sessions);
    this.#timelines.renew(changes.timelines);
    if (changes.agents || changes.channels || this.roster.peek().me !== model.me) {
      this.roster.value = { me: model.me, agents: new Map(model.agents), channels: new Map(model.channels) };
    }
    if (changes.sessions.size > 0) this.#touch();
  }

  /** Sorting ten thousand rows takes milliseconds: it is done once a frame, however much came in. */
  #touch() {
    if (this.#is_dirty) return;
    this.#is_dirty = true;
    this.#next_frame(() => this.#is_dirty && this.#rearrange());
  }

  #rearrange({ at_once = false } = {}) {
    this.#is_dirty = false;
    const { view, query, model, ids } = this;
    const next = arrange(model.sessions, { view: view.peek(), query: query.peek(), me: model.me });
    const is_held = this.#is_held && !at_once && ids.peek().length > 0;
    batch(() => {
      this.counts.value = next.counts;
      this.moves.value = is_held ? countMoves(ids.peek(), next.ids) : 0;
      if (!is_held && !isSame(ids.peek(), next.ids)) ids.value = next.ids;
    });
  }
}
