"""What somebody sees who asked for what cannot be done now, and the way back."""

import pytest
from django.test import RequestFactory

from portal.common.errors import came_from

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/review/?tab=todo", "/review/?tab=todo"),
        ("http://testserver/review/phrases/", "/review/phrases/"),
        ("http://testserver/here/?a=1", ""),
        ("http://elsewhere.example/review/", ""),
        ("http://testserver//elsewhere.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_the_way_back_stays_in_the_portal_and_never_leads_to_the_same_page(
    rf: RequestFactory, referer: str, back: str
) -> None:
    headers = {"Referer": referer} if referer else {}
    assert came_from(rf.post("/here/?a=1", headers=headers)) == back
