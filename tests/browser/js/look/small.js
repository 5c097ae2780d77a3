// What can be pressed and is too small for that.
() =>
  [...document.querySelectorAll("button, select, input")]
    .filter((each) => each.checkVisibility({ opacityProperty: true }))
    .map((each) => ({ box: each.getBoundingClientRect(), html: each.outerHTML.slice(0, 120) }))
    .filter(({ box }) => box.width > 1 && (box.height < 20 || box.width < 20))
    .map(({ html }) => html)
