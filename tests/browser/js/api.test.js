import { backoff } from "/static/js/net/backoff.js";
import { judge } from "/static/js/net/closes.js";
import { createApi } from "/static/js/net/api.js";
import { equal, ok, test } from "./harness.js";

function answering(status, body, headers = {}) {
  const asked = [];
  const fetch = async (path, options) => {
    asked.push({ path, ...options });
    return new Response(body === null ? null : JSON.stringify(body), { status, headers: { "content-type": "application/problem+json", ...headers } });
  };
  return { asked, fetch };
}

async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

test("the CSRF token of an answer goes with every later write, and with no read", async () => {
  const { asked, fetch } = answering(200, { csrf_token: "t1" });
  const api = createApi({ fetch });
  await api.get("/session");
  await api.post("/things", { a: 1 });
  await api.get("/things");
  equal(asked.map((call) => call.headers["x-csrf-token"] ?? null), [null, "t1", null]);
  equal(asked[1].body, '{"a":1}');
});

test("a problem is told by its code, its sentence and its request", async () => {
  const { fetch } = answering(409, { code: "session_ended", title: "Conflict", detail: "It is resolved", request_id: "r1" });
  const error = await failure(createApi({ fetch }).post("/x"));
  equal([error.status, error.code, error.message, error.request_id, error.is_passing], [409, "session_ended", "It is resolved", "r1", false]);
});

test("a busy server is passing trouble, and its Retry-After is kept", async () => {
  const { fetch } = answering(503, { code: "busy" }, { "retry-after": "7" });
  const error = await failure(createApi({ fetch }).get("/x"));
  equal([error.is_passing, error.retry_after_ms], [true, 7000]);
});

test("no answer at all is passing trouble with status 0", async () => {
  const api = createApi({ fetch: () => Promise.reject(new TypeError("Failed to fetch")) });
  const error = await failure(api.get("/x"));
  equal([error.status, error.is_passing], [0, true]);
});

test("an error page that is no JSON is still an error with a status", async () => {
  const api = createApi({ fetch: async () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "content-type": "text/html" } }) });
  equal((await failure(api.get("/x"))).status, 502);
});

test("being signed out is told at once", async () => {
  const { fetch } = answering(401, { code: "not_signed_in" });
  let told = 0;
  await failure(createApi({ fetch, on_signed_out: () => (told += 1) }).get("/x"));
  equal(told, 1);
});

test("an answer without a body is no answer to decode", async () => {
  equal(await createApi({ fetch: async () => new Response(null, { status: 204 }) }).delete("/x"), null);
});

test("the wait before a new try grows, is never under half a second nor over thirty, and is not the same for all", () => {
  equal([0, 1, 2, 9].map((attempt) => backoff(attempt, { random: () => 0.999999 })), [1000, 2000, 4000, 30_000]);
  equal(backoff(9, { random: () => 0 }), 500);
  ok(new Set(Array.from({ length: 50 }, () => backoff(3))).size > 25);
});

test("a close code says whether to come back", () => {
  ok([1006, 1001, 1012, 4000, 4001, 4004, 4005, 4006, 0].every((code) => judge({ code }).retry));
  ok([4500, 4503, 4505, 4506, 4999].every((code) => !judge({ code }).retry && judge({ code }).sentence));
  ok([4501, 4502].every((code) => judge({ code }).signed_out));
});

test("a server that goes away says when to come back, within reason", () => {
  equal(judge({ code: 4001, reason: '{"retry_ms": 1234}' }).least_ms, 1234);
  equal(judge({ code: 4001, reason: '{"retry_ms": 99999999}' }).least_ms, 60_000);
  equal(judge({ code: 4001, reason: "bye" }).least_ms, 0);
  equal(judge({ code: 4001, reason: "null" }).least_ms, 0);
});
