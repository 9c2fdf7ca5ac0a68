// The sections of the report, each made from one run (or from two).

const figure = (value, name) => element("div", {class: "figure"}, element("b", {}, value), element("span", {}, name));
const totalEnergy = (run) => run.energy.reduce((sum, [, value]) => sum + value, 0);
const peakNode = (run) => run.nodes.filter((node) => node.kind === "accelerator")
  .reduce((best, node) => !best || node.peak > best.peak ? node : best, null);

/// What took the time, in words made from the figures.
function verdict(run) {
  const parts = [...run.breakdown].sort((a, b) => b[1] - a[1]).filter(([, time]) => time > 0).slice(0, 2);
  if (!parts.length || !run.latency) return ["Nothing ran."];
  const text = parts.map(([cause, time]) => `${percent(time, run.latency)} ${cause.replace("_", " ")}`).join(" and ");
  const link = [...run.links].sort((a, b) => b.critical - a.critical)[0];
  const operator = run.pathByOperator().find((row) => row.operator);
  return [`Along the critical path, ${text}.`
    + (operator ? ` The largest piece is ${operator.operator} (${operator.kind}) with ${timeText(operator.time)}.` : "")
    + (link?.critical > 0 ? ` The link that matters most accounts for ${timeText(link.critical)}: ` : ""),
  link?.critical > 0 ? element("span", {class: "whole"}, `${link.name}.`) : null];
}

function summarySection(run) {
  const peak = peakNode(run), energy = totalEnergy(run);
  return section("summary", "Summary", true,
    element("div", {class: "cards"},
      figure(timeText(run.latency), "latency"), figure(energy > 0 ? `${scaled(energy, [[1, "J"], [1e-3, "mJ"], [1e-6, "µJ"]])}` : "–", energy > 0 ? "energy" : "energy: not stated"),
      figure(countText(run.count), "tasks"), figure(sizeText(run.bytesTransferred), `in ${countText(run.transfers.task.length)} transfers`),
      peak ? figure(sizeText(peak.peak), `peak memory, ${percent(peak.peak, peak.capacity)} of ${peak.name}'s`) : null,
      figure(countText(run.events), "simulated events")),
    element("p", {}, verdict(run)),
    element("details", {}, element("summary", {}, "How it was made"), pairs([["command", element("code", {}, run.command)],
      ["file", run.file], ["arsia", run.version], ["platform", `${run.topology}, ${run.nodes.length} nodes, ${run.links.length} links, burst ${run.burst ? sizeText(run.burst) : "message"}`]])));
}

function breakdownSection(run) {
  return section("breakdown", "Where time goes", false,
    element("p", {class: "hint"}, "Along the critical path; the parts sum to the latency."), stackedBar(run.breakdown, run.latency),
    table(run.breakdown, [
      {name: "cause", value: ([cause]) => cause, cell: ([cause]) => [swatch(cause), cause.replace("_", " ")]},
      {name: "time", number: true, value: ([, time]) => time, text: ([, time]) => timeText(time)},
      {name: "share", number: true, value: ([, time]) => time, text: ([, time]) => percent(time, run.latency)}]),
    totalEnergy(run) > 0 ? [element("h3", {}, "Energy"), table(run.energy, [
      {name: "cause", value: ([cause]) => cause}, {name: "J", number: true, value: ([, value]) => value, text: ([, value]) => value.toPrecision(3)},
      {name: "share", number: true, value: ([, value]) => value, text: ([, value]) => percent(value, totalEnergy(run))}])] : null);
}

function pathSection(run, timeline) {
  const rows = run.pathByOperator(), most = rows.length ? rows[0].time : 1;
  const steps = [...run.path.task].map((task, at) => ({at, task, begin: run.path.begin[at], time: run.path.end[at] - run.path.begin[at]}));
  return section("path", "Critical path", false,
    table(rows, [
      {name: "operator", value: (row) => row.operator || "–"}, {name: "kind", value: (row) => row.kind},
      {name: "steps", number: true, value: (row) => row.steps},
      {name: "time", number: true, value: (row) => row.time, text: (row) => timeText(row.time)},
      {name: "", value: (row) => row.time, cell: (row) => meter(row.time, most, row.kind)}], {limit: 30}),
    element("details", {}, element("summary", {}, `All ${steps.length} steps in order`), table(steps, [
      {name: "#", number: true, value: (row) => row.at + 1},
      {name: "task", value: (row) => row.task, cell: (row) => row.task < 0 ? "waiting" : element("button", {type: "button", onclick: () => {
        timeline.pick(row.task, {reveal: true});
        timeline.viewport.scrollIntoView({block: "center"});
      }}, run.name(row.task))},
      {name: "where", value: (row) => row.task < 0 ? "" : run.node(row.task)},
      {name: "from", number: true, value: (row) => row.begin, text: (row) => timeText(row.begin)},
      {name: "took", number: true, value: (row) => row.time, text: (row) => timeText(row.time)}], {limit: 50})));
}

function sensitivityVerdict(row) {
  if (row.agreement === "agrees") return "agrees";
  const what = row.agreement === "moved" ? "the path moved" : "same path, more time";
  return row.limitedBy ? `${what} ${row.agreement === "moved" ? "to" : "in"} ${row.limitedBy}` : what;
}

function sensitivitySection(run) {
  if (!run.sensitivity.length) return null;
  const saved = (row) => run.latency - row.confirmed;
  const best = run.sensitivity.reduce((most, row) => saved(row) > saved(most) ? row : most);
  const moved = run.sensitivity.filter((row) => row.agreement !== "agrees").length;
  const time = (name, value) => ({name, number: true, value, text: (row) => timeText(value(row))});
  const share = (name, value) => ({name, number: true, value, text: (row) => percent(value(row), run.latency)});
  return section("sensitivity", "Twice as fast", false,
    element("p", {}, `Most would be saved with twice the rate of ${best.resource} (${best.kind}): ${percent(saved(best), run.latency)} of the latency. `
      + (moved ? `In ${moved} of ${run.sensitivity.length} cases the run then waits for something else.` : "The critical path predicts every case to 5 %.")),
    element("p", {class: "hint"}, "Predicted from the critical path, and confirmed by simulating the same program again."),
    table(run.sensitivity, [
      {name: "resource", value: (row) => row.resource}, {name: "kind", value: (row) => row.kind},
      share("of path", (row) => row.pathTime), time("predicted", (row) => row.predicted), time("confirmed", (row) => row.confirmed),
      share("saves", saved), {name: "prediction", value: sensitivityVerdict}]));
}

function utilizationSection(run) {
  const bins = 240, shares = run.computeShares(bins), linkCount = run.linkBins.length - 1, width = run.latency / bins;
  const compute = run.nodes.map((node, at) => ({name: node.name, node, shares: shares[at], edges: (bin) => bin * width}))
    .filter(({node}) => node.kind === "accelerator").slice(0, 64);
  const links = run.links.map((link, at) => ({name: link.name, busy: link.busy, edges: (bin) => run.linkBins[bin],
    shares: run.utilization.subarray(at * linkCount, (at + 1) * linkCount)})).filter((link) => link.busy > 0)
    .sort((a, b) => b.busy - a.busy);
  const most = 24;
  const rows = [{name: "compute engines"}, ...compute, {name: links.length > most ? `the ${most} busiest links` : "links"}, ...links.slice(0, most)];
  return section("utilization", "Use over time", true,
    element("p", {class: "legend"}, "idle", element("span", {class: "scale"}), "busy all the time"),
    shareMap(rows, run.latency, "Use of compute engines and links over time"));
}

function memorySection(run) {
  const nodes = run.nodes.map((node, at) => ({...node, at})).filter((node) => node.kind === "accelerator");
  const bins = run.memoryBins.length - 1, palette = ["compute", "transfer", "reduce", "reconfigure", "memory", "contention", "dma_setup", "waiting"];
  const shown = nodes.filter((node) => node.peak > 0).sort((a, b) => b.peak - a.peak).slice(0, 8);
  const series = shown.map((node, k) => ({name: node.name, colour: `var(--${palette[k]})`, step: true,
    points: Array.from({length: bins + 1}, (_, bin) => [run.memoryBins[bin], run.occupancy[node.at * bins + Math.min(bin, bins - 1)]])}));
  const top = shown.length ? shown[0].peak : 0, limit = shown.length ? Math.min(...shown.map((node) => node.capacity)) : 0;
  if (top * 4 > limit && limit > 0) series.push({name: "capacity", colour: "var(--ink)", dashed: true, points: [[0, limit], [run.latency, limit]]});
  return section("memory", "Memory", false,
    shown.length ? lineChart(series, {x: {text: timeText, low: 0, high: run.latency}, y: {text: sizeText, low: 0}},
      {label: "Live buffers of the accelerators over time", height: 220})
      : element("p", {}, "No buffers: nothing was kept in local memories."),
    legend(shown.map((node, k) => [palette[k], node.name])),
    table(nodes, [
      {name: "accelerator", value: (node) => node.name},
      {name: "peak", number: true, value: (node) => node.peak, text: (node) => sizeText(node.peak)},
      {name: "capacity", number: true, value: (node) => node.capacity, text: (node) => sizeText(node.capacity)},
      {name: "", value: (node) => node.peak / (node.capacity || 1), cell: (node) => meter(node.peak, node.capacity)}], {limit: 16}));
}

const strategyText = (op) => [Object.entries(op.es || {}).map(([dim, factor]) => dim + factor).join(" ") || "whole",
  op.ss ? `+SS ${op.ss}` : "", op.shares ? `by ${op.shares.join(":")}` : ""].join(" ").trim();
// Of a set that mixes designs: that of each accelerator.
const designText = (set) => set.designs?.join(", ") ?? set.design;

function mappingSection(run) {
  if (!run.mapping?.sets) return null;
  const onPath = new Map();
  for (const {operator, time} of run.pathByOperator()) onPath.set(operator, (onPath.get(operator) || 0) + time);
  const rows = run.mapping.sets.flatMap((set, at) => set.operators.map((op) => ({...op, set: at + 1, design: designText(set)})));
  const known = (design) => design === undefined ? "–" : typeof design === "string" ? design : JSON.stringify(design);
  return section("mapping", "Mapping", true,
    table(run.mapping.sets.map((set, at) => ({...set, at: at + 1})), [
      {name: "set", number: true, value: (set) => set.at}, {name: "design", value: (set) => known(designText(set))},
      {name: "accelerators", value: (set) => set.accelerators.join(", ")},
      {name: "operators", number: true, value: (set) => set.operators.length}]),
    element("h3", {}, "Operators"),
    table(rows, [
      {name: "operator", value: (op) => op.name}, {name: "set", number: true, value: (op) => op.set},
      {name: "design", value: (op) => known(op.design)}, {name: "strategy", value: strategyText},
      ...rows.some((op) => op.resident !== undefined)
        ? [{name: "weights", value: (op) => op.resident === undefined ? "" : op.resident ? "resident" : "streamed"}] : [],
      {name: "on critical path", number: true, value: (op) => onPath.get(op.name) || 0, text: (op) => timeText(onPath.get(op.name) || 0)}], {limit: 60}));
}

function searchSection(run) {
  if (!run.search) return null;
  const {latencies, best} = run.search, legal = [], front = [];
  latencies.forEach((latency, at) => { if (latency >= 0) legal.push([at + 1, latency]); });
  best.forEach((latency, at) => { if (latency >= 0 && (at === 0 || latency !== best[at - 1] || at === best.length - 1)) front.push([at + 1, latency]); });
  const thin = Math.ceil(legal.length / 4000), illegal = latencies.length - legal.length;
  return section("search", "Search", false,
    element("p", {}, `${run.search.name}, seed ${run.search.seed}: ${run.search.evaluations} evaluation${run.search.evaluations === 1 ? "" : "s"}, ${illegal} not legal.`
      + (front.length > 1 ? ` The best was found in evaluation ${front.find(([, latency]) => latency === front[front.length - 1][1])[0]}.` : "")),
    legal.length > 1 ? lineChart([
      {name: "candidates", colour: "var(--waiting)", dots: true, points: legal.filter((_, at) => at % thin === 0)},
      {name: "best so far", colour: "var(--accent)", step: true, points: front}],
    {x: {text: (value) => String(Math.round(value))}, y: {text: timeText, log: true}}, {label: "Latency of the candidates and the best so far", height: 260}) : null,
    legal.length > 1 ? legend([["waiting", "candidate"], ["accent", "best so far"]]) : null);
}

/// Two runs side by side: totals, breakdowns, what changed on the critical path.
function compareSection(runs) {
  if (runs.length < 2) return null;
  const [ours, theirs] = runs, longest = Math.max(ours.latency, theirs.latency) || 1;
  const change = (row) => element("span", {class: row.b === row.a ? "" : row.b < row.a ? "better" : "worse"},
    signed(row.b - row.a, row.text), row.a > 0 && row.b !== row.a
      ? element("small", {}, ` ${signed(100 * (row.b - row.a) / row.a, (v) => `${v.toFixed(1)} %`)}`) : null);
  const columns = (name) => [{name, value: (row) => row.name}, {name: "first", number: true, value: (row) => row.a, text: (row) => row.text(row.a)},
    {name: "second", number: true, value: (row) => row.b, text: (row) => row.text(row.b)},
    {name: "change", number: true, value: (row) => row.b - row.a, cell: change}];
  const row = (name, text, of) => ({name, text, a: of(ours), b: of(theirs)});
  const totals = [row("latency", timeText, (run) => run.latency), row("energy", (value) => `${Number(value.toPrecision(3))} J`, totalEnergy),
    row("bytes moved", sizeText, (run) => run.bytesTransferred), row("tasks", countText, (run) => run.count),
    row("transfers", countText, (run) => run.transfers.task.length), row("peak memory", sizeText, (run) => peakNode(run)?.peak || 0)];
  const causes = ours.breakdown.map(([cause], at) => row(cause.replace("_", " "), timeText, (run) => run.breakdown[at][1]));
  const sums = runs.map((run) => {
    const sum = new Map();
    for (const {operator, kind, time} of run.pathByOperator()) sum.set(operator || kind, (sum.get(operator || kind) || 0) + time);
    return sum;
  });
  const operators = [...new Set(sums.flatMap((sum) => [...sum.keys()]))].map((name) => ({name, text: timeText, a: sums[0].get(name) || 0, b: sums[1].get(name) || 0}))
    .sort((a, b) => Math.abs(b.b - b.a) - Math.abs(a.b - a.a));
  const faster = ours.latency === theirs.latency ? "Both take the same time."
    : `The ${theirs.latency < ours.latency ? "second" : "first"} is faster: ${timeText(Math.min(ours.latency, theirs.latency))} instead of ${timeText(longest)}, ${(longest / Math.min(ours.latency, theirs.latency)).toFixed(2)} times as fast. `
      + `Most of the difference is ${[...causes].sort((a, b) => Math.abs(b.b - b.a) - Math.abs(a.b - a.a))[0].name}.`;
  const bars = runs.map((run, at) => [element("p", {class: "hint"}, `${["first", "second"][at]}: ${run.title}, ${timeText(run.latency)} (${run.file})`),
    element("div", {style: `width:${100 * run.latency / longest}%`}, stackedBar(run.breakdown, run.latency || 1))]);
  return section("comparison", "Comparison", true, element("p", {}, faster), bars,
    legend(ours.breakdown.map(([cause]) => [cause, cause.replace("_", " ")])),
    element("div", {class: "columns"},
      element("div", {}, element("h3", {}, "Critical path by operator, the largest change first"), table(operators, columns("operator"), {limit: 20})),
      element("div", {}, element("h3", {}, "Totals"), table(totals, columns("")), element("h3", {}, "Breakdown"), table(causes, columns("cause")))));
}
