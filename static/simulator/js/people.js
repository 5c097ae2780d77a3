// The list of customers, and how a new one comes in.

import { html } from "/static/vendor/htm-preact.js";
import { useSignal } from "/static/vendor/signals.js";
import { api } from "./net.js";
import { Icon } from "./icons.js";
import { initialsOf, previewOf, timeOf, tintOf } from "./words.js";

/** Whose phone one can hold. */
export function People({ store }) {
  const is_adding = useSignal(false);
  return html`
    <nav class="people" aria-label="Customers">
      <div class="people__head">
        <h2>Customers</h2>
        <button class="button button--small" aria-expanded=${is_adding.value} onClick=${() => (is_adding.value = !is_adding.value)}>
          <${Icon} name="plus" />New customer</button>
      </div>
      ${is_adding.value && html`<${NewPerson} store=${store} on_done=${() => (is_adding.value = false)} />`}
      <ul class="people__list">
        ${store.rows.value.map((row) => html`<${Row} key=${row.person.id} row=${row} store=${store} />`)}
      </ul>
    </nav>`;
}

function Row({ row, store }) {
  const { person, last, unread } = row;
  const is_typing = store.is_typing(person.id);
  return html`
    <li>
      <button class="person" aria-current=${store.chosen.value === person.id ? "true" : undefined}
        onClick=${() => (store.chosen.value = person.id)}>
        <${Avatar} person=${person} />
        <span class="person__name" dir="auto">${person.name}</span>
        ${last && html`<time class="person__time">${timeOf(last.at)}</time>`}
        <span class="person__line" data-live=${is_typing} dir="auto">
          ${is_typing ? "The agent is typing…" : previewOf(last) || person.about || "No messages yet"}</span>
        ${unread > 0 && html`<span class="count" aria-label=${`${unread} unread`}>${unread}</span>`}
      </button>
    </li>`;
}

/** Two letters on a tint. */
export const Avatar = ({ person }) => html`
  <span class="avatar" data-tint=${tintOf(person.id)} aria-hidden="true">${initialsOf(person.name)}</span>`;

function NewPerson({ store, on_done }) {
  async function meet(event) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const person = await store.attempt(() => api.meet(form.get("name"), form.has("hidden")));
    if (!person) return;
    store.chosen.value = person.id;
    on_done();
  }
  return html`
    <form class="new-person" onSubmit=${meet}>
      <input class="field__input" name="name" aria-label="Name" placeholder="Name, or leave it to chance" maxlength="80"
        autocomplete="off" ref=${(field) => field?.focus()} />
      <label class="check"><input type="checkbox" name="hidden" /> Hides the number (LID)</label>
      <div class="new-person__acts">
        <button class="button button--small button--primary" type="submit">Add</button>
        <button class="button button--small button--quiet" type="button" onClick=${on_done}>Cancel</button>
      </div>
    </form>`;
}
