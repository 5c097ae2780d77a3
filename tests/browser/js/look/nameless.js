// What can be used and has no name that a screen reader could say.
() =>
  [...document.querySelectorAll("button, a[href], input, select, textarea, [role=listbox], [role=log]")]
    .filter((each) => each.checkVisibility())
    .filter((each) => {
      const named = each.ariaLabel || each.getAttribute("aria-labelledby") || each.title || each.innerText?.trim();
      return !named && !each.labels?.length;
    })
    .map((each) => each.outerHTML.slice(0, 120))
