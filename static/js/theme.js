// Sets the chosen theme before the first paint; a classic script, because modules run too late for that.
(() => {
  try {
    const theme = JSON.parse(localStorage.getItem("sb:theme"));
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be closed to us; the system's theme is right then.
  }
})();
