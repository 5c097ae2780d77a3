// Which part of a long timeline is drawn: a window over its messages that moves as one scrolls. No DOM.

const FIRST = 24;
const STEP = 40;
const MOST = 120;

/** The newest messages; the window follows the end as new ones come. */
export function windowAtEnd(items) {
  return { from: items[Math.max(0, items.length - FIRST)]?.seq ?? 0, to: null };
}

/**
 * The window to draw. At the end it follows the end, and is made small again when it has grown; a reader who is
 * further up keeps what is drawn, however much comes in below.
 */
export function bounded(items, view, is_at_end) {
  if (!view) return windowAtEnd(items);
  if (view.to !== null) return view;
  const first = items.findIndex((message) => message.seq >= view.from);
  if (items.length - first <= MOST) return view;
  return is_at_end ? windowAtEnd(items) : { from: view.from, to: items[first + MOST - 1].seq };
}

/** The messages in a window. */
export function inWindow(items, { from, to }) {
  const first = items.findIndex((message) => message.seq >= from);
  if (first < 0) return [];
  const end = to === null ? items.length : items.findLastIndex((message) => message.seq <= to) + 1;
  return items.slice(first, end);
}

/** One step towards older messages; null when no older ones are held. */
export function stepUp(items, { from, to }) {
  const first = items.findIndex((message) => message.seq >= from);
  if (first <= 0) return null;
  const start = Math.max(0, first - STEP);
  const end = to === null ? items.length : items.findLastIndex((message) => message.seq <= to) + 1;
  const is_cut = end - start > MOST;
  return { from: items[start].seq, to: is_cut ? items[start + MOST - 1].seq : to };
}

/** One step towards newer messages; null at the end. */
export function stepDown(items, { from, to }) {
  if (to === null) return null;
  const end = Math.min(items.length, items.findLastIndex((message) => message.seq <= to) + 1 + STEP);
  const first = items.findIndex((message) => message.seq >= from);
  const start = Math.max(first, end - MOST);
  return { from: items[start]?.seq ?? from, to: end >= items.length ? null : items[end - 1].seq };
}
