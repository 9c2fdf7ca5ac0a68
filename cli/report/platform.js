// The platform as a graph, links coloured by use.

/// Places in the unit square, near to each other where a link joins them (springs and repulsion, Fruchterman and
/// Reingold 1991); a circle where there are too many nodes for that. The same platform is always drawn the same way.
function nodePlaces(run) {
  const count = run.nodes.length, hub = run.nodes.map((node) => node.kind !== "accelerator");
  const around = run.nodes.map((_, at) => at).filter((at) => !hub[at]).length || count;
  let turn = 0, inner = 0;
  const place = run.nodes.map((_, at) => {
    const angle = hub[at] ? 2.4 * inner : 2 * Math.PI * turn++ / around - Math.PI / 2, radius = hub[at] ? 0.05 * inner++ : 0.5;
    return [Math.cos(angle) * radius, Math.sin(angle) * radius];
  });
  if (count > 2 && count <= 150) relax(run, place, hub);
  const spread = [0, 1].map((axis) => [Math.min(...place.map((p) => p[axis])), Math.max(...place.map((p) => p[axis]))]);
  const size = Math.max(spread[0][1] - spread[0][0], spread[1][1] - spread[1][0]) || 1;
  const height = Math.max((spread[1][1] - spread[1][0]) / size, 0.3);
  return {height, places: place.map(([x, y]) => [(x - spread[0][0]) / size + (1 - (spread[0][1] - spread[0][0]) / size) / 2,
    (y - spread[1][0]) / size + (height - (spread[1][1] - spread[1][0]) / size) / 2])};
}

function relax(run, place, hub) {
  const count = place.length, ideal = 0.9 / Math.sqrt(count), rounds = 300;
  const hosts = run.nodes.map((node) => node.kind === "host");
  for (let round = 0; round < rounds; ++round) {
    const move = place.map(() => [0, 0]);
    const push = (a, b, strength) => {
      const x = place[a][0] - place[b][0], y = place[a][1] - place[b][1], apart = Math.max(Math.hypot(x, y), 1e-3);
      const force = strength(apart) / apart;
      move[a][0] += x * force; move[a][1] += y * force;
      move[b][0] -= x * force; move[b][1] -= y * force;
    };
    for (let a = 0; a < count; ++a) for (let b = a + 1; b < count; ++b) push(a, b, (apart) => ideal * ideal / apart);
    for (const link of run.links) {
      // A host that feeds every accelerator would pull the whole platform together.
      const weight = hosts[link.from] || hosts[link.to] ? 0.15 : 0.5;
      push(link.from, link.to, (apart) => -weight * apart * apart / ideal);
    }
    const most = 0.1 * (1 - round / rounds) + 1e-3;
    move.forEach(([x, y], at) => {
      const length = Math.max(Math.hypot(x, y), 1e-9), step = Math.min(length, hub[at] ? most / 2 : most) / length;
      place[at][0] += x * step; place[at][1] += y * step;
    });
  }
}

function platformSection(run) {
  const measures = {
    "busy": (link) => link.busy / (run.latency || 1), "bytes": (link) => link.bytes,
    "queueing": (link) => link.queueing, "critical path": (link) => link.critical};
  const texts = {"busy": percent, "bytes": sizeText, "queueing": timeText, "critical path": timeText};
  let measure = "busy";
  const {places, height} = nodePlaces(run), wide = narrow() ? 350 : 640, margin = 46, size = wide - 2 * margin;
  const at = (node) => [margin + places[node][0] * size, margin + places[node][1] * size];
  const picture = drawn("svg", {class: "platform", viewBox: `0 0 ${wide} ${height * size + 2 * margin}`, role: "img",
    "aria-label": `Platform ${run.topology}: ${run.nodes.length} nodes, ${run.links.length} links`});
  const lines = run.links.map((link) => {
    const [x1, y1] = at(link.from), [x2, y2] = at(link.to), length = Math.hypot(x2 - x1, y2 - y1) || 1;
    const aside = [-(y2 - y1) / length * 3, (x2 - x1) / length * 3]; // the two directions beside each other
    const line = drawn("line", {class: "link", x1: x1 + aside[0], y1: y1 + aside[1], x2: x2 + aside[0], y2: y2 + aside[1]});
    line.addEventListener("pointermove", (event) => tooltip.show(event.clientX, event.clientY, element("b", {}, link.name), pairs([
      ["busy", percent(link.busy, run.latency)], ["bytes", sizeText(link.bytes)], ["queueing", timeText(link.queueing)],
      ["critical path", timeText(link.critical)], ["bandwidth", bandwidthText(link.bandwidth)], ["latency", timeText(link.latency)]])));
    line.addEventListener("pointerleave", () => tooltip.hide());
    return line;
  });
  const marks = run.nodes.map((node, number) => {
    const [x, y] = at(number);
    const shape = node.kind === "accelerator" ? drawn("rect", {x: x - 11, y: y - 11, width: 22, height: 22, rx: 3, class: "node"})
      : node.kind === "host" ? drawn("path", {d: `M${x} ${y - 14}L${x + 14} ${y}L${x} ${y + 14}L${x - 14} ${y}Z`, class: "node"})
        : drawn("circle", {cx: x, cy: y, r: 11, class: "node"});
    const group = drawn("g", {}, shape, run.nodes.length > 80 ? null : drawn("text", {x, y: y - 17, "text-anchor": "middle"}, node.name));
    group.addEventListener("pointermove", (event) => tooltip.show(event.clientX, event.clientY, element("b", {}, node.name), pairs([
      ["kind", node.kind], ["design", node.design || "–"], ["compute busy", percent(node.computeBusy, run.latency)],
      ["memory busy", percent(node.memoryBusy, run.latency)], ["peak memory", `${sizeText(node.peak)} of ${sizeText(node.capacity)}`]])));
    group.addEventListener("pointerleave", () => tooltip.hide());
    return {shape, group};
  });
  picture.append(...lines, ...marks.map((mark) => mark.group));
  const scaleEnd = element("span", {});
  const paint = () => {
    const use = useScale(), values = run.links.map(measures[measure]), most = values.reduce((a, b) => Math.max(a, b), 0);
    lines.forEach((line, k) => line.setAttribute("stroke", use(most > 0 ? values[k] / most : 0)));
    marks.forEach(({shape}, k) => shape.setAttribute("fill", run.nodes[k].kind === "accelerator"
      ? use(run.nodes[k].computeBusy / (run.latency || 1)) : colour("card")));
    scaleEnd.textContent = texts[measure](most);
  };
  redraws.push(paint);
  const choice = element("select", {"aria-label": "Links coloured by", onchange: () => { measure = choice.value; paint(); }},
    Object.keys(measures).map((name) => element("option", {value: name}, name)));
  const busiest = table(run.links.map((link, k) => ({...link, line: lines[k]})).sort((a, b) => b.busy - a.busy), [
    {name: "link", whole: true, value: (link) => link.name},
    {name: "busy", number: true, value: (link) => link.busy, text: (link) => percent(link.busy, run.latency)},
    {name: "bytes", number: true, value: (link) => link.bytes, text: (link) => sizeText(link.bytes)},
    {name: "queueing", number: true, value: (link) => link.queueing, text: (link) => timeText(link.queueing)},
    {name: "critical", number: true, value: (link) => link.critical, text: (link) => timeText(link.critical)},
  ], {limit: 40, onrow: (row, link) => {
    row.addEventListener("pointerenter", () => link.line.classList.add("picked"));
    row.addEventListener("pointerleave", () => link.line.classList.remove("picked"));
  }});
  return section("platform", "Platform", true,
    element("p", {class: "legend"}, "Links by ", choice, element("span", {}, "0 "), element("span", {class: "scale"}), scaleEnd,
      element("span", {}, "accelerators (squares) by compute use, 0 to 100 %")),
    element("div", {class: "columns"}, picture, busiest));
}
