// What each close of the socket means for us: come back and when, or stay away and why. No DOM.

const LONGEST_HINT_MS = 60_000;
const SIGNED_OUT = new Set([4501, 4502]);
const UNKNOWN = "This page and the server do not understand each other. Reload the page.";
const STAY_AWAY = {
  4503: "You may not open the console. Ask an administrator for access.",
  4505: "Too many consoles are open with this account. Close one, then try again.",
  4506: "A newer version of the console is there. Reload the page.",
};

/** Whether to come back and not before when, whether the sign-in is over, and the sentence if there is one to say. */
export function judge({ code, reason = "" }) {
  const is_final = code >= 4500 && code <= 4999;
  const signed_out = SIGNED_OUT.has(code);
  const sentence = is_final && !signed_out ? (STAY_AWAY[code] ?? UNKNOWN) : null;
  return { retry: !is_final, signed_out, sentence, least_ms: hint(reason) };
}

/** A server that goes away says when to come back: `{"retry_ms": 800}`. */
function hint(reason) {
  try {
    return Math.min(LONGEST_HINT_MS, Number(JSON.parse(reason).retry_ms) || 0);
  } catch {
    return 0;
  }
}
