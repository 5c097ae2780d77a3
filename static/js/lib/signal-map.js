// Signals by key, made when they are first asked for. No DOM.
import { signal } from "../../vendor/signals-core.js";

export class SignalMap {
  #signals = new Map();
  #initial;

  /** `initial(key)` is the value of a signal that is new. */
  constructor(initial) {
    this.#initial = initial;
  }

  /** The signal of a key. */
  at(key) {
    if (!this.#signals.has(key)) this.#signals.set(key, signal(this.#initial(key)));
    return this.#signals.get(key);
  }

  /** Gives the signals of these keys their present value; those that nobody asked for are left alone. */
  renew(keys) {
    for (const key of keys) {
      const known = this.#signals.get(key);
      if (known) known.value = this.#initial(key);
    }
  }

  drop(key) {
    this.#signals.delete(key);
  }
}
