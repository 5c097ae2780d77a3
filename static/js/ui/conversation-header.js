// Who this is, who has it, and what can be done with it as a whole.
import { customerName } from "../lib/names.js";
import { isEnded } from "../store/views.js";
import { Avatar } from "./avatar.js";
import { channelKind } from "./channel-health.js";
import { html, useDesk } from "./html.js";
import { Icon } from "./icon.js";
import { isGroup } from "./session-row.js";

export function ConversationHeader({ session }) {
  const desk = useDesk();
  const customer = session?.customer;
  return html`
    <header class="head">
      <button class="icon-button head__back" type="button" title="Back to the list (Esc)" aria-label="Back to the list" onClick=${() => desk.open(null)}>
        <${Icon} name="back" />
      </button>
      ${session && html`<${Avatar} id=${customer.id} name=${customer.name} url=${customer.avatar_url} is_group=${isGroup(session)} />`}
      <div class="head__who">
        <h2 class="head__name" dir="auto">${customer ? customerName(customer) : " "}</h2>
        <p class="head__where">${session && html`<${Where} session=${session} />`}</p>
      </div>
      ${session && html`<${Buttons} session=${session} />`}
    </header>
  `;
}

/** The channel, and the others who look at this conversation just now. */
function Where({ session }) {
  const desk = useDesk();
  const channel = desk.store.roster.value.channels.get(session.channel_config_id);
  const viewers = desk.presence.viewers(session.id).value;
  const names = viewers.map((agent) => agent.name).join(", ");
  return html`
    <span>${channel ? `${channelKind(channel)} · ${channel.name}` : "Unknown channel"}</span>
    ${names && html`<span class="head__viewers"> · ${names} ${viewers.length === 1 ? "is" : "are"} here too</span>`}
  `;
}

function Buttons({ session }) {
  const desk = useDesk();
  const is_open = !isEnded(session);
  const is_shown = desk.is_details_shown.value;
  return html`
    <div class="head__buttons">
      <${Assignee} session=${session} />
      <button class="button" type="button" title=${is_open ? "Resolve (e)" : "Open again (e)"} onClick=${() => desk.actions.toggleResolved()}>
        <${Icon} name=${is_open ? "check-circle" : "retry"} small />
        <span class="head__word">${is_open ? "Resolve" : "Open again"}</span>
      </button>
      <button class="icon-button" type="button" title="Details (])" aria-label="Details" aria-pressed=${is_shown} onClick=${() => desk.toggleDetails()}>
        <${Icon} name="panel" />
      </button>
    </div>
  `;
}

function Assignee({ session }) {
  const desk = useDesk();
  const { agents, me } = desk.store.roster.value;
  const others = [...agents.values()].filter((agent) => agent.id !== me.agent_id).sort((one, other) => one.name.localeCompare(other.name));
  return html`
    <label class="assignee" title="Assigned to (i: to me)">
      <span class="sr-only">Assigned to</span>
      <${Icon} name="person" small />
      <select class="assignee__select" value=${session.agent_id ?? ""} onChange=${(event) => desk.actions.assign(session.id, event.target.value || null)}>
        <option value="">Unassigned</option>
        ${me.agent_id && html`<option value=${me.agent_id}>You</option>`}
        ${others.map((agent) => html`<option value=${agent.id} key=${agent.id}>${agent.name}</option>`)}
      </select>
      <span class="assignee__arrow"><${Icon} name="chevron" small /></span>
    </label>
  `;
}
