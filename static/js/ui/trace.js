// How one message travelled, step by step: the one that was picked, or else the newest.
import { fullTime, span } from "../lib/time.js";
import { Copyable, Fact } from "./details.js";
import { html, useDesk } from "./html.js";
import { statusLabel } from "./message-meta.js";

const IN = [
  ["Written", "provider"],
  ["Reached Switchboard", "received"],
  ["Stored", "committed"],
];
const OUT = [
  ["Stored", "committed"],
  ["Handed over", "accepted"],
  ["Sent", "sent"],
  ["Delivered", "delivered"],
  ["Read", "read"],
];

export function Trace({ session }) {
  const desk = useDesk();
  const { items } = desk.store.timeline(session.id).value;
  const message = items.find((each) => each.id === desk.picked_id.value) ?? items.at(-1);
  if (!message) return null;
  const is_picked = message.id === desk.picked_id.value;
  return html`
    <section class="facts">
      <h3 class="facts__title">
        ${is_picked ? "This message" : "Newest message"}
        ${is_picked && html`<button class="button button--link" type="button" onClick=${() => (desk.picked_id.value = null)}>Newest</button>`}
      </h3>
      <ol class="trace">${steps(message).map((step) => html`<${Step} key=${step.name} ...${step} />`)}</ol>
      <dl>
        <${Fact} name="Status">${message.direction === "outbound" ? statusLabel(message.status) : "Received"}<//>
        <${Fact} name="Number">${message.seq}<//>
        <${Fact} name="Id"><${Copyable} text=${message.id} /><//>
        ${message.external_id && html`<${Fact} name="Id at the channel"><${Copyable} text=${message.external_id} /><//>`}
      </dl>
    </section>
  `;
}

/** The steps that have happened, each with what it took since the one before. */
function steps(message) {
  const known = (message.direction === "inbound" ? IN : OUT).map(([name, key]) => ({ name, time: message.trace[key] }));
  if (known.every((step) => !step.time)) known.push({ name: "Stored", time: message.created_at });
  const done = known.filter((step) => step.time).map((step) => ({ ...step, at: Date.parse(step.time) }));
  return done.map((step, index) => ({ ...step, took: index > 0 ? step.at - done[index - 1].at : null }));
}

function Step({ name, time, took }) {
  return html`
    <li class="trace__step">
      <span class="trace__name">${name}</span>
      <time class="trace__time" datetime=${time} title=${fullTime(time)}>${took === null ? fullTime(time) : `+ ${span(took)}`}</time>
    </li>
  `;
}
