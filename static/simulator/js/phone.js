// One customer's phone: the chat with the business, read while it is open.

import { html } from "/static/vendor/htm-preact.js";
import { useEffect, useLayoutEffect, useRef } from "/static/vendor/preact-hooks.js";
import { useSignal } from "/static/vendor/signals.js";
import { Bubble } from "./bubble.js";
import { Composer } from "./composer.js";
import { Icon } from "./icons.js";
import { api } from "./net.js";
import { Avatar } from "./people.js";
import { isUnread } from "./store.js";
import { dayOf, phoneOf, timeOf } from "./words.js";

// Long enough to watch the ticks turn.
const READ_AFTER_MS = 700;
const NEAR_END_PX = 120;
const OPENERS = ["Hi! Is the blue one still in stock?", "My parcel has not arrived yet.", "Can I pay on delivery?"];

/** The phone in one's hand. */
export function Phone({ store }) {
  const person = store.person.value;
  const account = store.account.value;
  const messages = store.messages_of(person.id);
  const answering = useSignal(null);
  const changing = useSignal(null);
  useReading(store, account, person, messages);
  return html`
    <section class="phone" aria-label=${`${person.name}'s phone`}>
      <div class="phone__bar" aria-hidden="true"><time>${timeOf(Date.now())}</time><span class="phone__holder">${person.name}’s phone</span><span class="phone__battery"></span></div>
      <header class="phone__head">
        <button class="icon-button phone__back" aria-label="Back to the customers" onClick=${() => (store.chosen.value = null)}><${Icon} name="back" /></button>
        <span class="avatar avatar--desk" aria-hidden="true"><${Icon} name="desk" /></span>
        <div class="phone__with">
          <h2>Support desk</h2>
          <p role="status" data-live=${store.is_typing(person.id)}>${store.is_typing(person.id) ? "typing…" : "business account"}</p>
        </div>
        <div class="phone__me" title=${person.hidden ? "This customer's number is hidden: WAHA gives a LID" : "The number that WAHA gives"}>
          <${Avatar} person=${person} />
          <span class="num">${phoneOf(person.id)}${person.hidden && html` <span class="chip">LID</span>`}</span>
        </div>
      </header>
      <${Thread} messages=${messages} store=${store} answering=${answering} changing=${changing} />
      <${Composer} store=${store} answering=${answering} changing=${changing} />
    </section>`;
}

function Thread({ messages, store, answering, changing }) {
  const box = useRef(null);
  const is_at_end = useRef(true);
  const is_typing = store.is_typing(store.person.value.id);
  useLayoutEffect(() => {
    if (is_at_end.current) box.current.scrollTop = box.current.scrollHeight;
  }, [messages, is_typing]);
  const follow = () => {
    const { scrollHeight, scrollTop, clientHeight } = box.current;
    is_at_end.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
  };
  return html`
    <div class="thread" role="log" aria-live="polite" ref=${box} onScroll=${follow} tabindex="0" aria-label="Messages">
      ${messages.length === 0 && html`<${Openers} store=${store} />`}
      ${messages.map((message, nth) => html`
        ${dayOf(message.at) !== (messages[nth - 1] && dayOf(messages[nth - 1].at)) && html`<p class="thread__day">${dayOf(message.at)}</p>`}
        <${Bubble} key=${message.key} message=${message} before=${messages[nth - 1]} store=${store} answering=${answering} changing=${changing}
          quoted=${message.reply_to && messages.find((each) => each.key === message.reply_to)} />`)}
      ${is_typing && html`<p class="bubble bubble--typing" aria-label="The agent is typing"><i></i><i></i><i></i></p>`}
    </div>`;
}

function Openers({ store }) {
  const person = store.person.value;
  const send = (text) => store.attempt(() => api.write(store.account.value.name, person.id, { text }));
  return html`
    <div class="openers">
      <p>You hold <b dir="auto">${person.name}</b>’s phone. Write to the business, or begin with</p>
      ${OPENERS.map((text) => html`<button class="openers__text" disabled=${!store.account.value} onClick=${() => send(text)}>${text}</button>`)}
    </div>`;
}

/** While the chat is in sight, what the business wrote is read, a moment after it came. */
function useReading(store, account, person, messages) {
  const unread = messages.some(isUnread) ? messages.at(-1).key : null;
  useEffect(() => {
    if (!unread || !account) return undefined;
    const read = () => document.visibilityState === "visible" && store.attempt(() => api.read(account.name, person.id));
    const timer = setTimeout(read, READ_AFTER_MS);
    document.addEventListener("visibilitychange", read);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", read);
    };
  }, [unread, account?.name, person.id]);
}
