// The map of keys behind `?`, drawn from the same table that the keys run by.
import { KEYS, keyCaps } from "../keys.js";
import { html, useDesk, useEffect, useRef } from "./html.js";
import { Icon } from "./icon.js";

export function Help() {
  const desk = useDesk();
  const dialog = useRef(null);
  const is_shown = desk.is_help_shown.value;
  useEffect(() => {
    if (is_shown) dialog.current.showModal();
    else dialog.current.close();
  }, [is_shown]);
  const groups = [...new Set(KEYS.map((row) => row.group))];
  return html`
    <dialog class="dialog" ref=${dialog} aria-labelledby="help-title" onClose=${() => desk.showHelp(false)} onClick=${(event) => event.target === dialog.current && desk.showHelp(false)}>
      <div class="dialog__body">
        <header class="dialog__head">
          <h2 class="dialog__title" id="help-title">Keys</h2>
          <button class="icon-button" type="button" aria-label="Close" title="Close (Esc)" onClick=${() => desk.showHelp(false)}><${Icon} name="close" /></button>
        </header>
        <div class="key-map">${groups.map((group) => html`<${Group} key=${group} name=${group} />`)}</div>
        <${Setting} name="single_keys">Single keys (without Ctrl) do things<//>
        <${Setting} name="enter_sends">Enter sends; otherwise only Ctrl Enter does<//>
      </div>
    </dialog>
  `;
}

function Group({ name }) {
  return html`
    <section>
      <h3 class="key-map__group">${name}</h3>
      <dl>
        ${KEYS.filter((row) => row.group === name).map(
          (row) => html`
            <div class="key-map__row" key=${row.label}>
              <dt>${row.label}</dt>
              <dd>${keyCaps((row.shown ?? row.keys)[0]).map((cap) => html`<kbd key=${cap}>${cap}</kbd>`)}</dd>
            </div>
          `,
        )}
      </dl>
    </section>
  `;
}

function Setting({ name, children }) {
  const desk = useDesk();
  return html`
    <label class="setting">
      <input type="checkbox" checked=${desk.settings.value[name]} onChange=${(event) => desk.set(name, event.target.checked)} />
      <span>${children}</span>
    </label>
  `;
}
