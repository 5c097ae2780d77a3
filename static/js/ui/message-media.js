// A file by reference: what it is, how large, and where it is, without fetching it from somebody else's server.
import { html } from "./html.js";
import { Icon } from "./icon.js";

const KINDS = {
  image: { icon: "image", label: "Photo" },
  video: { icon: "video", label: "Video" },
  audio: { icon: "voice", label: "Audio" },
  sticker: { icon: "sticker", label: "Sticker" },
  file: { icon: "file", label: "File" },
};

export function Media({ type, media }) {
  const { icon, label } = KINDS[type];
  const ours = media?.url?.startsWith("/") ? media.url : null;
  const name = media?.filename ?? (media?.mimetype?.startsWith("audio/ogg") ? "Voice message" : label);
  const about = [media?.filename ? label : null, media?.mimetype?.split(";")[0], size(media?.size)].filter(Boolean).join(" · ");
  const state = media?.error ? `Could not be fetched: ${media.error}` : ours ? null : "Stays at the provider for now";
  const body = html`
    <span class="media__icon"><${Icon} name=${icon} /></span>
    <span class="media__words">
      <span class="media__name" dir="auto">${name}</span>
      <span class="media__about">${about || label}</span>
      ${state && html`<span class="media__about" data-tone=${media?.error ? "danger" : null}>${state}</span>`}
    </span>
  `;
  return ours ? html`<a class="media" href=${ours} target="_blank" rel="noopener" download>${body}</a>` : html`<div class="media">${body}</div>`;
}

/** `812 B`, `14 kB`, `2.1 MB`. */
function size(bytes) {
  if (bytes === null || bytes === undefined) return null;
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
