// Every visible text against what is painted behind it. Colours are read through a canvas, whatever their notation.
() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const poor = [];
  let seen = 0;

  function rgba(colour) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data];
  }

  function over([r, g, b, a], below) {
    return [r, g, b].map((part, index) => (part * a + below[index] * (255 - a)) / 255);
  }

  function behind(element) {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.push(rgba(getComputedStyle(each).backgroundColor));
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
  }

  function light(colour) {
    const [r, g, b] = colour.map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  function isExempt(element, text) {
    return element.closest("[disabled], .sr-only, .skip, option, noscript") || /^[\p{Extended_Pictographic}\s]+$/u.test(text);
  }

  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent.trim();
    const is_seen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!text || !is_seen || isExempt(element, text)) continue;
    const back = behind(element);
    const [high, low] = [light(over(rgba(getComputedStyle(element).color), back)), light(back)].sort((one, other) => other - one);
    const ratio = (high + 0.05) / (low + 0.05);
    seen += 1;
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${element.className} ${text.slice(0, 30)}`);
  }
  return { seen, poor };
}
