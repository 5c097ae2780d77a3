// Runs every test of the page, and leaves the results where the driver finds them.
import { runAll } from "./harness.js";
import "./api.test.js";
import "./keys.test.js";
import "./live.test.js";
import "./markup.test.js";
import "./outbox.test.js";
import "./rows.test.js";
import "./store.test.js";
import "./time.test.js";
import "./virtual.test.js";

document.documentElement.dataset.results = JSON.stringify(await runAll());
