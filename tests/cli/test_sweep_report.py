"""The page of a sweep as a reader sees it, in Chromium."""
import json

import h5py
import pytest

import browser as browser_module
from conftest import MUTE_DESIGN, PAIR_TOPOLOGY, TINY_WORKLOAD, run_arsia

assert browser_module.EXECUTABLE, "chromium is missing; scripts/deps.sh --tests installs it"

SPEC = {"format": "arsia-sweep/1", "name": "small", "question": "What if?", "workload": "tiny.yaml", "topology": "pair.yaml",
        "axes": [{"axis": "bandwidth", "links": "network", "values": ["1 Gbps", "8 Gbps", "64 Gbps"]},
                 {"axis": "memory_capacity", "values": ["64 MiB", "1 KiB", "32 MiB"]},
                 {"axis": "search", "values": [{"name": "baseline", "evaluations": 1}, {"name": "random", "evaluations": 5}]}]}


@pytest.fixture(scope="module")
def browser():
    one = browser_module.Browser()
    yield one
    one.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """A folder with the pages of a sweep of three axes, some of whose points fail, and of one axis of names."""
    folder = tmp_path_factory.mktemp("sweep-report")
    (folder / "tiny.yaml").write_text(TINY_WORKLOAD)
    (folder / "pair.yaml").write_text(PAIR_TOPOLOGY)
    (folder / "three.yaml").write_text(json.dumps(SPEC))
    changes = {"axis": "change", "values": [{"name": "as it is"}, {"name": "<slow> link", "links": [{"all": "links", "latency": "9 us"}]}]}
    (folder / "one.yaml").write_text(json.dumps({**SPEC, "axes": [changes], "search": "baseline"}))
    (folder / "mute.yaml").write_text(MUTE_DESIGN)
    for name, values in (("energy", ["mute.yaml", "winograd_4_3"]), ("unknown", ["mute.yaml"])):
        axes = [{"axis": "designs", "values": values}, SPEC["axes"][0]]
        (folder / f"{name}.yaml").write_text(json.dumps({**SPEC, "axes": axes, "search": "baseline", "measure": "energy"}))
    for name in ("three", "one", "energy", "unknown"):
        for words in (["sweep", f"{name}.yaml", "-o", f"{name}.h5"], ["report", f"{name}.h5", "-o", f"{name}.html"]):
            outcome = run_arsia(*words, cwd=folder)
            assert outcome.status == 0, outcome.err
    return folder


def texts(browser, selector):
    return browser.ask(f"[...document.querySelectorAll({json.dumps(selector)})].map((one) => one.textContent)")


def choose(browser, section, label, value):
    browser.ask(f"""(() => {{ const list = document.querySelector('#{section} select[aria-label="{label}"]');
        list.value = {json.dumps(value)}; list.dispatchEvent(new Event("change")); }})()""")


@pytest.mark.parametrize("width, dark", [(1280, False), (1280, True), (390, False), (390, True)])
def test_every_section_is_there_and_fits(browser, pages, width, dark):
    browser.open(pages / "three.html", width=width, dark=dark, touch=width < 600)
    assert browser.errors == []
    sections = browser.ask("[...document.querySelectorAll('main > section')].map((one) => one.id)")
    assert sections == ["answers", "curves", "map", "winners", "bounds", "pareto", "points"]
    assert browser.ask("document.documentElement.classList.contains('dark')") == dark
    assert browser.ask("document.documentElement.scrollWidth") <= width, "the page does not scroll sideways"
    assert [url for url in browser.requests() if not url.startswith(("file://", "data:"))] == []


def test_answers_and_figures_are_those_of_the_file(browser, pages):
    browser.open(pages / "three.html")
    with h5py.File(pages / "three.h5") as file:
        assert texts(browser, "#answers li") == [text.decode() for text in file["answers"][:]]
        done = file["points/status"][:] == b"done"
        latency, place = file["points/latency"][:], file["points/place"][:]
    assert texts(browser, "#answers .question") == ["What if?"]
    assert browser.ask("sweep.done.map((point) => point.latency)") == list(latency[done])
    # A curve for each of the four combinations that have results, three dots each.
    assert browser.ask("document.querySelectorAll('#curves circle').length") == 12
    assert len(texts(browser, "#winners tbody tr")) == 6
    # The heat map's cell is the best search of its place.
    cell = browser.ask("document.querySelector('#map tbody td').textContent")
    best = min(latency[done & (place[:, 0] == 0) & (place[:, 1] == 0)])
    assert cell == browser.ask(f"timeText({best})")


def test_choices_change_what_is_drawn(browser, pages):
    browser.open(pages / "three.html")
    before = browser.ask("document.querySelector('#curves svg').outerHTML")
    choose(browser, "curves", "Show", "bytes")
    assert browser.ask("document.querySelector('#curves svg').outerHTML") != before
    choose(browser, "curves", "along", "1")
    assert browser.ask("document.querySelector('#curves svg').getAttribute('aria-label')") == "bytes moved along memory_capacity"
    choose(browser, "map", "rows", "2")
    assert texts(browser, "#map tbody th") == ["baseline, 1 evaluations", "random, 5 evaluations"]
    assert texts(browser, "#map thead th")[1:] == ["64 MiB", "1 KiB", "32 MiB"]
    assert texts(browser, "#map tbody td")[1] == "–", "no point of 1 KiB has a result"
    assert browser.errors == []


def test_keyboard_and_pointer_show_a_point(browser, pages):
    browser.open(pages / "three.html")
    browser.ask("document.querySelector('#curves circle').focus()")
    assert "1 Gbps of link bandwidth" in browser.ask("document.getElementById('tooltip').textContent")
    browser.ask("document.activeElement.blur()")
    assert browser.ask("document.getElementById('tooltip').hidden")
    x, y = browser.ask("""(() => { const dot = document.querySelectorAll('#curves circle')[2]; dot.scrollIntoView({block: 'center'});
        const box = dot.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()""")
    browser.mouse("mouseMoved", x, y)
    assert "64 Gbps of link bandwidth" in browser.ask("document.getElementById('tooltip').textContent")


def test_points_open_their_mapping_or_error(browser, pages):
    browser.open(pages / "three.html")
    assert browser.ask("document.querySelectorAll('#points tbody tr').length") == 18
    browser.ask("[...document.querySelectorAll('#points td button')].find((one) => one.textContent === 'error').click()")
    assert "found no legal mapping" in browser.ask("document.querySelector('#points .detail pre').textContent")
    browser.ask("[...document.querySelectorAll('#points td button')].find((one) => one.textContent === 'random').click()")
    assert '"arsia-mapping/1"' in browser.ask("document.querySelector('#points .detail pre').textContent")


def test_a_sweep_of_names_is_shown_too(browser, pages):
    browser.open(pages / "one.html")
    assert browser.errors == []
    assert "<slow> link" in texts(browser, "#curves td")
    assert texts(browser, "#answers li")[0].startswith("Against as it is (")


def test_points_without_energy_have_no_place_in_it(browser, pages):
    browser.open(pages / "energy.html")
    assert browser.errors == []
    assert browser.ask("document.querySelector('#curves svg').getAttribute('aria-label')") == "energy along bandwidth"
    assert browser.ask("document.querySelectorAll('#curves circle').length") == 3, "of winograd_4_3 alone"
    assert texts(browser, "#winners tbody tr td:nth-child(2)") == ["winograd_4_3"] * 3
    assert texts(browser, "#map tbody tr:first-child td") == ["–"] * 3
    assert browser.ask("sweep.points.map((point) => point.energy === null)") == [True] * 3 + [False] * 3
    assert "NaN" not in browser.ask("document.body.innerText")

    browser.open(pages / "unknown.html")
    assert browser.errors == []
    assert browser.ask("document.querySelector('#curves svg').getAttribute('aria-label')") == "latency along bandwidth"
    assert texts(browser, "#answers li")[0].startswith("Energy is not known at any point")
    assert browser.ask("document.querySelector('#winners')") is None
    assert "NaN" not in browser.ask("document.body.innerText")


def test_the_result_of_a_sweep_is_shown_alone(pages):
    outcome = run_arsia("report", "one.h5", "three.h5", "-o", "both.html", cwd=pages)
    assert outcome.status == 2
    assert outcome.errors == ["OTHER.h5: 'one.h5' is the result of a sweep, which is shown alone"]
