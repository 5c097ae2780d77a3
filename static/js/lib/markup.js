// A customer's text as a small tree: links, and the marks that WhatsApp draws. Never HTML. No DOM.

const LINK = /\bhttps?:\/\/[^\s<>"'`]{2,2000}/giu;
const TRAILING = new Set(".,;:!?)]}'\"»”’…");
const MARKS = { "*": "strong", _: "em", "~": "s" };
const MARKED = /(?<![\p{L}\p{N}])([*_~])(?=\S)((?:(?!\1)[^\n]){1,1000}?)(?<=\S)\1(?![\p{L}\p{N}])|```([\s\S]{1,4000}?)```|`([^`\n]{1,1000})`/gu;
const LONGEST = 20_000;

/** The nodes of a text: strings, `{ link, text }` and `{ mark, nodes }`. */
export function parse(text) {
  if (text.length > LONGEST) return [text];
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const shown = withoutTail(match[0]);
    const link = safeLink(shown);
    if (!link) continue;
    nodes.push(...marks(text.slice(from, match.index)), { link, text: shown });
    from = match.index + shown.length;
  }
  nodes.push(...marks(text.slice(from)));
  return nodes.filter((node) => node !== "");
}

/** The address if a browser may follow it, else null. */
export function safeLink(address) {
  try {
    const url = new URL(address);
    return ["http:", "https:"].includes(url.protocol) && url.hostname ? url.href : null;
  } catch {
    return null;
  }
}

/** The text with its marks left out, for one line of preview. */
export function plain(text) {
  return text.replace(/\s+/gu, " ").trim();
}

/** Whether the text is nothing but a few emoji, which are shown large. */
export function isEmojiOnly(text) {
  return text.length <= 32 && /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\u200d|\ufe0f|\s)+$/u.test(text) && /\S/u.test(text);
}

function marks(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(MARKED)) {
    nodes.push(text.slice(from, match.index));
    const [whole, mark, inner, block, code] = match;
    if (mark) nodes.push({ mark: MARKS[mark], nodes: marks(inner) });
    else nodes.push({ mark: block === undefined ? "code" : "pre", nodes: [block ?? code] });
    from = match.index + whole.length;
  }
  nodes.push(text.slice(from));
  return nodes.filter((node) => node !== "");
}

/** The link without the punctuation after it; a closing bracket stays if it was opened inside. */
function withoutTail(link) {
  let end = link.length;
  while (TRAILING.has(link[end - 1]) && !(link[end - 1] === ")" && isBalanced(link.slice(0, end)))) end -= 1;
  return link.slice(0, end);
}

function isBalanced(text) {
  return text.split("(").length >= text.split(")").length;
}
