// One short word about what was done, and the one thing to do about it.
import { html, useDesk } from "./html.js";

export function Toast() {
  const desk = useDesk();
  const toast = desk.toast.value;
  const act = () => {
    desk.toast.value = null;
    toast.run();
  };
  return html`
    <div class="toasts" role="status" aria-live="polite">
      ${toast &&
      html`
        <div class="toast" data-tone=${toast.is_error ? "danger" : null}>
          <span>${toast.text}</span>
          ${toast.label && html`<button class="toast__button" type="button" onClick=${act}>${toast.label}</button>`}
        </div>
      `}
    </div>
  `;
}
