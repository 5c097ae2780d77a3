import { KEYS, keyCaps } from "/static/js/keys.js";
import { chord, keyListener } from "/static/js/lib/keys.js";
import { equal, ok, test } from "./harness.js";

function pressing({ is_on = () => true } = {}) {
  const done = [];
  let time = 0;
  const table = [
    { keys: ["j"], run: () => done.push("j") },
    { keys: ["g m"], run: () => done.push("g m") },
    { keys: ["Mod+Enter"], in_fields: true, run: () => done.push("send") },
    { keys: ["e"], run: () => false },
  ];
  const listen = keyListener(table, { is_on, now: () => time });
  const press = (key, { on = document.body, ms = 0, ...how } = {}) => {
    time += ms;
    const event = new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true, ...how });
    on.addEventListener("keydown", listen, { once: true });
    on.dispatchEvent(event);
    return event;
  };
  return { done, press };
}

test("a key does what the table says, and nothing else happens to it", () => {
  const { done, press } = pressing();
  ok(press("j").defaultPrevented);
  ok(!press("q").defaultPrevented);
  equal(done, ["j"]);
});

test("a key that had nothing to do is left to the browser", () => {
  ok(!pressing().press("e").defaultPrevented);
});

test("two keys one after the other are a sequence, unless one waits too long", () => {
  const { done, press } = pressing();
  press("g");
  press("m", { ms: 300 });
  press("g");
  press("m", { ms: 3000 });
  equal(done, ["g m"]);
});

test("single keys do nothing while one types, chords do", () => {
  const field = document.body.appendChild(document.createElement("textarea"));
  const { done, press } = pressing();
  press("j", { on: field });
  press("Enter", { on: field, ctrlKey: true });
  field.remove();
  equal(done, ["send"]);
});

test("single keys can be switched off", () => {
  const { done, press } = pressing({ is_on: () => false });
  press("j");
  press("Enter", { metaKey: true });
  equal(done, ["send"]);
});

test("a modified key is another key", () => {
  const { done, press } = pressing();
  press("j", { ctrlKey: true });
  press("J", { shiftKey: true });
  press("j", { altKey: true });
  equal(done, []);
});

test("keys that compose a character are not keys of ours", () => {
  const { done, press } = pressing();
  press("j", { isComposing: true });
  equal(done, []);
});

test("a question mark is one, whatever keys it takes to type it", () => {
  equal(chord(new KeyboardEvent("keydown", { key: "?", shiftKey: true })), "?");
  equal(chord(new KeyboardEvent("keydown", { key: "/", shiftKey: true })), "/");
  equal(chord(new KeyboardEvent("keydown", { key: "E", shiftKey: true })), "Shift+e");
});

test("no key stands twice in the table, and each has a label and a group", () => {
  const keys = KEYS.flatMap((row) => row.keys);
  equal(new Set(keys).size, keys.length);
  ok(KEYS.every((row) => row.label && row.group));
});

test("keys are written as on the keyboard in front of one", () => {
  equal(keyCaps("Mod+Enter", "MacIntel"), ["⌘", "Enter"]);
  equal(keyCaps("Mod+Enter", "Linux x86_64"), ["Ctrl", "Enter"]);
  equal(keyCaps("g m", "Linux"), ["g", "m"]);
});
