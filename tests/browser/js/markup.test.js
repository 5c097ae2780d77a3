import { isEmojiOnly, parse, safeLink } from "/static/js/lib/markup.js";
import { customerName, initials, phone, tint } from "/static/js/lib/names.js";
import { customer } from "./fakes.js";
import { equal, ok, test } from "./harness.js";

test("plain text stays one piece of text", () => {
  equal(parse("hello, 2 * 3 * 4 = 24 and snake_case_name"), ["hello, 2 * 3 * 4 = 24 and snake_case_name"]);
});

test("HTML is text", () => {
  equal(parse("<img src=x onerror=alert(1)>"), ["<img src=x onerror=alert(1)>"]);
});

test("WhatsApp's marks become nodes", () => {
  equal(parse("the *menu* and _this_ or ~that~"), [
    "the ",
    { mark: "strong", nodes: ["menu"] },
    " and ",
    { mark: "em", nodes: ["this"] },
    " or ",
    { mark: "s", nodes: ["that"] },
  ]);
  equal(parse("*_both_*"), [{ mark: "strong", nodes: [{ mark: "em", nodes: ["both"] }] }]);
  equal(parse("```a *b*```"), [{ mark: "pre", nodes: ["a *b*"] }]);
});

test("a link is a link, without the full stop after it", () => {
  equal(parse("see https://a.example/b?c=1."), ["see ", { link: "https://a.example/b?c=1", text: "https://a.example/b?c=1" }, "."]);
  equal(parse("(https://a.example/x_(y))")[1].text, "https://a.example/x_(y)");
});

test("marks inside of a link are part of the link", () => {
  equal(parse("https://a.example/*b*/_c_")[0].text, "https://a.example/*b*/_c_");
});

test("only http and https can be followed", () => {
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "http://", "blob:x"]) {
    equal(safeLink(bad), null, bad);
  }
  equal(parse("javascript:alert(1) data:text/html;base64,AAAA"), ["javascript:alert(1) data:text/html;base64,AAAA"]);
});

test("hostile text is parsed quickly", () => {
  const hostile = ["*_~".repeat(5000), "*a ".repeat(6000), `https://${"a".repeat(15_000)}`, "(".repeat(19_000), "`".repeat(19_000)];
  const begin = performance.now();
  for (const text of hostile) parse(text);
  ok(performance.now() - begin < 500, `${performance.now() - begin} ms`);
});

test("a few emoji alone are told from text", () => {
  ok(isEmojiOnly("😍") && isEmojiOnly("👨‍👩‍👧 🇮🇩"));
  ok(!isEmojiOnly("ok 😍") && !isEmojiOnly("12") && !isEmojiOnly(" "));
});

test("initials come from any script, and from nothing where there are none", () => {
  equal(["Sari Dewi", "łukasz", "محمد الخالدي", "山田 太郎", "🌸 Bunga 🌸", "+62 812", "🌸"].map(initials), ["SD", "Ł", "ما", "山太", "B", "", ""]);
});

test("a telephone number is grouped after its country", () => {
  equal(["6281234567890", "14155552671", "4915112345678", "35312345678", "12"].map(phone), [
    "+62 812 3456 7890",
    "+1 415 555 2671",
    "+49 151 1234 5678",
    "+353 123 456 78",
    "12",
  ]);
});

test("a customer without a name is called by number, group or not at all", () => {
  equal(customerName(customer(1)), "Customer 1");
  equal(customerName(customer(1, { name: null, phone: "6281234567890" })), "+62 812 3456 7890");
  equal(customerName(customer(1, { name: null, channel_user_id: "120363@g.us" })), "Group");
  equal(customerName(customer(1, { name: null, channel_user_id: "9988@lid" })), "Unknown customer");
});

test("a tint stays with its owner", () => {
  equal(tint("abc"), tint("abc"));
  ok(new Set(Array.from({ length: 60 }, (_, n) => tint(`customer ${n}`))).size === 6);
});
