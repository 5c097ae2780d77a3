// What each close code of the socket means for us: come back, or stay away and say why. No DOM.

const STAY_AWAY = {
  4500: "This page and the server do not understand each other. Reload the page.",
  4501: null,
  4502: null,
  4503: "You may not open the console. Ask an administrator for access.",
  4505: "Too many consoles are open with this account. Close one, then try again.",
  4506: "A newer version of the console is there. Reload the page.",
};

/** Whether to come back after this code, whether the sign-in is over, and the sentence if there is one to say. */
export function judge(code) {
  if (code === 4501 || code === 4502) return { retry: false, signed_out: true, sentence: null };
  if (code < 4500 || code > 4999) return { retry: true, signed_out: false, sentence: null };
  return { retry: false, signed_out: false, sentence: STAY_AWAY[code] ?? STAY_AWAY[4500] };
}
