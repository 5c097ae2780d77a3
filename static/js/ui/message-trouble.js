// A message that did not get through, or of which nobody knows: why, and what can be done.
import { html, useDesk, useRef } from "./html.js";
import { Icon } from "./icon.js";

export function MessageTrouble({ message }) {
  const desk = useDesk();
  const is_here = message.status === "outbox-failed";
  const is_unknown = message.status === "unknown";
  // A second click before the screen has moved would send a second message.
  const is_retried = useRef(false);
  const again = () => {
    if (is_retried.current && !is_here) return;
    is_retried.current = true;
    retry(desk, message);
  };
  const why = message.error?.message ?? (is_unknown ? "No answer came. Switchboard looks for traces of it before anything is sent again." : "It was not sent.");
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(message.text ?? "");
      desk.say("Copied");
    } catch {
      desk.say("The browser does not let this page copy", { is_error: true });
    }
  };
  return html`
    <div class="trouble" data-tone=${is_unknown ? "waiting" : "danger"} role="group" aria-label="This message has a problem">
      <p class="trouble__why">${why}</p>
      <div class="trouble__buttons">
        <button class="button button--link" type="button" onClick=${again}>
          <${Icon} name="retry" small />${is_unknown ? "Send again anyway" : "Retry"}
        </button>
        <button class="button button--link" type="button" onClick=${copy}><${Icon} name="copy" small />Copy</button>
        ${is_here &&
        html`<button class="button button--link" type="button" onClick=${() => desk.outbox.peek().drop(message.id)}><${Icon} name="trash" small />Discard</button>`}
      </div>
    </div>
  `;
}

/** One that never reached the server goes again under its own id; one that the server gave up is sent as a new message. */
function retry(desk, message) {
  if (message.status === "outbox-failed") desk.outbox.peek().retry(message.id);
  else desk.outbox.peek().add({ session_id: message.session_id, text: message.text ?? "", reply_to: message.reply_to?.id ? message.reply_to : null });
}
