"""Whole roads in a real browser: from the guide page to the downloaded sheet."""

import pytest

pytest.register_assert_rewrite(
    *(
        f"tests.journeys.{name}"
        for name in (
            "applicant",
            "bodies",
            "filing",
            "hand",
            "incidents",
            "life",
            "officers",
            "road",
            "walk",
        )
    )
)
