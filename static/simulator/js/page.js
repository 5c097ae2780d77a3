// The page: whose phone one holds, the phone, and the panel of faults and webhooks.

import { html } from "/static/vendor/htm-preact.js";
import { useSignal } from "/static/vendor/signals.js";
import { api } from "./net.js";
import { Icon } from "./icons.js";
import { Panel } from "./panel.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { turnTheme } from "./theme.js";

const STATUS = {
  WORKING: { tone: "good", words: "connected" },
  STARTING: { tone: "waiting", words: "starting" },
  SCAN_QR_CODE: { tone: "waiting", words: "waiting for its QR code" },
  STOPPED: { tone: "danger", words: "stopped" },
  FAILED: { tone: "danger", words: "failed" },
};

/** Everything. */
export function Page({ store }) {
  const is_panel_open = useSignal(false);
  if (!store.is_loaded.value) {
    return html`<p class="page__waiting" role="status">${store.is_up.value ? "Loading…" : "Looking for the simulator…"}</p>`;
  }
  return html`
    <div class="page" data-chosen=${Boolean(store.person.value)} data-panel=${is_panel_open.value}>
      <${Top} store=${store} is_panel_open=${is_panel_open} />
      <${People} store=${store} />
      <main class="page__stage">
        ${store.person.value ? html`<${Phone} key=${store.person.value.id} store=${store} />` : html`<${Nobody} />`}
      </main>
      <${Panel} store=${store} on_close=${() => (is_panel_open.value = false)} />
      ${store.notice.value && html`
        <p class="page__notice" role="alert">
          ${store.notice.value}
          <button class="icon-button" aria-label="Dismiss" onClick=${() => (store.notice.value = "")}><${Icon} name="close" /></button>
        </p>`}
    </div>`;
}

function Top({ store, is_panel_open }) {
  const strikes = store.faults.value.filter((fault) => fault.on).length;
  return html`
    <header class="top">
      <img class="top__mark" src="/static/icons/mark.svg" alt="" width="24" height="24" />
      <h1 class="top__title">Phone</h1>
      <${Session} store=${store} />
      <span class="top__space"></span>
      ${store.console_url.value && html`<a class="button button--small" href=${store.console_url.value} target="switchboard-console">Open the console</a>`}
      <button class="icon-button" aria-label="Light or dark" title="Light or dark" onClick=${turnTheme}><${Icon} name="moon" /></button>
      <button class="icon-button top__faults" aria-label="Faults and webhooks" title="Faults and webhooks"
        aria-expanded=${is_panel_open.value} onClick=${() => (is_panel_open.value = !is_panel_open.value)}>
        <${Icon} name="tune" />${strikes > 0 && html`<span class="count" data-tone="waiting">${strikes}</span>`}
      </button>
    </header>`;
}

function Session({ store }) {
  const account = store.account.value;
  if (!store.is_up.value) return html`<span class="status" data-tone="danger" role="status">simulator away, looking again…</span>`;
  if (!account) return html`<span class="status" data-tone="waiting" role="status">no WAHA session yet</span>`;
  const names = Object.keys(store.accounts.value);
  const { tone, words } = STATUS[account.status] ?? { tone: "waiting", words: account.status };
  const act = { WORKING: "stop", STOPPED: "start", FAILED: "start", SCAN_QR_CODE: "scan" }[account.status];
  return html`
    ${names.length > 1 && html`
      <select class="top__account" aria-label="WAHA session" value=${account.name}
        onChange=${(event) => (store.chosen_account.value = event.currentTarget.value)}>
        ${names.map((name) => html`<option value=${name}>${name}</option>`)}
      </select>`}
    <span class="status" data-tone=${tone} role="status" title=${`Session ${account.name}, engine ${account.engine}`}>
      <span class="status__engine">${account.engine} </span>${words}
    </span>
    ${act && html`<button class="button button--small button--quiet" onClick=${() => store.attempt(() => api.turn(account.name, act))}>
      ${{ stop: "Disconnect", start: "Connect", scan: "Scan the code" }[act]}</button>`}`;
}

const Nobody = () => html`
  <div class="nobody">
    <p class="nobody__line">Whose phone do you want to hold?</p>
    <p class="nobody__hint">Choose a customer. What you write arrives at the gateway as it would from WhatsApp, through WAHA.</p>
  </div>`;
