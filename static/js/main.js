// Starts the console: one desk, one screen, one line to the server.
import { effect } from "../vendor/signals-core.js";
import { Desk } from "./desk/desk.js";
import { attach } from "./desk/page.js";
import { route } from "./desk/router.js";
import { App } from "./ui/app.js";
import { html } from "./ui/html.js";
import { render } from "../vendor/preact.js";

const desk = new Desk({
  next_frame,
  on_signed_out: () => location.assign("/console/login"),
  open_transport: () => new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/console`),
});

attach(desk);
render(html`<${App} desk=${desk} />`, document.getElementById("app"));
const stop = effect(() => {
  if (desk.store.is_loaded.value) queueMicrotask(begin);
});
desk.live.start();

/** The address is followed once there is something that it can name. */
function begin() {
  stop();
  route(desk);
}

/** Before the next paint, or soon where nothing is painted because the tab is hidden. */
function next_frame(then) {
  requestAnimationFrame(then);
  setTimeout(then, 250);
}
