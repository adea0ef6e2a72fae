"""Studios of shipped cities: imported ones, and ones named by driving the whole filing."""

import datetime as dt
from typing import Any

from applications.domain import lifecycle
from applications.domain.effects import DecisionContext
from applications.models import Application, Studio
from assessments.domain.brought import Named
from assessments.domain.importing import import_studio
from jurisdictions.domain.offices import appoint, save_office
from jurisdictions.models import Jurisdiction, OfficeBinding, Ruleset
from jurisdictions.queries import current_ruleset, policy_of
from portal.accounts.models import Enterprise, User
from tests.applications.factories import call, filled, publish_city, submit
from tests.factories import make_member, make_uscc, make_user

#: Results by which each city names a studio.
NAMING = {
    "yuzhong": "confirmed", "rongchang": "selected", "ziyang": "named", "urumqi": "named",
    "chaoyang": "named",
}  # fmt: skip
IDS = ("110105197503070013", "500103197503070032", "650102198005120015")


def id_number(body: str) -> str:
    """A well-formed number of the given first seventeen digits (GB 11643)."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def named(**changes: Any) -> Named:
    """An old studio as a list names it."""
    given: dict[str, Any] = {
        "name": "示例张三钳工工作室",
        "number": "OLD-2024-001",
        "occupation": "钳工",
        "founded_on": dt.date(2024, 3, 10),
        "unit_name": "示例机械有限公司",
        "unit_uscc": make_uscc("91500103MA5000001"),
        "leader_name": "张示例",
        "leader_id": id_number("50010319750307001"),
        "decision_number": "示例人社〔2024〕1号",
    }
    return Named(**{**given, **changes})


def old_studio(code: str, ruleset: Ruleset | None = None, **changes: Any) -> Studio:
    """A studio named before the portal; nothing has fallen due when it enters."""
    version = ruleset or publish_city(code)
    row = named(**changes)
    return import_studio(version.jurisdiction, version, row, by=None, today=row.founded_on)


def member_of(studio: Studio, login: str = "unit@example.com") -> User:
    """The handler of the unit that hosts a studio."""
    user = make_user(login, name="示例经办人")
    make_member(user, unit_of(studio))
    return user


def unit_of(studio: Studio) -> Enterprise:
    """The unit that hosts a studio now."""
    host = studio.hosts.select_related("enterprise").get(until__isnull=True)
    return host.enterprise


def officer_of(
    place: Jurisdiction,
    login: str = "officer@example.gov.cn",
    *,
    role: str = "",
    covers: str = "",
) -> User:
    """Somebody at a post of an office that fills a role, by default one for the whole place."""
    user = make_user(login, name="示例经办")
    office = save_office(place, code=f"o{user.pk}", name="示例机构", by=None)
    appoint(user, office, "handler", by=None, reason="测试任岗")
    ruleset = current_ruleset(place)
    assert ruleset is not None
    shapes = policy_of(ruleset).ruleset.offices
    whole = next(code for code, shape in shapes.items() if shape.kind != "consulted")
    # Beside the offices a city has already: several may answer for the same studio here.
    OfficeBinding.objects.create(office=office, role=role or whole, covers=covers)
    return user


def named_studio(code: str, on: dt.date, reasons: dict[str, str] | None = None) -> Studio:
    """A studio that went the whole way: filled, submitted, decided."""
    ruleset = publish_city(code)
    application = filled(code, call(ruleset))
    submit(application, reasons)
    decide(application, NAMING[code], on)
    return Studio.objects.get(founding_application=application)


def decide(application: Application, result: str, on: dt.date) -> Application:
    """Close a filing with a result."""
    context = DecisionContext(on=on, document_number="示例人社〔2026〕8号")
    return lifecycle.decide(application, result, context=context)
