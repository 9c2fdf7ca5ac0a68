// Points in a plane, and a choice of what is shown there.

const hues = ["#2878b5", "#e08a1e", "#2a9d78", "#c0659a", "#8c6bb1", "#a8852b", "#cc4f1b", "#5b8c2a"];

/// A scale from values to places: logarithmic if asked for and possible.
function placing(low, high, log, from, to) {
  const bend = log && low > 0 ? Math.log : (value) => value;
  const span = bend(high) - bend(low) || 1;
  return (value) => from + (bend(value) - bend(low)) / span * (to - from);
}

/// Points in a plane, joined by lines or not. `series`: [{name, dots: [{x, y, point, label?}], joined, dashed?}]; `x`, `y`:
/// {text, log, name, ticks?: [[value, text]]}. Pointing at a dot, or moving to it by Tab, shows the point.
function plane(series, x, y, describe, label) {
  const width = narrow() ? 360 : 760, height = narrow() ? 260 : 330, left = 74, right = 14, top = 12, bottom = 44;
  const dots = series.flatMap((one) => one.dots);
  const span = (key) => [Math.min(...dots.map((dot) => dot[key])), Math.max(...dots.map((dot) => dot[key]))];
  const [x0, x1] = span("x");
  let [y0, y1] = span("y");
  const logY = y.log && y0 > 0;
  if (logY) { y0 /= 1.1; y1 *= 1.1; } else { y0 = Math.min(0, y0); y1 = y1 > y0 ? y1 * 1.05 : y0 + 1; }
  const px = x0 === x1 ? () => (left + width - right) / 2 : placing(x0, x1, x.log, left + 12, width - right - 12);
  const py = placing(y0, y1, logY, height - bottom, top);
  const rows = logY ? logTicks(y0, y1) : ticks(y0, y1, 5);
  const columns = x.ticks || (x.log && x0 > 0 ? logTicks(x0, x1) : ticks(x0, x1, 5)).map((value) => [value, x.text(value)]);
  let last = -Infinity;
  const shown = columns.filter(([value, text]) => {
    const place = px(value), room = 6.5 * text.length / 2 + 4;
    if (place - room < last) return false;
    last = place + room;
    return true;
  });
  return drawn("svg", {viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": label},
    rows.map((value) => [drawn("line", {class: "axis", x1: left, x2: width - right, y1: py(value), y2: py(value)}),
      drawn("text", {x: left - 6, y: py(value) + 4, "text-anchor": "end"}, y.text(value))]),
    shown.map(([value, text]) => [drawn("line", {class: "axis", x1: px(value), x2: px(value), y1: height - bottom, y2: height - bottom + 4}),
      drawn("text", {x: px(value), y: height - bottom + 16, "text-anchor": "middle"}, text)]),
    drawn("text", {x: (left + width) / 2, y: height - 8, "text-anchor": "middle"}, x.name),
    series.map((one, at) => [
      one.joined && drawn("path", {fill: "none", stroke: one.colour || hues[at % hues.length], "stroke-width": 2,
        "stroke-dasharray": one.dashed ? "5 4" : undefined,
        d: one.dots.map((dot, k) => `${k ? "L" : "M"}${px(dot.x).toFixed(1)} ${py(dot.y).toFixed(1)}`).join("")}),
      one.dots.map((dot) => {
        const mark = drawn("circle", {class: "dot", cx: px(dot.x), cy: py(dot.y), r: 5, fill: one.colour || hues[at % hues.length], tabindex: 0,
          role: "img", "aria-label": `${one.name ? one.name + ": " : ""}${x.text(dot.x)}, ${y.text(dot.y)}`});
        const show = () => {
          const box = mark.getBoundingClientRect();
          tooltip.show(box.right, box.bottom, ...describe(dot.point));
        };
        for (const event of ["pointerenter", "focus"]) mark.addEventListener(event, show);
        for (const event of ["pointerleave", "blur"]) mark.addEventListener(event, () => tooltip.hide());
        return mark;
      })].filter(Boolean)));
}

const seriesLegend = (series) => element("div", {class: "legend"}, series.filter((one) => one.name).map((one, at) =>
  element("span", {}, element("span", {class: "swatch", style: `background:${one.colour || hues[at % hues.length]}`}), one.name)));

/// A choice that calls `change` with the key chosen. `entries`: [[key, text]].
function choice(label, entries, chosen, change) {
  const list = element("select", {"aria-label": label}, entries.map(([key, text]) =>
    element("option", {value: key, selected: String(key) === String(chosen)}, text)));
  list.addEventListener("change", () => change(list.value));
  return element("label", {class: "choice"}, `${label} `, list);
}
