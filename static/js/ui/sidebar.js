// The first column: whose console this is, the views with their counts, the channels and their health, and the account.
import { VIEWS } from "../store/views.js";
import { Account } from "./account.js";
import { ChannelHealth } from "./channel-health.js";
import { MARK, html, useDesk } from "./html.js";
import { Icon } from "./icon.js";

export function Sidebar() {
  const desk = useDesk();
  const { me } = desk.store.roster.value;
  return html`
    <aside class="sidebar" aria-label="Views and account">
      <div class="sidebar__head">
        <img src=${MARK} alt="" width="22" height="22" />
        <span class="sidebar__organization" title=${me?.organization.name}>${me?.organization.name ?? "Switchboard"}</span>
      </div>
      <${Views} />
      <${ChannelHealth} />
      <div class="sidebar__rest"></div>
      <${Account} />
    </aside>
  `;
}

/** The views, as a list in the sidebar or as tabs over the list on a narrow screen. */
export function Views() {
  const desk = useDesk();
  const current = desk.list.view.value;
  const counts = desk.store.counts.value;
  return html`
    <nav class="views" aria-label="Views">
      ${VIEWS.map(
        (view) => html`
          <button
            class="views__item"
            type="button"
            key=${view.id}
            aria-current=${view.id === current ? "page" : null}
            onClick=${() => desk.go(view.id)}
          >
            <${Icon} name=${view.icon} />
            <span class="views__label">${view.label}</span>
            ${view.id !== "resolved" && html`<${Count} total=${counts[view.id].total} unread=${counts[view.id].unread} />`}
          </button>
        `,
      )}
    </nav>
  `;
}

function Count({ total, unread }) {
  if (total === 0) return null;
  return html`<span class="views__count" data-unread=${unread > 0} title="${total} conversations, ${unread} unread">${total}</span>`;
}
