"""Whole roads in a real browser: from the guide page to the downloaded sheet."""

import pytest

pytest.register_assert_rewrite("tests.journeys.applicant", "tests.journeys.officers")
