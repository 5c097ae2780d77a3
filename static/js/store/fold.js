// Applies frames of the log to the model, one after the other and none twice. No DOM, no signals.
import { EVENTS } from "../events.js";

/**
 * Applies one durable frame (an event, or `sync`). Answers `applied`, `old` (seen already), `gap` (something is
 * missing before it) or `broken` (it could not be applied); the position moves on only when it was applied.
 */
export function takeFrame(model, frame, changes, { on_unknown = () => {}, on_broken = () => {} } = {}) {
  if (!model.position || frame.s <= model.position.s) return "old";
  if (frame.t !== "sync") {
    if (frame.s !== model.position.s + 1) return "gap";
    const apply = Object.hasOwn(EVENTS, frame.t) ? EVENTS[frame.t] : on_unknown;
    try {
      apply(model, frame.d, changes, frame);
    } catch (error) {
      on_broken(error, frame);
      return "broken";
    }
  }
  model.position = { s: frame.s, id: frame.id };
  return "applied";
}
