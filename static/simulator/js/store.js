// What the page knows, as signals, and how each frame of the stream changes it. No DOM.

import { computed, signal } from "/static/vendor/signals.js";

const TYPING_MS = 25_000;
const READ = 3;

/** The state of the page. */
export function createStore({ on_unknown = () => {} } = {}) {
  const accounts = signal({});
  const people = signal([]);
  const chats = signal({});
  const faults = signal([]);
  const traffic = signal({ counts: {}, latest: [] });
  const console_url = signal("");
  const chosen_account = signal(null);
  const chosen = signal(null);
  const typing = signal({});
  const is_up = signal(false);
  const is_loaded = signal(false);
  const notice = signal("");
  const timers = new Map();

  const account = computed(() => accounts.value[chosen_account.value] ?? Object.values(accounts.value)[0] ?? null);
  const person = computed(() => people.value.find((each) => each.id === chosen.value) ?? null);
  const rows = computed(() => toRows(people.value, account.value && chats.value[account.value.name]));

  const messages_of = (id) => (account.value && chats.value[account.value.name]?.[id]) ?? [];

  function set_typing(name, on) {
    clearTimeout(timers.get(name));
    typing.value = { ...typing.value, [name]: on };
    if (on) timers.set(name, setTimeout(() => set_typing(name, false), TYPING_MS));
  }

  const folds = {
    state(frame) {
      accounts.value = Object.fromEntries(frame.accounts.map(({ chats: _, ...each }) => [each.name, each]));
      chats.value = Object.fromEntries(frame.accounts.map((each) => [each.name, each.chats]));
      people.value = frame.people;
      faults.value = frame.faults;
      traffic.value = frame.traffic;
      console_url.value = frame.console_url;
      is_loaded.value = true;
    },
    person(frame) {
      people.value = [...people.value.filter((each) => each.id !== frame.person.id), frame.person];
    },
    account(frame) {
      const known = accounts.value[frame.account];
      if (!known) return on_unknown();
      accounts.value = { ...accounts.value, [frame.account]: { ...known, status: frame.status } };
    },
    message(frame) {
      if (!chats.value[frame.account]) return on_unknown();
      chats.value = withMessage(chats.value, frame);
      if (frame.message.from_me) set_typing(`${frame.account}/${frame.person}`, false);
    },
    typing: (frame) => set_typing(`${frame.account}/${frame.person}`, frame.on),
    faults: (frame) => (faults.value = frame.faults),
    traffic: (frame) => (traffic.value = frame.traffic),
  };

  return {
    account, accounts, chosen, chosen_account, console_url, faults, is_loaded, is_up, notice, person, rows, traffic,
    messages_of,
    is_typing: (id) => Boolean(account.value && typing.value[`${account.value.name}/${id}`]),
    fold: (frame) => folds[frame.t]?.(frame),
    /** Do something, and show in words what went wrong. */
    attempt: async (doing) => {
      notice.value = "";
      try {
        return await doing();
      } catch (error) {
        notice.value = error instanceof TypeError ? "The simulator does not answer." : error.message;
        return null;
      }
    },
  };
}

/** The chats with one message put in, or changed. */
export function withMessage(chats, { account, person, message }) {
  const before = chats[account][person] ?? [];
  const at = before.findLastIndex((each) => each.key === message.key);
  const after = at < 0 ? [...before, message] : before.with(at, message);
  return { ...chats, [account]: { ...chats[account], [person]: after } };
}

/** Whether the customer has not yet seen it. */
export const isUnread = (message) => message.from_me && message.ack < READ && !message.revoked;

/** The list of customers: who was written with last is first. */
export function toRows(people, chats) {
  const rows = people.map((person, nth) => {
    const messages = chats?.[person.id] ?? [];
    return { person, nth, last: messages.at(-1) ?? null, unread: messages.filter(isUnread).length };
  });
  return rows.sort((a, b) => (b.last?.at ?? 0) - (a.last?.at ?? 0) || a.nth - b.nth);
}
