// How times, ticks and messages are put into words. No DOM.

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

/** "14:02" */
export const timeOf = (ms) => clock.format(ms);

/** "Today", "Yesterday", or the day. */
export function dayOf(ms, now = Date.now()) {
  const days = Math.round((midnight(now) - midnight(ms)) / 86_400_000);
  return days === 0 ? "Today" : days === 1 ? "Yesterday" : day.format(ms);
}

const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0);

/** What a message says in one line. */
export function previewOf(message) {
  if (!message) return "";
  if (message.revoked) return "This message was deleted";
  const what = { photo: "Photo", image: "Photo", document: message.media?.filename ?? "Document" }[message.media?.kind];
  if (message.media) return message.text || what || "File";
  if (message.location) return message.location.name || "Place";
  if (message.contacts.length) return "Contact";
  if (message.opaque) return "Poll";
  return message.text;
}

/** The ticks of a message: how many, whether they are lit, and what they mean. */
export function ticksOf(message) {
  if (message.from_me) return OURS[message.ack] ?? OURS[0];
  if (message.seen) return { count: 2, is_lit: true, title: "Seen by the agent" };
  if (message.ack >= 2) return { count: 2, is_lit: false, title: "Delivered to the business" };
  return { count: 1, is_lit: false, title: "Sent; the business is not connected" };
}

const OURS = {
  "-1": { count: 0, is_lit: false, title: "Failed" },
  0: { count: 0, is_lit: false, title: "Pending" },
  1: { count: 1, is_lit: false, title: "Sent: ack SERVER" },
  2: { count: 2, is_lit: false, title: "Delivered: ack DEVICE" },
  3: { count: 2, is_lit: true, title: "Read: ack READ" },
  4: { count: 2, is_lit: true, title: "Played: ack PLAYED" },
};

/** Two letters for an avatar. */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ""].map((word) => [...word][0] ?? "");
  return letters.join("").toUpperCase();
}

/** One of six tints, always the same for one person. */
export const tintOf = (id) => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 997, 7) % 6;

/** "+44 7700 900101" */
export const phoneOf = (digits) => `+${digits.slice(0, 2)} ${digits.slice(2, 6)} ${digits.slice(6)}`;
