// Switches through twenty conversations and back by key, and says how long the work of each switch on the way back took.
async () => {
  const ms = [];
  let rows = 0;

  function press(key) {
    document.body.dispatchEvent(new KeyboardEvent("keydown", { key, altKey: true, bubbles: true, cancelable: true }));
  }

  function frame() {
    return new Promise((next) => requestAnimationFrame(() => setTimeout(next)));
  }

  async function loaded() {
    for (let i = 0; i < 600 && document.querySelector(".timeline__skeleton"); i += 1) await frame();
  }

  for (let i = 0; i < 20; i += 1) {
    press("ArrowDown");
    await frame();
    await loaded();
  }
  const names = new Set();
  for (let i = 0; i < 20; i += 1) {
    await frame();
    const begin = performance.now();
    press("ArrowUp");
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    // Reading a size makes the browser lay out what was changed, which belongs to the switch.
    document.querySelector(".timeline__column").getBoundingClientRect();
    ms.push(performance.now() - begin);
    await frame();
    names.add(document.querySelector(".head__name").textContent);
    rows = Math.max(rows, document.querySelectorAll(".row, .message, .day, .new-rule").length);
  }
  return { ms, rows, opened: names.size };
}
