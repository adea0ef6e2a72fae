"""A small published place, its calls and its people, made by the real code."""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from jurisdictions.domain.offices import make_administrator
from jurisdictions.domain.publish import publish
from jurisdictions.domain.rounds import open_round
from jurisdictions.engine.policy import Policy, load_policy
from jurisdictions.management.cities import read_city
from jurisdictions.models import Jurisdiction, Round, Ruleset
from portal.accounts.models import User
from tests.factories import make_user

DATA = Path(__file__).with_name("data")
SHIYAN = DATA / "shiyan.yaml"
BEIJING = ZoneInfo("Asia/Shanghai")
ESTABLISH = "establish"


def shiyan() -> Policy:
    """The policy of the small place."""
    return load_policy(SHIYAN)[0]


def publish_shiyan(
    document: Mapping[str, Any] | None = None, *, parent: Ruleset | None = None, by: Any = None
) -> Ruleset:
    """Publish the small place, or a changed document of it."""
    city = read_city(SHIYAN)
    return publish(
        document or city.source.document,
        city.inventory,
        catalogue=city.catalogue,
        national=city.policy.national,
        source_files=None if document else city.files,
        parent=parent,
        by=by,
    )


def call(ruleset: Ruleset, **changes: Any) -> Round:
    """An open call that closes in twenty days at 24:00."""
    now = timezone.now()
    last = (now + dt.timedelta(days=20)).astimezone(BEIJING).date()
    given: dict[str, Any] = {
        "jurisdiction": ruleset.jurisdiction,
        "ruleset": ruleset,
        "procedure": ESTABLISH,
        "title": "试验批次",
        "opens_at": now - dt.timedelta(hours=1),
        "closes_at": dt.datetime.combine(last + dt.timedelta(days=1), dt.time(), BEIJING),
        "by": None,
        "publicity_days": 7,
    }
    return open_round(**{**given, **changes})


def administrator(place: Jurisdiction, login: str = "gao@example.gov.cn") -> User:
    """A person who administers a place."""
    user = make_user(login, name="高管", staff=True)
    make_administrator(user, place, by=None)
    return user
