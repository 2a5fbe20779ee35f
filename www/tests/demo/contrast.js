// The contrast of every text with what is behind it.
const luminance = ([r, g, b]) => {
  const [x, y, z] = [r, g, b].map(c => c / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return 0.2126 * x + 0.7152 * y + 0.0722 * z;
};
const numbers = colour => colour.match(/[\d.]+/g).map(Number);
const opaque = colour => numbers(colour)[3] !== 0;
const behind = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (opaque(colour)) return numbers(colour);
  }
  return [255, 255, 255];
};
const contrast = (a, b) => {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
const hasText = element => element.matches('input:not([type=radio], [type=range], [type=color])')
  || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.textContent.trim());
const texts = [...document.body.querySelectorAll('*')]
  .filter(element => element.checkVisibility() && hasText(element) && !element.closest('.swatch'));
const faint = texts
  .map(element => [element, contrast(numbers(getComputedStyle(element).color), behind(element))])
  .filter(([, ratio]) => ratio < 4.5)
  .map(([element, ratio]) => `${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 80)}`);
return { dark: matchMedia('(prefers-color-scheme: dark)').matches, checked: texts.length, faint };
