// The fourth column: who the customer is, the conversation and its channel, and how one message travelled.
import { customerName, phone } from "../lib/names.js";
import { fullTime, span } from "../lib/time.js";
import { Avatar } from "./avatar.js";
import { channelHealth, channelKind } from "./channel-health.js";
import { html, useDesk } from "./html.js";
import { Icon } from "./icon.js";
import { isGroup } from "./session-row.js";
import { Trace } from "./trace.js";

const STATUSES = {
  bot: "A bot answers",
  queued: "Waits for an agent",
  active: "In work",
  waiting: "Waits for the customer",
  snoozed: "Snoozed",
  resolved: "Resolved",
  closed: "Closed",
};

export function Details() {
  const desk = useDesk();
  const session = desk.session.value;
  if (!session) return null;
  return html`
    <aside class="details" aria-label="Details">
      <header class="details__head">
        <h2 class="details__title">Details</h2>
        <button class="icon-button icon-button--small" type="button" aria-label="Hide details" title="Hide details (])" onClick=${() => desk.toggleDetails()}>
          <${Icon} name="close" small />
        </button>
      </header>
      <div class="details__scroll" tabindex="0" role="group" aria-label="Details">
        <${Person} session=${session} />
        <${Facts} session=${session} />
        <${Trace} session=${session} />
        <${Ids} session=${session} />
      </div>
    </aside>
  `;
}

function Person({ session }) {
  const { customer } = session;
  return html`
    <section class="person">
      <${Avatar} id=${customer.id} name=${customer.name} url=${customer.avatar_url} is_group=${isGroup(session)} size="l" />
      <p class="person__name" dir="auto">${customerName(customer)}</p>
      ${customer.phone && html`<p class="person__phone"><${Copyable} text=${phone(customer.phone)} value=${customer.phone} /></p>`}
      ${customer.is_blocked && html`<p class="chip" data-tone="danger">Blocked</p>`}
    </section>
  `;
}

function Facts({ session }) {
  const desk = useDesk();
  const { channels, agents } = desk.store.roster.value;
  const channel = channels.get(session.channel_config_id);
  const now = desk.minute.value;
  return html`
    <section class="facts">
      <h3 class="facts__title">Conversation</h3>
      <dl>
        <${Fact} name="Status">${STATUSES[session.status] ?? session.status}<//>
        <${Fact} name="Assigned to">${agents.get(session.agent_id)?.name ?? "Nobody"}<//>
        ${session.waiting_since && html`<${Fact} name="Waiting">${span(now - Date.parse(session.waiting_since))}<//>`}
        <${Fact} name="Messages">${session.total_messages.toLocaleString("en")}<//>
        <${Fact} name="Began"><time datetime=${session.started_at}>${fullTime(session.started_at)}</time><//>
        ${session.ended_at && html`<${Fact} name="Ended"><time datetime=${session.ended_at}>${fullTime(session.ended_at)}</time><//>`}
        ${session.tags.length > 0 && html`<${Fact} name="Tags">${session.tags.join(", ")}<//>`}
        <${Fact} name="Channel">
          ${channel ? html`${channelKind(channel)} · ${channel.name}<br /><span class="facts__faint">${channel.identifier} · ${channelHealth(channel)}</span>` : "Unknown"}
        <//>
      </dl>
    </section>
  `;
}

function Ids({ session }) {
  return html`
    <details class="facts">
      <summary class="facts__title">Ids</summary>
      <dl>
        <${Fact} name="Conversation"><${Copyable} text=${session.id} /><//>
        <${Fact} name="Customer"><${Copyable} text=${session.customer.id} /><//>
        <${Fact} name="Customer at the channel"><${Copyable} text=${session.customer.channel_user_id} /><//>
        ${session.external_chat_id && html`<${Fact} name="Chat"><${Copyable} text=${session.external_chat_id} /><//>`}
      </dl>
    </details>
  `;
}

export function Fact({ name, children }) {
  return html`<div class="fact"><dt>${name}</dt><dd dir="auto">${children}</dd></div>`;
}

/** A value that a click copies. */
export function Copyable({ text, value = text }) {
  const desk = useDesk();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      desk.say("Copied");
    } catch {
      desk.say("The browser does not let this page copy", { is_error: true });
    }
  };
  return html`<button class="copyable num" type="button" title="Copy" onClick=${copy}>${text}</button>`;
}
