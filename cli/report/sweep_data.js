// A sweep: axes, points, and looking at it along an axis.

const measures = {
  latency: {name: "latency", text: timeText}, energy: {name: "energy", text: (joules) => `${Number(joules.toPrecision(3))} J`},
  period: {name: "period", text: timeText}, bytes: {name: "bytes moved", text: sizeText},
  utilization: {name: "busiest link", text: (share) => percent(share)}, gap: {name: "gap to the bound", text: (share) => percent(share)},
  bandwidth: {name: "bandwidth of all links", text: bandwidthText},
};

class Sweep {
  constructor(data) {
    Object.assign(this, data);
    this.done = this.points.filter((point) => point.status === "done");
    this.varied = this.axes.map((_, at) => at).filter((at) => this.axes[at].labels.length > 1);
    this.quantities = this.varied.filter((at) => this.axes[at].role === "quantity");
    // What is 0 everywhere was not stated.
    this.measures = Object.keys(measures).filter((key) => key === "latency" || this.done.some((point) => point[key] > 0));
    this.known = this.measures.includes(this.measure); // else what is measured has no value at any point
    this.shown = this.known ? this.measure : "latency";
  }

  label(axis, value) {
    const {labels, role, noun} = this.axes[axis];
    return role === "quantity" && noun ? `${labels[value]} ${noun}` : labels[value];
  }
  pointLabel(point) {
    return this.varied.map((axis) => this.label(axis, point.at[axis])).join(", ") || this.name;
  }

  /// Done points in groups by their values of some axes: [{at: [value of each], points}], in order.
  groups(axes) {
    const found = new Map();
    for (const point of this.done) {
      const at = axes.map((axis) => point.at[axis]), key = at.join();
      if (!found.has(key)) found.set(key, {at, points: []});
      found.get(key).points.push(point);
    }
    return [...found.values()].sort((a, b) => a.at.map((value, k) => value - b.at[k]).find((difference) => difference) || 0);
  }

  /// The least of those that have a value.
  best(points, measure) {
    return points.filter((point) => point[measure] !== null).reduce((best, point) => !best || point[measure] < best[measure] ? point : best, null);
  }

  having(...keys) {
    return this.done.filter((point) => keys.every((key) => point[key] !== null));
  }

  /// Points that no other one beats in both, by the first of them.
  front(first, second) {
    const out = [];
    for (const point of this.having(first, second).sort((a, b) => a[first] - b[first] || a[second] - b[second])) {
      if (!out.length || point[second] < out[out.length - 1][second]) out.push(point);
    }
    return out;
  }
}
