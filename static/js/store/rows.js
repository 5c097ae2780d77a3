// What the timeline draws, row by row: day rules, the "New" rule, messages grouped by sender. No DOM.
import { at, dayLabel, dayNumber } from "../lib/time.js";

const GROUP_MS = 3 * 60_000;
const LATE_MS = 2 * 60_000;

/**
 * Rows in order, each with a `key` that stays: `{kind: "day", label}`, `{kind: "new"}` or `{kind: "message", message}`,
 * the last with `starts` and `ends` of its group. A message keeps the key of the bubble that was shown while it was
 * on its way, so that the bubble becomes the message in place.
 */
export function timelineRows(messages, pending = [], { new_seq = null, now = Date.now() } = {}) {
  const rows = [];
  const shown = new Set(messages.map((message) => message.client_message_id));
  const waiting = pending.filter((message) => !shown.has(message.client_message_id));
  let day = null;
  for (const message of [...messages, ...waiting]) {
    const time = shownTime(message);
    if (dayNumber(time) !== day) {
      day = dayNumber(time);
      rows.push({ kind: "day", key: `day-${day}-${message.seq}`, label: dayLabel(time, now) });
    }
    if (new_seq !== null && message.seq === new_seq) rows.push({ kind: "new", key: "new" });
    const by = `${message.direction}:${message.sender_type}:${message.sender_id ?? message.sender_name}`;
    rows.push({ kind: "message", key: message.client_message_id ?? message.id, message, by, at: at(time) });
  }
  rows.forEach((row, index) => group(row, rows[index - 1], rows[index + 1]));
  return rows;
}

/** An outbox entry as the message that it will become. */
export function pendingMessage(entry, agent_id) {
  const created_at = new Date(entry.at).toISOString();
  return {
    id: entry.client_message_id,
    client_message_id: entry.client_message_id,
    session_id: entry.session_id,
    seq: Infinity,
    direction: "outbound",
    sender_type: "agent",
    sender_id: agent_id,
    sender_name: null,
    type: "text",
    text: entry.text,
    content: null,
    media: null,
    reply_to: entry.reply_to,
    reactions: [],
    status: `outbox-${entry.state}`,
    error: entry.error,
    sent_at: null,
    created_at,
    edited_at: null,
    revoked_at: null,
    trace: {},
  };
}

/** The time that stands at a message: the provider's, or ours when it has none. */
export function shownTime(message) {
  return message.sent_at ?? message.created_at;
}

/** Whether a message came so long after it was written that it has to be said. */
export function isLate(message) {
  return message.direction === "inbound" && at(message.created_at) - at(shownTime(message)) > LATE_MS;
}

/** The seq of the oldest of the last `count` messages from the customer, or null. */
export function firstUnread(messages, count) {
  let left = count;
  for (const message of messages.toReversed()) {
    if (message.direction === "inbound") left -= 1;
    if (left === 0) return message.seq;
  }
  return null;
}

function group(row, before, after) {
  if (!row.by) return;
  row.starts = !belongs(before, row);
  row.ends = !after || !belongs(row, after);
}

function belongs(row, next) {
  return row?.by === next.by && Math.abs(next.at - row.at) < GROUP_MS;
}
