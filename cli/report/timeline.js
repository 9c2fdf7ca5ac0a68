// The timeline: a lane an engine, drawn on a canvas that shows only what is in view.

const laneHeight = 18, axisHeight = 22;

class Timeline {
  constructor(run) {
    this.run = run;
    this.lanes = run.lanes();
    this.begin = 0;
    this.end = run.latency || 1;
    this.lane = 0;
    this.picked = -1;
    this.chain = new Set();
    this.onlyPath = false;
    this.pointers = new Map();
    this.canvas = element("canvas", {
      tabindex: 0, role: "application", "aria-label": "Timeline of all engines. Left and right: task before and after; "
        + "up and down: lane; plus and minus: zoom; shift with left and right: move; 0: everything; Escape: nothing picked."});
    this.spacer = element("div", {style: `height:${this.lanes.length * laneHeight + axisHeight}px`}, this.canvas);
    this.viewport = element("div", {class: "viewport"}, this.spacer);
    this.detail = element("div", {class: "detail", "aria-live": "polite"},
      element("p", {class: "hint"}, "Click a task, or use the arrow keys, to see what it waited for."));
    this.listen();
    keepDrawn(this.viewport, () => this.draw());
  }

  section() {
    const used = kinds.filter((kind, at) => kind !== "join" && this.run.tasks.kind.includes(at));
    const button = (text, label, action) => element("button", {type: "button", "aria-label": label, onclick: action}, text);
    const path = element("button", {type: "button", "aria-pressed": "false", onclick: () => {
      this.onlyPath = !this.onlyPath;
      path.setAttribute("aria-pressed", String(this.onlyPath));
      this.draw();
    }}, "Critical path");
    return section("timeline", "Timeline", true,
      element("div", {class: "toolbar"},
        button("+", "Zoom in", () => this.zoom(0.5)), button("−", "Zoom out", () => this.zoom(2)),
        button("All", "Show the whole run", () => this.show(0, this.run.latency)), path,
        element("span", {class: "hint"}, "Drag to move, Ctrl and wheel or pinch to zoom, arrow keys for tasks")),
      legend(used.map((kind) => [kind])), this.viewport, this.detail);
  }

  get gutter() { return this.width < 600 ? 78 : 130; }
  get width() { return this.viewport.clientWidth; }
  x(time) { return this.gutter + (time - this.begin) / (this.end - this.begin) * (this.width - this.gutter); }
  time(x) { return this.begin + (x - this.gutter) / (this.width - this.gutter) * (this.end - this.begin); }

  show(begin, end) {
    const whole = this.run.latency || 1, span = Math.min(whole, Math.max(end - begin, Math.min(whole, 100)));
    this.begin = Math.max(0, Math.min(begin, whole - span));
    this.end = this.begin + span;
    this.draw();
  }
  zoom(factor, around = (this.begin + this.end) / 2) {
    const span = (this.end - this.begin) * factor, part = (around - this.begin) / (this.end - this.begin);
    this.show(around - span * part, around + span * (1 - part));
  }

  draw() {
    const {width} = this;
    if (!width) return;
    const height = Math.min(this.viewport.clientHeight || 400, this.lanes.length * laneHeight + axisHeight);
    const context = context2d(this.canvas, width, height);
    const colours = kinds.map(colour), paint = {ink: colour("ink"), soft: colour("soft"), line: colour("line"),
      card: colour("card"), track: colour("track"), pick: colour("pick")};
    context.fillStyle = paint.card;
    context.fillRect(0, 0, width, height);
    const scrolled = this.viewport.scrollTop;
    const first = Math.floor(scrolled / laneHeight), last = Math.min(this.lanes.length, first + Math.ceil(height / laneHeight) + 1);
    for (let at = first; at < last; ++at) this.drawLane(context, at, axisHeight + at * laneHeight - scrolled, colours, paint);
    this.drawChain(context, scrolled, paint);
    this.drawAxis(context, height, paint);
  }

  drawLane(context, number, top, colours, paint) {
    const lane = this.lanes[number], {tasks} = lane, {tasks: table, critical} = this.run;
    const {gutter, width} = this, perPs = (width - gutter) / (this.end - this.begin);
    if (lane.label === "compute") {
      context.fillStyle = paint.line;
      context.fillRect(0, top, width, 1);
    }
    context.fillStyle = number === this.lane ? paint.ink : paint.soft;
    const node = this.run.nodes[lane.node].name, startsNode = number === 0 || this.lanes[number - 1].node !== lane.node;
    context.textAlign = "left";
    const alone = lane.label === "compute" && gutter < 100; // too narrow for both names
    if (startsNode) context.fillText(node, 4, top + laneHeight / 2, gutter - (alone ? 8 : gutter < 100 ? 44 : 60));
    context.textAlign = "right";
    if (!alone) context.fillText(lane.label, gutter - 6, top + laneHeight / 2, 52);
    context.save();
    context.beginPath();
    context.rect(gutter, top, width - gutter, laneHeight);
    context.clip();
    let drawnTo = -1;
    context.textAlign = "left";
    for (let at = this.firstVisible(tasks); at < tasks.length; ++at) {
      const task = tasks[at], start = table.start[task];
      if (start > this.end) break;
      const left = gutter + (start - this.begin) * perPs, right = gutter + (table.end[task] - this.begin) * perPs;
      if (right < drawnTo + 0.4) continue; // hidden behind the pixel before
      const faint = (this.onlyPath && !critical[task]) || (this.chain.size > 0 && !this.chain.has(task));
      context.globalAlpha = faint ? 0.25 : 1;
      context.fillStyle = colours[table.kind[task]];
      const shownLeft = Math.max(left, gutter - 2), shownWidth = Math.max(Math.min(right, width + 2) - shownLeft, 0.7);
      context.fillRect(shownLeft, top + 2, shownWidth, laneHeight - 4);
      drawnTo = shownLeft + shownWidth;
      if (shownWidth > 2 && critical[task]) {
        context.fillStyle = paint.pick;
        context.fillRect(shownLeft, top + laneHeight - 4, shownWidth, 2);
      }
      if (shownWidth > 4) { // a gap between neighbours
        context.fillStyle = paint.card;
        context.fillRect(drawnTo - 0.6, top + 2, 0.6, laneHeight - 4);
      }
      if (shownWidth > 46) {
        context.fillStyle = "#fff";
        context.fillText(this.run.operator(task) || this.run.name(task), shownLeft + 4, top + laneHeight / 2 - 0.5, shownWidth - 8);
      }
      if (task === this.picked) {
        context.strokeStyle = paint.pick;
        context.lineWidth = 2;
        context.strokeRect(shownLeft, top + 1.5, shownWidth, laneHeight - 3);
      }
    }
    context.restore();
  }

  firstVisible(tasks) { // tasks of a lane follow each other, so their ends are in order too
    let low = 0, high = tasks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.run.tasks.end[tasks[middle]] < this.begin) low = middle + 1; else high = middle;
    }
    return low;
  }

  /// Lines from the end of each task of the chain to the start of the next.
  drawChain(context, scrolled, paint) {
    if (this.picked < 0) return;
    const {start, end} = this.run.tasks, chain = [...this.chain].sort((a, b) => start[a] - start[b] || a - b);
    context.save();
    context.beginPath();
    context.rect(this.gutter, axisHeight, this.width, 1e5);
    context.clip();
    context.strokeStyle = paint.pick;
    context.lineWidth = 1;
    context.beginPath();
    for (let at = 1; at < chain.length; ++at) {
      if (end[chain[at - 1]] < this.begin && start[chain[at]] < this.begin) continue;
      if (start[chain[at - 1]] > this.end) break;
      const from = this.laneOf(chain[at - 1]), to = this.laneOf(chain[at]);
      if (from < 0 || to < 0) continue;
      const middle = (lane) => axisHeight + lane * laneHeight + laneHeight / 2 - scrolled;
      context.moveTo(this.x(end[chain[at - 1]]), middle(from));
      context.lineTo(this.x(start[chain[at]]), middle(to));
    }
    context.stroke();
    context.restore();
  }

  drawAxis(context, height, paint) {
    context.fillStyle = paint.card;
    context.fillRect(0, 0, this.width, axisHeight);
    context.strokeStyle = paint.line;
    context.fillStyle = paint.soft;
    context.textAlign = "center";
    for (const at of ticks(this.begin, this.end, Math.max(2, (this.width - this.gutter) / 110))) {
      const x = this.x(at);
      context.fillText(timeText(at), Math.min(Math.max(x, this.gutter + 16), this.width - 26), 10);
      context.beginPath();
      context.moveTo(x, 17);
      context.lineTo(x, axisHeight);
      context.stroke();
    }
    context.beginPath();
    context.moveTo(0, axisHeight - 0.5);
    context.lineTo(this.width, axisHeight - 0.5);
    context.stroke();
  }

  laneOf(task) {
    if (!this.laneByTask) {
      this.laneByTask = new Int32Array(this.run.count).fill(-1);
      this.lanes.forEach((lane, at) => lane.tasks.forEach((each) => { this.laneByTask[each] = at; }));
    }
    return this.laneByTask[task];
  }

  /// The task at a point of the canvas, or −1; a task narrower than the pointer counts too.
  at(x, y) {
    const lane = Math.floor((y - axisHeight + this.viewport.scrollTop) / laneHeight);
    if (y < axisHeight || x < this.gutter || lane < 0 || lane >= this.lanes.length) return -1;
    const {tasks} = this.lanes[lane], slack = 3 / (this.width - this.gutter) * (this.end - this.begin), time = this.time(x);
    let best = -1, nearest = slack;
    const {start, end} = this.run.tasks;
    for (let k = Math.max(0, this.firstVisible(tasks)); k < tasks.length && start[tasks[k]] <= time + slack; ++k) {
      const apart = Math.max(start[tasks[k]] - time, time - end[tasks[k]], 0);
      if (apart < nearest || (apart === 0 && best < 0)) { nearest = apart; best = tasks[k]; }
    }
    return best;
  }

  /// What there is to say of a task, as pairs of name and text.
  facts(task) {
    const {run} = this, {tasks} = run, transfer = tasks.transfer[task], by = tasks.blocked[task];
    const facts = [["task", `${task}, ${run.kind(task)}`], ["operator", run.operator(task) || "–"],
      ["where", transfer < 0 ? run.node(task) : `${run.node(task)} → ${run.destination(task)}`],
      ["when", `${timeText(tasks.start[task])} to ${timeText(tasks.end[task])} (${timeText(tasks.end[task] - tasks.start[task])})`],
      ["bytes", sizeText(tasks.bytes[task])]];
    if (tasks.cycles[task] > 0) facts.push(["cycles", countText(tasks.cycles[task])]);
    if (transfer >= 0) {
      facts.push(["alone", timeText(run.transfers.alone[transfer])]);
      facts.push(["route", run.route(task).join(", ") || "stays in its node"]);
    }
    const queued = tasks.start[task] - tasks.ready[task];
    if (queued > 0) facts.push(["engine busy", `for ${timeText(queued)} after it was ready`]);
    facts.push(["waited for", by < 0 ? "nothing" : `task ${by}: ${run.name(by)} on ${run.node(by) || "no node"}`]);
    return facts;
  }

  pick(task, {reveal = false} = {}) {
    this.picked = task;
    this.chain = new Set(task < 0 ? [] : this.run.chain(task));
    if (task >= 0) {
      this.lane = this.laneOf(task);
      if (reveal) this.reveal(task);
      const chain = this.run.chain(task), {start, end} = this.run.tasks;
      const steps = table(chain.map((each, at) => ({task: each, at})).reverse(), [
        {name: "#", number: true, value: (row) => row.at + 1},
        {name: "task", value: (row) => row.task, cell: (row) => element("button", {type: "button",
          onclick: () => this.pick(row.task, {reveal: true})}, `${row.task} ${this.run.name(row.task)}`)},
        {name: "where", value: (row) => this.run.node(row.task)},
        {name: "start", number: true, value: (row) => start[row.task], text: (row) => timeText(start[row.task])},
        {name: "took", number: true, value: (row) => end[row.task] - start[row.task], text: (row) => timeText(end[row.task] - start[row.task])},
      ], {limit: 25});
      this.detail.replaceChildren(element("div", {class: "columns"},
        element("div", {}, element("h3", {}, `What led to task ${task}: ${chain.length} tasks, the last first`), steps),
        element("div", {}, element("h3", {}, this.run.name(task)), pairs(this.facts(task)))));
    } else {
      this.detail.replaceChildren();
    }
    this.draw();
  }
  reveal(task) {
    const {start, end} = this.run.tasks, span = this.end - this.begin;
    if (end[task] > this.end || start[task] < this.begin) this.show(start[task] - span / 3, start[task] + span * 2 / 3);
    const top = this.laneOf(task) * laneHeight, view = this.viewport;
    if (top < view.scrollTop || top + laneHeight + axisHeight > view.scrollTop + view.clientHeight) view.scrollTop = top - view.clientHeight / 2;
  }

  listen() {
    const place = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    this.viewport.addEventListener("scroll", () => this.draw(), {passive: true});
    this.canvas.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey) this.zoom(Math.exp(event.deltaY / 250), this.time(place(event)[0]));
      else if (event.deltaX) this.move(event.deltaX);
      else return;
      event.preventDefault();
    }, {passive: false});
    this.canvas.addEventListener("pointerdown", (event) => {
      this.pointers.set(event.pointerId, place(event));
      this.dragged = this.pointers.size > 1;
    });
    this.canvas.addEventListener("pointermove", (event) => {
      const [x, y] = place(event), before = this.pointers.get(event.pointerId);
      if (before) this.drag(event, [x, y], before);
      else this.hover(event, x, y);
    });
    const release = (event) => {
      if (!this.pointers.delete(event.pointerId)) return;
      if (event.type === "pointerup" && !this.dragged) this.pick(this.at(...place(event)));
    };
    this.canvas.addEventListener("pointerup", release);
    this.canvas.addEventListener("pointercancel", release);
    this.canvas.addEventListener("pointerleave", () => tooltip.hide());
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }
  move(pixels) {
    const shift = pixels / (this.width - this.gutter) * (this.end - this.begin);
    this.show(this.begin + shift, this.end + shift);
  }
  drag(event, now, before) {
    if (this.pointers.size === 1) {
      if (!this.dragged && Math.abs(now[0] - before[0]) < 4) return;
      if (!this.dragged) this.canvas.setPointerCapture(event.pointerId);
      this.dragged = true;
      tooltip.hide();
      this.move(before[0] - now[0]);
    } else {
      const other = [...this.pointers].find(([id]) => id !== event.pointerId)[1];
      const was = Math.abs(before[0] - other[0]), is = Math.abs(now[0] - other[0]);
      if (was > 10 && is > 10) this.zoom(was / is, this.time((now[0] + other[0]) / 2));
    }
    this.pointers.set(event.pointerId, now);
  }
  hover(event, x, y) {
    const task = this.at(x, y);
    if (task < 0) tooltip.hide();
    else tooltip.show(event.clientX, event.clientY, element("b", {}, this.run.name(task)), pairs(this.facts(task)));
  }
  key(event) {
    const neighbour = (step) => {
      const {tasks} = this.lanes[this.lane];
      const at = tasks.indexOf(this.picked);
      const next = at < 0 ? this.firstVisible(tasks) : at + step;
      if (tasks[next] !== undefined) this.pick(tasks[next], {reveal: true});
    };
    const toLane = (step) => {
      const lane = this.lane + step;
      if (lane < 0 || lane >= this.lanes.length) return;
      const time = this.picked < 0 ? this.begin : this.run.tasks.start[this.picked], {tasks} = this.lanes[lane];
      const next = tasks.find((task) => this.run.tasks.end[task] >= time);
      this.pick(next === undefined ? tasks[tasks.length - 1] : next, {reveal: true});
    };
    const centre = this.picked < 0 ? undefined : (this.run.tasks.start[this.picked] + this.run.tasks.end[this.picked]) / 2;
    const actions = {
      ArrowLeft: () => event.shiftKey ? this.move(-80) : neighbour(-1), ArrowRight: () => event.shiftKey ? this.move(80) : neighbour(1),
      ArrowUp: () => toLane(-1), ArrowDown: () => toLane(1), "+": () => this.zoom(0.5, centre), "=": () => this.zoom(0.5, centre),
      "-": () => this.zoom(2, centre), 0: () => this.show(0, this.run.latency), Escape: () => this.pick(-1)};
    if (!this.lanes.length || !actions[event.key] || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    actions[event.key]();
  }
}
