// The channels and whether they work: quiet while all is well.
import { html, useDesk } from "./html.js";

const HEALTH = {
  healthy: "Works",
  warning: "Has trouble",
  critical: "Does not work",
  offline: "Not connected",
  unknown: "Not checked yet",
};
const KINDS = { whatsapp: "WhatsApp", webchat: "Web chat", telegram: "Telegram", facebook: "Messenger", instagram: "Instagram" };

export function ChannelHealth() {
  const channels = [...useDesk().store.roster.value.channels.values()];
  if (channels.length === 0) return null;
  return html`
    <section class="channels" aria-label="Channels">
      <h2 class="channels__title">Channels</h2>
      <ul>
        ${channels.map(
          (channel) => html`
            <li class="channels__item" key=${channel.id} title="${channelKind(channel)} · ${channel.identifier} · ${channelHealth(channel)}">
              <span class="dot" data-health=${channel.is_active ? channel.health : "unknown"}></span>
              <span class="channels__name" dir="auto">${channel.name}</span>
              ${!isWell(channel) && html`<span class="channels__state">${channelHealth(channel)}</span>`}
            </li>
          `,
        )}
      </ul>
    </section>
  `;
}

/** What kind of channel this is, in words. */
export function channelKind(channel) {
  return KINDS[channel.channel] ?? channel.channel;
}

/** How a channel is, in words. */
export function channelHealth(channel) {
  return channel.is_active ? (HEALTH[channel.health] ?? channel.health) : "Switched off";
}

/** Whether messages go in and out, as far as anybody knows. */
export function isWell(channel) {
  return channel.is_active && (channel.health === "healthy" || channel.health === "unknown");
}
