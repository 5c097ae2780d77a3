// The sums of a list whose rows all have one height: which rows to draw, and where to scroll. No DOM.

/** The rows to draw, `[first, end)`, where they start, and how high the whole is. */
export function rowsInView({ count, row_px, scroll_px, view_px, overscan = 6 }) {
  const total_px = count * row_px;
  const top = Math.min(Math.max(0, scroll_px), Math.max(0, total_px - view_px));
  const first = Math.max(0, Math.floor(top / row_px) - overscan);
  const end = Math.min(count, Math.ceil((top + view_px) / row_px) + overscan);
  return { first, end: Math.max(first, end), offset_px: first * row_px, total_px };
}

/** Where to scroll so that the row is seen whole, or null when it is. */
export function scrollToRow({ index, row_px, scroll_px, view_px }) {
  const top = index * row_px;
  if (top < scroll_px) return top;
  if (top + row_px > scroll_px + view_px) return top + row_px - view_px;
  return null;
}
