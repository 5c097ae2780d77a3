import { firstUnread, isLate, pendingMessage, timelineRows } from "/static/js/store/rows.js";
import { message } from "./fakes.js";
import { equal, ok, test } from "./harness.js";

const kinds = (rows) => rows.map((row) => row.kind);
const entry = (more = {}) => ({ client_message_id: "x1", session_id: "s1", text: "hi", reply_to: null, at: Date.UTC(2026, 0, 5, 10, 1), state: "waiting", error: null, ...more });

test("each day begins with a rule", () => {
  const rows = timelineRows([message(1), message(2), message(3, { sent_at: "2026-01-06T10:00:00Z" })]);
  equal(kinds(rows), ["day", "message", "message", "day", "message"]);
});

test("messages of one sender within three minutes are one group", () => {
  const rows = timelineRows([
    message(1),
    message(2),
    message(3, { direction: "outbound", sender_type: "agent", sender_id: "a1" }),
    message(4, { sent_at: "2026-01-05T10:10:00Z" }),
  ]).filter((row) => row.kind === "message");
  equal(rows.map((row) => [row.starts, row.ends]), [[true, false], [false, true], [true, true], [true, true]]);
});

test("the New rule stands before the first unread message", () => {
  equal(kinds(timelineRows([message(1), message(2)], [], { new_seq: 2 })), ["day", "message", "new", "message"]);
});

test("the first unread message is counted back over what the customer wrote", () => {
  const mine = { direction: "outbound" };
  const items = [message(1), message(2), message(3, mine), message(4)];
  equal(firstUnread(items, 1), 4);
  equal(firstUnread(items, 2), 2);
  equal(firstUnread(items, 9), null);
  equal(firstUnread(items, 0), null);
});

test("what is on its way stands at the end", () => {
  const rows = timelineRows([message(1)], [pendingMessage(entry(), "a1")]);
  equal(rows.at(-1).message.status, "outbox-waiting");
});

test("what is on its way is shown once, and keeps its key when it has arrived", () => {
  const before = timelineRows([message(1)], [pendingMessage(entry(), "a1")]);
  const arrived = message(2, { direction: "outbound", client_message_id: "x1" });
  const both = timelineRows([message(1), arrived], [pendingMessage(entry(), "a1")]);
  equal(kinds(both), ["day", "message", "message"]);
  equal(both.at(-1).key, before.at(-1).key);
  equal(both.at(-1).message.id, "m2");
});

test("a message that took long to arrive is late, our own never is", () => {
  const early = { sent_at: "2026-01-05T05:00:00Z" };
  ok(isLate(message(1, early)));
  ok(!isLate(message(1)));
  ok(!isLate(message(1, { ...early, direction: "outbound" })));
});
