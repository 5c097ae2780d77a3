// How long to wait before trying again: full jitter, so that ten thousand browsers do not come back at once. No DOM.

/** Milliseconds before the nth try (0 is the first), anywhere between the floor and a bound that doubles. */
export function backoff(attempt, { random = Math.random, floor_ms = 500, most_ms = 30_000 } = {}) {
  const bound = Math.min(most_ms, floor_ms * 2 ** Math.min(attempt + 1, 16));
  return Math.round(floor_ms + random() * Math.max(0, bound - floor_ms));
}
