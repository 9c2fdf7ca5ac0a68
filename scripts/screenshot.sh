#!/usr/bin/env bash
# Makes docs/images/report.png, the picture in README.md: the report that the demo ends with, in Debian's Chromium.
#
#   scripts/screenshot.sh [REPORT.html]    build/demo/report.html if none is named
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
case ${1:-} in
-h | --help) usage && exit 0 ;;
-*) die "unknown option '$1'" ;;
esac
report=${1:-build/demo/report.html}
[[ -f $report ]] || die "$report is not there; scripts/demo.sh makes it"

mkdir -p docs/images
PYTHONPATH=tests/cli PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 - "$report" docs/images/report.png <<'END'
import pathlib
import sys

from browser import Browser

report, image = map(pathlib.Path, sys.argv[1:])
browser = Browser()
try:
    browser.open(report.resolve(), width=1280, height=1500)
    browser.ask("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    browser.screenshot(image)
    if browser.errors:
        sys.exit("\n".join(browser.errors))
finally:
    browser.close()
END
printf 'written %s (%s bytes)\n' docs/images/report.png "$(stat -c %s docs/images/report.png)"
