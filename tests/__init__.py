"""Tests mirror the source: tests/<app>/test_<module>.py."""

import pytest

# Helpers assert too; their failures shall show both sides like those of tests.
pytest.register_assert_rewrite("tests.browser")
