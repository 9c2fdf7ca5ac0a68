// The runs, unpacked from the page: columns are typed arrays in base64, led by their type.

const columnTypes = {u1: Uint8Array, i4: Int32Array, f4: Float32Array, f8: Float64Array};

function column(text) {
  const raw = atob(text.slice(3));
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; ++at) bytes[at] = raw.charCodeAt(at);
  return new columnTypes[text.slice(0, 2)](bytes.buffer);
}

const kinds = ["compute", "transfer", "reduce", "reconfigure", "join"];
const purposes = ["none", "input", "output", "activation", "weights", "partial_sum", "shared_shard", "collective"];

class Run {
  constructor(packed) {
    Object.assign(this, packed);
    for (const table of [this.tasks, this.transfers, this.path, this.search].filter(Boolean)) {
      for (const [name, value] of Object.entries(table)) {
        if (typeof value === "string" && /^(u1|i4|f4|f8):/.test(value)) table[name] = column(value);
      }
    }
    for (const name of ["linkBins", "memoryBins", "utilization", "occupancy"]) this[name] = column(this[name]);
    this.title = this.workload ? `${this.workload} on ${this.topology}` : this.topology;
    this.critical = new Uint8Array(this.tasks.kind.length);
    for (const task of this.path.task) if (task >= 0) this.critical[task] = 1;
  }

  get count() { return this.tasks.kind.length; }
  kind(task) { return kinds[this.tasks.kind[task]]; }
  operator(task) { return this.tasks.op[task] < 0 ? "" : this.operators[this.tasks.op[task]]; }
  node(task) { return this.tasks.node[task] < 0 ? "" : this.nodes[this.tasks.node[task]].name; }

  /// What a task is, in few words.
  name(task) {
    const at = this.tasks.transfer[task];
    const purpose = at < 0 ? "" : purposes[this.transfers.purpose[at]].replace("_", " ");
    const what = at < 0 ? this.kind(task) : purpose === "none" ? "transfer" : `${purpose} transfer`;
    return this.operator(task) ? `${this.operator(task)} ${what}` : what;
  }
  destination(task) { return this.nodes[this.transfers.destination[this.tasks.transfer[task]]].name; }
  route(task) { return this.routes[this.transfers.route[this.tasks.transfer[task]]].map((link) => this.links[link].name); }

  /// The tasks that led to this one, in order of time, this one last.
  chain(task) {
    const out = [];
    for (let at = task; at >= 0; at = this.tasks.blocked[at]) out.push(at);
    return out.reverse();
  }

  /// Lanes of engines that had tasks: {node, label, tasks in order of start}.
  lanes() {
    const found = new Map();
    for (let task = 0; task < this.count; ++task) {
      if (kinds[this.tasks.kind[task]] === "join") continue;
      const at = this.tasks.transfer[task], lane = at < 0 ? 0 : 1 + this.transfers.lane[at];
      const key = this.tasks.node[task] * 65536 + lane;
      if (!found.has(key)) {
        found.set(key, {key, node: this.tasks.node[task], label: lane ? `dma ${lane - 1}` : "compute", tasks: []});
      }
      found.get(key).tasks.push(task);
    }
    const {start} = this.tasks;
    return [...found.values()].sort((a, b) => a.key - b.key).map((lane) =>
      ({...lane, tasks: Int32Array.from(lane.tasks).sort((a, b) => start[a] - start[b] || a - b)}));
  }

  /// Time of the critical path by operator and kind, the largest first: [{operator, kind, time, steps}].
  pathByOperator() {
    const sums = new Map();
    this.path.task.forEach((task, at) => {
      const kind = task < 0 ? "waiting" : this.kind(task), operator = task < 0 ? "" : this.operator(task);
      const key = `${operator}\n${kind}`;
      const sum = sums.get(key) || {operator, kind, time: 0, steps: 0};
      sum.time += this.path.end[at] - this.path.begin[at];
      sum.steps += 1;
      sums.set(key, sum);
    });
    return [...sums.values()].sort((a, b) => b.time - a.time);
  }

  /// Busy share of each node's compute engine in `bins` equal bins: rows of nodes.
  computeShares(bins) {
    const width = this.latency / bins || 1, rows = this.nodes.map(() => new Float32Array(bins));
    for (let task = 0; task < this.count; ++task) {
      if (this.tasks.transfer[task] >= 0 || this.tasks.node[task] < 0) continue;
      const start = this.tasks.start[task], end = this.tasks.end[task], row = rows[this.tasks.node[task]];
      for (let bin = Math.floor(start / width); bin < bins && bin * width < end; ++bin) {
        row[bin] += (Math.min(end, (bin + 1) * width) - Math.max(start, bin * width)) / width;
      }
    }
    return rows;
  }
}
