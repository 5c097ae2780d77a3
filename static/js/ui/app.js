// The whole screen: the columns and what lies over them. Which columns are seen at which width is for the style sheet.
import { Conversation } from "./conversation.js";
import { Details } from "./details.js";
import { Help } from "./help.js";
import { DeskContext, html, useDesk } from "./html.js";
import { ListPane } from "./list-pane.js";
import { Sidebar } from "./sidebar.js";
import { StatusBar } from "./status-bar.js";
import { Toast } from "./toast.js";

export function App({ desk }) {
  return html`<${DeskContext.Provider} value=${desk}><${Screen} /><//>`;
}

function Screen() {
  const desk = useDesk();
  const is_open = desk.open_id.value !== null;
  return html`
    <a class="skip" href="#conversation" onClick=${skip}>Skip to the conversation</a>
    <div class="desk" data-open=${is_open} data-details=${is_open && desk.is_details_shown.value}>
      <${Sidebar} />
      <${ListPane} />
      <${Conversation} />
      ${is_open && desk.is_details_shown.value && html`<${Details} />`}
    </div>
    <${StatusBar} />
    <${Toast} />
    <${Help} />
  `;
}

/** The address bar belongs to the router, so the link moves the focus by itself. */
function skip(event) {
  event.preventDefault();
  document.getElementById("conversation")?.focus();
}
