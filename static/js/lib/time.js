// Times as people read them, in the viewer's zone. No DOM.

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const CLOCK_S = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long" });
const WEEKDAY_SHORT = new Intl.DateTimeFormat("en", { weekday: "short" });
const DAY_MONTH = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const DAY_MONTH_YEAR = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", year: "numeric" });
const DAY_MS = 86_400_000;

/** `14:02`. */
export function clock(iso) {
  return CLOCK.format(new Date(iso));
}

/** `4 Aug 2026, 14:02:09`. */
export function fullTime(iso) {
  const date = new Date(iso);
  return `${DAY_MONTH_YEAR.format(date)}, ${CLOCK_S.format(date)}`;
}

/** A number that is equal for two times on the same local day. */
export function dayNumber(iso) {
  const date = new Date(iso);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS);
}

/** `Today`, `Yesterday`, `Monday`, `4 Aug`, `4 Aug 2025`. */
export function dayLabel(iso, now = Date.now()) {
  const away = dayNumber(now) - dayNumber(iso);
  if (away === 0) return "Today";
  if (away === 1) return "Yesterday";
  const date = new Date(iso);
  if (away > 1 && away < 7) return WEEKDAY.format(date);
  return sameYear(date, now) ? DAY_MONTH.format(date) : DAY_MONTH_YEAR.format(date);
}

/** The time in a list: `14:02` today, then `Mon`, `4 Aug`, `4 Aug 2025`. */
export function listTime(iso, now = Date.now()) {
  if (!iso) return "";
  const away = dayNumber(now) - dayNumber(iso);
  const date = new Date(iso);
  if (away === 0) return CLOCK.format(date);
  if (away > 0 && away < 7) return WEEKDAY_SHORT.format(date);
  return sameYear(date, now) ? DAY_MONTH.format(date) : DAY_MONTH_YEAR.format(date);
}

/** `320 ms`, `1.4 s`, `12 s`, `3 min`, `2 h 5 min`, `4 d`. */
export function span(ms) {
  const size = Math.max(0, ms);
  if (size < 1000) return `${Math.round(size)} ms`;
  if (size < 10_000) return `${(size / 1000).toFixed(1)} s`;
  if (size < 60_000) return `${Math.round(size / 1000)} s`;
  const minutes = Math.floor(size / 60_000);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours} h ${minutes % 60} min` : `${hours} h`;
  return `${Math.floor(hours / 24)} d`;
}

/** Milliseconds of a time, or 0 when there is none. */
export function at(iso) {
  return iso ? Date.parse(iso) || 0 : 0;
}

function sameYear(date, now) {
  return date.getFullYear() === new Date(now).getFullYear();
}
