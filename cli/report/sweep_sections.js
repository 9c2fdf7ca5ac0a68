// Sections of a sweep's page.

const measureChoice = (sweep, chosen, change) => choice("Show", sweep.measures.map((key) => [key, measures[key].name]), chosen, change);
const axisChoice = (sweep, label, axes, chosen, change) =>
  choice(label, axes.map((axis) => [axis, sweep.axes[axis].name.replaceAll("_", " ")]), chosen, (value) => change(Number(value)));

function pointFacts(sweep, point) {
  const share = point.latency > 0 ? Math.max(...point.breakdown) / point.latency : 0;
  return [element("b", {}, sweep.pointLabel(point)), pairs([["latency", timeText(point.latency)], ["bound", timeText(point.bound)],
    point.period > 0 && ["period", timeText(point.period)], point.energy > 0 && ["energy", measures.energy.text(point.energy)],
    ["bound by", `${point.cause.replace("_", " ")} ${percent(share)}`],
    ["busiest link", point.busiest ? `${point.busiest} ${percent(point.utilization)}` : "none"]].filter(Boolean))];
}

function answersSection(sweep) {
  const failed = sweep.points.filter((point) => point.status === "failed").length;
  return section("answers", "Answers", true, sweep.question && element("p", {class: "question"}, sweep.question),
    element("ul", {class: "answers"}, sweep.answers.map((answer) => element("li", {}, answer))),
    element("p", {class: "hint"}, `${sweep.done.length} of ${sweep.points.length} points have a result${failed ? `, ${failed} failed` : ""}. `,
      sweep.done.some((point) => point.search) ? "Where points are mapped, differences of a few percent may be the search's." : ""));
}

/// Curves along a quantity; without any, bars.
function curvesSection(sweep) {
  const most = 8, holder = element("div"), bar = element("div", {class: "toolbar"});
  let axis = sweep.quantities[0], measure = sweep.shown, log = true;
  if (axis === undefined) return barsSection(sweep);
  function draw() {
    const others = sweep.varied.filter((other) => other !== axis), {numbers, labels} = sweep.axes[axis];
    const apart = sweep.groups(others).length <= most ? others : others.filter((other) => sweep.axes[other].role === "cases");
    const split = sweep.groups(apart).length <= most ? apart : [];
    const series = sweep.groups(split).map((group) => {
      const byValue = labels.map((_, value) => sweep.best(group.points.filter((point) => point.at[axis] === value), measure));
      return {name: group.at.map((value, k) => sweep.label(split[k], value)).join(", "), joined: true,
        dots: byValue.map((point, value) => point && {x: numbers[value], y: point[measure], point}).filter(Boolean).sort((a, b) => a.x - b.x)};
    }).filter((one) => one.dots.length);
    const left = others.filter((other) => !split.includes(other)).map((other) => sweep.axes[other].name);
    const order = labels.map((text, value) => [numbers[value], text]).sort((a, b) => a[0] - b[0]);
    holder.replaceChildren(seriesLegend(series), plane(series,
      {log: isGeometric(numbers), name: sweep.axes[axis].noun.replace(/^of /, "") || sweep.axes[axis].name, ticks: order,
        text: (value) => (order.find(([number]) => number === value) || [0, String(value)])[1]},
      {log, text: measures[measure].text}, (point) => pointFacts(sweep, point), `${measures[measure].name} along ${sweep.axes[axis].name}`),
    left.length ? element("p", {class: "hint"}, `With the best ${left.join(" and ")} at each point.`) : "");
    bar.replaceChildren(measureChoice(sweep, measure, (value) => { measure = value; draw(); }),
      ...(sweep.quantities.length > 1 ? [axisChoice(sweep, "along", sweep.quantities, axis, (value) => { axis = value; draw(); })] : []),
      element("button", {type: "button", "aria-pressed": String(log), onclick: () => { log = !log; draw(); }}, "Logarithmic"));
  }
  draw();
  return section("curves", "Curves", true, bar, holder);
}

function barsSection(sweep) {
  const holder = element("div"), bar = element("div", {class: "toolbar"});
  let measure = sweep.shown;
  function draw() {
    const shown = sweep.having(measure), most = Math.max(...shown.map((point) => point[measure]));
    holder.replaceChildren(table(shown, [{name: "point", value: (point) => sweep.pointLabel(point)},
      {name: measures[measure].name, number: true, value: (point) => point[measure], text: (point) => measures[measure].text(point[measure])},
      {name: "", value: () => 0, cell: (point) => meter(point[measure], most)}]));
    bar.replaceChildren(measureChoice(sweep, measure, (value) => { measure = value; draw(); }));
  }
  draw();
  return section("curves", "Points compared", true, bar, holder);
}

/// Two axes as rows and columns.
function mapSection(sweep) {
  if (sweep.varied.length < 2) return null;
  const holder = element("div"), bar = element("div", {class: "toolbar"});
  let [down, across] = sweep.varied, measure = sweep.shown;
  function draw() {
    if (down === across) down = sweep.varied.find((axis) => axis !== across);
    const entries = (axis) => sweep.axes[axis].labels.map((text, value) => ({text, value}));
    const cell = (row, column) => {
      const point = sweep.best(sweep.done.filter((each) => each.at[down] === row.value && each.at[across] === column.value), measure);
      return point && {value: point[measure], title: sweep.pointLabel(point)};
    };
    holder.replaceChildren(heatTable(entries(down), entries(across), cell, measures[measure].text,
      `${measures[measure].name} by ${sweep.axes[down].name} and ${sweep.axes[across].name}`));
    bar.replaceChildren(measureChoice(sweep, measure, (value) => { measure = value; draw(); }),
      axisChoice(sweep, "rows", sweep.varied, down, (value) => { down = value; if (across === down) across = sweep.varied.find((axis) => axis !== down); draw(); }),
      axisChoice(sweep, "columns", sweep.varied, across, (value) => { across = value; draw(); }));
  }
  draw();
  return section("map", "Heat map", true, bar, holder);
}

/// Which rival wins where.
function winnersSection(sweep) {
  const rivals = sweep.varied.filter((axis) => sweep.axes[axis].role === "rivals");
  if (!rivals.length || !sweep.known) return null;
  const parts = rivals.map((axis) => {
    const others = sweep.varied.filter((other) => other !== axis);
    const rows = sweep.groups(others).map((group) => {
      const ranked = group.points.filter((point) => point[sweep.measure] !== null).sort((a, b) => a[sweep.measure] - b[sweep.measure]);
      return {where: group.at.map((value, k) => sweep.label(others[k], value)).join(", ") || "everywhere", first: ranked[0], second: ranked[1]};
    }).filter((row) => row.first);
    const name = (point) => point ? sweep.axes[axis].labels[point.at[axis]] : "–";
    const lead = (row) => row.second && row.first[sweep.measure] > 0 ? row.second[sweep.measure] / row.first[sweep.measure] - 1 : 0;
    return [element("h3", {}, sweep.axes[axis].name.replaceAll("_", " ")), table(rows, [
      {name: "where", value: (row) => row.where}, {name: "winner", value: (row) => name(row.first), cell: (row) => element("b", {}, name(row.first))},
      {name: measures[sweep.measure].name, number: true, value: (row) => row.first[sweep.measure], text: (row) => measures[sweep.measure].text(row.first[sweep.measure])},
      {name: "second", value: (row) => name(row.second)}, {name: "by", number: true, value: lead, text: (row) => row.second ? percent(lead(row)) : "–"}])];
  });
  return section("winners", "Winners", true, ...parts.flat());
}

function boundsSection(sweep) {
  const most = 60, names = sweep.causes.filter((_, cause) => sweep.done.some((point) => point.breakdown[cause] > 0));
  const whole = Math.max(...sweep.done.map((point) => point.latency));
  return section("bounds", "What bounds each point", true, legend(names.map((name) => [name, name.replace("_", " ")])),
    sweep.done.slice(0, most).map((point) => element("div", {class: "bar"}, element("span", {}, `${sweep.pointLabel(point)} · ${timeText(point.latency)}`),
      stackedBar(sweep.causes.map((name, cause) => [name, point.breakdown[cause]]), whole))),
    sweep.done.length > most ? element("p", {class: "hint"}, `The first ${most} of ${sweep.done.length}.`) : "");
}

function paretoSection(sweep) {
  const against = ["energy", "bandwidth"].filter((key) => new Set(sweep.having(key).map((point) => point[key])).size > 1);
  if (!against.length || sweep.done.length < 2) return null;
  const holder = element("div"), bar = element("div", {class: "toolbar"});
  let second = against[0];
  function draw() {
    const front = sweep.front("latency", second), dot = (point) => ({x: point.latency, y: point[second], point});
    const series = [{name: "beaten by another", dots: sweep.having(second).filter((point) => !front.includes(point)).map(dot), colour: "var(--join)"},
      {name: "on the front", dots: front.map(dot), joined: true, dashed: true, colour: "var(--accent)"}].filter((one) => one.dots.length);
    holder.replaceChildren(seriesLegend(series), plane(series, {text: timeText, name: "latency", log: true}, {text: measures[second].text, log: false},
      (point) => pointFacts(sweep, point), `latency against ${measures[second].name}`),
    element("p", {class: "hint"}, `On the front: ${front.map((point) => sweep.pointLabel(point)).join("; ")}.`));
    bar.replaceChildren(choice("Latency against", against.map((key) => [key, measures[key].name]), second, (value) => { second = value; draw(); }));
  }
  draw();
  return section("pareto", "Pareto front", true, bar, holder);
}

function pointsSection(sweep) {
  const detail = element("div", {class: "detail", "aria-live": "polite"});
  const number = (name, key, text) => ({name, number: true, value: (point) => point[key], text: (point) => point.status === "done" && point[key] !== null ? text(point[key]) : "–"});
  function open(point) {
    detail.replaceChildren(element("h3", {}, sweep.pointLabel(point)),
      point.error ? element("pre", {}, point.error) : element("pre", {}, JSON.stringify(point.mapping, null, 1)));
  }
  const columns = [...sweep.varied.map((axis) => ({name: sweep.axes[axis].name.replaceAll("_", " "), value: (point) => point.at[axis], text: (point) => sweep.axes[axis].labels[point.at[axis]]})),
    number("latency", "latency", timeText), number("bound", "bound", timeText), number("gap", "gap", (share) => percent(share)),
    ...(sweep.measures.includes("period") ? [number("period", "period", timeText)] : []),
    ...(sweep.measures.includes("energy") ? [number("energy", "energy", measures.energy.text)] : []),
    number("bytes", "bytes", sizeText), number("busiest link", "utilization", (share) => percent(share)),
    {name: "bound by", value: (point) => point.status === "done" ? point.cause.replace("_", " ") : point.status},
    {name: "mapping", value: (point) => point.search, cell: (point) => element("button", {type: "button", onclick: () => open(point)},
      point.status === "failed" ? "error" : point.status === "done" ? point.search || "given" : "–")}];
  return section("points", "Points", true, table(sweep.points, columns), detail,
    element("details", {}, element("summary", {}, "The sweep's file"), element("pre", {}, sweep.spec)));
}
