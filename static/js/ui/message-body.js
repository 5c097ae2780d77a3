// What a message says, by its kind. What we cannot show is said so, and never left out.
import { html } from "./html.js";
import { Icon } from "./icon.js";
import { Choice, Contacts, Location, Poll } from "./message-content.js";
import { Media } from "./message-media.js";
import { RichText } from "./rich-text.js";

const MEDIA = new Set(["image", "audio", "video", "file", "sticker"]);

export function MessageBody({ message }) {
  const { type, text, content, media } = message;
  if (message.revoked_at) return html`<${Aside} icon="forbidden">This message was deleted<//>`;
  if (MEDIA.has(type)) return html`<${Media} type=${type} media=${media} />${text && html`<${RichText} text=${text} />`}`;
  if (type === "location") return html`<${Location} content=${content ?? {}} />`;
  if (type === "contact") return html`<${Contacts} contacts=${content?.contacts ?? []} />`;
  if (type === "poll") return html`<${Poll} content=${content ?? {}} text=${text} />`;
  if (type === "button" || type === "list" || type === "form") return html`<${Choice} type=${type} text=${text} content=${content ?? {}} />`;
  if (type === "unsupported") return html`<${Unsupported} text=${text} content=${content} />`;
  if (text) return html`<${RichText} text=${text} />`;
  return html`<${Aside} icon="question">A message without text (${type})<//>`;
}

function Unsupported({ text, content }) {
  const kind = typeof content?.kind === "string" ? content.kind : null;
  return html`
    ${text && html`<${RichText} text=${text} />`}
    <${Aside} icon="question">Unsupported message${kind && html` <code>${kind}</code>`}<//>
    <p class="message__small">It can be read on the phone. The original is kept.</p>
  `;
}

function Aside({ icon, children }) {
  return html`<p class="message__aside"><${Icon} name=${icon} small /><span>${children}</span></p>`;
}
