// One conversation in the list. It draws itself again when its own session changes, and then only.
import { customerName } from "../lib/names.js";
import { clock, fullTime, listTime, span } from "../lib/time.js";
import { isEnded } from "../store/views.js";
import { Avatar } from "./avatar.js";
import { html, useComputed, useDesk } from "./html.js";
import { rowId } from "./session-list.js";

const PRIORITIES = { high: "High", urgent: "Urgent" };
const WAITS_LONG_MS = 15 * 60_000;

export function SessionRow({ id, place, count }) {
  const desk = useDesk();
  const session = desk.store.row(id).value;
  const is_open = useComputed(() => desk.open_id.value === id).value;
  const is_cursor = useComputed(() => desk.list.cursor.value === id).value;
  if (!session) return null;
  const is_unread = session.unread_count > 0;
  const name = customerName(session.customer);
  const is_mine = session.agent_id !== null && session.agent_id === desk.store.model.me?.agent_id;
  const owner = is_mine ? "mine" : session.agent_id ? "other" : "nobody";
  return html`
    <div
      class="row"
      id=${rowId(id)}
      role="option"
      aria-selected=${is_open}
      aria-setsize=${count}
      aria-posinset=${place + 1}
      data-cursor=${is_cursor}
      data-unread=${is_unread}
      data-owner=${isEnded(session) ? "done" : owner}
      data-session=${id}
      onClick=${() => desk.open(id)}
    >
      <${Avatar} id=${session.customer.id} name=${session.customer.name} url=${session.customer.avatar_url} is_group=${isGroup(session)} />
      <span class="row__name" dir="auto">${name}</span>
      <time class="row__time" datetime=${session.last_message_at} title=${session.last_message_at && fullTime(session.last_message_at)}>
        ${listTime(session.last_message_at ?? session.started_at, desk.minute.value)}
      </time>
      <span class="row__preview"><${Preview} session=${session} /></span>
      ${is_unread &&
      html`<span class="pill num" title="${session.unread_count} unread">${session.unread_count > 99 ? "99+" : session.unread_count}</span>`}
      <span class="row__meta"><${Meta} session=${session} is_mine=${is_mine} /></span>
    </div>
  `;
}

/** Whether a conversation is a group's. */
export function isGroup(session) {
  return session.customer.channel_user_id.endsWith("@g.us");
}

function Preview({ session }) {
  const desk = useDesk();
  const typing = desk.presence.typing(session.id).value;
  if (typing) return html`<span class="row__typing">${typing.who === "agent" ? `${typing.name ?? "Somebody"} is replying…` : "typing…"}</span>`;
  const draft = useComputed(() => (desk.open_id.value === session.id ? null : desk.drafts.kept.value.get(session.id))).value;
  if (draft) return html`<span class="row__draft">Draft:</span><span class="row__words" dir="auto">${draft}</span>`;
  const prefix = { agent: "Agent:", bot: "Bot:" }[session.last_message_sender] ?? "";
  return html`${prefix && html`<span class="row__prefix">${prefix}</span>`}<span class="row__words" dir="auto">${session.last_message_preview ?? "No messages yet"}</span>`;
}

/** The third line: who has it, how long the customer waits, priority, tags. */
function Meta({ session, is_mine }) {
  const desk = useDesk();
  const agent = desk.store.roster.value.agents.get(session.agent_id);
  const waits_ms = session.waiting_since && !isEnded(session) ? desk.minute.value - Date.parse(session.waiting_since) : 0;
  return html`
    <span class="row__owner">${is_mine ? "You" : (agent?.name ?? "Unassigned")}</span>
    ${waits_ms > 60_000 &&
    html`<span class="chip" data-tone=${waits_ms > WAITS_LONG_MS ? "waiting" : null} title="The customer has waited since ${clock(session.waiting_since)}">waits ${span(waits_ms)}</span>`}
    ${PRIORITIES[session.priority] && html`<span class="chip" data-tone="danger">${PRIORITIES[session.priority]}</span>`}
    ${session.status === "snoozed" && html`<span class="chip">Snoozed</span>`}
    ${session.status === "bot" && html`<span class="chip">Bot answers</span>`}
    ${session.tags.slice(0, waits_ms > 60_000 ? 1 : 2).map((tag) => html`<span class="chip chip--tag" dir="auto" key=${tag}>${tag}</span>`)}
  `;
}
