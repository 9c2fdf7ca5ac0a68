"""pytest plugin for builds with sanitizers: what those of addresses and leaks report fails the test, also of a worker process
that was replaced or of a command whose exit status nobody looks at. That of undefined behaviour, beside another, cannot
write to a file; its exit status is none that the program has."""
import os

import pytest


@pytest.fixture(scope="session")
def sanitizer_reports(tmp_path_factory):
    """A folder into which every process writes its reports."""
    folder = tmp_path_factory.mktemp("sanitizers")
    with pytest.MonkeyPatch.context() as patch:
        for name, more in (("ASAN_OPTIONS", f"log_path={folder}/report"), ("UBSAN_OPTIONS", "exitcode=99")):
            patch.setenv(name, f"{os.environ.get(name, '')}:{more}")
        yield folder


@pytest.fixture(autouse=True)
def no_sanitizer_reports(sanitizer_reports):
    yield
    reports = sorted(sanitizer_reports.iterdir())
    found = "\n".join(report.read_text(errors="replace") for report in reports)
    for report in reports:
        report.unlink()
    assert not reports, found
