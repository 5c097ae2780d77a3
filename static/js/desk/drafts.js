// What is being written, per conversation, kept in this browser until it is sent.
import { signal } from "../../vendor/signals-core.js";

export class Drafts {
  kept = signal(new Map());
  #storage;

  constructor(storage) {
    this.#storage = storage;
    this.kept.value = new Map(storage.keys("sb:draft:").map((key) => [key.slice(9), storage.read(key, "")]));
  }

  /** The draft of a conversation, or nothing. */
  of(session_id) {
    return this.kept.peek().get(session_id) ?? "";
  }

  /** Keeps a draft; one that is empty is forgotten. */
  keep(session_id, text) {
    if (this.of(session_id) === text) return;
    const kept = new Map(this.kept.peek());
    if (text.trim()) kept.set(session_id, text);
    else kept.delete(session_id);
    this.#storage.write(`sb:draft:${session_id}`, text.trim() ? text : null);
    this.kept.value = kept;
  }
}
