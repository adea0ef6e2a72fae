"""Experts and panels for tests: a pool, seats with signed statements, signed sheets."""

from typing import Any

from jurisdictions.models import Office
from reviews.domain import experts, seating, sheets
from reviews.domain.experts import Profile
from reviews.models import Case, Expert, Seat, StageRun
from tests.factories import make_uscc
from tests.reviews import factories as make

SOURCES = ("院校", "行业", "企业")
TABLE = {
    "title": "评审评分表", "total": 100, "clause": ["urumqi-11-3"],
    "groups": [
        {"id": "base", "title": "基础条件", "max": 60, "clause": ["urumqi-11-3"], "items": [
            {"id": "place", "kind": "judged", "text": "场所", "max": 40, "clause": ["urumqi-11-3"]},
            {"id": "rules", "kind": "all_or_nothing", "text": "制度", "max": 20,
             "clause": ["urumqi-11-3"]},
        ]},
        {"id": "skill", "title": "技能水平", "max": 40, "clause": ["urumqi-11-3"], "items": [
            {"id": "craft", "kind": "judged", "text": "技艺", "max": 40, "clause": ["urumqi-11-3"]},
        ]},
    ],
    "grades": [{"label": "合格", "at_least": 75}, {"label": "不合格"}],
}  # fmt: skip


def _stages(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["procedures"]["establish"]["workflow"]["stages"]
    return found


def with_scores(document: dict[str, Any], **more: Any) -> None:
    """The panel fills a score table instead of writing opinions."""
    document["score_tables"] = {**document.get("score_tables", {}), "points": TABLE}
    stage = next(s for s in _stages(document) if s["kind"] == "panel")
    stage |= {"mode": "score", "score_table": "points", **more}


def with_hearing(document: dict[str, Any]) -> None:
    """The case stages end with the check; the list begins with a hearing that ranks."""
    document["score_tables"] = {**document.get("score_tables", {}), "points": TABLE}
    kept = [s for s in _stages(document) if s["kind"] not in ("panel", "visit", "committee")]
    hearing = {
        "id": "defence", "kind": "hearing", "scope": "list", "label": "现场答辩",
        "applicant_label": "答辩", "office": "city_bureau", "signoff": ["handler", "reviewer"],
        "score_table": "points", "outcome": "rank", "minutes_each": 15,
        "seats": {"minimum": 3, "clause": ["urumqi-11-2"]}, "clause": ["urumqi-11-3"],
    }  # fmt: skip
    document["procedures"]["establish"]["workflow"]["stages"] = [kept[0], hearing, *kept[1:]]


def profile(number: int, **changes: Any) -> Profile:
    """An expert of a unit of his own."""
    names = "甲乙丙丁戊己庚辛壬癸"
    given = {
        "name": f"评审{names[number % 10]}{number}", "employer": f"示例单位{number}",
        "employer_uscc": make_uscc(f"91650100MB{number:07d}"),
        "source": SOURCES[number % 3], "login": f"expert{number}@example.edu", **changes,
    }  # fmt: skip
    return Profile(**given)


def expert(city: make.City, number: int, **changes: Any) -> Expert:
    """An expert in the pool of a city."""
    return experts.add(city.jurisdiction, profile(number, **changes), by=city.admin)


def pool(city: make.City, count: int = 6) -> list[Expert]:
    """So many experts, sources in turn."""
    return [expert(city, number) for number in range(count)]


def at_panel(city: make.City, case: Case) -> StageRun:
    """The case has passed its check and stands at the panel."""
    make.pass_check(city, make.run_of(case))
    run = make.run_of(case)
    assert run.kind == "panel"
    return run


def handler(city: make.City, run: StageRun) -> Any:
    """Handler of the office that holds a passage."""
    return city.person(Office.objects.get(pk=run.office_id))


def seated(city: make.City, run: StageRun, people: list[Expert]) -> list[Seat]:
    """Experts appointed, their statements signed."""
    seats = seating.appoint(run, people, by=handler(city, run))
    return [seating.declare(seat, by=seat.expert.user, clear=True) for seat in seats]


def opinion(seat: Seat, verdict: str = "pass", text: str = "条件具备。") -> None:
    """An expert signs an opinion."""
    seat = Seat.objects.get(pk=seat.pk)
    sheets.sign(seat, {"verdict": verdict, "text": text}, by=seat.expert.user,
                version=seat.sheet.version)  # fmt: skip


def points(place: str, craft: str, *, rules: bool = True) -> dict[str, Any]:
    """Input of the table; a reason wherever points are lost."""
    lines = {
        "place": {"points": place, "reason": "场地偏小"},
        "craft": {"points": craft, "reason": "成果不多"},
    }
    return {"lines": {**lines, "rules": rules}}


def score(seat: Seat, place: str, craft: str, **more: Any) -> None:
    """An expert signs a score sheet."""
    seat = Seat.objects.get(pk=seat.pk)
    sheets.sign(seat, points(place, craft, **more), by=seat.expert.user,
                version=seat.sheet.version)  # fmt: skip
