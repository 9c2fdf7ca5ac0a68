// Elements, the tooltip, colours.

/// An element with attributes, listeners (`onclick: f`) and children; texts are never read as HTML.
function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}
function drawn(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}
function fill(node, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return node;
}
function section(id, title, wide, ...children) {
  return element("section", {id, class: wide ? "" : "half", "aria-labelledby": `${id}-title`},
    element("h2", {id: `${id}-title`}, title), ...children);
}

const narrow = () => innerWidth < 600;

/// Pairs of name and value.
function pairs(entries) {
  return element("dl", {}, entries.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

const tooltip = {
  show(x, y, ...content) {
    const box = document.getElementById("tooltip");
    box.replaceChildren(...content);
    box.hidden = false;
    const {width, height} = box.getBoundingClientRect();
    const left = x + 14 + width > innerWidth ? x - 14 - width : x + 14;
    box.style.left = `${Math.max(4, Math.min(left, innerWidth - width - 4))}px`;
    box.style.top = `${Math.max(4, Math.min(y + 14, innerHeight - height - 4))}px`;
  },
  hide() { document.getElementById("tooltip").hidden = true; },
};

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/// A function from a share in 0 … 1 to a colour of the scale of use, in the present theme.
function useScale() {
  const stops = [0, 1, 2, 3].map((k) => colour(`use${k}`)).map((hex) =>
    [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  const steps = Array.from({length: 65}, (_, step) => {
    const place = Math.min(step / 64 * 3, 2.9999), at = Math.floor(place), part = place - at;
    return `rgb(${stops[at].map((low, k) => Math.round(low + (stops[at + 1][k] - low) * part)).join(",")})`;
  });
  return (share) => steps[Math.round(Math.max(0, Math.min(1, share)) * 64)];
}

const swatch = (name) => element("span", {class: "swatch", style: `background:var(--${name})`});
const legend = (names) => element("div", {class: "legend"},
  names.map(([name, text]) => element("span", {}, swatch(name), text || name)));

/// Fits a canvas to its element at the screen's resolution; the context counts CSS pixels.
function context2d(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  return context;
}

/// Calls `draw` now, when the element changes its width, and when the theme changes.
const redraws = [];
function keepDrawn(target, draw) {
  let width = 0;
  new ResizeObserver(() => {
    if (target.clientWidth !== width) { width = target.clientWidth; draw(); }
  }).observe(target);
  redraws.push(draw);
}
