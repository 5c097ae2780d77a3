// Where an answer is written: it grows with the text, keeps a draft, and says before sending what would stop it.
import { isEnded } from "../store/views.js";
import { channelHealth, channelKind, isWell } from "./channel-health.js";
import { html, useDesk, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { Icon } from "./icon.js";

const DRAFT_MS = 400;
const MOST_PX = 240;
const MOST_LENGTH = 65_536;

export function Composer({ session }) {
  const desk = useDesk();
  if (isEnded(session)) return html`<${Done} session=${session} />`;
  return html`
    <footer class="composer">
      <${Someone} id=${session.id} />
      <${ChannelTrouble} id=${session.channel_config_id} />
      <${Field} key=${session.id} session=${session} quoted=${desk.quoted.value} />
    </footer>
  `;
}

function Field({ session, quoted }) {
  const desk = useDesk();
  const field = useRef(null);
  const timer = useRef(null);
  const [text, setText] = useState(() => desk.drafts.of(session.id));
  const { enter_sends } = desk.settings.value;

  useLayoutEffect(() => {
    desk.composer.current = field.current;
    return () => (desk.composer.current = null);
  }, []);
  useLayoutEffect(() => grow(field.current), [text]);
  useEffect(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => desk.drafts.keep(session.id, text), DRAFT_MS);
  }, [text]);
  const latest = useRef(text);
  latest.current = text;
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      desk.drafts.keep(session.id, latest.current);
    },
    [],
  );

  const send = () => {
    if (!desk.actions.send(text)) return;
    setText("");
    desk.presence.writes(session.id, false);
    field.current.focus();
  };
  const onKeyDown = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.shiftKey || event.altKey) return;
    const is_chord = event.ctrlKey || event.metaKey;
    if (!is_chord && !enter_sends) return;
    event.preventDefault();
    send();
  };
  const onInput = (event) => {
    setText(event.target.value);
    desk.presence.writes(session.id, event.target.value.trim() !== "");
  };

  return html`
    <form class="composer__form" onSubmit=${(event) => (event.preventDefault(), send())}>
      ${quoted && html`<${Quoting} quoted=${quoted} />`}
      <textarea
        class="composer__field"
        ref=${field}
        rows="1"
        dir="auto"
        maxlength=${MOST_LENGTH}
        placeholder="Write a reply…"
        aria-label="Reply"
        title="Reply (r)"
        value=${text}
        onInput=${onInput}
        onKeyDown=${onKeyDown}
      ></textarea>
      <div class="composer__foot">
        <${SendKey} />
        <button class="button button--primary composer__send" type="submit" disabled=${text.trim() === ""} title="Send (Ctrl Enter)">
          <${Icon} name="send" small />Send
        </button>
      </div>
    </form>
  `;
}

/** Which key sends, as a setting that is changed where it matters. */
function SendKey() {
  const desk = useDesk();
  const { enter_sends } = desk.settings.value;
  return html`
    <button class="button button--link composer__key" type="button" aria-pressed=${enter_sends} title="Change which key sends" onClick=${() => desk.set("enter_sends", !enter_sends)}>
      ${enter_sends ? html`<kbd>Enter</kbd> sends` : html`<kbd>Ctrl</kbd><kbd>Enter</kbd> sends`}
    </button>
  `;
}

function Quoting({ quoted }) {
  const desk = useDesk();
  return html`
    <div class="quoting">
      <div class="quote">
        <span class="quote__name" dir="auto">${quoted.sender_name ?? "Message"}</span>
        <span class="quote__text" dir="auto">${quoted.text}</span>
      </div>
      <button class="icon-button icon-button--small" type="button" aria-label="Do not quote" title="Do not quote (Esc)" onClick=${() => (desk.quoted.value = null)}>
        <${Icon} name="close" small />
      </button>
    </div>
  `;
}

/** Who types just now; always as high as one line, so that nothing moves. */
function Someone({ id }) {
  const typing = useDesk().presence.typing(id).value;
  const text = typing && (typing.who === "agent" ? `${typing.name ?? "Somebody"} is replying…` : `${typing.name ?? "The customer"} is typing…`);
  return html`<p class="composer__someone" aria-live="off" dir="auto">${text}</p>`;
}

function ChannelTrouble({ id }) {
  const channel = useDesk().store.roster.value.channels.get(id);
  if (!channel || isWell(channel)) return null;
  return html`
    <p class="composer__trouble">
      <${Icon} name="alert" small />
      ${channelKind(channel)} “${channel.name}”: ${channelHealth(channel).toLowerCase()}. What you send waits here until it works again.
    </p>
  `;
}

function Done({ session }) {
  const desk = useDesk();
  return html`
    <footer class="composer composer--done">
      <p>${session.status === "resolved" ? "This conversation is resolved." : "This conversation is closed."}</p>
      <button class="button" type="button" onClick=${() => desk.actions.reopen(session.id)}>Open again <kbd>e</kbd></button>
    </footer>
  `;
}

/** As high as its text; an empty one is not measured, because that costs a layout of the whole page. */
function grow(field) {
  field.style.setProperty("--height", "auto");
  if (field.value) field.style.setProperty("--height", `${Math.min(MOST_PX, field.scrollHeight)}px`);
}
