"""A city at work, made by driving the real code: published, staffed, with submitted filings."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from applications.models import Application
from applications.queries import filing_of
from jurisdictions.domain.holidays import seed_holidays
from jurisdictions.domain.offices import appoint, bind, make_administrator, save_office
from jurisdictions.engine.national import load_national
from jurisdictions.engine.rules import evaluate
from jurisdictions.models import Holiday, Jurisdiction, Office, Round, Ruleset
from jurisdictions.queries import policy_of
from portal.accounts.models import User
from portal.common.pdf import render_pdf
from reviews.domain.paper import Paper, complete_from_paper
from reviews.domain.stages import SIGN, take_action
from reviews.models import Case, List, StageRun
from reviews.queries import open_run_of
from tests.applications.factories import FIXTURES, call, filled, publish_city, submit
from tests.factories import make_uscc, make_user

CITIES = ("urumqi", "yuzhong", "rongchang", "ziyang", "chaoyang")
POSTS = ("handler", "reviewer", "approver")
TITLES = {"handler": "经办员", "reviewer": "审核员", "approver": "审批员"}


@dataclass
class City:
    """A published city with one office for each role and one person at each post."""

    code: str
    ruleset: Ruleset
    round: Round
    admin: User
    people: dict[tuple[int, str], User] = field(default_factory=dict)

    @property
    def jurisdiction(self) -> Jurisdiction:
        return self.ruleset.jurisdiction

    def person(self, office: Office, post: str = "handler") -> User:
        """Who sits at a post of an office."""
        return self.people[office.pk, post]

    def office(self, role: str) -> Office:
        """The office that fills a role."""
        return Office.objects.get(bindings__role=role, jurisdiction=self.jurisdiction)


def make_city(
    code: str, *, quota: int | None = None, change: Callable[[dict[str, Any]], None] | None = None
) -> City:
    """Publish a city, staff every role, open a call; ``change`` may alter its document first."""
    for year in (timezone.localdate().year, timezone.localdate().year + 1):
        Holiday.objects.get_or_create(
            day=timezone.localdate().replace(year=year, month=1, day=1),
            defaults={"kind": "off", "label": "元旦"},
        )
    seed_holidays(load_national(FIXTURES / "national"))
    return staffed(publish_city(code, change), quota=quota)


def staffed(ruleset: Ruleset, *, quota: int | None = None) -> City:
    """An office at each role of a published city, a person at each of its posts, an open call."""
    code = ruleset.jurisdiction.code
    admin = make_user(f"admin-{code}@example.gov.cn", name="管理员", staff=True)
    make_administrator(admin, ruleset.jurisdiction, by=None)
    city = City(code, ruleset, call(ruleset), admin)
    if quota is not None:
        city.round.quota = quota
        city.round.save(update_fields=["quota"])
    for role, shape in policy_of(ruleset).ruleset.offices.items():
        office = save_office(ruleset.jurisdiction, code=f"o-{role}".replace("_", "-"),
                             name=shape.label, phone="010-00000000", by=admin)  # fmt: skip
        bind(office, role, by=admin)
        for post in POSTS:
            login = f"{role}.{post}.{code}@example.gov.cn".replace("_", "-")
            user = make_user(login, name=f"{TITLES[post]}{role[0].upper()}")
            appoint(user, office, post, by=admin, reason="分工安排")
            city.people[office.pk, post] = user
    return city


def submitted(city: City, **changes: Any) -> Case:
    """A submitted filing of the city's complete sample, and its case."""
    application = filled(city.code, city.round, **changes)
    submit(application, reasons=reasons_for(application))
    return Case.objects.get(application=application)


def id_number(serial: int) -> str:
    """A made-up number of a man born on 20 October 1975, with a valid check digit."""
    body = f"65010219751020{serial * 2 + 1:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def another(city: City, serial: int, **changes: Any) -> Case:
    """A filing of another leader and unit."""
    name = "示例" + "".join("零一二三四五六七八九"[int(digit)] for digit in str(serial))
    uscc = make_uscc(f"91650100MA7{serial:06d}")
    return submitted(city, leader__id_number=id_number(serial), leader__name=name,
                     unit__uscc=uscc, **changes)  # fmt: skip


def reasons_for(application: Application) -> dict[str, str]:
    """A reason for every soft condition that is not met."""
    policy = policy_of(application.ruleset)
    found = evaluate(policy, application.procedure, filing_of(application))
    return {finding.rule: "情况特殊，附有说明材料。" for finding in found.needing_reason}


def resubmit(case: Case) -> None:
    """The unit submits again after a correction."""
    application = Application.objects.get(pk=case.application_id)
    submit(application, reasons=reasons_for(application))


def paper_file(name: str = "会议纪要.pdf") -> SimpleUploadedFile:
    """Signed minutes."""
    return SimpleUploadedFile(name, _pdf())


_made: list[bytes] = []


def _pdf() -> bytes:
    if not _made:
        _made.append(render_pdf("<p>会议纪要</p>", title="会议纪要").content)
    return _made[0]


def photo() -> SimpleUploadedFile:
    """A picture of the place."""
    from io import BytesIO

    from PIL import Image

    target = BytesIO()
    Image.new("RGB", (64, 48), (90, 120, 150)).save(target, "JPEG")
    return SimpleUploadedFile("现场.jpg", target.getvalue())


def run_of(case: Case) -> StageRun:
    """The passage a case is in."""
    run = open_run_of(Case.objects.get(pk=case.pk))
    assert run is not None
    return run


def list_run(listing: List) -> StageRun:
    """The passage a list is in."""
    return listing.runs.select_related("office").filter(state__in=["open", "signing"]).get()


def stage_shape(city: City, run: StageRun) -> Any:
    """What the ruleset says of the stage of a passage."""
    subject = run.case.application if run.case else run.listing
    assert subject is not None
    stages = policy_of(city.ruleset).stages(subject.procedure)
    return next(stage for stage in stages if stage.id == run.stage)


def yes_to_all(city: City, run: StageRun) -> dict[str, tuple[str, str]]:
    """Every point and every reason judged to be met."""
    from reviews.domain.judging import points_of, reasons_given

    said = {point.id: ("yes", "") for point in points_of(stage_shape(city, run))}
    return said | {f"rule:{f.rule}": ("yes", "理由成立，予以采纳。") for f in reasons_given(run)}


def sign_all(city: City, run: StageRun, **proposal: Any) -> StageRun:
    """Every post of a stage signs, the first with the proposal."""
    for number, post in enumerate(stage_shape(city, run).signoff):
        run = StageRun.objects.select_related("office").get(pk=run.pk)
        given = proposal if number == 0 else {}
        run = take_action(run, SIGN, by=city.person(run.office, post), version=run.version, **given)
    return run


def pass_check(city: City, run: StageRun) -> StageRun:
    """A check or a recommendation passes at all its posts."""
    today = timezone.localdate().isoformat()
    shape = stage_shape(city, run)
    parts = {part.id: "情况属实。" for part in getattr(shape, "letter_parts", ())}
    data = {"paper_copies": 9, "paper_received_on": today, "number": "示人社函〔2026〕1号",
            "dated_on": today, "parts": parts}  # fmt: skip
    return sign_all(city, run, outcome="pass", opinion="符合条件，同意。",
                    verdicts=yes_to_all(city, run), data=data)  # fmt: skip


def particulars(city: City, run: StageRun) -> dict[str, Any]:
    """What a paper of any kind says, in order."""
    shape, today = stage_shape(city, run), timezone.localdate().isoformat()
    offices = [c.office for c in getattr(shape, "offices", ())]
    people = ["甲委员", "乙委员", "丙委员"]
    items = [str(i.pk) for i in run.listing.items.filter(state="in")] if run.listing else ["case"]
    return {
        "held_on": today, "sent_on": today, "receipt": "备案回执1号", "minutes_number": "纪要1号",
        "place": "生产车间", "team": "考察甲、考察乙、考察丙", "members": people, "present": people,
        "experts": [{"name": f"专家{n}", "source": "院校 行业 企业 有关部门 行业领域"}
                    for n in range(1, 8)],
        "ballots": {key: {"for": people} for key in items},
        "replies": {role: {"on": today, "result": "clear", "text": ""} for role in offices},
        "bodies": dict.fromkeys(getattr(shape, "bodies", ()), today),
        "document_number": "示人社发〔2026〕8号", "decided_on": today, "announced_on": today,
        "dated_on": today, "number": "示人社函〔2026〕1号", "paper_copies": 9,
        "paper_received_on": today,
        "published_on": (timezone.localdate() - timedelta(days=30)).isoformat(),
        "last_day": (timezone.localdate() - timedelta(days=1)).isoformat(),
    }  # fmt: skip


def from_paper(city: City, run: StageRun, **changes: Any) -> StageRun:
    """Any stage completed from paper by the handler of its office."""
    run = StageRun.objects.select_related("office", "listing").get(pk=run.pk)
    said = {"signed_by": "签署人", "signed_on": timezone.localdate(), "outcome": "pass",
            "opinion": "同意。", "particulars": particulars(city, run), **changes}  # fmt: skip
    return complete_from_paper(run, Paper(**said), [paper_file(), photo(), photo()],
                               by=city.person(run.office), version=run.version)  # fmt: skip


def key() -> uuid.UUID:
    """A fresh key."""
    return uuid.uuid4()


def fixture_file(code: str) -> Path:
    """Root file of a shipped city."""
    return FIXTURES / f"{code}.yaml"
