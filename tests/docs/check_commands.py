#!/usr/bin/env python3
"""Runs every command in the documentation and compares the output that is shown.

For each page, in a fresh copy of the project with `arsia` on the path, in the order of the page:

  ```sh       the block is run as one script; it must exit with 0
  ```console  lines that begin with `$ ` are commands; the lines after one are its output. What is shown must occur in
              what is printed (messages, then standard output), line by line and in this order; `...` stands for any
              text, a line of only `...` for any lines.

A comment on the line before a block says what is different about it:

  <!-- commands: skip (REASON) -->   is not run
  <!-- commands: exit 2 -->          must exit with 2 (console: the last command of the block)
  <!-- file: NAME -->                the block, of any kind, is the content of a file that later commands use

Exit status 1 if anything differs, with page and line of each. `--update` also rewrites shown output that differs: each
line by the one that is printed in its place, if there is a similar one; what was left out by `...` stays left out.
"""
import argparse
import concurrent.futures
import dataclasses
import difflib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FENCE = re.compile(r"^( *)```(\w*)\s*$")
MARKER = re.compile(r"^\s*<!-- (commands|file): (.*?) -->\s*$")
EXIT = re.compile(r"^exit (\d+)$")
SKIP = re.compile(r"^skip \(.+\)$")
LEFT_OUT = {".git", "build", "__pycache__"}


class PageError(Exception):
    """A page that cannot be understood."""


@dataclasses.dataclass
class Block:
    language: str
    line: int  # of the first line inside, 1-based
    lines: list
    file: str = ""
    skip: bool = False
    status: int = 0


def blocks_of(text, page="page"):
    """Fenced blocks of a page that are to be run or saved."""
    found = []
    marker = None
    block = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = FENCE.match(line)
        if block is not None:
            if line.strip() == "```":
                found.append(block)
                block = None
            else:
                block.lines.append(line)
        elif fence:
            block = Block(fence.group(2), number + 1, [])
            if marker:
                apply_marker(block, marker, f"{page}:{number - 1}")
            marker = None
        elif MARKER.match(line):
            marker = MARKER.match(line).groups()
        elif line.strip():
            if marker:
                raise PageError(f"{page}:{number}: a marker must stand on the line before a block")
    if block is not None:
        raise PageError(f"{page}:{block.line}: the block has no end")
    return [b for b in found if b.language in ("sh", "console") or b.file]


def apply_marker(block, marker, place):
    kind, value = marker
    if kind == "file":
        block.file = value
    elif SKIP.match(value):
        block.skip = True
    elif EXIT.match(value):
        block.status = int(EXIT.match(value).group(1))
    else:
        raise PageError(f"{place}: unknown marker '{value}'; legal: skip (REASON), exit N")


def dialogue(block):
    """Commands of a console block: (index of the first line, command, lines of output shown)."""
    steps = []
    continued = False
    for index, line in enumerate(block.lines):
        if continued:
            steps[-1][1].append(line)
        elif line.startswith("$ "):
            steps.append((index, [line[2:]], []))
        elif steps:
            steps[-1][2].append(line)
        elif line.strip():
            raise PageError(f"line {block.line + index}: output before any `$ command`")
        continued = line.endswith("\\") and (continued or line.startswith("$ "))
    return [(index, "\n".join(command), shown) for index, command, shown in steps]


def line_matches(shown, printed):
    pattern = "".join(".*" if part == "..." else re.escape(part) for part in re.split(r"(\.\.\.)", shown.rstrip()))
    return re.fullmatch(pattern, printed.rstrip()) is not None


def first_missing(shown, printed):
    """The first shown line that does not occur, in order, in the printed ones; None if all do."""
    at = 0
    for line in shown:
        if not line.strip() or line.strip() == "...":
            continue
        while at < len(printed) and not line_matches(line, printed[at]):
            at += 1
        if at == len(printed):
            return line
        at += 1
    return None


def refreshed(shown, printed):
    """The shown lines as they are printed now; all that is printed if none of them can be found in it."""
    out, at, found = [], 0, False
    for line in shown:
        rest = [(number, text.rstrip()) for number, text in enumerate(printed[at:], at)]
        if not line.strip() or line.strip() == "...":
            out.append(line)
            continue
        same = [number for number, text in rest if line_matches(line, text)]
        near = difflib.get_close_matches(line.rstrip(), [text for _, text in rest], n=1, cutoff=0.6)
        if same:
            out.append(line)
            at = same[0] + 1
        elif near:
            out.append(near[0])
            at = next(number for number, text in rest if text == near[0]) + 1
        found = found or bool(same or near)
    return out if found else [text.rstrip() for text in printed]


def run(command, folder, environment, timeout):
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", command], cwd=folder, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=timeout, check=False)
    return done.returncode, (done.stderr + done.stdout).splitlines()


def tail(printed, most=15):
    return "".join(f"\n      {line}" for line in printed[-most:])


class Page:
    def __init__(self, path, root, environment, timeout):
        self.path, self.root, self.environment, self.timeout = path, root, environment, timeout
        self.name = path.relative_to(root).as_posix()
        self.problems = []
        self.commands = 0
        self.fresh_output = {}  # line of a command -> what it prints now

    def problem(self, line, text):
        self.problems.append(f"{self.name}:{line}: {text}")

    def check(self):
        try:
            blocks = blocks_of(self.path.read_text(), self.name)
            if any(not block.skip for block in blocks):
                with tempfile.TemporaryDirectory(prefix="arsia-docs-") as scratch:
                    folder = pathlib.Path(scratch) / "arsia"
                    shutil.copytree(self.root, folder, symlinks=True,
                                    ignore=lambda _, names: LEFT_OUT.intersection(names))
                    for block in blocks:
                        self.check_block(block, folder)
        except PageError as error:
            self.problems.append(str(error))
        return self

    def check_block(self, block, folder):
        if block.file:
            target = folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text("\n".join(block.lines) + "\n")
        elif block.skip:
            return
        elif block.language == "sh":
            self.check_command("\n".join(block.lines), block.status, [], block.line, folder)
        else:
            steps = dialogue(block)
            for index, command, shown in steps:
                status = block.status if index == steps[-1][0] else 0
                self.check_command(command, status, shown, block.line + index, folder)

    def check_command(self, command, status, shown, line, folder):
        self.commands += 1
        try:
            actual, printed = run(command, folder, self.environment, self.timeout)
        except subprocess.TimeoutExpired:
            self.problem(line, f"took longer than {self.timeout} s")
            return
        if actual != status:
            self.problem(line, f"exit status {actual} instead of {status}; it printed:{tail(printed)}")
            return
        missing = first_missing(shown, printed)
        if missing is not None:
            self.fresh_output[line] = (command.count("\n") + 1, shown, printed)
            self.problem(line, f"does not print this line, or not in this place:\n      {missing}\n    "
                               f"it printed:{tail(printed, 40)}")

    def update(self):
        """Replaces shown output that differs by what is printed now."""
        lines = self.path.read_text().splitlines()
        for line, (command_lines, shown, printed) in sorted(self.fresh_output.items(), reverse=True):
            begin = line - 1 + command_lines
            lines[begin:begin + len(shown)] = refreshed(shown, printed)
        self.path.write_text("\n".join(lines) + "\n")


def pages_of(root):
    return [path for path in [root / "README.md", root / "CONTRIBUTING.md", *sorted((root / "docs").rglob("*.md"))]
            if path.exists()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("root", type=pathlib.Path, help="the project's folder")
    parser.add_argument("pages", nargs="*", type=pathlib.Path, help="only these pages")
    parser.add_argument("--arsia", required=True, type=pathlib.Path, help="the executable")
    parser.add_argument("--timeout", type=int, default=300, help="seconds a command may take (default 300)")
    parser.add_argument("--update", action="store_true", help="rewrite shown output that differs")
    options = parser.parse_args()

    root = options.root.resolve()
    with tempfile.TemporaryDirectory(prefix="arsia-docs-bin-") as programs:
        (pathlib.Path(programs) / "arsia").symlink_to(options.arsia.resolve())
        # Debian's Python first: it has h5py and pandas.
        environment = dict(os.environ, PATH=f"{programs}:/usr/bin:{os.environ['PATH']}", PYTHONDONTWRITEBYTECODE="1")
        environment.pop("ARSIA_HOME", None)
        pages = [Page(path.resolve(), root, environment, options.timeout) for path in options.pages or pages_of(root)]
        with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
            list(pool.map(Page.check, pages))
    for page in pages:
        print(f"{page.name}: {page.commands} commands, {len(page.problems)} problems")
    problems = [problem for page in pages for problem in page.problems]
    print("".join(f"\n{problem}\n" for problem in problems), end="")
    if options.update:
        for page in pages:
            page.update()
    if not any(page.commands for page in pages):
        print("no commands found: nothing was checked")
        return 1
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
