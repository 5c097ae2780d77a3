// The truth about the line: live and how fast, catching up, or offline and what waits.
import { span } from "../lib/time.js";
import { html, useDesk, useEffect, useState } from "./html.js";

export function StatusBar() {
  const desk = useDesk();
  const line = desk.line.value;
  const waiting = desk.waiting.value;
  return html`
    <footer class="status" data-phase=${line.phase}>
      <p class="status__text" role="status">
        <span class="status__dot" aria-hidden="true"></span>
        <span>${words(line.phase, line.sentence)}</span>
        ${waiting > 0 && line.phase !== "live" && html`<span>· ${waiting === 1 ? "1 message waits and will be sent" : `${waiting} messages wait and will be sent`}</span>`}
      </p>
      ${line.phase === "live" && html`<${Lag} />`}
      ${line.phase === "offline" && html`<${Countdown} retry_at=${line.retry_at} />`}
      ${(line.phase === "offline" || line.phase === "refused") &&
      html`<button class="button button--link status__button" type="button" onClick=${() => desk.live.redial()}>Try now</button>`}
      <button class="status__keys" type="button" onClick=${() => desk.showHelp()}><kbd>?</kbd> Keys</button>
    </footer>
  `;
}

/** How long the newest event took to come here; before there was one, how long the server took to answer. */
function Lag() {
  const desk = useDesk();
  const lag = desk.lag_ms.value;
  const ms = lag ?? desk.line.value.round_trip_ms;
  if (ms === null) return null;
  const title = lag === null ? "The server answered in this time" : "From the database to this screen, for the newest event";
  return html`<span class="status__lag num" title=${title}>${span(ms)}</span>`;
}

function Countdown({ retry_at }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const left_s = retry_at ? Math.ceil((retry_at - now) / 1000) : 0;
  return html`<span class="status__lag num" aria-hidden="true">${left_s > 0 ? `next try in ${left_s} s` : "trying…"}</span>`;
}

function words(phase, sentence) {
  if (phase === "live") return "Live";
  if (phase === "catching_up") return "Catching up…";
  if (phase === "starting") return "Connecting…";
  if (phase === "refused") return sentence ?? "The server does not take this console";
  return "Offline: what you see may be old";
}
