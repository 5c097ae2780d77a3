// What passes and is not kept: who types, who else looks at a conversation; and telling the others what we do.
import { SignalMap } from "../lib/signal-map.js";

const FORGET_MS = 6_000;
const TELL_MS = 3_000;

export class Presence {
  #desk;
  #typing = new SignalMap(() => null);
  #viewers = new SignalMap(() => []);
  #timers = new Map();
  #told_at = 0;
  #told_id = null;

  constructor(desk) {
    this.#desk = desk;
  }

  /** The signal of who types in a conversation: `{who, name}` or null. */
  typing(id) {
    return this.#typing.at(id);
  }

  /** The signal of the other agents who have a conversation open. */
  viewers(id) {
    return this.#viewers.at(id);
  }

  /** Takes an ephemeral frame. */
  hear({ t, d }) {
    const mine = this.#desk.store.model.me?.agent_id;
    if (t === "typing" && d.id !== mine) this.#heardTyping(d);
    if (t === "viewers") this.viewers(d.session_id).value = d.agents.filter((agent) => agent.id !== mine);
  }

  /** Tells the others which conversation is open here. */
  focus(id) {
    this.#stopTyping();
    this.#desk.live.tell({ t: "focus", session: id });
  }

  /** Tells the others that something is being written here, or no longer. */
  writes(id, is_on) {
    if (!is_on) {
      this.#stopTyping();
    } else if (this.#told_id !== id || Date.now() - this.#told_at > TELL_MS) {
      this.#told_id = id;
      this.#told_at = Date.now();
      this.#desk.live.tell({ t: "typing", session: id, on: true });
    }
  }

  #stopTyping() {
    if (this.#told_id) this.#desk.live.tell({ t: "typing", session: this.#told_id, on: false });
    this.#told_id = null;
  }

  #heardTyping({ session_id, who, name, on }) {
    clearTimeout(this.#timers.get(session_id));
    this.typing(session_id).value = on ? { who, name } : null;
    if (on) this.#timers.set(session_id, setTimeout(() => (this.typing(session_id).value = null), FORGET_MS));
  }
}
