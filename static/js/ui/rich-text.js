// A customer's text: links and WhatsApp's marks as elements, everything else as text.
import { isEmojiOnly, parse } from "../lib/markup.js";
import { html } from "./html.js";

export function RichText({ text }) {
  const size = isEmojiOnly(text) ? "message__text message__text--emoji" : "message__text";
  return html`<div class=${size} dir="auto">${parse(text).map(draw)}</div>`;
}

function draw(node) {
  if (typeof node === "string") return node;
  if (node.link) return html`<a href=${node.link} target="_blank" rel="noopener noreferrer nofollow">${node.text}</a>`;
  const inside = node.nodes.map(draw);
  if (node.mark === "strong") return html`<strong>${inside}</strong>`;
  if (node.mark === "em") return html`<em>${inside}</em>`;
  if (node.mark === "s") return html`<s>${inside}</s>`;
  return html`<code class=${node.mark === "pre" ? "message__pre" : ""}>${inside}</code>`;
}
