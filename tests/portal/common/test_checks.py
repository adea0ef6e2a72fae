"""System checks of the shared ground."""

from pathlib import Path

import pytest
from django.core.checks import registry

from portal.common import checks


def test_this_machine_passes_and_the_checks_are_registered() -> None:
    assert checks.check_pdf_libraries() == []
    assert checks.check_fonts() == []
    assert checks.check_text_extractor() == []
    assert checks.check_keys() == []
    registered = registry.registry.get_checks(include_deployment_checks=True)
    for check in (checks.check_pdf_libraries, checks.check_fonts, checks.check_text_extractor):
        assert check in registered
    assert checks.check_keys in registered


def test_a_missing_key_ring_stops_a_deployment(settings: object) -> None:
    settings.PORTAL_KEYS = "broken"
    assert [item.id for item in checks.check_keys()] == ["portal_common.E002"]


def test_a_missing_library_is_said_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checks, "_SUBSETTER", "libharfbuzz-absent.so.0")
    (warning,) = checks.check_pdf_libraries()
    assert (warning.id, warning.hint) == (
        "portal_common.W001", "apt-get install libharfbuzz-subset0",
    )  # fmt: skip
    monkeypatch.setattr(checks, "_PROGRAM_PATH", str(tmp_path))
    (warning,) = checks.check_text_extractor()
    assert warning.hint == "apt-get install poppler-utils"
