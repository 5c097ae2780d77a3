import { rowsInView, scrollToRow } from "/static/js/lib/virtual.js";
import { bounded, inWindow, stepDown, stepUp, windowAtEnd } from "/static/js/store/window.js";
import { equal, ok, test } from "./harness.js";

const VIEW = { row_px: 68, view_px: 680 };

test("only the rows in view are drawn, and a few around them", () => {
  const seen = rowsInView({ count: 10_000, scroll_px: 68 * 5000, ...VIEW });
  equal(seen, { first: 4994, end: 5016, offset_px: 68 * 4994, total_px: 680_000 });
});

test("at the top and at the end nothing is drawn that is not there", () => {
  equal(rowsInView({ count: 10_000, scroll_px: 0, ...VIEW }).first, 0);
  equal(rowsInView({ count: 10_000, scroll_px: 0, ...VIEW }).end, 16);
  equal(rowsInView({ count: 10_000, scroll_px: 680_000, ...VIEW }).end, 10_000);
  equal(rowsInView({ count: 0, scroll_px: 0, ...VIEW }), { first: 0, end: 0, offset_px: 0, total_px: 0 });
});

test("a list that became shorter than its scroll position still shows its rows", () => {
  equal(rowsInView({ count: 3, scroll_px: 50_000, ...VIEW }), { first: 0, end: 3, offset_px: 0, total_px: 204 });
});

test("scrolling to a row moves only as far as is needed", () => {
  const at = { row_px: 68, view_px: 680, scroll_px: 680 };
  equal(scrollToRow({ index: 12, ...at }), null);
  equal(scrollToRow({ index: 9, ...at }), 612);
  equal(scrollToRow({ index: 20, ...at }), 68 * 21 - 680);
});

const items = (count, from = 1) => Array.from({ length: count }, (_, index) => ({ seq: from + index }));

test("a conversation opens at its end", () => {
  const all = items(500);
  const bounds = windowAtEnd(all);
  equal(bounds, { from: 477, to: null });
  equal(inWindow(all, bounds).length, 24);
  equal(inWindow([], windowAtEnd([])), []);
});

test("going up and down a long conversation never draws more than it should, and misses nothing", () => {
  const all = items(1000);
  let bounds = windowAtEnd(all);
  const seen = new Set();
  for (let up = bounds; up; up = stepUp(all, bounds)) {
    bounds = up;
    const drawn = inWindow(all, bounds);
    ok(drawn.length <= 120, `${drawn.length} drawn`);
    drawn.forEach(({ seq }) => seen.add(seq));
  }
  equal(seen.size, 1000);
  equal(bounds, { from: 1, to: 120 });
  for (let down = bounds; down; down = stepDown(all, bounds)) {
    bounds = down;
    ok(inWindow(all, bounds).length <= 120);
  }
  equal(bounds, { from: 881, to: null });
});

test("at the end the window follows it, and does not grow for ever", () => {
  let view = null;
  for (let count = 1; count < 400; count += 1) {
    view = bounded(items(count), view, true);
    equal(inWindow(items(count), view).at(-1).seq, count);
    ok(inWindow(items(count), view).length <= 120);
  }
});

test("who reads further up keeps what is drawn, however much comes in below", () => {
  const view = { from: 77, to: null };
  equal(bounded(items(150), view, false), view);
  equal(bounded(items(900), view, false), { from: 77, to: 196 });
  equal(bounded([], null, false), { from: 0, to: null });
});

test("older messages that arrive do not move the window", () => {
  const bounds = windowAtEnd(items(50, 101));
  equal(inWindow(items(100, 51), bounds), inWindow(items(50, 101), bounds));
});

test("new messages at the end come into a window that follows it, and not into one that does not", () => {
  equal(inWindow(items(51), { from: 11, to: null }).at(-1).seq, 51);
  equal(inWindow(items(51), { from: 11, to: 50 }).at(-1).seq, 50);
});
