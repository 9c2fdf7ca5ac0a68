"""The report as a reader sees it, in Chromium."""
import time

import h5py
import pytest

import browser as browser_module

assert browser_module.EXECUTABLE, "chromium is missing; scripts/deps.sh --tests installs it"

F1 = ["--workload", "resnet18", "--topology", "f1_16xlarge"]


@pytest.fixture(scope="module")
def browser():
    one = browser_module.Browser()
    yield one
    one.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory, baseline):
    """A folder with reports of one run and of two, and their run files."""
    from conftest import run_arsia  # pylint: disable=import-outside-toplevel
    folder = tmp_path_factory.mktemp("report")
    for words in (["simulate", *F1, "--mapping", baseline("resnet18").file, "-o", "base.h5"],
                  ["map", *F1, "--search", "mars", "--evaluations", 60, "--run", "mars.h5"],
                  ["report", "mars.h5", "-o", "one.html"], ["report", "base.h5", "mars.h5", "-o", "two.html"]):
        outcome = run_arsia(*words, cwd=folder)
        assert outcome.status == 0, outcome.err
    return folder


def fact(browser, name):
    """A figure of the tooltip."""
    return browser.ask(f"""[...document.querySelectorAll("#tooltip dt")].find((dt) => dt.textContent === "{name}")
                           ?.nextElementSibling.textContent""")


def middle_of(browser, task):
    """Where a task is on the screen."""
    return browser.ask(f"""(() => {{
        const canvas = document.querySelector("#timeline canvas");
        canvas.scrollIntoView({{block: "center"}});
        timeline.reveal({task});
        const box = canvas.getBoundingClientRect(), run = runs[shownRun];
        const lane = timeline.laneOf({task});
        return [box.left + timeline.x((run.tasks.start[{task}] + run.tasks.end[{task}]) / 2),
                box.top + axisHeight + (lane + 0.5) * laneHeight - timeline.viewport.scrollTop];
    }})()""")


@pytest.mark.parametrize("width, dark", [(1280, False), (1280, True), (390, False), (390, True)])
def test_every_section_is_there_and_fits(browser, pages, width, dark):
    browser.open(pages / "two.html", width=width, dark=dark, touch=width < 600)
    assert browser.errors == []
    sections = browser.ask("[...document.querySelectorAll('main > section')].map((one) => one.id)")
    assert sections == ["comparison", "summary", "breakdown", "path", "timeline", "platform", "utilization", "memory", "mapping"]
    assert browser.ask("document.documentElement.classList.contains('dark')") == dark
    assert browser.ask("document.documentElement.scrollWidth") <= width, "the page does not scroll sideways"
    empty = browser.ask("[...document.querySelectorAll('main > section')].filter((one) => one.clientHeight < 60).map((one) => one.id)")
    assert empty == []
    # What is drawn is not blank: the timeline's canvas has several colours.
    colours = browser.ask("""(() => { const canvas = document.querySelector("#timeline canvas");
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
        for (let at = 0; at < data.length; at += 4) seen.add(data[at] << 16 | data[at + 1] << 8 | data[at + 2]);
        return seen.size; })()""")
    assert colours > 5


def test_it_needs_no_network(browser, pages):
    browser.open(pages / "one.html")
    assert [url for url in browser.requests() if not url.startswith(("file://", "data:"))] == []
    text = (pages / "one.html").read_text()
    assert "src=" not in text.split("<script type")[0] and "default-src 'none'" in text


def test_figures_are_those_of_the_run_file(browser, pages):
    browser.open(pages / "one.html")
    with h5py.File(pages / "mars.h5") as file:
        latency = int(file["meta"].attrs["latency_ps"])
        breakdown = {name: int(part[()]) for name, part in file["breakdown"].items()}
        blocked, starts = file["tasks/blocked_by"][:].tolist(), file["tasks/start"][:].tolist()
        use = file["links/utilization"][:]
        best = file["search/candidates/best"][:].tolist()
        peak = file["memory/occupancy"][:].max()
    assert browser.ask("runs[0].latency") == latency
    assert dict(browser.ask("runs[0].breakdown")) == breakdown
    assert browser.ask("[...runs[0].tasks.blocked]") == blocked
    assert browser.ask("[...runs[0].tasks.start]") == starts
    assert browser.ask("runs[0].utilization.length") == use.size
    assert browser.ask("runs[0].utilization.reduce((a, b) => a + b, 0)") == pytest.approx(use.sum(), rel=1e-5)
    assert browser.ask("[...runs[0].search.best]") == best
    assert browser.ask("Math.max(...runs[0].occupancy)") == peak
    assert browser.ask("runs[0].pathByOperator().reduce((sum, row) => sum + row.time, 0)") == latency
    # Lanes hold every task but joins once, and no two of a lane at a time.
    assert browser.ask("timeline.lanes.reduce((sum, lane) => sum + lane.tasks.length, 0)") == browser.ask(
        "runs[0].tasks.kind.filter((kind) => kinds[kind] !== 'join').length")
    assert browser.ask("""timeline.lanes.every((lane) => lane.tasks.every((task, at) =>
        at === 0 || runs[0].tasks.end[lane.tasks[at - 1]] <= runs[0].tasks.start[task]))""")
    rows = browser.ask("[...document.querySelectorAll('#mapping table')].map((one) => one.rows.length)")
    assert rows[0] >= 2 and rows[1] > 20
    assert browser.ask("document.querySelector('#search svg path') !== null")


def test_hovering_shows_the_task(browser, pages):
    browser.open(pages / "one.html")
    longest = browser.ask("""runs[0].tasks.end.reduce((best, end, task) => runs[0].tasks.transfer[task] < 0
        && end - runs[0].tasks.start[task] > runs[0].tasks.end[best] - runs[0].tasks.start[best] ? task : best, 0)""")
    x, y = middle_of(browser, longest)
    browser.mouse("mouseMoved", x, y)
    assert not browser.ask("document.getElementById('tooltip').hidden")
    with h5py.File(pages / "mars.h5") as file:
        kind, operator = (file["tasks"][name].asstr()[longest] for name in ("kind", "operator"))
        by = int(file["tasks/blocked_by"][longest])
    assert fact(browser, "task") == f"{longest}, {kind}"
    assert fact(browser, "operator") == operator
    assert fact(browser, "bytes").split()[1] in ("B", "KiB", "MiB", "GiB")
    assert fact(browser, "waited for").startswith("nothing" if by < 0 else f"task {by}: ")
    browser.mouse("mouseMoved", 5, 5)
    assert browser.ask("document.getElementById('tooltip').hidden")


def test_clicking_shows_the_chain(browser, pages):
    browser.open(pages / "one.html")
    last = browser.ask("runs[0].path.task[runs[0].path.task.length - 1]")
    task = browser.ask(f"runs[0].chain({last}).filter((task) => timeline.laneOf(task) >= 0).at(-3)")
    browser.ask(f"timeline.show(runs[0].tasks.start[{task}] - 1e6, runs[0].tasks.end[{task}] + 1e6)")
    browser.click(*middle_of(browser, task))
    assert browser.ask("timeline.picked") == task
    with h5py.File(pages / "mars.h5") as file:
        blocked = file["tasks/blocked_by"][:].tolist()
    chain = [task]
    while blocked[chain[-1]] >= 0:
        chain.append(blocked[chain[-1]])
    heading = browser.ask("document.querySelector('#timeline .detail h3').textContent")
    assert heading == f"What led to task {task}: {len(chain)} tasks, the last first"
    shown = browser.ask("[...document.querySelectorAll('#timeline .detail td button')].map((one) => parseInt(one.textContent))")
    assert shown == chain[:25]


def test_the_keyboard_reaches_everything(browser, pages):
    browser.open(pages / "one.html")
    browser.ask("document.querySelector('#timeline canvas').focus()")
    browser.press("ArrowRight")
    first = browser.ask("timeline.picked")
    browser.press("ArrowRight")
    assert browser.ask("timeline.picked") == browser.ask("timeline.lanes[0].tasks[1]") != first
    browser.press("ArrowLeft")
    assert browser.ask("timeline.picked") == first
    browser.press("ArrowDown")
    assert browser.ask("timeline.lane") == 1
    browser.press("+")
    assert browser.ask("timeline.end - timeline.begin") == pytest.approx(browser.ask("runs[0].latency") / 2)
    browser.press("0")
    assert browser.ask("timeline.end - timeline.begin") == browser.ask("runs[0].latency")
    browser.press("Escape")
    assert browser.ask("timeline.picked") == -1
    assert browser.ask("""[...document.querySelectorAll("button, a, select, canvas[tabindex]")]
        .every((one) => one.tabIndex >= 0 && (one.textContent.trim() || one.getAttribute("aria-label")))""")


def test_zooming_with_the_wheel_keeps_the_time_under_the_pointer(browser, pages):
    browser.open(pages / "one.html")
    x, y = middle_of(browser, 0)
    x = round(x) + 300  # wheel events count whole pixels
    under = "timeline.time({} - document.querySelector('#timeline canvas').getBoundingClientRect().left)".format(x)
    before = browser.ask(under)
    browser.mouse("mouseWheel", x, y, deltaX=0, deltaY=-200, modifiers=2)
    browser.ask("new Promise((done) => requestAnimationFrame(() => done()))")
    assert browser.ask("timeline.end - timeline.begin") < browser.ask("runs[0].latency") * 0.6
    assert browser.ask(under) == pytest.approx(before, rel=1e-6)


def test_two_runs_can_be_told_apart(browser, pages):
    browser.open(pages / "two.html")
    text = browser.ask("document.querySelector('#comparison p').textContent")
    assert text.startswith("The second is faster: ")
    first = browser.ask("document.querySelector('h1').textContent")
    browser.ask("document.querySelectorAll('#run-choice button')[1].click()")
    assert browser.ask("document.querySelector('h1').textContent") != first
    assert browser.ask("document.querySelector('#search') !== null"), "only the second was searched"
    browser.ask("document.getElementById('theme').click()")
    assert browser.ask("document.documentElement.classList.contains('dark')")
    assert browser.errors == []


def test_sensitivity_says_what_would_be_saved(arsia, browser, baseline, tmp_path):
    rows = arsia("simulate", *F1, "--mapping", baseline("resnet18").file, "--sensitivity", 3, "-o", "run.h5",
                 "--json").json["sensitivity"]
    arsia("report", "run.h5", "-o", "run.html")
    browser.open(tmp_path / "run.html")
    assert browser.errors == []
    shown = browser.ask("[...document.querySelectorAll('#sensitivity tbody tr')].map((row) => [...row.cells].map((one) => one.textContent))")
    assert sorted(row[:2] for row in shown) == sorted([row["resource"], row["kind"]] for row in rows)
    moved = {(row["resource"], row["kind"]): row for row in rows}
    for row in shown:
        expected = moved[row[0], row[1]]
        assert (row[-1] == "agrees") == (expected["agreement"] == "agrees")
        assert expected["limited_by"] in row[-1]
    best = min(rows, key=lambda row: row["confirmed_ps"])
    assert f"Most would be saved with twice the rate of {best['resource']} ({best['kind']})" \
        in browser.ask("document.querySelector('#sensitivity').textContent")


def test_tables_sort(browser, pages):
    browser.open(pages / "one.html")
    head = "document.querySelectorAll('#platform th')[2]"
    column = "[...document.querySelectorAll('#platform td:nth-child(1)')].map((one) => one.textContent)"
    browser.ask(f"{head}.querySelector('button').click()")
    assert browser.ask(f"{head}.getAttribute('aria-sort')") == "descending"
    down = browser.ask(column)
    browser.ask(f"{head}.querySelector('button').click()")
    assert browser.ask(f"{head}.getAttribute('aria-sort')") == "ascending"
    size = dict(browser.ask("runs[0].links.map((link) => [link.name, link.bytes])"))
    assert [size[name] for name in down] == sorted(size.values(), reverse=True)[:len(down)]
    assert [size[name] for name in browser.ask(column)] == sorted(size.values())[:len(down)]


def test_names_cannot_break_the_page(arsia, browser, tiny, tmp_path):
    name = "</script><script>alert(1)</script>"
    workload = (tmp_path / "tiny.yaml").read_text().replace("name: tiny", f"name: '{name}'")
    (tmp_path / "tiny.yaml").write_text(workload)
    arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    arsia("report", "run.h5", "-o", "report.html")
    browser.open(tmp_path / "report.html")
    assert browser.errors == []
    assert browser.ask("document.querySelector('h1').textContent").startswith(name)


def test_a_hundred_thousand_tasks_open_in_two_seconds(arsia, browser, tmp_path):
    # Small messages, so that the time goes into the report and not into the simulation.
    arsia("traffic", "--topology", "mesh4x4", "--random", "uniform", "--count", 100_000, "--seed", 1, "--bytes", "64 B",
          "-o", "run.h5", timeout=300)
    arsia("report", "run.h5", "-o", "report.html")
    begin = time.monotonic()
    browser.open(tmp_path / "report.html")
    assert browser.ask("runs[0].count") == 100_000
    browser.ask("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    took = time.monotonic() - begin
    assert browser.errors == []
    assert took < 4, "two seconds on a machine of one's own; the tests share theirs"


def test_refusals(arsia, refused, tiny):
    arsia("simulate", *tiny, "--mapping", "m.json", "-o", "run.h5")
    assert "RUN.h5" in refused("report", "-o", "x.html")
    assert "output" in refused("report", "run.h5")
    assert "none.h5: cannot be read: No such file or directory" in refused("report", "none.h5", "-o", "x.html")
    assert "no/such" in refused("report", "run.h5", "-o", "no/such/x.html")
    report = arsia("report", "run.h5", "run.h5", "-o", "x.html", "--json").json
    assert report["report"] == "x.html" and len(report["latencies_ps"]) == 2
