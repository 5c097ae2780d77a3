// What the console knows, as plain data: the fold of a snapshot and the events after it. No DOM, no signals.
import { at } from "../lib/time.js";

/** A model that knows nothing yet; its position is null until a snapshot is loaded. */
export function emptyModel() {
  return {
    position: null,
    has_more: false,
    me: null,
    agents: new Map(),
    channels: new Map(),
    customers: new Map(),
    sessions: new Map(),
    sessions_of: new Map(),
    timelines: new Map(),
  };
}

/** What a change touched, so that only that is drawn again. */
export function noChanges() {
  return { sessions: new Set(), timelines: new Set(), agents: false, channels: false, access: false, confirmed: [] };
}

/** Replaces everything by a snapshot. Timelines stay to be looked at, but have to be fetched again. */
export function loadSnapshot(model, snapshot, changes) {
  for (const id of model.sessions.keys()) changes.sessions.add(id);
  for (const part of [model.agents, model.channels, model.customers, model.sessions, model.sessions_of]) part.clear();
  for (const timeline of model.timelines.values()) {
    putTimeline(model, { ...timeline, is_stale: true }, changes);
  }
  model.me = snapshot.me;
  for (const agent of snapshot.agents) putAgent(model, agent, changes);
  for (const channel of snapshot.channels) putChannel(model, channel, changes);
  for (const session of snapshot.sessions) putSession(model, session, changes);
  model.has_more = (snapshot.counts?.open ?? 0) > snapshot.sessions.length;
  model.position = { s: snapshot.s, id: snapshot.id };
}

/** Takes a session's state unless a newer one is known. */
export function putSession(model, session, changes) {
  putCustomer(model, session.customer, changes);
  const known = model.sessions.get(session.id);
  if (!isNewer(known, session)) return;
  const customer = model.customers.get(session.customer.id);
  model.sessions.set(session.id, { ...session, customer, order_ms: at(session.last_message_at ?? session.started_at) });
  const family = model.sessions_of.get(customer.id);
  if (family) family.add(session.id);
  else model.sessions_of.set(customer.id, new Set([session.id]));
  changes.sessions.add(session.id);
}

/** Takes a customer's state, and shows it in every session of that customer. */
export function putCustomer(model, customer, changes) {
  if (!isNewer(model.customers.get(customer.id), customer)) return;
  model.customers.set(customer.id, customer);
  for (const id of model.sessions_of.get(customer.id) ?? []) {
    model.sessions.set(id, { ...model.sessions.get(id), customer });
    changes.sessions.add(id);
  }
}

/** Takes an agent's state. */
export function putAgent(model, agent, changes) {
  if (!isNewer(model.agents.get(agent.id), agent)) return;
  model.agents.set(agent.id, agent);
  changes.agents = true;
}

/** Takes a channel's state. */
export function putChannel(model, channel, changes) {
  if (!isNewer(model.channels.get(channel.id), channel)) return;
  model.channels.set(channel.id, channel);
  changes.channels = true;
}

/** Takes a message into its session's timeline, if that is held here. */
export function putMessage(model, message, changes, { is_new = false } = {}) {
  if (message.client_message_id) changes.confirmed.push(message.client_message_id);
  const timeline = model.timelines.get(message.session_id);
  if (!timeline) return;
  const items = insert(timeline.items, message, { may_lead: is_new || timeline.next === null });
  if (items) putTimeline(model, { ...timeline, items }, changes);
  else if (timeline.is_loading) putTimeline(model, { ...timeline, early: [...timeline.early, message] }, changes);
}

/** Takes a page of messages, older ones or the newest; changes that came before their page are not lost. */
export function putPage(model, session_id, page, changes, { is_older = false } = {}) {
  const known = model.timelines.get(session_id) ?? emptyTimeline(session_id);
  const starts_anew = !is_older && !(known.is_loaded && connects(known.items, page.items));
  const first = page.items[0]?.seq ?? Infinity;
  let items = starts_anew ? known.items.filter((message) => message.seq >= first) : known.items;
  for (const message of [...page.items, ...known.early]) {
    if (message.client_message_id) changes.confirmed.push(message.client_message_id);
    items = insert(items, message, { may_lead: message.seq >= first }) ?? items;
  }
  const next = is_older || starts_anew ? page.next : known.next;
  const state = { is_loaded: true, is_stale: false, is_loading: false, early: [], error: null };
  putTimeline(model, { ...known, items, next, ...state }, changes);
}

/** Puts a timeline's new state. */
export function putTimeline(model, timeline, changes) {
  model.timelines.set(timeline.session_id, timeline);
  changes.timelines.add(timeline.session_id);
}

/** A timeline of which nothing is known. `next` is the seq before which older messages wait, null when there are none. */
export function emptyTimeline(session_id) {
  const state = { is_loaded: false, is_stale: false, is_loading: false, early: [], error: null };
  return { session_id, items: [], next: null, ...state };
}

/** Whether a state says more than the one that is known. */
function isNewer(known, state) {
  return !known || state.rev > known.rev;
}

/** The messages in order of `seq`, with this one in its place; the same ones if it is known, null if it has no place. */
function insert(items, message, { may_lead }) {
  let index = items.length;
  while (index > 0 && items[index - 1].seq > message.seq) index -= 1;
  const known = items[index - 1];
  if (known?.id === message.id) return isNewer(known, message) ? items.with(index - 1, message) : items;
  if (index === 0 && !may_lead) return null;
  return items.toSpliced(index, 0, message);
}

/** Whether a newest page reaches what is held, so that no hole lies between. */
function connects(items, page) {
  return items.length > 0 && page.length > 0 && page[0].seq <= items[items.length - 1].seq + 1;
}
