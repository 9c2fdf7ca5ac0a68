// Puts the page together.

const runs = JSON.parse(document.getElementById("data").textContent).runs.map((packed) => new Run(packed));

function setTheme(dark) {
  document.documentElement.classList.toggle("dark", dark);
  redraws.forEach((draw) => draw());
}

let shownRun = 0, timeline;

function show(number) {
  redraws.length = 0;
  shownRun = number;
  const run = runs[number];
  timeline = new Timeline(run);
  const parts = [compareSection(runs), summarySection(run), breakdownSection(run), pathSection(run, timeline), sensitivitySection(run), timeline.section(),
    platformSection(run), utilizationSection(run), memorySection(run), searchSection(run), paretoSection(run), mappingSection(run)].filter(Boolean);
  document.getElementById("main").replaceChildren(...parts);
  document.querySelector("h1").textContent = `${run.title}: ${timeText(run.latency)}`;
  document.querySelector(".subtitle").textContent = `${run.file} · ${run.command}`;
  document.querySelector("nav").replaceChildren(...parts.map((part) =>
    element("a", {href: `#${part.id}`}, part.querySelector("h2").textContent)));
  redraws.forEach((draw) => draw());
  document.querySelectorAll("#run-choice button").forEach((button, at) => button.setAttribute("aria-pressed", String(at === number)));
}

if (runs.length > 1) {
  document.getElementById("run-choice").append(...runs.map((run, at) =>
    element("button", {type: "button", title: run.file, onclick: () => show(at)}, ["First", "Second"][at])));
}
document.getElementById("theme").addEventListener("click", () => setTheme(!document.documentElement.classList.contains("dark")));
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
prefersDark.addEventListener("change", () => setTheme(prefersDark.matches));
setTheme(prefersDark.matches);
show(0);
document.documentElement.dataset.ready = String(Math.round(performance.now()));
