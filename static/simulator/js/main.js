// Starts the phone page: draws it, and listens to the simulator.

import { html, render } from "/static/vendor/htm-preact.js";
import { listen, loadState } from "./net.js";
import { Page } from "./page.js";
import { createStore } from "./store.js";
import { restoreTheme } from "./theme.js";

restoreTheme();
const store = createStore({ on_unknown: () => loadState().then(store.fold, () => {}) });
render(html`<${Page} store=${store} />`, document.getElementById("page"));
listen({ on_frame: store.fold, on_line: (is_up) => (store.is_up.value = is_up) });
