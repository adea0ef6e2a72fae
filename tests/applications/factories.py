"""Published cities, open calls and filled filings, made by driving the real code."""

import copy
import datetime as dt
import uuid
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import timezone

from applications.domain import drafts, submission
from applications.interfaces.samples import fill
from applications.models import Application, Submission
from jurisdictions.domain.publish import enter_effective_day, publish
from jurisdictions.domain.rounds import open_round
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.models import Jurisdiction, Office, OfficeBinding, Round, Ruleset
from jurisdictions.queries import policy_of, roles_without_office
from portal.accounts.models import Enterprise, User
from tests.factories import make_enterprise, make_member, make_user

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def publish_city(code: str, change: Callable[[dict[str, Any]], None] | None = None) -> Ruleset:
    """Publish a shipped city; ``change`` may alter its document first."""
    document, inventory, catalogue = copy.deepcopy(_shipped(code))
    if change is not None:
        change(document)
    return publish(
        document,
        inventory,
        catalogue=catalogue,
        national=load_national(FIXTURES / "national"),
        source_files=None,
        parent=None,
        by=None,
    )


@cache
def _shipped(code: str) -> tuple[dict[str, Any], Any, Any]:
    """Document, clauses and catalogue of a city; the files are read once."""
    return (
        read_source(FIXTURES / f"{code}.yaml").document,
        load_yaml((FIXTURES / "clauses" / f"{code}.yaml").read_text("utf-8")),
        load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8")),
    )


def call(
    ruleset: Ruleset,
    *,
    title: str = "示例批次",
    closes: dt.datetime | None = None,
    reason: str = "",
) -> Round:
    """Open a call that is running now and closes on the samples' reference day at the earliest."""
    jurisdiction: Jurisdiction = ruleset.jurisdiction
    if ruleset.effective_from is None:
        jurisdiction = enter_effective_day(jurisdiction, dt.date(2024, 1, 1), by=None)
    now = timezone.now()
    return open_round(
        jurisdiction=jurisdiction,
        ruleset=ruleset,
        procedure="establish",
        title=title,
        opens_at=now - dt.timedelta(hours=1),
        closes_at=closes or now + dt.timedelta(days=20),
        by=None,
        quota=5,
        publicity_days=7,
        reason=reason,
    )


def staff(ruleset: Ruleset) -> None:
    """Let an office fill each role that nobody fills yet."""
    place = ruleset.jurisdiction
    for role, label in roles_without_office(policy_of(ruleset), place):
        office, _ = Office.objects.get_or_create(
            jurisdiction=place, code=f"t-{role}".replace("_", "-"), defaults={"name": label}
        )
        OfficeBinding.objects.create(office=office, role=role)


def sample(code: str) -> dict[str, Any]:
    """The complete filing of a city's policy cases."""
    file = FIXTURES / code / "cases" / "_complete.yaml"
    loaded: dict[str, Any] = load_yaml(file.read_text("utf-8"))
    return loaded


def applicant(uscc_name: str = "示例机械有限公司") -> tuple[Enterprise, User]:
    """A unit and its handler."""
    unit = make_enterprise(uscc_name)
    user = make_user(f"u{uuid.uuid4().hex[:8]}@example.com", name="示例经办人")
    make_member(user, unit)
    return unit, user


def filled(code: str, round_: Round, **changes: Any) -> Application:
    """A complete draft; ``changes`` are answers by path with ``__`` for the dot.

    Somebody is there to receive it.
    """
    staff(round_.ruleset)
    unit, user = applicant()
    given = sample(code)
    for name, value in changes.items():
        section, _, key = name.partition("__")
        given["answers"].setdefault(section, {})[key] = value
    application = drafts.start(round_, unit, by=user)
    fill(application, given, by=user)
    return Application.objects.get(pk=application.pk)


def submit(application: Application, reasons: dict[str, str] | None = None) -> Submission:
    """Submit a filing as its maker."""
    return submission.submit(
        application, by=application.created_by, idempotency_key=uuid.uuid4(), reasons=reasons
    )
