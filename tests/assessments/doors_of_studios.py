"""What anybody may try at the addresses of a studio, with input that is good, and who may do it."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from applications.models import Studio
from assessments.domain import calendar, handing_in, keeping, ledger, receiving, registers
from assessments.enums import DueKind, Holder, Party
from assessments.interfaces import money, revoking, studio_import, workbooks
from assessments.models import Clawback, GrantDue, Obligation, Permit
from assessments.queries.policies import living_policy
from portal.accounts.enums import MemberRole
from portal.accounts.models import Enterprise, User
from portal.common.doors import grant
from portal.common.xlsx import write_xlsx
from tests.applications.studios import named
from tests.applications.test_changing import owner
from tests.assessments import factories
from tests.assessments.assessed import opened, studio_in
from tests.assessments.test_money_pages import book, line
from tests.assessments.test_records import paper
from tests.factories import make_member, make_user
from tests.reviews import factories as make
from tests.reviews.people import POSTS, gather

#: The city that keeps most of what a studio can have: plans, ledger, plaque, permits, archive.
CITY = "yuzhong"
NOBODY: frozenset[str] = frozenset()
MANAGING = frozenset({"unit", "principal"})
#: Whoever sits at an office that answers for the studio; with those who run the place.
POSTED = frozenset(POSTS)
HANDLING = POSTED | {"administrator"}


@dataclass(frozen=True)
class Try:
    """Something to send to an address.

    Attributes:
        name: the address, and what is done there.
        path: the address, filled.
        data: makes what is sent; files are fresh each time.
        who: roles for whom it changes something.
        after: the same, once the studio has ended.
    """

    name: str
    path: str
    data: Callable[[], dict[str, Any]]
    who: frozenset[str]
    after: frozenset[str] = NOBODY

    @property
    def door(self) -> str:
        """The address as the table of acts names it."""
        return f"assessments:{self.name.partition(' ')[0]}"


@dataclass
class Ground:
    """A city with a studio named today and one named two years ago, and everybody around them.

    Attributes:
        city: the city.
        young: named here, with plaque and permits.
        old: from the books, its assessment due.
        people: role to person.
    """

    city: make.City
    young: Studio
    old: Studio
    people: dict[str, User]
    today: dt.date = field(default_factory=timezone.localdate)


def ground() -> Ground:
    """The city made, the studios named, everything in them that an act may be about."""
    city = make.make_city(CITY)
    young = named(CITY, city.round)
    unit = young.hosts.get().enterprise
    old = studio_in(city)
    old.hosts.update(enterprise=unit)
    member = owner(young)
    cast, bureau = gather(city, member), city.office("bureau")
    people = {**cast.fixed, **{post: city.person(bureau, post) for post in POSTS}}
    people |= {"principal": _member(unit, MemberRole.PRINCIPAL), "reader": _reader(city),
               "leader": _member(unit, MemberRole.LEADER), "stranger": _stranger(city)}  # fmt: skip
    found = Ground(city, Studio.objects.get(pk=young.pk), Studio.objects.get(pk=old.pk), people)
    calendar.open_for(found.young, dt.date(found.today.year, 12, 31))
    opened(found.old)
    return found


def _member(unit: Enterprise, role: MemberRole) -> User:
    user = make_user(f"{role.value}@unit.example")
    make_member(user, unit, role)
    return user


def _reader(city: make.City) -> User:
    """Oversees the place: reads everything, does nothing."""
    user = make_user("overseer@example.gov.cn", staff=True)
    grant(user, "oversee", city.jurisdiction)
    return user


def _stranger(city: make.City) -> User:
    """At an office of the city that answers for the studios of another department."""
    shapes = make.policy_of(city.ruleset).ruleset.offices
    split = next(role for role, shape in shapes.items() if shape.covers_by)
    return factories.officer_of(city.jurisdiction, role=split, covers="别的部门")


def to(name: str, studio: Studio, *keys: object) -> str:
    """An address of a studio."""
    return reverse(f"assessments:{name}", args=[studio.public_id, *keys])


def tries(at: Ground) -> Iterator[Try]:
    """Everything there is to try."""
    yield from _books(at)
    yield from _registers(at)
    yield from _papers(at)
    yield from _handed(at)
    yield from _money(at)
    yield from _roads(at)


def _books(at: Ground) -> Iterator[Try]:
    studio, unit = at.old, at.people["unit"]
    on = at.today.isoformat()
    said = {"direction": "in", "source": _matching(studio), "amount": "100", "on": on,
            "text": "单位配套"}  # fmt: skip
    yield Try("entry_new", to("entry_new", studio), lambda: said, MANAGING)
    yield Try("account", to("account", studio), lambda: {"account": "专项应付款"}, MANAGING)
    row = ledger.enter(studio, by=unit, direction="in", source=_matching(studio), on=at.today,
                       amount=Decimal(5), text="单位配套", marked=True)  # fmt: skip
    yield Try("entry_strike", to("entry_strike", studio, row.public_id),
              lambda: {"reason": "重复"}, MANAGING)  # fmt: skip
    content = book(studio, line(studio)).read()
    digest = money.check(studio, SimpleUploadedFile("台账.xlsx", content), by=unit).sha256
    yield Try("ledger_import", to("ledger_import", studio), lambda: {
        "file": SimpleUploadedFile("台账.xlsx", content), "sha256": digest}, MANAGING)  # fmt: skip
    yield Try("dossier", to("dossier", studio), lambda: {
        "part": "summaries", "title": "总结", "upload": paper()}, MANAGING)  # fmt: skip


def _matching(studio: Studio) -> str:
    rules = living_policy(studio, "ledger").ruleset.ledger
    return next(source.id for source in rules.sources if source.kind == "match")


def _registers(at: Ground) -> Iterator[Try]:
    studio, unit, on = at.old, at.people["unit"], at.today
    said = {"name": "李示例", "joined_on": on.isoformat()}
    yield Try("row_new", to("row_new", studio, "members"), lambda: said, MANAGING)
    row: Any = registers.save_row(studio, "members", by=unit, name="王示例", joined_on=on)
    yield Try("row", to("row", studio, "members", row.public_id), lambda: said, MANAGING)
    yield Try("row_strike", to("row_strike", studio, "members", row.public_id),
              lambda: {"reason": "重复"}, MANAGING)  # fmt: skip
    heads = workbooks._columns(studio, "members")
    content = write_xlsx("成员", heads, [{"name": "赵示例", "joined_on": on}])
    file = SimpleUploadedFile("成员.xlsx", content)
    ready, _, errors = workbooks.read_register(studio, "members", file)
    assert errors == []
    packed = workbooks.packed(ready, studio, "members")
    yield Try("register_import", to("register_import", studio, "members"),
              lambda: {"checked": packed}, MANAGING)  # fmt: skip
    act: Any = registers.save_row(
        studio, "activities", by=unit, category="contests", title="示例竞赛", on=on
    )
    yield Try("kept_files", to("kept_files", studio, "activities", act.public_id),
              lambda: {"title": "现场", "upload": paper()}, MANAGING)  # fmt: skip
    # Another file than the one that is tried above: the same is kept once.
    listed = SimpleUploadedFile("名单.xlsx", content)
    kept = keeping.keep(studio, Holder.ACTIVITIES, listed, by=unit, title="名单",
                        row=act.public_id)  # fmt: skip
    yield Try("kept_file_remove", to("kept_file_remove", studio, kept.public_id), dict, MANAGING)


def _papers(at: Ground) -> Iterator[Try]:
    studio, unit, on = at.old, at.people["unit"], at.today.isoformat()
    for year in (at.today.year - 1, at.today.year):
        calendar.open_for(studio, dt.date(year, 12, 31))
    handed, due = Obligation.objects.filter(studio=studio, item="plan").order_by("period")[:2]
    yield Try("obligation hand in", to("obligation", studio, due.public_id),
              lambda: {"text": "示例计划"}, MANAGING)  # fmt: skip
    handing_in.hand_in(handed, by=unit, on=at.today, text="示例计划")
    keys = (studio, handed.public_id)
    yield Try("paper_receive", to("paper_receive", *keys), dict, HANDLING, HANDLING)
    yield Try("paper_return", to("paper_return", *keys), lambda: {"reason": "缺页"}, HANDLING,
              HANDLING)  # fmt: skip
    yield Try("opinion_new", to("opinion_new", *keys), lambda: {
        "expert": "示例专家", "on": on, "text": "目标明确"}, HANDLING, HANDLING)  # fmt: skip
    recall = Obligation.objects.create(
        studio=studio, kind=DueKind.FILING, item="file_with", title="决定报备案",
        party=Party.OFFICE, opens_on=at.today,
    )  # fmt: skip
    yield Try("obligation settle", to("obligation", studio, recall.public_id),
              lambda: {"text": "已报送"}, HANDLING, HANDLING)  # fmt: skip
    assessed = Obligation.objects.get(studio=studio, kind="assessment", period=1)
    yield Try("take_over", to("take_over", studio, assessed.public_id),
              lambda: {"reason": "经两次告知未报送"}, POSTED)  # fmt: skip
    said = {"title": "年度检查", "on": on, "text": "正常"}
    yield Try("record_new report", to("record_new", studio, "report", "major"),
              lambda: {**said, "category": "重大成果"}, MANAGING)  # fmt: skip
    yield Try("record_new inspection", to("record_new", studio, "record", "inspections"),
              lambda: said, POSTED)  # fmt: skip


def _handed(at: Ground) -> Iterator[Try]:
    studio, on = at.young, at.today.isoformat()
    agreement = Obligation.objects.get(studio=studio, kind="agreement")
    handing_in.hand_in(agreement, by=at.people["unit"], on=at.today, upload=paper())
    receiving.receive(agreement, by=at.people["handler"], on=at.today)
    # Once the studio has ended, what is sent records that plaque or permit came back.
    yield Try("plaque", to("plaque", studio), lambda: {"on": on, "to": "示例经办人"}, HANDLING,
              HANDLING)  # fmt: skip
    permit = Permit.objects.filter(studio=studio).earliest("pk")
    yield Try("permit", to("permit", studio, permit.number), lambda: {"on": on}, HANDLING,
              HANDLING)  # fmt: skip
    registers.save_row(studio, "members", by=None, name="新成员", joined_on=at.today)
    yield Try("permit_new", to("permit_new", studio), lambda: {"on": on, "holder": "新成员"},
              HANDLING)  # fmt: skip
    yield Try("summary_full", to("summary_full", studio), lambda: {"reason": "报送上级"}, HANDLING)


def _money(at: Ground) -> Iterator[Try]:
    studio, on = at.young, at.today.isoformat()
    owed = GrantDue.objects.filter(studio=studio).earliest("pk")
    yield Try("grant", to("grant", studio, owed.public_id),
              lambda: {"amount": str(owed.amount or 100), "on": on}, HANDLING)  # fmt: skip
    back = Clawback.objects.create(
        studio=studio, application=studio.founding_application, amount=Decimal(100),
        decided_on=at.today,
    )  # fmt: skip
    yield Try("clawback", to("clawback", studio, back.public_id),
              lambda: {"amount": "60", "on": on}, HANDLING, HANDLING)  # fmt: skip


def _roads(at: Ground) -> Iterator[Try]:
    studio = at.young
    yield Try("change_new", to("change_new", studio),
              lambda: {"path": "change_unit_changed_move"}, MANAGING | POSTED)  # fmt: skip
    ground = revoking.revoke_page(studio, at.today)["grounds"][0]
    yield Try("revoke_new", to("revoke_new", studio),
              lambda: {"ground": [ground["id"]]}, POSTED)  # fmt: skip
    place, ruleset = at.city.jurisdiction, at.city.ruleset
    columns = [(column.key, column.label, 20) for column in studio_import.COLUMNS]
    content = write_xlsx("工作室", columns, [vars(factories.named())])
    checked = studio_import.check(place, ruleset, SimpleUploadedFile("补录.xlsx", content),
                                  by=at.people["administrator"], today=at.today)  # fmt: skip
    yield Try("import_studios", reverse("assessments:import_studios", args=[CITY]), lambda: {
        "file": SimpleUploadedFile("补录.xlsx", content), "sha256": checked.sha256},
        frozenset({"administrator"}), frozenset({"administrator"}))  # fmt: skip
