// One message, and what the customer can do with it.

import { html } from "/static/vendor/htm-preact.js";
import { useSignal } from "/static/vendor/signals.js";
import { Icon, Ticks } from "./icons.js";
import { api } from "./net.js";
import { previewOf, ticksOf, timeOf } from "./words.js";

const EMOJI = ["👍", "❤️", "😂", "🙏"];
const GROUP_MS = 180_000;
const ACTS_PX = 190;

/** A bubble: the customer's own on the right. */
export function Bubble({ message, before, quoted, store, answering, changing }) {
  const is_open = useSignal(false);
  const is_up = useSignal(false);
  const goes_on = before && before.from_me === message.from_me && message.at - before.at < GROUP_MS;
  const reactions = [message.reaction, message.our_reaction].filter(Boolean);
  return html`
    <article class="bubble" data-mine=${!message.from_me} data-joined=${Boolean(goes_on)} data-gone=${message.revoked}
      onKeyDown=${(event) => event.key === "Escape" && (is_open.value = false)}>
      ${quoted && html`<p class="bubble__quote" dir="auto">${previewOf(quoted)}</p>`}
      <${Content} message=${message} />
      <footer class="bubble__foot">
        ${message.source === "app" && message.from_me && html`<span>from its phone</span>`}
        ${message.edited && !message.revoked && html`<span>edited</span>`}
        <time>${timeOf(message.at)}</time>
        <${Ticks} ...${ticksOf(message)} />
      </footer>
      ${reactions.length > 0 && html`<span class="bubble__reactions">${reactions.join(" ")}</span>`}
      ${!message.revoked && html`
        <button class="icon-button bubble__more" aria-label="More" aria-expanded=${is_open.value} onClick=${(event) => ((is_up.value = isLow(event.currentTarget)), (is_open.value = !is_open.value))}>
          <${Icon} name="more" /></button>
        ${is_open.value && html`<${Acts} message=${message} store=${store} is_up=${is_up.value} answering=${answering} changing=${changing} close=${() => (is_open.value = false)} />`}`}
    </article>`;
}

function Content({ message }) {
  if (message.revoked) return html`<p class="bubble__text">This message was deleted</p>`;
  if (message.opaque) return html`<p class="bubble__part"><${Icon} name="poll" /><span dir="auto">${message.text}<small>A poll: WAHA passes it on empty</small></span></p>`;
  if (message.location) return html`<p class="bubble__part"><${Icon} name="place" /><span>${message.location.name}<small class="num">${message.location.latitude}, ${message.location.longitude}</small></span></p>`;
  if (message.contacts.length) return html`<p class="bubble__part"><${Icon} name="person" /><span>${nameOf(message.contacts[0])}<small>Contact</small></span></p>`;
  return html`${message.media && html`<${File} media=${message.media} />`}${message.text && html`<p class="bubble__text" dir="auto">${message.text}</p>`}`;
}

function File({ media }) {
  const url = `/simulator/${media.url}`;
  if (media.kind === "image" && media.size > 0) return html`<img class="bubble__photo" src=${url} alt="Photo" width="320" height="220" />`;
  return html`
    <a class="bubble__part" href=${url} download=${media.filename ?? "file"}><${Icon} name="file" />
      <span>${media.filename ?? media.mimetype}<small class="num">${Math.max(1, Math.round(media.size / 1024))} KB</small></span></a>`;
}

/** Whether there is more room above the bubble than below it. */
function isLow(button) {
  const bubble = button.closest(".bubble").getBoundingClientRect();
  const thread = button.closest(".thread").getBoundingClientRect();
  return bubble.bottom + ACTS_PX > thread.bottom && bubble.top - ACTS_PX > thread.top;
}

const nameOf = (vcard) => /^FN:(.*)$/m.exec(vcard)?.[1] ?? "Contact";

function Acts({ message, is_up, store, answering, changing, close }) {
  const act = (doing) => () => {
    close();
    doing(store.account.value.name, store.person.value.id);
  };
  const react = (emoji) => act((account, person) =>
    store.attempt(() => api.react(account, person, message.key, message.reaction === emoji ? "" : emoji)));
  return html`
    <div class="acts" data-up=${is_up} role="group" aria-label="With this message">
      <div class="acts__emoji">
        ${EMOJI.map((emoji) => html`<button class="acts__face" aria-pressed=${message.reaction === emoji} onClick=${react(emoji)}>${emoji}</button>`)}
      </div>
      <button class="acts__act" onClick=${act(() => (answering.value = message))}><${Icon} name="reply" />Reply</button>
      ${!message.from_me && html`
        ${message.text && html`<button class="acts__act" onClick=${act(() => (changing.value = message))}><${Icon} name="edit" />Edit</button>`}
        <button class="acts__act" onClick=${act((account, person) => store.attempt(() => api.revoke(account, person, message.key)))}><${Icon} name="bin" />Delete</button>`}
    </div>`;
}
