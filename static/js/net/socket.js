// One WebSocket from open to close: the first frame, heartbeats, and a watch over silence. No DOM, no chat.

const SILENT_START_MS = 10_000;
const GRACE_MS = 10_000;

/** The real clock; tests bring their own. */
export const CLOCK = {
  now: () => Date.now(),
  after: (ms, then) => setTimeout(then, ms),
  cancel: (timer) => clearTimeout(timer),
};

/** A socket that is opening, authenticates itself, and hands on every frame in order. */
export class Socket {
  #transport;
  #clock;
  #on;
  #watch = null;
  #beat_ms = 25_000;
  #is_over = false;

  constructor({ transport, auth, clock = CLOCK, on_frames, on_close }) {
    this.#clock = clock;
    this.#on = { on_frames, on_close };
    this.#transport = transport;
    this.#watchFor(SILENT_START_MS);
    transport.onopen = () => this.send(auth);
    transport.onmessage = (event) => this.#take(event.data);
    transport.onclose = (event) => this.#end({ code: event.code, reason: event.reason });
    transport.onerror = () => {};
  }

  /** Sends a frame; says whether it went out. */
  send(frame) {
    if (this.#is_over || this.#transport.readyState !== 1) return false;
    this.#transport.send(JSON.stringify(frame));
    return true;
  }

  /** Ends it from our side; `on_close` hears the reason at once, not when the network agrees. */
  close(why) {
    if (this.#is_over) return;
    this.#end({ code: 0, reason: why });
    this.#transport.close(1000, why);
  }

  #take(text) {
    if (this.#is_over) return;
    this.#watchFor(this.#beat_ms * 1.2 + GRACE_MS);
    let frames;
    try {
      const data = JSON.parse(text);
      frames = Array.isArray(data) ? data : [data];
    } catch {
      this.close("unreadable frame");
      return;
    }
    for (const frame of frames) {
      if (frame.t === "hello" && frame.hb > 0) this.#beat_ms = frame.hb * 1000;
      if (frame.t === "hb") this.send({ t: "hb" });
    }
    this.#on.on_frames(frames);
  }

  /** A socket that says nothing for longer than a heartbeat may be dead without anyone having told us. */
  #watchFor(ms) {
    this.#clock.cancel(this.#watch);
    this.#watch = this.#clock.after(ms, () => this.close("silence"));
  }

  #end(how) {
    if (this.#is_over) return;
    this.#is_over = true;
    this.#clock.cancel(this.#watch);
    this.#on.on_close(how);
  }
}
