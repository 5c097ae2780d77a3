// Calls to the simulator's own API, and its live stream. No DOM.

const API = "/simulator/api";

async function call(method, path, body) {
  const response = await fetch(API + path, {
    method,
    headers: { "content-type": "application/json" },
    body: method === "GET" ? undefined : JSON.stringify(body ?? {}),
  });
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(said(data) ?? `The simulator answered ${response.status}`);
  return data;
}

function said(data) {
  return data.error ?? (Array.isArray(data.message) ? data.message[0] : data.message);
}

const chat = (account, person) => `/chats/${encodeURIComponent(account)}/${encodeURIComponent(person)}`;
const one = (account, person, key) => `${chat(account, person)}/messages/${encodeURIComponent(key)}`;

export const api = {
  meet: (name, hidden) => call("POST", "/people", { name, hidden }),
  write: (account, person, message) => call("POST", `${chat(account, person)}/messages`, message),
  read: (account, person) => call("POST", `${chat(account, person)}/read`),
  type: (account, person, state) => call("POST", `${chat(account, person)}/typing`, { state }),
  edit: (account, person, key, text) => call("PUT", one(account, person, key), { text }),
  revoke: (account, person, key) => call("DELETE", one(account, person, key)),
  react: (account, person, key, emoji) => call("PUT", `${one(account, person, key)}/reaction`, { emoji }),
  turn: (account, act) => call("POST", `/accounts/${encodeURIComponent(account)}/${act}`),
  set_fault: (name, fault) => call("PUT", `/faults/${name}`, fault),
  clear_fault: (name) => call("DELETE", name ? `/faults/${name}` : "/faults"),
  release: () => call("POST", "/faults/release"),
};

/** The whole state, as a frame. */
export const loadState = () => call("GET", "/state").then((state) => ({ t: "state", ...state }));

/** Listen for ever; the stream begins with the whole state, so nothing is lost over a break. */
export function listen({ on_frame, on_line }) {
  const source = new EventSource(`${API}/live`);
  source.onopen = () => on_line(true);
  source.onerror = () => {
    on_line(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => listen({ on_frame, on_line }), 2000);
  };
  source.onmessage = (event) => on_frame(JSON.parse(event.data));
}
