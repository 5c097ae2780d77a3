// The few pictures of the page, drawn with lines.

import { html } from "/static/vendor/htm-preact.js";

const PATHS = {
  back: "M15 5l-7 7 7 7",
  plus: "M12 5v14M5 12h14",
  send: "M5 12h13M12 5l7 7-7 7",
  more: "M6 12h.01M12 12h.01M18 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  moon: "M20 14.5A8 8 0 0 1 9.5 4a8 8 0 1 0 10.5 10.5z",
  tune: "M4 7h9M19 7h1M4 17h1M11 17h9M16 4.5v5M8 14.5v5",
  reply: "M10 8L5 13l5 5M5 13h9a5 5 0 0 1 5 5v1",
  edit: "M5 19l1-4L16.5 4.5a2 2 0 0 1 3 3L9 18z",
  bin: "M5 7h14M9 7V5h6v2M7 7l1 12h8l1-12",
  photo: "M4 6h16v12H4zM4 15l5-4 4 3 3-2 4 3",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  place: "M12 21s6-6 6-11a6 6 0 1 0-12 0c0 5 6 11 6 11zM12 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20a7 7 0 0 1 14 0",
  poll: "M5 19V9M12 19V5M19 19v-6",
  desk: "M4 14a8 8 0 0 1 16 0M4 13v4a1 1 0 0 0 1 1h2v-5zM20 13v4a1 1 0 0 1-1 1h-2v-5zM19 18c0 2-2 3-5 3",
};

/** A line drawing, hidden from screen readers: the button around it has the words. */
export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"
    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=${PATHS[name]} /></svg>`;

/** One or two ticks, lit when read. */
export const Ticks = ({ count, is_lit, title }) => html`
  <span class="ticks" data-lit=${is_lit} role="img" aria-label=${title} title=${title}>
    ${count === 0
      ? html`<svg viewBox="0 0 18 12" fill="none" stroke="currentColor" stroke-width="1.5"><circle cx="9" cy="6" r="4.5" /><path d="M9 3.8V6l1.6 1" /></svg>`
      : html`<svg viewBox="0 0 18 12" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round">
          <path d=${count === 2 ? "M1 6.5l3.2 3.2L11 2.5M8.2 9.2l.6.5L16 2.5" : "M4 6.5l3.2 3.2L14 2.5"} /></svg>`}
  </span>`;
