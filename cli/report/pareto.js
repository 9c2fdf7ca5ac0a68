// What a search found that nothing beats in latency, energy and memory together.

const joulesText = (joules) => scaled(joules, [[1, "J"], [1e-3, "mJ"], [1e-6, "µJ"], [1e-9, "nJ"]]);

/// Those of which no other is better in one of the two and not worse in the other.
function frontOf(rows, first, second) {
  const out = [];
  for (const row of [...rows].sort((a, b) => a[first] - b[first] || a[second] - b[second])) {
    if (!out.length || row[second] < out[out.length - 1][second]) out.push(row);
  }
  return out;
}

function paretoSection(run) {
  const rows = run.search?.pareto;
  if (!rows?.length) return null;
  const time = {latency: timeText, throughput: timeText}[run.search.objective] || ((score) => (score / 1e9).toFixed(6));
  const known = rows.some((row) => row.energy > 0); // else designs state none
  const figures = {latency: {name: run.search.objective === "latency" ? "latency" : "objective", text: time},
    ...(known && {energy: {name: "energy", text: joulesText}}), memory: {name: "peak memory", text: sizeText}};
  const pairings = [["latency", "energy"], ["latency", "memory"], ["energy", "memory"]].filter((pair) => pair.every((key) => figures[key]));
  const facts = (row) => [element("b", {}, `evaluation ${row.evaluation}`),
    pairs(Object.entries(figures).map(([key, figure]) => [figure.name, figure.text(row[key])]))];
  const holder = element("div"), bar = element("div", {class: "toolbar"});
  function draw(chosen) {
    const [first, second] = pairings[chosen], front = frontOf(rows, first, second), dot = (row) => ({x: row[first], y: row[second], point: row});
    const series = [{name: "better in the third figure", dots: rows.filter((row) => !front.includes(row)).map(dot), colour: "var(--join)"},
      {name: "on the front of these two", dots: front.map(dot), joined: true, dashed: true, colour: "var(--accent)"}].filter((one) => one.dots.length);
    holder.replaceChildren(seriesLegend(series), plane(series, {text: figures[first].text, name: figures[first].name, log: true},
      {text: figures[second].text, log: false}, facts, `${figures[first].name} against ${figures[second].name}`));
    bar.replaceChildren(choice("Show", pairings.map(([a, b], at) => [at, `${figures[a].name} against ${figures[b].name}`]), chosen, (value) => draw(Number(value))));
  }
  draw(0);
  return section("pareto", "Pareto set", true,
    element("p", {class: "hint"}, `${rows.length} mapping${rows.length === 1 ? "" : "s"}, of which none is better in one figure and not worse in another. ${known ? "" : "Energy is not among them: designs state none. "}The run shown here has the best ${figures.latency.name}.`),
    bar, holder, element("details", {}, element("summary", {}, "As a table"), table(rows, [
      {name: "evaluation", number: true, value: (row) => row.evaluation},
      ...Object.entries(figures).map(([key, figure]) => ({name: figure.name, number: true, value: (row) => row[key], text: (row) => figure.text(row[key])}))],
    {limit: 30})));
}
