import { EVENTS } from "/static/js/events.js";
import { arrange, isIn } from "/static/js/store/views.js";
import { countMoves } from "/static/js/store/order.js";
import { Store } from "/static/js/store/store.js";
import { putPage, putTimeline, emptyTimeline } from "/static/js/store/model.js";
import { customer, event, message, session, snapshot } from "./fakes.js";
import { equal, ok, test } from "./harness.js";

function loaded(sessions = [session(1)], more = {}) {
  const frames = [];
  const store = new Store({ next_frame: (then) => frames.push(then) });
  store.load(snapshot(sessions, more));
  store.paint = () => frames.splice(0).forEach((then) => then());
  return store;
}

function withTimeline(store, items = [], next = null) {
  store.change((model, changes) => putPage(model, "s1", { items, next }, changes));
  return store;
}

const seqs = (store) => store.model.timelines.get("s1").items.map((each) => each.seq);

test("a snapshot gives position, sessions, agents and channels", () => {
  const store = loaded([session(1), session(2)], { s: 7, id: "e7", agents: [{ id: "a1", name: "Ana", rev: 1 }] });
  equal(store.position(), { s: 7, id: "e7" });
  equal(store.ids.value, ["s2", "s1"]);
  equal(store.roster.value.agents.get("a1").name, "Ana");
});

test("an event is applied when it is the next one", () => {
  const store = loaded();
  equal(store.take(event(1, "session.updated", { session: session(1, { rev: 2, unread_count: 3 }), changed: [] })), "applied");
  equal(store.row("s1").value.unread_count, 3);
  equal(store.position(), { s: 1, id: "e1" });
});

test("an event that was seen already changes nothing", () => {
  const store = loaded();
  const frame = event(1, "session.updated", { session: session(1, { rev: 2, unread_count: 3 }), changed: [] });
  store.take(frame);
  equal(store.take({ ...frame, d: { session: session(1, { rev: 9, unread_count: 9 }) } }), "old");
  equal(store.row("s1").value.unread_count, 3);
});

test("an event beyond the next one is a gap, and is not applied", () => {
  const store = loaded();
  equal(store.take(event(2, "session.updated", { session: session(1, { rev: 2, unread_count: 3 }), changed: [] })), "gap");
  equal(store.row("s1").value.unread_count, 0);
  equal(store.position().s, 0);
});

test("sync moves the position over what is not for us, never backwards", () => {
  const store = loaded();
  equal(store.take({ t: "sync", s: 5, id: "e5" }), "applied");
  equal(store.take({ t: "sync", s: 4, id: "e4" }), "old");
  equal(store.position(), { s: 5, id: "e5" });
});

test("an unknown event type is passed over and told once", () => {
  const store = loaded();
  const told = [];
  store.on_unknown = (model, d, changes, frame) => told.push(frame.t);
  equal(store.take(event(1, "teapot.boiled", {})), "applied");
  equal(store.take(event(2, "constructor", {})), "applied", "a name that every object has");
  equal(told, ["teapot.boiled", "constructor"]);
  equal(store.position().s, 2);
});

test("an event that cannot be applied leaves the position where it was", () => {
  const store = loaded();
  let broken = null;
  store.on_broken = (error) => (broken = error);
  equal(store.take(event(1, "session.updated", {})), "broken");
  ok(broken instanceof Error);
  equal(store.position().s, 0);
});

test("a state with a lower rev never replaces a higher one", () => {
  const store = loaded([session(1, { rev: 5, unread_count: 5 })]);
  store.take(event(1, "session.updated", { session: session(1, { rev: 4, unread_count: 4 }), changed: [] }));
  equal(store.row("s1").value.unread_count, 5);
});

test("a customer's new name reaches every session, and an old one in a session does not come back", () => {
  const store = loaded([session(1), session(2, { customer: customer(1) })]);
  store.take(event(1, "customer.updated", { customer: customer(1, { name: "Sari", rev: 3 }) }));
  equal([store.row("s1").value.customer.name, store.row("s2").value.customer.name], ["Sari", "Sari"]);
  store.take(event(2, "session.updated", { session: session(1, { rev: 2, customer: customer(1, { rev: 2 }) }), changed: [] }));
  equal(store.row("s1").value.customer.name, "Sari");
});

test("a message is put where its seq belongs, and once", () => {
  const store = withTimeline(loaded(), [message(1), message(4)]);
  store.take(event(1, "message.created", { message: message(3) }));
  store.take(event(2, "message.created", { message: message(5) }));
  store.take(event(3, "message.created", { message: message(3) }));
  equal(seqs(store), [1, 3, 4, 5]);
});

test("a message of a conversation that is not held is not held", () => {
  const store = loaded();
  store.take(event(1, "message.created", { message: message(1) }));
  equal(store.model.timelines.size, 0);
});

test("a change of a message older than what is held waits for its page", () => {
  const store = withTimeline(loaded(), [message(51)], 51);
  store.take(event(1, "message.updated", { message: message(30, { text: "edited", rev: 2 }), changed: [] }));
  equal(seqs(store), [51]);
  store.change((model, changes) => putTimeline(model, { ...model.timelines.get("s1"), is_loading: true }, changes));
  store.take(event(2, "message.updated", { message: message(31, { text: "edited", rev: 2 }), changed: [] }));
  store.change((model, changes) => putPage(model, "s1", { items: [message(30), message(31)], next: 30 }, changes, { is_older: true }));
  equal(store.model.timelines.get("s1").items.map((each) => each.text), ["text 30", "edited", "text 51"]);
  equal(store.model.timelines.get("s1").next, 30);
});

test("what came over the log while the first page was under way is not lost", () => {
  const store = loaded();
  store.change((model, changes) => putTimeline(model, { ...emptyTimeline("s1"), is_loading: true }, changes));
  store.take(event(1, "message.created", { message: message(3) }));
  store.take(event(2, "message.updated", { message: message(2, { text: "read", rev: 2 }), changed: [] }));
  store.change((model, changes) => putPage(model, "s1", { items: [message(1), message(2)], next: null }, changes));
  equal(store.model.timelines.get("s1").items.map((each) => each.text), ["text 1", "read", "text 3"]);
});

test("after a new snapshot, a page that does not reach what is held replaces it", () => {
  const store = withTimeline(loaded(), [message(1), message(2)]);
  store.load(snapshot([session(1)]));
  ok(store.model.timelines.get("s1").is_stale);
  store.change((model, changes) => putPage(model, "s1", { items: [message(90), message(91)], next: 90 }, changes));
  equal(seqs(store), [90, 91]);
  equal(store.model.timelines.get("s1").next, 90);
});

test("after a new snapshot, a page that reaches what is held is joined to it", () => {
  const store = withTimeline(loaded(), [message(1), message(2)]);
  store.load(snapshot([session(1)]));
  store.change((model, changes) => putPage(model, "s1", { items: [message(2), message(3)], next: 2 }, changes));
  equal(seqs(store), [1, 2, 3]);
  equal(store.model.timelines.get("s1").next, null);
});

test("a snapshot takes away the sessions that are no longer open", () => {
  const store = loaded([session(1), session(2)]);
  const row = store.row("s1");
  store.load(snapshot([session(2)]));
  equal(row.value, null);
  equal(store.ids.value, ["s2"]);
});

test("a message that the log shows is told to the outbox", () => {
  const store = loaded();
  const told = [];
  store.on_confirmed = (ids) => told.push(...ids);
  store.take(event(1, "message.created", { message: message(1, { client_message_id: "x1" }) }));
  equal(told, ["x1"]);
});

test("the newest conversation is on top, after one calculation however many events came", () => {
  const store = loaded([session(1), session(2), session(3)]);
  const later = (n) => new Date(1_800_000_000_000 + n).toISOString();
  store.take(event(1, "session.updated", { session: session(1, { rev: 2, last_message_at: later(1) }), changed: [] }));
  store.take(event(2, "session.updated", { session: session(2, { rev: 2, last_message_at: later(2) }), changed: [] }));
  equal(store.ids.value, ["s3", "s2", "s1"], "not before the next frame");
  store.paint();
  equal(store.ids.value, ["s2", "s1", "s3"]);
});

test("while one points at the list nothing moves, and the moves are counted", () => {
  const store = loaded([session(1), session(2), session(3)]);
  store.hold(true);
  store.take(event(1, "session.updated", { session: session(1, { rev: 2, last_message_at: "2030-01-01T00:00:00Z", unread_count: 1 }), changed: [] }));
  store.take(event(2, "session.created", { session: session(4, { last_message_at: "2030-01-01T00:00:01Z" }) }));
  store.paint();
  equal(store.ids.value, ["s3", "s2", "s1"]);
  equal(store.moves.value, 2);
  equal(store.row("s1").value.unread_count, 1, "what a row says is not held");
  store.hold(false);
  equal(store.ids.value, ["s4", "s1", "s3", "s2"]);
  equal(store.moves.value, 0);
});

test("an empty list is never held", () => {
  const store = loaded([]);
  store.hold(true);
  store.take(event(1, "session.created", { session: session(1) }));
  store.paint();
  equal(store.ids.value, ["s1"]);
});

test("moves are counted by rows, not by the places between", () => {
  equal(countMoves(["a", "b", "c", "d"], ["d", "a", "b", "c"]), 1);
  equal(countMoves(["a", "b", "c"], ["a", "b", "c"]), 0);
  equal(countMoves(["a", "b", "c"], ["x", "a", "c"]), 2);
});

test("each view shows its own", () => {
  const me = { agent_id: "a1" };
  const views = (state) => ["open", "unassigned", "mine", "resolved"].filter((view) => isIn(view, session(1, state), me));
  equal(views({}), ["open", "unassigned"]);
  equal(views({ agent_id: "a1", status: "active" }), ["open", "mine"]);
  equal(views({ agent_id: "a2", status: "active" }), ["open"]);
  equal(views({ agent_id: "a1", status: "resolved" }), ["resolved"]);
  equal(["unassigned", "mine"].filter((view) => isIn(view, session(1), { agent_id: null })), ["unassigned"], "someone who is no agent");
});

test("a search finds names, numbers and last messages, and all words must be found", () => {
  const sessions = new Map([session(1, { last_message_preview: "Where is my ORDER" }), session(2, { tags: ["refund"] })].map((each) => [each.id, { ...each, order_ms: 0 }]));
  const find = (query) => arrange(sessions, { view: "open", query, me: null }).ids;
  equal(find("order where"), ["s1"]);
  equal(find("order elsewhere"), []);
  equal(find("62812"), ["s2"]);
  equal(find("REFUND"), ["s2"]);
});

test("unread conversations are counted by view", () => {
  const { counts } = arrange(new Map([session(1, { unread_count: 4 }), session(2, { agent_id: "a1" })].map((each) => [each.id, each])), { view: "open", me: { agent_id: "a1" } });
  equal(counts.open, { total: 2, unread: 1 });
  equal(counts.mine, { total: 1, unread: 0 });
});

test("ten thousand sessions are arranged well within a frame", () => {
  const sessions = new Map(Array.from({ length: 10_000 }, (_, n) => [`s${n}`, { ...session(n), order_ms: (n * 7919) % 10_007 }]));
  arrange(sessions, { view: "open", me: null });
  const begin = performance.now();
  for (let round = 0; round < 5; round += 1) arrange(sessions, { view: "open", me: null });
  ok((performance.now() - begin) / 5 < 40, `${(performance.now() - begin) / 5} ms on a machine that tests share`);
});

test("every event type is handled by a function of its own", () => {
  for (const apply of Object.values(EVENTS)) equal(typeof apply, "function");
});
