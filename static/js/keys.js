// Every key of the console, once: the listener and the map behind `?` read this table.

/** The table; `run` gets the desk. Rows without `run` are keys that a part of the screen takes itself. */
export const KEYS = [
  { keys: ["j", "ArrowDown"], shown: ["j"], label: "Next conversation", group: "List", run: (desk) => desk.list.move(1) },
  { keys: ["k", "ArrowUp"], shown: ["k"], label: "Previous conversation", group: "List", run: (desk) => desk.list.move(-1) },
  { keys: ["Enter"], label: "Open conversation", group: "List", run: (desk, event) => desk.list.enter(event) },
  { keys: ["/"], label: "Search", group: "List", run: (desk) => desk.list.search() },
  { keys: ["g a"], label: "Go to all open", group: "List", run: (desk) => desk.go("open") },
  { keys: ["g u"], label: "Go to unassigned", group: "List", run: (desk) => desk.go("unassigned") },
  { keys: ["g m"], label: "Go to mine", group: "List", run: (desk) => desk.go("mine") },
  { keys: ["g r"], label: "Go to resolved", group: "List", run: (desk) => desk.go("resolved") },
  { keys: ["r"], label: "Reply", group: "Conversation", run: (desk) => desk.focusComposer() },
  { keys: ["i"], label: "Assign to me", group: "Conversation", run: (desk) => desk.actions.assignToMe() },
  { keys: ["e"], label: "Resolve, or open again", group: "Conversation", run: (desk) => desk.actions.toggleResolved() },
  { keys: ["u"], label: "Mark unread", group: "Conversation", run: (desk) => desk.actions.markUnread() },
  { keys: ["Alt+ArrowDown"], label: "Next, while writing", group: "Conversation", in_fields: true, run: (desk) => desk.list.step(1) },
  { keys: ["Alt+ArrowUp"], label: "Previous, while writing", group: "Conversation", in_fields: true, run: (desk) => desk.list.step(-1) },
  { keys: ["Mod+Enter"], label: "Send", group: "Writing" },
  { keys: ["Shift+Enter"], label: "New line", group: "Writing" },
  { keys: ["]"], label: "Show or hide details", group: "Screen", run: (desk) => desk.toggleDetails() },
  { keys: ["Escape"], label: "Back, or leave a field", group: "Screen", in_fields: true, run: (desk, event) => desk.back(event) },
  { keys: ["?"], label: "This map", group: "Screen", run: (desk) => desk.showHelp() },
];

/** How a key is written on screen; `Mod` is ⌘ on a Mac and Ctrl elsewhere. */
export function keyCaps(keys, platform = navigator.platform) {
  const mod = /Mac|iPhone|iPad/u.test(platform) ? "⌘" : "Ctrl";
  const names = { Mod: mod, Escape: "Esc", ArrowDown: "↓", ArrowUp: "↑" };
  return keys.split(/[+ ]/u).map((part) => names[part] ?? (part.length === 1 ? part.toLowerCase() : part));
}
