"""pytest plugin for builds with sanitizers: what they report fails the test, also of a worker process that was replaced or
of a command whose exit status nobody looks at."""
import os

import pytest


@pytest.fixture(scope="session")
def sanitizer_reports(tmp_path_factory):
    """A folder into which every sanitizer of every process writes."""
    folder = tmp_path_factory.mktemp("sanitizers")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS"):
            given = os.environ.get(name, "")
            patch.setenv(name, f"{given}:log_path={folder}/report")
        yield folder


@pytest.fixture(autouse=True)
def no_sanitizer_reports(sanitizer_reports):
    yield
    reports = sorted(sanitizer_reports.iterdir())
    found = "\n".join(report.read_text(errors="replace") for report in reports)
    for report in reports:
        report.unlink()
    assert not reports, found
