"""The checker of commands is itself a program that can be wrong."""
import pytest

import check_commands


def blocks(text):
    return check_commands.blocks_of(text)


def test_only_shell_blocks_and_files_are_taken():
    found = blocks("```sh\nls\n```\n\n```yaml\na: 1\n```\n<!-- file: b.yaml -->\n```yaml\nb: 1\n```\n")
    assert [(b.language, b.file, b.lines, b.line) for b in found] == [("sh", "", ["ls"], 2),
                                                                      ("yaml", "b.yaml", ["b: 1"], 10)]


def test_markers_apply_to_the_next_block_only():
    found = blocks("<!-- commands: exit 2 -->\n```sh\nfalse\n```\n```sh\ntrue\n```\n"
                   "<!-- commands: skip (needs a screen) -->\n```sh\nfirefox\n```\n")
    assert [(b.status, b.skip) for b in found] == [(2, False), (0, False), (0, True)]


@pytest.mark.parametrize("text, message", [
    ("<!-- commands: later -->\n```sh\nls\n```\n", "unknown marker 'later'; legal: skip (REASON), exit N"),
    ("<!-- commands: skip () -->\n```sh\nls\n```\n", "unknown marker 'skip ()'"),
    ("<!-- commands: exit 1 -->\ntext\n```sh\nls\n```\n", "page:2: a marker must stand on the line before a block"),
    ("```sh\nls\n", "page:2: the block has no end"),
])
def test_pages_that_cannot_be_understood(text, message):
    with pytest.raises(check_commands.PageError) as error:
        blocks(text)
    assert message in str(error.value)


def test_dialogue_splits_commands_and_output():
    block = blocks("```console\n$ one \\\n    --more\n1\n$ two\n```\n")[0]
    assert check_commands.dialogue(block) == [(0, "one \\\n    --more", ["1"]), (3, "two", [])]


@pytest.mark.parametrize("shown, printed, missing", [
    (["a", "b"], ["a", "x", "b"], None),
    (["b", "a"], ["a", "b"], "a"),
    (["took ... s"], ["took 1.25 s"], None),
    (["took ... s"], ["took 1.25 ms"], "took ... s"),
    (["a", "...", "c"], ["a", "b", "c"], None),
    (["a.c"], ["abc"], "a.c"),
    ([], ["anything"], None),
])
def test_shown_output_is_looked_for_in_order(shown, printed, missing):
    assert check_commands.first_missing(shown, printed) == missing


@pytest.fixture(name="project")
def project_with_one_page(tmp_path):
    def make(text):
        root = tmp_path / "project"
        root.mkdir()
        path = root / "README.md"
        path.write_text(text)
        return check_commands.Page(path, root, {"PATH": "/usr/bin:/bin"}, timeout=1)
    return make


def test_commands_share_a_folder_and_leave_the_project_alone(project):
    page = project("<!-- file: in/a.txt -->\n```text\nhello\n```\n```sh\ncp in/a.txt b.txt\n```\n"
                   "```console\n$ cat b.txt\nhello\n```\n").check()
    assert (page.problems, page.commands) == ([], 2)
    assert [path.name for path in page.root.iterdir()] == ["README.md"]


@pytest.mark.parametrize("text, problem", [
    ("```sh\nls\nexit 3\n```\n", "README.md:2: exit status 3 instead of 0; it printed:"),
    ("```sh\nfalse | true\n```\n", "README.md:2: exit status 1 instead of 0"),
    ("<!-- commands: exit 2 -->\n```sh\ntrue\n```\n", "README.md:3: exit status 0 instead of 2"),
    ("```console\n$ true\n$ echo a\nb\n```\n", "README.md:3: does not print this line, or not in this place:\n      b\n"),
    ("```sh\nsleep 5\n```\n", "README.md:2: took longer than 1 s"),
])
def test_a_command_that_does_otherwise_is_reported_with_its_place(project, text, problem):
    page = project(text).check()
    assert len(page.problems) == 1
    assert page.problems[0].startswith(problem)


def test_update_replaces_output_that_differs_and_nothing_else(project):
    page = project("```console\n$ echo same\nsa...\n$ echo new \\\n  text\nold\nolder\n$ true\n```\nend\n").check()
    page.update()
    assert page.path.read_text() == ("```console\n$ echo same\nsa...\n$ echo new \\\n  text\nnew text\n"
                                     "$ true\n```\nend\n")


@pytest.mark.parametrize("shown, printed, refreshed", [
    (["old"], ["quite", "different"], ["quite", "different"]),
    (["a = 1 s", "...", "sum = 1 s"], ["a = 2 s", "b = 3 s", "sum = 5 s"], ["a = 2 s", "...", "sum = 5 s"]),
    (["took ... s", "sum = 1 s"], ["took 3 s", "sum = 2 s"], ["took ... s", "sum = 2 s"]),
    (["a = 1 s", "gone for good"], ["a = 1 s", "b"], ["a = 1 s"]),
])
def test_refreshed_output_keeps_what_was_left_out(shown, printed, refreshed):
    assert check_commands.refreshed(shown, printed) == refreshed
    assert check_commands.first_missing(refreshed, printed) is None
