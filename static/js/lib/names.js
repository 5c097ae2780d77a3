// Names as they are shown: initials, telephone numbers, and a tint that stays with a person. No DOM.

const TINTS = 6;

/** One or two letters that stand for a name. */
export function initials(name) {
  const words = name.normalize("NFC").split(/[\s._\-/]+/u).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  if (words.length === 0) return "";
  if (/^\p{N}/u.test(words[0])) return "";
  const last = words.length > 1 ? words[words.length - 1] : "";
  return (first(words[0]) + (/^\p{L}/u.test(last) ? first(last) : "")).toLocaleUpperCase();
}

/** A number from 0 to 5 that is always the same for the same id. */
export function tint(id) {
  let sum = 7;
  for (let i = 0; i < id.length; i += 1) sum = (sum * 31 + id.charCodeAt(i)) % 9973;
  return sum % TINTS;
}

const COUNTRY = /^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d+)$/u;

/** `+62 812 3456 7890` from digits. */
export function phone(digits) {
  const [, country, rest] = COUNTRY.exec(digits.replace(/\D/gu, "")) ?? [];
  if (!rest || rest.length < 5) return digits;
  const grouped = rest.length <= 10 ? rest.replace(/(\d{3})(\d{3})(\d{2,4})$/u, "$1 $2 $3") : rest.replace(/^(\d{3})(\d{4})(\d+)$/u, "$1 $2 $3");
  return `+${country} ${grouped}`;
}

/** How a customer is called on screen. */
export function customerName(customer) {
  if (customer.name) return customer.name;
  if (customer.phone) return phone(customer.phone);
  if (customer.channel_user_id.endsWith("@g.us")) return "Group";
  return /^\d{7,15}$/u.test(customer.channel_user_id) ? phone(customer.channel_user_id) : "Unknown customer";
}

function first(word) {
  return String.fromCodePoint(word.codePointAt(0) ?? 32);
}
