"""The made-up Lagoon: a contest for chief technicians, walked by the portal's own code."""

from datetime import date
from pathlib import Path
from typing import Any

from django.utils import timezone

from applications.domain import drafts
from applications.interfaces.samples import fill
from applications.models import Application
from jurisdictions.domain.offices import appoint, bind, save_office, unbind
from jurisdictions.domain.publish import publish
from jurisdictions.engine.loader import read_source
from jurisdictions.engine.national import load_national
from jurisdictions.engine.plainyaml import load_yaml
from jurisdictions.models import OfficeBinding
from reviews.domain import gathering, hearings, rollups, seating, sheets
from reviews.domain.stages import SAVE, take_action
from reviews.models import Case, Expert, List, RollUp, StageRun
from tests.applications.factories import FIXTURES, applicant, submit
from tests.factories import make_user
from tests.reviews import factories as make
from tests.reviews.standing import handler, soon

LAGOON = Path(__file__).resolve().parents[1] / "data" / "lagoon.yaml"
#: 5 working days: the weekend in the middle does not count.
SHOWN = (date(2026, 3, 4), date(2026, 3, 10))


def lagoon() -> make.City:
    """Published and staffed; enterprises and schools have a recommending office each."""
    ruleset = publish(
        read_source(LAGOON).document, {"articles": [], "clauses": []},
        catalogue=load_yaml((FIXTURES / "national" / "fields.yaml").read_text("utf-8")),
        national=load_national(FIXTURES / "national"), source_files=None, parent=None, by=None,
    )  # fmt: skip
    city = make.staffed(ruleset)
    city.round.quota = None
    city.round.save(update_fields=["quota"])
    first = OfficeBinding.objects.get(role="recommender", office__jurisdiction=city.jurisdiction)
    unbind(first, by=city.admin)
    bind(first.office, "recommender", covers="企业", by=city.admin)
    schools = save_office(city.jurisdiction, code="schools", name="市教育局",
                          phone="010-00000000", by=city.admin)  # fmt: skip
    bind(schools, "recommender", covers="院校", by=city.admin)
    user = make_user("schools.handler@example.gov.cn", name="经办员教", staff=True)
    appoint(user, schools, "handler", by=city.admin, reason="分工安排")
    city.people[schools.pk, "handler"] = user
    return city


def draft(
    city: make.City, serial: int, nature: str = "企业", shown: tuple[date, date] = SHOWN
) -> Application:
    """A filing filled in, with its proof."""
    unit, user = applicant(f"示例单位{serial}")
    application = drafts.start(city.round, unit, by=user)
    answers = {
        "unit": {"name": unit.name, "uscc": unit.uscc, "nature": nature},
        "own": {"shown_from": shown[0], "shown_until": shown[1]},
        "leader": {"name": f"示例人{'甲乙丙丁'[serial]}", "sex": "男", "occupation": "焊工",
                   "id_number": make.id_number(serial + 40), "skill_level": "技师"},
    }  # fmt: skip
    fill(application, {"answers": answers, "materials": {"shown_proof": {"count": 1}}}, by=user)
    return Application.objects.get(pk=application.pk)


def filed(city: make.City, serial: int, nature: str = "企业") -> Case:
    """A submitted filing."""
    application = draft(city, serial, nature)
    submit(application)
    return Case.objects.get(application=application)


def propose(city: make.City, case: Case) -> StageRun:
    """The recommending office means to recommend."""
    run = make.run_of(case)
    return take_action(run, SAVE, by=handler(city, run), version=run.version, outcome="pass",
                       opinion="拟推荐。")  # fmt: skip


def sign_table(city: make.City, case: Case, **given: Any) -> RollUp:
    """The table of the office that has the case is signed and uploaded."""
    run = make.run_of(case)
    stage = make.stage_shape(city, run)
    said = {"digest": rollups.table_of(run, stage).digest,
            "signed_on": timezone.localdate().isoformat(), **given}  # fmt: skip
    return rollups.keep(
        run, stage, make.paper_file("汇总表.pdf"), **{"by": handler(city, run), **said}
    )


def recommend(city: make.City, case: Case) -> None:
    """Proposed, on a signed table, and sent up with a letter."""
    propose(city, case)
    sign_table(city, case)
    make.pass_check(city, make.run_of(case))


def judge(city: make.City, run: StageRun, people: list[Expert], craft: int) -> None:
    """Experts seated, each signing the same points; teaching counts 40."""
    for seat in seating.appoint(run, people, by=handler(city, run)):
        ready = seating.declare(seat, by=seat.expert.user, clear=True)
        lines = {"craft": {"points": str(craft), "reason": "略有不足"},
                 "teaching": {"points": "40", "reason": ""}}  # fmt: skip
        sheets.sign(ready, {"lines": lines}, by=seat.expert.user, version=0)


def to_hearing(city: make.City, case: Case, people: list[Expert], craft: int) -> StageRun:
    """Recommended and judged; the hearing is set."""
    recommend(city, case)
    judge(city, make.run_of(case), people[:1], craft)
    make.sign_all(city, make.run_of(case), outcome="pass")
    run = make.run_of(case)
    hearings.schedule(run, by=handler(city, run), starts_at=soon(), place="三楼")
    return run


def heard(city: make.City, case: Case, people: list[Expert], review: int, defence: int) -> StageRun:
    """To the end of the hearing with so many points for craft at either stage."""
    run = to_hearing(city, case, people, review)
    judge(city, run, people[1:3], defence)
    return make.sign_all(city, run, outcome="pass")


def listed(city: make.City) -> List:
    """The list of those heard."""
    return gathering.create_list(city.round, by=city.person(city.office("bureau")))


def decision(items: dict[str, Any]) -> dict[str, Any]:
    """Particulars of a decision."""
    return {"document_number": "泻人社发〔2026〕1号",
            "decided_on": timezone.localdate().isoformat(), "items": items}  # fmt: skip
