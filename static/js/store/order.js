// How far the order that is shown lags behind the true one. No DOM.

/** How many rows are new, went away, or moved up. */
export function countMoves(shown, next) {
  const place = new Map(shown.map((id, index) => [id, index]));
  let bar = Infinity;
  let moves = 0;
  let kept = 0;
  for (const id of next.toReversed()) {
    const was = place.get(id);
    if (was !== undefined) kept += 1;
    if (was === undefined || was > bar) moves += 1;
    else bar = was;
  }
  return moves + shown.length - kept;
}

/** Whether two orders are the same. */
export function isSame(one, other) {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}
