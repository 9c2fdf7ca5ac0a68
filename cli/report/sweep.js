// Puts a sweep's page together.

const sweep = new Sweep(JSON.parse(document.getElementById("data").textContent).sweep);

function setTheme(dark) {
  document.documentElement.classList.toggle("dark", dark);
  redraws.forEach((draw) => draw());
}

const parts = (sweep.done.length ? [answersSection(sweep), curvesSection(sweep), mapSection(sweep), winnersSection(sweep), boundsSection(sweep),
  paretoSection(sweep), pointsSection(sweep)] : [answersSection(sweep), pointsSection(sweep)]).filter(Boolean);
document.getElementById("main").replaceChildren(...parts);
document.querySelector("h1").textContent = sweep.name;
document.querySelector(".subtitle").textContent = `${sweep.file} · ${sweep.axes.map((axis) => axis.name).join(" × ")} · ${sweep.points.length} points`;
document.querySelector("nav").replaceChildren(...parts.map((part) => element("a", {href: `#${part.id}`}, part.querySelector("h2").textContent)));
document.getElementById("theme").addEventListener("click", () => setTheme(!document.documentElement.classList.contains("dark")));
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
prefersDark.addEventListener("change", () => setTheme(prefersDark.matches));
setTheme(prefersDark.matches);
document.documentElement.dataset.ready = String(Math.round(performance.now()));
