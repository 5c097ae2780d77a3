// Reads the frames of one socket into the store, and notices when something is missing. No DOM.

const TAIL_MS = 5_000;

/**
 * A reader lives as long as its socket. It tells `on_ready(frame)` once, `on_live()` whenever all that was promised
 * has come, `on_reset()` when the server asks for a new snapshot, and `on_lost(why)` when the line has to be dialled
 * again: something is missing, or (then the store has forgotten where it was) what is here cannot be trusted.
 */
export class Reader {
  #store;
  #clock;
  #on;
  #goal = null;
  #tail = null;
  #is_paused = false;

  constructor({ store, clock, ...on }) {
    this.#store = store;
    this.#clock = clock;
    this.#on = on;
  }

  /** Takes the frames of one WebSocket message; the screen is drawn once for all of them. */
  take(frames) {
    this.#store.batch(() => frames.forEach((frame) => this.#one(frame)));
    this.#arrive();
  }

  /** A new snapshot is in the store: goes on from there. */
  resume() {
    this.#is_paused = false;
    this.#goal = null;
  }

  /** The socket is gone. */
  end() {
    this.#clock.cancel(this.#tail);
  }

  #one(frame) {
    if (frame.t === "ready") this.#ready(frame);
    else if (frame.t === "reset") this.#reset();
    else if (frame.t === "hb") this.#compare(frame);
    else if (frame.t === "sync" || (frame.s !== undefined && frame.d)) this.#apply(frame);
    else if (frame.t === "err") this.#on.on_refused(frame);
    else if (frame.d) this.#store.hear(frame);
  }

  #ready(frame) {
    this.#on.on_ready(frame);
    if (frame.recovered) this.#goal = frame.s;
  }

  #reset() {
    if (this.#is_paused) return;
    this.#is_paused = true;
    this.#goal = null;
    this.#on.on_reset();
  }

  #apply(frame) {
    if (this.#is_paused) return;
    const outcome = this.#store.take(frame);
    if (outcome === "gap") this.#lose("gap");
    else if (outcome === "broken") this.#lose("broken", { forget: true });
    else if (frame.t === "sync" && this.#goal === null) this.#goal = frame.s;
  }

  /** A heartbeat names the end of the log: what lies before it must be here soon, or it was lost on the way. */
  #compare(frame) {
    const position = this.#store.position();
    if (this.#is_paused || !position) return;
    if (frame.s === position.s && frame.id !== position.id) this.#lose("diverged", { forget: true });
    else if (frame.s > position.s) this.#expect(frame.s);
  }

  #lose(why, { forget = false } = {}) {
    this.#is_paused = true;
    if (forget) this.#store.forget();
    this.#on.on_lost(why);
  }

  #expect(s) {
    this.#clock.cancel(this.#tail);
    this.#tail = this.#clock.after(TAIL_MS, () => {
      const position = this.#store.position();
      if (!this.#is_paused && position && position.s < s) this.#lose("lost tail");
    });
  }

  #arrive() {
    if (this.#goal === null || this.#is_paused) return;
    if ((this.#store.position()?.s ?? -1) < this.#goal) return;
    this.#goal = null;
    this.#on.on_live();
  }
}
