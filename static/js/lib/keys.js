// Turns key presses into actions by one table: single keys outside fields, chords everywhere, sequences like `g m`.

const SEQUENCE_MS = 1_000;

/** A listener for `keydown`. `table` has rows `{keys: [...], run, in_fields}`; `is_on()` says whether single keys count. */
export function keyListener(table, { is_on = () => true, now = () => performance.now() } = {}) {
  const rows = new Map(table.flatMap((row) => row.keys.map((keys) => [keys, row])));
  const starts = new Set([...rows.keys()].filter((keys) => keys.includes(" ")).map((keys) => keys.split(" ")[0]));
  let begun = null;

  return (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const pressed = chord(event);
    const is_typing = isField(event.target);
    const whole = begun && now() - begun.at < SEQUENCE_MS ? `${begun.key} ${pressed}` : null;
    begun = null;
    const row = (whole && rows.get(whole)) ?? rows.get(pressed);
    if (row && !(is_typing && !row.in_fields) && (row.in_fields || is_on())) {
      if (row.run(event) !== false) event.preventDefault();
    } else if (!is_typing && is_on() && starts.has(pressed)) {
      begun = { key: pressed, at: now() };
    }
  };
}

/** The name of a key press: `j`, `Shift+E`, `Mod+Enter`, `Alt+ArrowUp`. */
export function chord(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const is_letter = /^\p{L}$/u.test(key);
  return [
    event.ctrlKey || event.metaKey ? "Mod+" : "",
    event.altKey ? "Alt+" : "",
    event.shiftKey && (is_letter || key.length > 1) ? "Shift+" : "",
    key,
  ].join("");
}

/** Whether what is typed there belongs to a field. */
export function isField(element) {
  if (!(element instanceof HTMLElement)) return false;
  if (element instanceof HTMLInputElement) return !["checkbox", "radio", "button"].includes(element.type);
  return element.isContentEditable || element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement;
}
