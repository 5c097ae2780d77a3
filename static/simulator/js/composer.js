// Where the customer writes; typing is told to the business, as WhatsApp tells it.

import { html } from "/static/vendor/htm-preact.js";
import { useEffect, useRef } from "/static/vendor/preact-hooks.js";
import { useSignal } from "/static/vendor/signals.js";
import { Icon } from "./icons.js";
import { api } from "./net.js";
import { previewOf } from "./words.js";

const TYPING_EVERY_MS = 4000;
const PAUSED_AFTER_MS = 3000;
const SAMPLES = [
  ["photo", "photo", "A photo"],
  ["document", "file", "A document"],
  ["place", "place", "A place"],
  ["contact", "person", "A contact"],
  ["poll", "poll", "A poll (unsupported)"],
];

/** The field, what hangs on it, and the button. */
export function Composer({ store, answering, changing }) {
  const text = useSignal("");
  const is_open = useSignal(false);
  const is_desk = useSignal(false);
  const field = useRef(null);
  const typing = useTyping(store);

  useEffect(() => {
    if (changing.value) text.value = changing.value.text;
    if (changing.value || answering.value) field.current?.focus();
  }, [changing.value, answering.value]);

  async function send(event) {
    event?.preventDefault();
    if (!text.value.trim() || !store.account.value) return;
    const [account, person] = [store.account.value.name, store.person.value.id];
    const said = text.value;
    typing.stop();
    text.value = "";
    const done = await store.attempt(() =>
      changing.value
        ? api.edit(account, person, changing.value.key, said)
        : api.write(account, person, { text: said, reply_to: answering.value?.key ?? null, from_me: is_desk.value }));
    if (done === null) text.value ||= said;
    else changing.value = answering.value = null;
  }

  function sendSample(kind) {
    is_open.value = false;
    const [account, person] = [store.account.value.name, store.person.value.id];
    store.attempt(() => api.write(account, person, { kind, from_me: is_desk.value }));
  }

  function onKey(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
    if (event.key === "Escape") changing.value = answering.value = null;
  }

  return html`
    <form class="composer" onSubmit=${send}>
      ${(changing.value || answering.value) && html`
        <${Strip} label=${changing.value ? "Edit" : "Reply"} text=${previewOf(changing.value ?? answering.value)}
          on_close=${() => (changing.value = answering.value = null)} />`}
      ${is_desk.value && html`<${Strip} label="As the business, on its own phone" text="past the gateway" on_close=${() => (is_desk.value = false)} />`}
      <div class="composer__more">
        <button class="icon-button" type="button" aria-label="Send something else" aria-expanded=${is_open.value} onClick=${() => (is_open.value = !is_open.value)}><${Icon} name="plus" /></button>
        ${is_open.value && html`
          <div class="acts acts--up" role="group" aria-label="Send something else">
            ${SAMPLES.map(([kind, icon, label]) => html`<button type="button" class="acts__act" onClick=${() => sendSample(kind)}><${Icon} name=${icon} />${label}</button>`)}
            <button type="button" class="acts__act" onClick=${() => ((is_open.value = false), (is_desk.value = true))}><${Icon} name="desk" />Write as the business</button>
          </div>`}
      </div>
      <textarea class="composer__field" rows="1" dir="auto" aria-label="Message" placeholder="Message" ref=${field} value=${text.value}
        disabled=${!store.account.value}
        onInput=${(event) => ((text.value = event.currentTarget.value), !is_desk.value && typing.go_on())} onKeyDown=${onKey}></textarea>
      <button class="composer__send" type="submit" aria-label="Send" disabled=${!text.value.trim()}><${Icon} name="send" /></button>
    </form>`;
}

const Strip = ({ label, text, on_close }) => html`
  <p class="composer__strip"><b>${label}</b> <span dir="auto">${text}</span>
    <button class="icon-button" type="button" aria-label="Cancel" onClick=${on_close}><${Icon} name="close" /></button></p>`;

function useTyping(store) {
  const told = useRef(0);
  const timer = useRef(null);
  const tell = (state) => api.type(store.account.value.name, store.person.value.id, state).catch(() => {});
  const stop = () => {
    clearTimeout(timer.current);
    if (told.current) tell("paused");
    told.current = 0;
  };
  const go_on = () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(stop, PAUSED_AFTER_MS);
    if (Date.now() - told.current < TYPING_EVERY_MS) return;
    told.current = Date.now();
    tell("typing");
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return { go_on, stop };
}
