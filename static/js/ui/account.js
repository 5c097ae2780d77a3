// Who is signed in, and what belongs to that person: theme, keys, signing out.
import { signal } from "../../vendor/signals-core.js";
import * as storage from "../lib/storage.js";
import { Avatar } from "./avatar.js";
import { html, useDesk } from "./html.js";
import { Icon } from "./icon.js";

const THEMES = {
  auto: { icon: "auto", label: "Theme: as the system", next: "light" },
  light: { icon: "sun", label: "Theme: light", next: "dark" },
  dark: { icon: "moon", label: "Theme: dark", next: "auto" },
};
const theme = signal(document.documentElement.dataset.theme ?? "auto");

export function Account() {
  const desk = useDesk();
  const { me } = desk.store.roster.value;
  return html`
    <div class="account">
      <${Avatar} id=${me?.user_id ?? ""} name=${me?.name} size="s" />
      <span class="account__name" title=${me?.email ?? me?.name}>${me?.name ?? ""}</span>
      <${ThemeButton} />
      <${SignOutButton} />
    </div>
  `;
}

export function SignOutButton() {
  const desk = useDesk();
  return html`
    <button class="icon-button icon-button--small" type="button" title="Sign out" aria-label="Sign out" onClick=${() => desk.actions.signOut()}>
      <${Icon} name="exit" />
    </button>
  `;
}

/** Goes round: as the system, light, dark. */
export function ThemeButton() {
  const { icon, label, next } = THEMES[theme.value];
  return html`
    <button class="icon-button icon-button--small" type="button" title=${label} aria-label=${label} onClick=${() => choose(next)}>
      <${Icon} name=${icon} />
    </button>
  `;
}

function choose(name) {
  theme.value = name;
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  storage.write("sb:theme", name === "auto" ? null : name);
}
