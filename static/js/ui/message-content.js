// Places, cards, polls and choices: messages that are more than text.
import { safeLink } from "../lib/markup.js";
import { html } from "./html.js";
import { Icon } from "./icon.js";

export function Location({ content }) {
  const { latitude, longitude, name, address, description, is_live } = content;
  const has_place = Number.isFinite(latitude) && Number.isFinite(longitude);
  const spot = has_place ? `${latitude.toFixed(5)}, ${longitude.toFixed(5)}` : null;
  const map = has_place ? safeLink(`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`) : null;
  return html`
    <div class="media">
      <span class="media__icon"><${Icon} name="pin" /></span>
      <span class="media__words">
        <span class="media__name" dir="auto">${name ?? (is_live ? "Live location" : "Location")}</span>
        ${(address ?? description) && html`<span class="media__about" dir="auto">${address ?? description}</span>`}
        ${spot && html`<span class="media__about num">${spot}</span>`}
        ${map && html`<a class="media__link" href=${map} target="_blank" rel="noopener noreferrer nofollow">Open the map</a>`}
      </span>
    </div>
  `;
}

export function Contacts({ contacts }) {
  return contacts.map(
    (contact, index) => html`
      <div class="media" key=${index}>
        <span class="media__icon"><${Icon} name="person" /></span>
        <span class="media__words">
          <span class="media__name" dir="auto">${contact.name ?? "Contact"}</span>
          ${(contact.phones ?? []).map((phone) => html`<span class="media__about num" key=${phone}>${phone}</span>`)}
        </span>
      </div>
    `,
  );
}

export function Poll({ content, text }) {
  const options = Array.isArray(content.options) ? content.options : [];
  return html`
    <div class="poll">
      <p class="poll__name" dir="auto"><${Icon} name="poll" small />${content.name ?? text ?? "Poll"}</p>
      <ul>${options.map((option) => html`<li class="poll__option" dir="auto" key=${option}>${String(option)}</li>`)}</ul>
      <p class="message__small">${content.is_multiple === false ? "One answer" : "Several answers"}</p>
    </div>
  `;
}

const CHOICES = { button: "Pressed a button", list: "Chose from a list", form: "Filled in a form" };

export function Choice({ type, text, content }) {
  return html`
    <p class="message__small">${CHOICES[type]}</p>
    <p class="message__text" dir="auto">${text ?? content.title ?? content.id ?? "Without a label"}</p>
  `;
}
