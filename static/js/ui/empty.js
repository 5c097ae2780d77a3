// Nothing to show: a sentence that says why, and one thing to do about it.
import { html } from "./html.js";
import { Icon } from "./icon.js";

export function Empty({ icon, title, children, action = null, run = null }) {
  return html`
    <div class="empty">
      <span class="empty__icon"><${Icon} name=${icon} /></span>
      <p class="empty__title">${title}</p>
      ${children && html`<p class="empty__text">${children}</p>`}
      ${action && html`<button class="button button--small" type="button" onClick=${run}>${action}</button>`}
    </div>
  `;
}
