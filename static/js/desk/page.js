// What the desk has to know of the page around it: network, sleep, visibility, time; and the title that tells of unread ones.
import { effect } from "../../vendor/signals-core.js";
import { keyListener } from "../lib/keys.js";
import { KEYS } from "../keys.js";

const ASLEEP_MS = 120_000;

/** Connects the desk to the page. */
export function attach(desk) {
  addEventListener("online", () => desk.live.redial());
  addEventListener("offline", () => desk.live.doubt());
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && desk.open_id.peek()) desk.timelines.seen(desk.open_id.peek());
  });
  const wide = matchMedia("(min-width: 1280px)");
  wide.addEventListener("change", () => desk.fit(wide.matches));
  desk.fit(wide.matches);
  watchSleep(desk);
  listenForKeys(desk);
  setInterval(() => (desk.minute.value = Date.now()), 30_000);
  effect(() => {
    const { unread } = desk.store.counts.value.open;
    document.title = unread > 0 ? `(${unread}) Switchboard` : "Switchboard";
  });
}

/** A machine that slept has a socket which may be dead without knowing it. (A hidden tab's timers come once a minute.) */
function watchSleep(desk) {
  let last = Date.now();
  setInterval(() => {
    const now = Date.now();
    if (now - last > ASLEEP_MS) desk.live.redial();
    last = now;
  }, 5_000);
}

function listenForKeys(desk) {
  const table = KEYS.filter((row) => row.run).map((row) => ({ ...row, run: (event) => row.run(desk, event) }));
  const listener = keyListener(table, { is_on: () => desk.settings.peek().single_keys });
  document.addEventListener("keydown", (event) => {
    if (!document.querySelector("dialog[open]")) listener(event);
  });
}
