// Charts: stacked bars, lines, shares over time.

/// One bar as long as `total` of `whole`, cut into parts [[name, value]].
function stackedBar(parts, whole) {
  return element("div", {class: "stack", role: "img", "aria-label": parts.map(([name, value]) => `${name} ${percent(value, whole)}`).join(", ")},
    parts.filter(([, value]) => value > 0).map(([name, value]) => {
      const part = element("i", {style: `width:${100 * value / whole}%;background:var(--${name})`});
      part.addEventListener("pointermove", (event) => tooltip.show(event.clientX, event.clientY, element("b", {}, name.replace("_", " ")),
        ` ${timeText(value)}, ${percent(value, whole)}`));
      part.addEventListener("pointerleave", () => tooltip.hide());
      return part;
    }));
}

/// Lines over a common axis. `series`: [{name, colour, points: [[x, y]], dots?, step?}]; axes: {x, y}: {text, low?, high?, log?}.
function lineChart(series, axes, {label, height = 240, width = narrow() ? 350 : 640}) {
  const left = 66, right = 12, top = 10, bottom = 26;
  const all = series.flatMap((one) => one.points);
  const range = (axis, at) => {
    const values = all.map((point) => point[at]);
    const low = axis.low ?? values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = axis.high ?? values.reduce((a, b) => Math.max(a, b), -Infinity);
    return high > low ? [low, high] : [low, low + 1];
  };
  const [x0, x1] = range(axes.x, 0), [y0, y1] = range(axes.y, 1);
  const bend = axes.y.log ? Math.log : (value) => value;
  const x = (value) => left + (value - x0) / (x1 - x0) * (width - left - right);
  const y = (value) => height - bottom - (bend(value) - bend(y0)) / (bend(y1) - bend(y0)) * (height - top - bottom);
  const rows = axes.y.log ? logTicks(y0, y1) : axes.y.text === sizeText ? sizeTicks(y1, 6) : ticks(y0, y1, 5);
  const picture = drawn("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label},
    rows.map((value) => [drawn("line", {class: "axis", x1: left, x2: width - right, y1: y(value), y2: y(value)}),
      drawn("text", {x: left - 6, y: y(value) + 4, "text-anchor": "end"}, axes.y.text(value))]).flat(),
    ticks(x0, x1, narrow() ? 3 : 5).map((value) => drawn("text", {x: x(value), y: height - 8, "text-anchor": x(value) > width - 30 ? "end" : "middle"}, axes.x.text(value))),
    series.map((one) => one.dots
      ? drawn("path", {d: one.points.map(([a, b]) => `M${x(a).toFixed(1)} ${y(b).toFixed(1)}h.01`).join(""), stroke: one.colour,
        "stroke-width": 3.5, "stroke-linecap": "round", fill: "none"})
      : drawn("path", {d: linePath(one, x, y), stroke: one.colour, "stroke-width": 1.8, fill: "none",
        "stroke-dasharray": one.dashed ? "5 4" : undefined, "stroke-linejoin": "round"}, drawn("title", {}, one.name))));
  return picture;
}

function linePath(one, x, y) {
  return one.points.map(([a, b], at) => {
    if (at === 0) return `M${x(a).toFixed(1)} ${y(b).toFixed(1)}`;
    return one.step ? `H${x(a).toFixed(1)}V${y(b).toFixed(1)}` : `L${x(a).toFixed(1)} ${y(b).toFixed(1)}`;
  }).join("");
}

function logTicks(low, high) {
  const out = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); ++power) {
    for (const digit of high / low > 300 ? [1] : high / low > 8 ? [1, 2, 5] : [1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9]) {
      const value = digit * 10 ** power;
      if (value >= low && value <= high) out.push(value);
    }
  }
  return out;
}

/// Rows of shares over time. `rows`: [{name, shares, edges}], each row with its own bins; `heading` rows have no shares.
function shareMap(rows, latency, label) {
  const rowHeight = 15, canvas = element("canvas", {role: "img", "aria-label": label});
  const holder = element("div", {}, canvas);
  const height = rows.length * rowHeight + 20;
  const gutter = () => holder.clientWidth < 600 ? 96 : 150;
  keepDrawn(holder, () => {
    const width = holder.clientWidth;
    if (!width) return;
    const context = context2d(canvas, width, height), use = useScale(), left = gutter(), scale = (width - left) / (latency || 1);
    rows.forEach((row, at) => {
      const top = at * rowHeight;
      context.fillStyle = colour(row.shares ? "soft" : "ink");
      context.textAlign = row.shares ? "right" : "left";
      context.fillText(row.name, row.shares ? left - 6 : 0, top + rowHeight / 2, left - 8);
      for (let bin = 0; row.shares && bin < row.shares.length; ++bin) {
        context.fillStyle = use(row.shares[bin]);
        const begin = Math.floor(left + row.edges(bin) * scale);
        context.fillRect(begin, top + 1, Math.ceil(left + row.edges(bin + 1) * scale) - begin, rowHeight - 2);
      }
    });
    context.fillStyle = colour("soft");
    context.textAlign = "center";
    for (const time of ticks(0, latency, Math.max(2, (width - left) / 110))) {
      context.fillText(timeText(time), Math.min(Math.max(left + time * scale, left + 14), width - 24), height - 9);
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    const box = canvas.getBoundingClientRect(), row = rows[Math.floor((event.clientY - box.top) / rowHeight)];
    const time = (event.clientX - box.left - gutter()) / (box.width - gutter()) * latency;
    if (!row?.shares || time < 0) { tooltip.hide(); return; }
    let bin = 0;
    while (bin + 1 < row.shares.length && row.edges(bin + 1) <= time) ++bin;
    tooltip.show(event.clientX, event.clientY, element("b", {}, row.name), pairs([["busy", percent(row.shares[bin])],
      ["from", timeText(row.edges(bin))], ["to", timeText(row.edges(bin + 1))]]));
  });
  canvas.addEventListener("pointerleave", () => tooltip.hide());
  return holder;
}
