// The line to the server: snapshot, socket, and coming back. It alone says whether the screen is true. No DOM.
import { backoff } from "./backoff.js";
import { judge } from "./closes.js";
import { Reader } from "./reader.js";
import { CLOCK, Socket } from "./socket.js";

const BAD_TICKET = 4005;

/**
 * Keeps a store up to date. `open_transport()` makes a WebSocket, `fetch_ticket()` and `fetch_snapshot()` are HTTP
 * calls, `on_state(state)` hears every change. A state is `{phase, round_trip_ms, skew_ms, retry_at, sentence}`; the
 * phase is `starting`, `catching_up`, `live`, `offline` or `refused`.
 */
export class Live {
  #deps;
  #clock;
  #socket = null;
  #reader = null;
  #retry = null;
  #attempt = 0;
  #ticket = null;
  #is_dialling = false;
  #is_stopped = true;
  #state = { phase: "starting", round_trip_ms: null, skew_ms: 0, retry_at: null, sentence: null };

  constructor({ clock = CLOCK, random = Math.random, on_signed_out = () => {}, ...deps }) {
    this.#clock = clock;
    this.#deps = { random, on_signed_out, ...deps };
  }

  /** Begins, or tries again at once. */
  start() {
    this.#is_stopped = false;
    this.#clock.cancel(this.#retry);
    if (!this.#socket && !this.#is_dialling) this.#dial();
  }

  /** Ends for good. */
  stop() {
    this.#is_stopped = true;
    this.#clock.cancel(this.#retry);
    this.#socket?.close("stopped");
  }

  /** Drops what may be a dead line and dials at once: the network came back, or the machine woke up. */
  redial() {
    if (this.#is_stopped) return;
    this.#attempt = 0;
    this.#socket?.close("redial");
    this.start();
  }

  /** The network said that it is gone: the line is not trusted until it was dialled again. */
  doubt() {
    if (this.#state.phase === "live") this.#say({ phase: "offline", retry_at: null });
  }

  /** Sends an ephemeral frame, or drops it. */
  tell(frame) {
    return this.#state.phase === "live" && Boolean(this.#socket?.send(frame));
  }

  async #dial() {
    const { store, fetch_snapshot, fetch_ticket } = this.#deps;
    this.#is_dialling = true;
    try {
      if (!store.position()) store.load(await fetch_snapshot());
      const ticket = this.#ticket ?? (await fetch_ticket());
      this.#ticket = null;
      if (!this.#is_stopped) this.#open(ticket);
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#is_dialling = false;
    }
  }

  #open(ticket) {
    const { store, open_transport } = this.#deps;
    const asked_at = this.#clock.now();
    const reader = new Reader({
      store,
      clock: this.#clock,
      on_ready: (frame) => this.#ready(frame, asked_at),
      on_live: () => this.#say({ phase: "live", sentence: null }),
      on_lost: (why) => this.#socket?.close(why),
      on_reset: () => this.#renew(),
      on_refused: (frame) => this.#deps.on_refused?.(frame),
    });
    this.#reader = reader;
    this.#socket = new Socket({
      transport: open_transport(),
      auth: { t: "auth", ticket, since: store.position() },
      clock: this.#clock,
      on_frames: (frames) => {
        for (const frame of frames) if (frame.rt) this.#ticket = frame.rt;
        reader.take(frames);
      },
      on_close: (how) => this.#closed(how),
    });
  }

  #ready(frame, asked_at) {
    const now = this.#clock.now();
    const skew_ms = frame.at ? Date.parse(frame.at) - (asked_at + now) / 2 : 0;
    this.#attempt = 0;
    this.#say({ phase: "catching_up", round_trip_ms: now - asked_at, skew_ms, retry_at: null });
  }

  /** Takes a new snapshot, and asks for what came after it on the same socket. */
  async #renew() {
    const socket = this.#socket;
    const reader = this.#reader;
    this.#say({ phase: "catching_up" });
    try {
      const snapshot = await this.#deps.fetch_snapshot();
      if (socket !== this.#socket) return;
      this.#deps.store.load(snapshot);
      reader.resume();
      socket.send({ t: "resume", since: this.#deps.store.position() });
    } catch (error) {
      if (socket !== this.#socket) return;
      this.#deps.store.forget();
      socket.close("no snapshot");
      if (error.status === 401) this.#deps.on_signed_out();
    }
  }

  #closed(how) {
    this.#reader.end();
    this.#socket = null;
    if (this.#is_stopped) return;
    const verdict = judge(how);
    if (how.code === BAD_TICKET) this.#ticket = null;
    if (verdict.signed_out) this.#deps.on_signed_out();
    else if (verdict.retry) this.#later(verdict.least_ms);
    else this.#say({ phase: "refused", sentence: verdict.sentence, retry_at: null });
  }

  #failed(error) {
    if (error.status === 401) this.#deps.on_signed_out();
    else if (error.status === 403) this.#say({ phase: "refused", sentence: error.message, retry_at: null });
    else this.#later(error.retry_after_ms ?? 0);
  }

  #later(least_ms = 0) {
    const wait = Math.max(backoff(this.#attempt, { random: this.#deps.random }), least_ms);
    this.#attempt += 1;
    this.#say({ phase: "offline", retry_at: this.#clock.now() + wait });
    this.#clock.cancel(this.#retry);
    this.#retry = this.#clock.after(wait, () => this.start());
  }

  #say(change) {
    this.#state = { ...this.#state, ...change };
    this.#deps.on_state(this.#state);
  }
}
