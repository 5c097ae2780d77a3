// A very small test runner for modules: each test is a sentence, and the results are left for the one who drives the page.

const tests = [];

/** Declares a test. */
export function test(sentence, run) {
  tests.push({ sentence, run });
}

/** Fails unless both are the same, all the way down. */
export function equal(found, wanted, what = "") {
  const [one, other] = [show(found), show(wanted)];
  if (one !== other) throw new Error(`${what}\n  found  ${one}\n  wanted ${other}`);
}

/** Fails unless it is so. */
export function ok(value, what = "it is not so") {
  if (!value) throw new Error(what);
}

/** Runs all tests, one after the other, and answers `{sentence: null | error}`. */
export async function runAll() {
  const results = {};
  for (const { sentence, run } of tests) {
    if (sentence in results) throw new Error(`Two tests are called "${sentence}"`);
    try {
      await run();
      results[sentence] = null;
    } catch (error) {
      results[sentence] = `${error.message}\n${error.stack}`;
    }
  }
  return results;
}

function show(value) {
  return JSON.stringify(value, (_, part) => {
    if (part instanceof Map) return { map: [...part] };
    if (part instanceof Set) return { set: [...part] };
    if (part === undefined) return "(undefined)";
    if (part === Infinity) return "(infinity)";
    return part;
  });
}
