import { Live } from "/static/js/net/live.js";
import { ApiError } from "/static/js/net/api.js";
import { Store } from "/static/js/store/store.js";
import { Clock, Wire, event, session, settled, snapshot } from "./fakes.js";
import { equal, ok, test } from "./harness.js";

function dialled({ snapshots = [snapshot([session(1)])], tickets = [] } = {}) {
  const clock = new Clock();
  const wires = [];
  const states = [];
  const store = new Store({ next_frame: () => {} });
  const counts = { snapshots: 0, tickets: 0, signed_out: 0 };
  const next = async (list, name) => {
    const answer = list[Math.min(counts[name], list.length - 1)];
    counts[name] += 1;
    if (answer instanceof Error) throw answer;
    return answer ?? `ticket ${counts[name]}`;
  };
  const live = new Live({
    store,
    clock,
    random: () => 0,
    open_transport: () => (wires.push(new Wire()), wires.at(-1)),
    fetch_snapshot: () => next(snapshots, "snapshots"),
    fetch_ticket: () => next(tickets, "tickets"),
    on_state: (state) => states.push(state),
    on_signed_out: () => (counts.signed_out += 1),
  });
  const phase = () => states.at(-1)?.phase;
  return { live, clock, wires, store, counts, states, phase };
}

const updated = (s, unread_count) => event(s, "session.updated", { session: session(1, { rev: s + 1, unread_count }), changed: [] });
const ready = (s = 0, more = {}) => ({ t: "ready", user: "u1", org: "o1", s, id: s ? `e${s}` : null, recovered: true, rt: "again", ...more });

async function connected(options) {
  const line = dialled(options);
  line.live.start();
  await settled();
  line.wires[0].open();
  line.wires[0].say({ t: "hello", conn: "c", hb: 25 });
  line.wires[0].say(ready());
  return line;
}

test("the line begins with a snapshot, a ticket and an auth that names the position", async () => {
  const { live, wires, phase, counts } = dialled({ snapshots: [snapshot([session(1)], { s: 4, id: "e4" })] });
  live.start();
  await settled();
  wires[0].open();
  equal(wires[0].sent, [{ t: "auth", ticket: "ticket 1", since: { s: 4, id: "e4" } }]);
  wires[0].say({ t: "hello", conn: "c", hb: 25 }, ready(4));
  equal([phase(), counts.snapshots], ["live", 1]);
});

test("while something is missing the line is catching up, and live when all that was promised is here", async () => {
  const line = dialled();
  line.live.start();
  await settled();
  line.wires[0].open();
  line.wires[0].say(ready(2));
  equal(line.phase(), "catching_up");
  line.wires[0].say(updated(1, 1));
  equal(line.phase(), "catching_up");
  line.wires[0].say(updated(2, 2));
  equal([line.phase(), line.store.row("s1").value.unread_count], ["live", 2]);
});

test("many frames in one message are all taken, in order", async () => {
  const { wires, store } = await connected();
  wires[0].say(updated(1, 1), { t: "sync", s: 5, id: "e5" }, updated(6, 6));
  equal([store.position().s, store.row("s1").value.unread_count], [6, 6]);
});

test("an ephemeral frame is heard and moves nothing", async () => {
  const { wires, store } = await connected();
  const heard = [];
  store.on_heard = (frame) => heard.push(frame.t);
  wires[0].say({ t: "typing", d: { session_id: "s1", on: true } });
  equal([heard, store.position().s], [["typing"], 0]);
});

test("heartbeats are answered, and the ticket that comes with them is the one for coming back", async () => {
  const { wires, clock, counts } = await connected();
  wires[0].say({ t: "hb", s: 0, id: null, rt: "newer" });
  equal(wires[0].sent.at(-1), { t: "hb" });
  wires[0].drop();
  await clock.pass(500);
  wires[1].open();
  equal([wires[1].sent[0].ticket, counts.tickets, counts.snapshots], ["newer", 1, 1]);
});

test("a line that broke resumes where it was, without a snapshot", async () => {
  const { wires, clock, phase, store, counts } = await connected();
  wires[0].say(updated(1, 1));
  wires[0].drop();
  equal(phase(), "offline");
  await clock.pass(500);
  wires[1].open();
  equal(wires[1].sent[0].since, { s: 1, id: "e1" });
  wires[1].say(ready(2), updated(2, 7));
  equal([phase(), store.row("s1").value.unread_count, counts.snapshots], ["live", 7, 1]);
});

test("a gap is not painted over: the line is dialled again from the last event that was applied", async () => {
  const { wires, clock, store } = await connected();
  wires[0].say(updated(1, 1), updated(3, 3), updated(4, 4));
  equal([wires[0].closed.reason, store.position().s, store.row("s1").value.unread_count], ["gap", 1, 1]);
  await clock.pass(500);
  wires[1].open();
  equal(wires[1].sent[0].since, { s: 1, id: "e1" });
});

test("after a reset a new snapshot is taken and resumed from, and nothing between is applied", async () => {
  const second = snapshot([session(1, { rev: 9, unread_count: 9 })], { s: 9, id: "e9" });
  const { wires, phase, store } = await connected({ snapshots: [snapshot([session(1)]), second] });
  wires[0].say({ t: "reset", why: "overflow" }, updated(1, 1));
  equal([phase(), store.position().s], ["catching_up", 0]);
  await settled();
  equal(wires[0].sent.at(-1), { t: "resume", since: { s: 9, id: "e9" } });
  wires[0].say(updated(10, 10), { t: "sync", s: 10, id: "e10" });
  equal([phase(), store.row("s1").value.unread_count], ["live", 10]);
});

test("a reset whose snapshot has nothing after it is live with the sync", async () => {
  const second = snapshot([session(1)], { s: 9, id: "e9" });
  const { wires, phase } = await connected({ snapshots: [snapshot(), second] });
  wires[0].say({ t: "reset", why: "access" });
  await settled();
  wires[0].say({ t: "sync", s: 9, id: "e9" });
  equal(phase(), "live");
});

test("a reset whose snapshot cannot be had starts over", async () => {
  const broken = new ApiError({ status: 503, code: "busy" });
  const { wires, clock, phase, store, counts } = await connected({ snapshots: [snapshot(), broken, snapshot([session(2)])] });
  wires[0].say({ t: "reset", why: "too_old" });
  await settled();
  equal([phase(), store.position()], ["offline", null]);
  await clock.pass(500);
  equal([counts.snapshots, store.ids.value, wires.length], [3, ["s2"], 2]);
});

test("an event that cannot be applied costs a new snapshot, not the truth", async () => {
  const { wires, clock, counts, store } = await connected();
  store.on_broken = () => {};
  wires[0].say(event(1, "session.updated", {}));
  equal(store.position(), null);
  await clock.pass(500);
  equal([counts.snapshots, wires.length], [2, 2]);
});

test("a heartbeat beyond our position is a lost tail, unless the rest comes soon", async () => {
  const { wires, clock } = await connected();
  wires[0].say({ t: "hb", s: 1, id: "e1", rt: "r" });
  wires[0].say(updated(1, 1));
  await clock.pass(6_000);
  equal(wires[0].closed, null);
  wires[0].say({ t: "hb", s: 2, id: "e2", rt: "r" });
  await clock.pass(5_000);
  equal(wires[0].closed.reason, "lost tail");
});

test("a heartbeat with another id at our position is another past: everything is taken anew", async () => {
  const { wires, clock, counts, store } = await connected();
  wires[0].say(updated(1, 1), { t: "hb", s: 1, id: "other", rt: "r" });
  equal(store.position(), null);
  await clock.pass(500);
  equal(counts.snapshots, 2);
});

test("a line that says nothing is given up", async () => {
  const { wires, clock, phase } = await connected();
  await clock.pass(39_000);
  equal(wires[0].closed, null);
  await clock.pass(2_000);
  equal([wires[0].closed.reason, wires.length], ["silence", 2]);
  equal(phase(), "offline");
});

test("a server that never says hello is given up sooner", async () => {
  const { live, wires, clock } = dialled();
  live.start();
  await settled();
  wires[0].open();
  await clock.pass(10_000);
  equal(wires[0].closed.reason, "silence");
});

test("waits grow while the server is away, and begin anew when it is back", async () => {
  const away = new ApiError({ status: 0, code: "unreachable" });
  const { live, clock, states, counts } = dialled({ tickets: [away, away, away, "t"] });
  live.start();
  await settled();
  const waits = () => states.filter((state) => state.phase === "offline").map((state) => state.retry_at);
  for (let i = 0; i < 2; i += 1) await clock.pass(clock.next_ms);
  equal(waits().length, 3);
  equal(counts.snapshots, 1, "the snapshot that was had is kept");
});

test("a draining server is obeyed about when to come back", async () => {
  const { wires, clock } = await connected();
  wires[0].drop(4001, '{"retry_ms": 3000}');
  await clock.pass(2_999);
  equal(wires.length, 1);
  await clock.pass(1);
  equal(wires.length, 2);
});

test("a bad ticket is thrown away and another one fetched", async () => {
  const { wires, clock, counts } = await connected();
  wires[0].drop(4005);
  await clock.pass(500);
  wires[1].open();
  equal([wires[1].sent[0].ticket, counts.tickets], ["ticket 2", 2]);
});

test("a revoked sign-in ends it", async () => {
  const { wires, clock, counts } = await connected();
  wires[0].drop(4502);
  await clock.pass(60_000);
  equal([counts.signed_out, wires.length], [1, 1]);
});

test("a server that does not want us is left alone, until somebody asks", async () => {
  const { live, wires, clock, states } = await connected();
  wires[0].drop(4505);
  await clock.pass(600_000);
  equal([states.at(-1).phase, wires.length], ["refused", 1]);
  ok(states.at(-1).sentence.includes("Too many"));
  live.redial();
  await settled();
  equal(wires.length, 2);
});

test("when the network is back the line is dialled at once", async () => {
  const { live, wires, phase } = await connected();
  live.doubt();
  equal(phase(), "offline");
  live.redial();
  await settled();
  equal([wires[0].closed.reason, wires.length], ["redial", 2]);
});

test("nothing of an old socket is taken once there is a new one", async () => {
  const { live, wires, store } = await connected();
  live.redial();
  await settled();
  wires[0].say(updated(1, 99));
  equal([store.position().s, store.row("s1").value.unread_count], [0, 0]);
});

test("a second start does not dial twice", async () => {
  const { live, wires } = dialled();
  live.start();
  live.start();
  await settled();
  live.start();
  await settled();
  equal(wires.length, 1);
});

test("after the end nothing comes back", async () => {
  const { live, wires, clock } = await connected();
  live.stop();
  await clock.pass(600_000);
  equal(wires.length, 1);
});

test("ephemeral frames go out only while the line is live", async () => {
  const { live, wires } = await connected();
  ok(live.tell({ t: "focus", session: "s1" }));
  wires[0].drop();
  ok(!live.tell({ t: "focus", session: null }));
});

test("the server's clock is compared with ours when the line is opened", async () => {
  const { live, wires, clock, states } = dialled();
  live.start();
  await settled();
  wires[0].open();
  await clock.pass(100);
  wires[0].say(ready(0, { at: new Date(clock.now() + 5_000).toISOString() }));
  equal([states.at(-1).round_trip_ms, states.at(-1).skew_ms], [100, 5_050]);
});
