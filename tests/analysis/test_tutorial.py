"""The tutorial in cells runs from the first to the last, and its figures are there."""
import os
import pathlib
import re

import pytest

TUTORIAL = pathlib.Path(__file__).parents[2] / "docs" / "analysis-tutorial.py"
ARSIA = pathlib.Path(os.environ.get("ARSIA", TUTORIAL.parents[1] / "build" / "release" / "arsia"))


def cells():
    """Pairs of kind and text; a cell begins with a line `# %%`."""
    parts = re.split(r"^# %%(.*)\n", TUTORIAL.read_text(), flags=re.MULTILINE)
    assert parts[0] == ""
    return [("markdown" if "[markdown]" in kind else "code", text) for kind, text in zip(parts[1::2], parts[2::2])]


def test_text_stands_before_every_cell_of_code():
    kinds = [kind for kind, _ in cells()]
    assert kinds == ["markdown", "code"] * (len(kinds) // 2) and len(kinds) >= 16
    for kind, text in cells():
        lines = text.strip().splitlines()
        assert kind == "code" or all(line.startswith("#") for line in lines)


def test_every_cell_runs(tmp_path, monkeypatch, capsys):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "arsia").symlink_to(ARSIA)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    monkeypatch.chdir(tmp_path)
    names = {}
    for kind, text in cells():
        if kind == "code":
            try:
                exec(compile(text, str(TUTORIAL), "exec"), names)  # pylint: disable=exec-used
            except Exception as error:
                pytest.fail(f"{error!r} in the cell\n{text}")
    said = capsys.readouterr().out
    assert said.count(" tasks, ") == 2 and "compute" in said and "median" in said
    wanted = set(re.findall(r'savefig\("(.*?)"\)', TUTORIAL.read_text()))
    assert len(wanted) >= 6
    for name in wanted:
        image = (tmp_path / name).read_bytes()
        assert image.startswith(b"\x89PNG") and len(image) > 5000, name
