import { Outbox } from "/static/js/net/outbox.js";
import { ApiError } from "/static/js/net/api.js";
import { newId } from "/static/js/lib/ids.js";
import { Clock, memory, settled } from "./fakes.js";
import { equal, ok, test } from "./harness.js";

function opened({ storage = memory(), answers = [] } = {}) {
  const clock = new Clock();
  const posted = [];
  const shown = [];
  const outbox = new Outbox({
    storage,
    clock,
    owner: "u1",
    random: () => 0,
    on_message: (message) => shown.push(message.id),
    post: async (entry) => {
      posted.push(entry.text);
      const answer = answers.shift() ?? "ok";
      if (answer !== "ok") throw answer;
      return { id: `of ${entry.text}` };
    },
  });
  return { outbox, clock, posted, shown, storage, states: () => outbox.entries.value.map((entry) => entry.state) };
}

const unreachable = () => new ApiError({ status: 0, code: "unreachable" });
const refused = () => new ApiError({ status: 422, code: "invalid", detail: "Too long" });

test("a message is kept before it is sent, and forgotten once the server has it", async () => {
  const { outbox, storage, shown } = opened();
  outbox.add({ session_id: "s1", text: "one" });
  equal(Object.keys(storage.kept).length, 1);
  await settled();
  equal(shown, ["of one"]);
  equal([outbox.entries.value, Object.keys(storage.kept)], [[], []]);
});

test("what could not be sent is tried again, in order, and nothing overtakes", async () => {
  const { outbox, clock, posted, states } = opened({ answers: [unreachable(), "ok", "ok"] });
  outbox.add({ session_id: "s1", text: "one" });
  await settled();
  outbox.add({ session_id: "s1", text: "two" });
  await settled();
  equal([posted, states()], [["one"], ["waiting", "waiting"]]);
  await clock.pass(500);
  equal([posted, states()], [["one", "one", "two"], []]);
});

test("another conversation does not wait for the one in trouble", async () => {
  const { outbox, posted } = opened({ answers: [unreachable(), "ok"] });
  outbox.add({ session_id: "s1", text: "one" });
  await settled();
  outbox.add({ session_id: "s2", text: "two" });
  await settled();
  equal(posted, ["one", "two"]);
  equal(outbox.entries.value.map((entry) => entry.text), ["one"]);
});

test("what the server refuses fails by itself, with its sentence, and the next one goes", async () => {
  const { outbox, states, posted } = opened({ answers: [refused(), "ok"] });
  outbox.add({ session_id: "s1", text: "bad" });
  outbox.add({ session_id: "s1", text: "good" });
  await settled();
  equal([posted, states()], [["bad", "good"], ["failed"]]);
  equal(outbox.entries.value[0].error.message, "Too long");
});

test("a retry keeps the id, so that it cannot arrive twice", async () => {
  const { outbox, posted } = opened({ answers: [refused(), "ok"] });
  outbox.add({ session_id: "s1", text: "again" });
  await settled();
  const { client_message_id } = outbox.entries.value[0];
  outbox.retry(client_message_id);
  equal(outbox.entries.value[0].client_message_id, client_message_id);
  await settled();
  equal([posted, outbox.entries.value], [["again", "again"], []]);
});

test("a discarded message is forgotten everywhere", async () => {
  const { outbox, storage } = opened({ answers: [refused()] });
  outbox.add({ session_id: "s1", text: "no" });
  await settled();
  outbox.drop(outbox.entries.value[0].client_message_id);
  equal([outbox.entries.value, Object.keys(storage.kept)], [[], []]);
});

test("a page that is opened again sends what an earlier one left", async () => {
  const storage = memory();
  const first = opened({ storage, answers: [unreachable()] });
  first.outbox.add({ session_id: "s1", text: "left" });
  await settled();
  const second = opened({ storage });
  equal(second.states(), ["waiting"]);
  equal(second.outbox.entries.value, first.outbox.entries.value);
  second.outbox.flush();
  await settled();
  equal([second.posted, Object.keys(storage.kept)], [["left"], []]);
});

test("what was being sent when the page went away is sent again under its id", async () => {
  const storage = memory();
  const never = new Outbox({ storage, owner: "u1", on_message: () => {}, clock: new Clock(), post: () => new Promise(() => {}) });
  never.add({ session_id: "s1", text: "cut off" });
  equal(never.entries.value[0].state, "sending");
  const again = opened({ storage });
  equal(again.outbox.entries.value[0].client_message_id, never.entries.value[0].client_message_id);
  equal(again.states(), ["waiting"]);
});

test("the outboxes of two people do not mix", () => {
  const storage = memory();
  opened({ storage }).outbox.add({ session_id: "s1", text: "mine" });
  const other = new Outbox({ storage, owner: "u2", on_message: () => {}, post: async () => {} });
  equal(other.entries.value, []);
});

test("a message that the log shows first is not waited for", async () => {
  const { outbox, clock, posted } = opened({ answers: [unreachable()] });
  outbox.add({ session_id: "s1", text: "arrived" });
  await settled();
  outbox.confirm([outbox.entries.value[0].client_message_id]);
  await clock.pass(60_000);
  equal([posted, outbox.entries.value], [["arrived"], []]);
});

test("coming back to life sends at once, without waiting for the timer", async () => {
  const { outbox, clock, posted } = opened({ answers: [unreachable()] });
  outbox.add({ session_id: "s1", text: "one" });
  await settled();
  outbox.flush();
  await settled();
  equal(posted, ["one", "one"]);
  await clock.pass(60_000);
  equal(posted, ["one", "one"], "and the timer does not send it once more");
});

test("a server that says when to come back is obeyed", async () => {
  const busy = new ApiError({ status: 503, code: "busy", retry_after_ms: 9_000 });
  const { outbox, clock, posted } = opened({ answers: [busy] });
  outbox.add({ session_id: "s1", text: "one" });
  await settled();
  await clock.pass(8_999);
  equal(posted, ["one"]);
  await clock.pass(1);
  equal(posted, ["one", "one"]);
});

test("a full storage does not keep a message from being sent", async () => {
  const storage = { ...memory(), write: () => false };
  const { outbox, posted } = opened({ storage });
  outbox.add({ session_id: "s1", text: "one" });
  await settled();
  equal(posted, ["one"]);
});

test("ids are UUIDs of version 4, and never the same", () => {
  const ids = Array.from({ length: 200 }, newId);
  ok(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u.test(id)));
  equal(new Set(ids).size, 200);
});
