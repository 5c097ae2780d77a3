// The third column: one conversation, or the sentence that stands there while none is open.
import { Composer } from "./composer.js";
import { ConversationHeader } from "./conversation-header.js";
import { Empty } from "./empty.js";
import { html, useDesk } from "./html.js";
import { Timeline } from "./timeline.js";

export function Conversation() {
  const desk = useDesk();
  const id = desk.open_id.value;
  if (!id) return html`<main class="conversation" id="conversation" tabindex="-1"><${NothingOpen} /></main>`;
  const session = desk.session.value;
  const error = desk.store.timeline(id).value.error;
  if (!session && error) {
    return html`
      <main class="conversation" id="conversation" tabindex="-1">
        <${Empty} icon="alert" title="This conversation cannot be shown" action="Back to the list" run=${() => desk.open(null)}>
          ${error.message}
        <//>
      </main>
    `;
  }
  return html`
    <main class="conversation" id="conversation" tabindex="-1">
      <${ConversationHeader} session=${session} />
      <${Timeline} key=${id} id=${id} session=${session} />
      ${session && html`<${Composer} key=${`composer-${id}`} session=${session} />`}
    </main>
  `;
}

function NothingOpen() {
  const desk = useDesk();
  if (desk.store.ids.value.length === 0) return html`<${Empty} icon="chat" title="No conversation is open" />`;
  return html`
    <${Empty} icon="chat" title="No conversation is open">
      <kbd>j</kbd> <kbd>k</kbd> move in the list, <kbd>Enter</kbd> opens, <kbd>?</kbd> shows all keys.
    <//>
  `;
}
