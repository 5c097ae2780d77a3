import { clock, dayLabel, dayNumber, fullTime, listTime, span } from "/static/js/lib/time.js";
import { equal, test } from "./harness.js";

// The page runs in Asia/Jakarta, seven hours ahead of UTC.
const NOW = Date.parse("2026-08-05T03:00:00Z");

test("a time is shown in the viewer's zone", () => {
  equal(clock("2026-08-04T23:30:00Z"), "06:30");
  equal(fullTime("2026-08-04T23:30:09Z"), "Aug 5, 2026, 06:30:09");
});

test("a day changes at the viewer's midnight, not at UTC's", () => {
  equal(dayNumber("2026-08-04T16:59:59Z") + 1, dayNumber("2026-08-04T17:00:00Z"));
  equal(dayNumber("2026-08-04T17:00:00Z"), dayNumber("2026-08-05T16:59:59Z"));
});

test("days have names as long as the name is clear", () => {
  equal(dayLabel("2026-08-04T17:00:00Z", NOW), "Today");
  equal(dayLabel("2026-08-04T16:59:00Z", NOW), "Yesterday");
  equal(dayLabel("2026-07-31T05:00:00Z", NOW), "Friday");
  equal(dayLabel("2026-07-20T05:00:00Z", NOW), "Jul 20");
  equal(dayLabel("2025-07-20T05:00:00Z", NOW), "Jul 20, 2025");
});

test("a day in the future is shown by its date", () => {
  equal(dayLabel("2026-08-09T05:00:00Z", NOW), "Aug 9");
});

test("the list shows the hour today, the weekday this week, then the date", () => {
  equal(listTime("2026-08-05T02:05:00Z", NOW), "09:05");
  equal(listTime("2026-08-03T02:05:00Z", NOW), "Mon");
  equal(listTime("2026-06-03T02:05:00Z", NOW), "Jun 3");
  equal(listTime(null, NOW), "");
});

test("a span is as exact as it is short", () => {
  const spans = [0, 42.4, 999, 1400, 12_400, 60_000, 3 * 60_000, 3_600_000, 3_900_000, 4 * 86_400_000];
  equal(spans.map(span), ["0 ms", "42 ms", "999 ms", "1.4 s", "12 s", "1 min", "3 min", "1 h", "1 h 5 min", "4 d"]);
  equal(span(-5), "0 ms", "a clock that is ahead");
});
