// The panel: what WAHA told the gateway, and the switches that make it behave badly.

import { html } from "/static/vendor/htm-preact.js";
import { useSignal } from "/static/vendor/signals.js";
import { Icon } from "./icons.js";
import { api } from "./net.js";
import { timeOf } from "./words.js";

/** Faults and webhooks. */
export function Panel({ store, on_close }) {
  const groups = Object.groupBy(store.faults.value, (fault) => fault.group);
  const is_any_on = store.faults.value.some((fault) => fault.on);
  return html`
    <aside class="panel" aria-label="Faults and webhooks">
      <div class="panel__head">
        <h2>Webhooks</h2>
        <button class="icon-button panel__close" aria-label="Close" onClick=${on_close}><${Icon} name="close" /></button>
      </div>
      <${Traffic} store=${store} />
      <div class="panel__head">
        <h2>Faults</h2>
        ${is_any_on && html`<button class="button button--small" onClick=${() => store.attempt(() => api.clear_fault())}>All off</button>`}
      </div>
      <p class="panel__hint">“Next” strikes once; the switch stays until it is off.</p>
      ${Object.entries(groups).map(([group, faults]) => html`
        <h3 class="panel__group">${group}</h3>
        <ul>${faults.map((fault) => html`<${Fault} key=${fault.name} fault=${fault} store=${store} />`)}</ul>`)}
    </aside>`;
}

function Fault({ fault, store }) {
  const measure = useSignal(fault.on?.measure ?? fault.usual);
  const is_for_good = Boolean(fault.on) && fault.on.times === null;
  const set = (times) => store.attempt(() => api.set_fault(fault.name, { times, measure: Number(measure.value) }));
  const clear = () => store.attempt(() => api.clear_fault(fault.name));
  const id = `fault-${fault.name}`;
  return html`
    <li class="fault" data-on=${Boolean(fault.on)}>
      <div class="fault__words"><label for=${id}>${fault.label}</label><p>${fault.help}</p></div>
      <div class="fault__acts">
        ${fault.unit && html`
          <input class="fault__measure num" type="number" min="0" step="any" aria-label=${`${fault.label}: ${fault.unit}`} title=${fault.unit} value=${measure.value}
            onInput=${(event) => (measure.value = event.currentTarget.value)} />`}
        <button class="button button--small button--quiet" aria-pressed=${Boolean(fault.on) && !is_for_good}
          onClick=${() => (fault.on && !is_for_good ? clear() : set(1))}>Next</button>
        <input class="switch" type="checkbox" role="switch" id=${id} checked=${is_for_good} onChange=${(event) => (event.currentTarget.checked ? set(null) : clear())} />
      </div>
    </li>`;
}

function Traffic({ store }) {
  const { counts, latest } = store.traffic.value;
  const to = store.account.value?.webhooks.join(", ");
  const bad = (counts.given_up ?? 0) + (counts.dropped ?? 0);
  return html`
    <p class="panel__hint">${to ? html`To <span class="num">${to}</span>` : "No webhook is configured yet."}</p>
    <p class="counts num">
      <span data-tone="good">${counts.acknowledged} taken</span>
      <span data-tone=${counts.waiting ? "waiting" : undefined}>${counts.waiting} on the way</span>
      <span data-tone=${bad ? "danger" : undefined}>${bad} lost</span>
    </p>
    ${latest.length === 0 && html`<p class="panel__hint">Nothing has been told yet.</p>`}
    <ol class="traffic" aria-label="Latest webhooks">${latest.map((each) => html`<${Webhook} key=${each.id} webhook=${each} />`)}</ol>`;
}

function Webhook({ webhook }) {
  const tone = { acknowledged: "good", waiting: "waiting", given_up: "danger", dropped: "danger" }[webhook.outcome];
  const said = webhook.outcome === "dropped" ? "dropped" : webhook.status ?? (webhook.error || "…");
  return html`
    <li class="webhook">
      <span class="webhook__event">${webhook.event}${webhook.note && html` <small>${webhook.note}</small>`}</span>
      ${webhook.attempts > 1 && html`<span class="webhook__times num">×${webhook.attempts}</span>`}
      <span class="webhook__said num" data-tone=${tone}>${said}</span>
      <time class="webhook__time" title=${`${webhook.took} ms`}>${timeOf(webhook.at)}</time>
    </li>`;
}
