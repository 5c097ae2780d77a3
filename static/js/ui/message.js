// One message: a bubble on its side, with what it quotes, what it says, its time and its ticks, and what can be done with it.
import { fullTime } from "../lib/time.js";
import { isLate, shownTime } from "../store/rows.js";
import { html, useComputed, useDesk, useState } from "./html.js";
import { Icon } from "./icon.js";
import { MessageBody } from "./message-body.js";
import { MessageMeta } from "./message-meta.js";
import { MessageTrouble } from "./message-trouble.js";

export function Message({ data_key, message, starts, ends, to_message }) {
  const desk = useDesk();
  if (message.sender_type === "system") return html`<p class="notice" data-key=${data_key} dir="auto">${message.text}</p>`;
  const [is_near, setNear] = useState(false);
  const is_picked = useComputed(() => desk.picked_id.value === message.id).value;
  const is_trouble = ["failed", "unknown", "outbox-failed"].includes(message.status);
  const name = senderName(message, desk);
  return html`
    <div
      class="message"
      data-key=${data_key}
      data-side=${side(message)}
      data-sender=${message.sender_type}
      data-status=${message.status}
      data-starts=${starts}
      data-ends=${ends}
      data-picked=${is_picked}
      onPointerEnter=${() => setNear(true)}
      onPointerLeave=${() => setNear(false)}
      onFocusIn=${() => setNear(true)}
      onFocusOut=${() => setNear(false)}
    >
      ${starts && html`<p class=${name.is_shown ? "message__sender" : "sr-only"} dir="auto">${name.text}</p>`}
      <div class="message__line">
        <div class="bubble" data-type=${message.revoked_at ? "revoked" : message.type}>
          ${message.reply_to && html`<${Quote} quoted=${message.reply_to} to_message=${to_message} />`}
          <${MessageBody} message=${message} />
          <${MessageMeta} message=${message} is_near=${is_near} />
        </div>
        ${is_near && !message.revoked_at && !message.status.startsWith("outbox") && html`<${Tools} message=${message} name=${name.text} />`}
      </div>
      ${message.reactions.length > 0 && html`<${Reactions} reactions=${message.reactions} />`}
      ${isLate(message) && html`<p class="message__late">Arrived late, ${fullTime(message.created_at)}</p>`}
      ${is_trouble && html`<${MessageTrouble} message=${message} />`}
    </div>
  `;
}

function side(message) {
  if (message.direction === "internal") return "note";
  return message.direction === "outbound" ? "out" : "in";
}

/** Who wrote it, and whether that has to be said: not for the one customer, and not for oneself. */
function senderName(message, desk) {
  const { me } = desk.store.model;
  if (message.direction === "internal") return { text: `${message.sender_name ?? "Note"} · Private`, is_shown: true };
  if (message.sender_type === "bot") return { text: message.sender_name ? `${message.sender_name} · Bot` : "Bot", is_shown: true };
  if (message.sender_type === "agent") {
    const is_mine = message.sender_id !== null && message.sender_id === me?.agent_id;
    return { text: is_mine ? "You" : (message.sender_name ?? "From the phone"), is_shown: !is_mine };
  }
  const session = desk.store.model.sessions.get(message.session_id);
  const is_group = Boolean(session?.customer.channel_user_id.endsWith("@g.us"));
  return { text: message.sender_name ?? "Customer", is_shown: is_group };
}

function Quote({ quoted, to_message }) {
  const text = html`
    <span class="quote__name" dir="auto">${quoted.sender_name ?? "Earlier message"}</span>
    <span class="quote__text" dir="auto">${quoted.text ?? "A message that is not here"}</span>
  `;
  if (!quoted.id) return html`<div class="quote">${text}</div>`;
  return html`<button class="quote" type="button" title="Go to that message" onClick=${() => to_message(quoted.id)}>${text}</button>`;
}

function Reactions({ reactions }) {
  return html`
    <ul class="reactions" aria-label="Reactions">
      ${reactions.map((each) => html`<li class="reactions__item" key=${each.by} title="${each.by}, ${fullTime(each.at)}">${each.emoji}</li>`)}
    </ul>
  `;
}

/** What can be done with a message; drawn only while one points at it or has the focus in it. */
function Tools({ message, name }) {
  const desk = useDesk();
  const quote = () => {
    const text = message.text ?? `(${message.type})`;
    desk.quoted.value = { id: message.id, external_id: message.external_id, text, sender_name: name };
    desk.focusComposer();
  };
  return html`
    <div class="message__tools">
      <button class="icon-button icon-button--small" type="button" title="Reply to this" aria-label="Reply to the message of ${fullTime(shownTime(message))}" onClick=${quote}>
        <${Icon} name="reply" small />
      </button>
    </div>
  `;
}
