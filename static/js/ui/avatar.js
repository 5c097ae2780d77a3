// A face: the picture if it is ours to show, else initials on a tint that stays with the person.
import { initials, tint } from "../lib/names.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

export function Avatar({ id, name, url = null, is_group = false, size = "m" }) {
  const letters = name ? initials(name) : "";
  const face = url?.startsWith("/")
    ? html`<img src=${url} alt="" loading="lazy" />`
    : letters || html`<${Icon} name=${is_group ? "group" : "person"} />`;
  return html`<span class="avatar avatar--${size}" data-tint=${tint(id)} aria-hidden="true">${face}</span>`;
}
