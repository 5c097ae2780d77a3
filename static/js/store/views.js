// The views of the list: which sessions are in each, in which order, and how many are unread. No DOM.
import { customerName } from "../lib/names.js";

export const VIEWS = [
  { id: "open", label: "All open", icon: "inbox" },
  { id: "unassigned", label: "Unassigned", icon: "tray" },
  { id: "mine", label: "Mine", icon: "person" },
  { id: "resolved", label: "Resolved", icon: "check-circle" },
];

/** Whether a session is resolved or closed. */
export function isEnded(session) {
  return session.status === "resolved" || session.status === "closed";
}

/** Whether a session belongs to a view. */
export function isIn(view, session, me) {
  if (isEnded(session) || view === "resolved") return isEnded(session) && view === "resolved";
  if (view === "unassigned") return session.agent_id === null;
  if (view === "mine") return session.agent_id !== null && session.agent_id === me?.agent_id;
  return true;
}

/** The ids of a view, newest first, and for every view how many sessions it has and how many of them are unread. */
export function arrange(sessions, { view, query = "", me }) {
  const counts = { open: none(), unassigned: none(), mine: none(), resolved: none() };
  const words = query.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const shown = [];
  for (const session of sessions.values()) {
    for (const each of VIEWS) if (isIn(each.id, session, me)) count(counts[each.id], session);
    if (isIn(view, session, me) && (words.length === 0 || matches(session, words))) shown.push(session);
  }
  shown.sort(byTime);
  return { ids: shown.map((session) => session.id), counts };
}

/** Whether every word is found in the name, the number, the preview or the tags. */
export function matches(session, words) {
  const { customer } = session;
  const text = [customerName(customer), customer.phone, customer.channel_user_id, session.last_message_preview, ...session.tags]
    .join("\n")
    .toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

function byTime(one, other) {
  return other.order_ms - one.order_ms || (one.id < other.id ? 1 : -1);
}

function count(counted, session) {
  counted.total += 1;
  if (session.unread_count > 0) counted.unread += 1;
}

function none() {
  return { total: 0, unread: 0 };
}
