// The time at a message and, for our own, how far it has come, with the moments of its way.
import { clock, fullTime, span } from "../lib/time.js";
import { shownTime } from "../store/rows.js";
import { html, useDesk } from "./html.js";
import { Icon } from "./icon.js";

const STATES = {
  "outbox-waiting": { icon: "clock", label: "Waits for the connection" },
  "outbox-sending": { icon: "clock", label: "On its way to Switchboard" },
  "outbox-failed": { icon: "alert", label: "Not sent", tone: "danger" },
  queued: { icon: "clock", label: "Stored, waits for its turn" },
  sending: { icon: "clock", label: "Being handed over" },
  accepted: { icon: "check", label: "Handed over" },
  sent: { icon: "check", label: "Sent" },
  delivered: { icon: "checks", label: "Delivered" },
  read: { icon: "checks", label: "Read", tone: "read" },
  played: { icon: "checks", label: "Played", tone: "read" },
  failed: { icon: "alert", label: "Not delivered", tone: "danger" },
  unknown: { icon: "question", label: "Not known whether it was delivered", tone: "waiting" },
};

export function MessageMeta({ message, is_near }) {
  const desk = useDesk();
  const time = shownTime(message);
  const state = message.direction === "outbound" ? STATES[message.status] : null;
  return html`
    <span class="meta">
      ${message.edited_at && !message.revoked_at && html`<span>edited</span>`}
      <button class="meta__time" type="button" title=${is_near ? `${fullTime(time)}: how it came here` : null} onClick=${() => desk.pick(message.id)}>
        <time datetime=${time}>${clock(time)}</time>
      </button>
      ${state &&
      html`
        <span class="tick" data-tone=${state.tone} data-tip=${is_near ? way(message, state.label) : null} role="img" aria-label=${state.label}>
          <${Icon} name=${state.icon} small />
        </span>
      `}
    </span>
  `;
}

/** The words for a status. */
export function statusLabel(status) {
  return STATES[status]?.label ?? status;
}

/** The status and how long each step took, one a line. */
function way(message, label) {
  const { accepted, sent, delivered, read } = message.trace;
  const begin = Date.parse(message.created_at);
  const steps = [
    ["Handed over", accepted],
    ["Sent", sent],
    ["Delivered", delivered],
    ["Read", read],
  ].filter(([, time]) => time);
  const lines = steps.map(([name, time]) => `${name} ${clock(time)}, after ${span(Date.parse(time) - begin)}`);
  return lines.length > 0 ? lines.join("\n") : label;
}
