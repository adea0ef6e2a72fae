"""What the pages of a studio show, as plain data for the components."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse

from applications.enums import TO_BE_TOLD, UNDER_WAY, StudioStatus
from applications.models import Studio
from applications.queries.announced import announced
from assessments.domain import assessing
from assessments.enums import Party
from assessments.interfaces import duties, graded
from assessments.interfaces.amounts import yuan
from assessments.interfaces.changing import begins_changes, procedure_rows
from assessments.interfaces.forms import choices_of, row_fields
from assessments.interfaces.marks import voucher_mark
from assessments.interfaces.workbooks import TITLES
from assessments.models import Book, Obligation
from assessments.queries import dues, life, risks
from assessments.queries.dossier import completeness
from assessments.queries.policies import founding_policy, living_policy
from assessments.queries.rows import file_counts, public_records
from jurisdictions.engine.dates import format_date
from jurisdictions.engine.life import window_last_day
from jurisdictions.engine.scoring import plain
from portal.common.pagecode import qr_data_uri
from portal.common.personal import masked

TONES = {StudioStatus.ACTIVE: "green", StudioStatus.SUSPENDED: "gold", StudioStatus.ENDED: "gray"}
NOTICE_TONES = {"block": "err", "warn": "warn", "info": "info"}
REGISTERS = ("members", "apprentices", "activities")
#: Registers whose lines have files beside them.
FILED = ("apprentices", "activities")
RECENT = 6


def status_tag(studio: Studio) -> dict[str, str]:
    """The status in words with its colour."""
    status = StudioStatus(studio.status)
    return {"label": str(status.label), "tone": TONES[status]}


def hosts_of(studio: Studio) -> str:
    """Units that host the studio now, or hosted it last."""
    rows = list(studio.hosts.all())
    now = [row.name for row in rows if row.until is None]
    return "、".join(now or [row.name for row in rows])


def leaders_of(studio: Studio) -> str:
    """Who leads it now, or led it last."""
    rows = list(studio.leaders.all())
    now = [row.name for row in rows if row.until is None]
    gone = "" if now or studio.ended_on else "（已离任）"
    return "、".join(now or [row.name for row in rows]) + gone


def facts_of(studio: Studio) -> list[dict[str, Any]]:
    """What anybody may know of a studio; nothing personal beyond the leader's name."""
    rows: list[tuple[str, Any]] = [
        ("编号", studio.number),
        ("地区", str(studio.jurisdiction)),
        ("领办人", leaders_of(studio)),
        ("职业（工种）", studio.occupation),
        ("所在单位", hosts_of(studio)),
        ("产业（领域）", studio.industry),
        ("县（区）", studio.district),
        ("地点", studio.address),
        ("面积", f"{plain(studio.area)} 平方米" if studio.area else ""),
        ("领办人称号", studio.title),
        ("铭牌编号", studio.plaque_number),
        ("命名日期", format_date(studio.founded_on)),
        ("命名文号", studio.decision_number),
        ("建设期满", format_date(studio.term_until) if studio.term_until else ""),
        ("终止日期", format_date(studio.ended_on) if studio.ended_on else ""),
        ("已更正", amended_of(studio)),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def public_facts(studio: Studio) -> list[dict[str, Any]]:
    """The same for the public: numbers that an older text holds are hidden."""
    return [row | {"value": masked(str(row["value"]))} for row in facts_of(studio)]


def amended_of(studio: Studio) -> str:
    """What recorded amendments put right in the naming decision."""
    filing = studio.founding_application
    rows = filing.amended.all() if filing is not None else ()
    return "；".join(f"{row.label}（{row.document_number}）" for row in rows)


def public_notices(studio: Studio) -> list[dict[str, str]]:
    """What offices made known about a studio: announced decisions, then public records."""
    kept = living_policy(studio, "registers").ruleset.registers.records
    items = [entry.id for entry in kept if entry.public]
    told = [
        {"label": f"{row.what}（{row.number}）" if row.number else row.what, "date": day(row.on),
         "text": f"公布于{masked(row.where)}", "url": row.url}
        for row in announced(studio)
    ]  # fmt: skip
    return told + [
        {"label": masked(row.title), "date": day(row.on), "text": masked(row.text), "url": ""}
        for row in public_records(studio, items)
    ]


def day(value: dt.date | None) -> str:
    """A day as people write it."""
    return f"{value:%Y-%m-%d}" if value else ""


def verify_url(studio: Studio) -> str:
    """The address behind the QR code of plaque and certificate."""
    return settings.PUBLIC_URL + reverse("assessments:verify", args=[studio.number])


def verify_code(studio: Studio) -> str:
    """The QR code that leads to the public check of a studio."""
    return qr_data_uri(verify_url(studio))


def due_rows(
    rows: Iterable[Obligation], on: dt.date, *, desk: bool, for_unit: bool = False
) -> list[dict[str, Any]]:
    """Lines of what is due for ``components/worklist.html``.

    Args:
        rows: what is due.
        on: today.
        desk: whether lines of several studios stand together.
        for_unit: whether the unit reads, which only looks at what its office has to do; the
            self-score of an assessment is its own work.
    """
    return [_due_row(row, on, desk=desk, for_unit=for_unit) for row in rows]


def _state(row: Any, on: dt.date, *, for_unit: bool) -> dict[str, str]:
    """Where something that is not done stands.

    A unit that has filed waits for its office, and is not told when that has decided; an office
    reads that it is decided, not how.
    """
    if row.kind in assessing.KINDS and for_unit and row.filed:
        return {"label": UNDER_WAY, "tone": "blue"}
    if row.decided:
        return {"label": TO_BE_TOLD, "tone": "blue"}
    if row.due_on is not None and row.due_on < on:
        return {"label": "逾期", "tone": "red"}
    return {"label": "待办理", "tone": "gold"}


def _is_theirs(row: Any) -> bool:
    """Whether it is for an office, so that the unit only looks at it."""
    return bool(row.filed) if row.kind in assessing.KINDS else row.party != Party.UNIT


def _waits_for(row: Any) -> str:
    """Whose turn it is; an assessment begins with the self-score of the unit."""
    if row.kind not in assessing.KINDS:
        return str(row.get_party_display())
    return str(Party.OFFICE.label if row.filed else f"{Party.UNIT.label}（填报）")


def _due_row(row: Any, on: dt.date, *, desk: bool, for_unit: bool) -> dict[str, Any]:
    url = reverse("assessments:obligation", args=[row.studio.public_id, row.public_id])
    cells: list[dict[str, Any]] = [{"text": row.title, "url": url, "main": True}]
    if desk:
        home = reverse("assessments:desk_studio", args=[row.studio.public_id])
        cells.append({"th": "工作室", "text": row.studio.name, "url": home,
                      "sub": row.studio.number})  # fmt: skip
    cells += [
        {
            "th": "办理方",
            "text": _waits_for(row),
            "sub": f"接收：{row.receiver}" if row.receiver else "",
        },
        {"th": "到期日", "text": day(row.due_on) or "原文未规定", "nw": True},
        {"th": "状态", "tag": _state(row, on, for_unit=for_unit)},
    ]
    return {
        "id": row.public_id,
        "cells": cells,
        "select_label": row.title,
        "actions": [{"label": "查看" if for_unit and _is_theirs(row) else "办理", "url": url}],
    }


def recent(studio: Studio, *, for_unit: bool) -> list[dict[str, Any]]:
    """The newest things that happened to a studio, for ``components/timeline.html``."""
    return [
        {"when": day(event.on), "title": event.title, "says": event.says, "state": event.state}
        for event in life.events(studio, for_unit=for_unit)[:RECENT]
    ]


def overview(studio: Studio, on: dt.date, *, desk: bool, user: Any) -> dict[str, Any]:
    """The page of one studio."""
    money = dues.money(studio, on)
    archive = completeness(studio)
    rules = living_policy(studio, "registers").ruleset
    ended = studio.ended_on is not None
    window = None if ended else window_last_day(founding_policy(studio), studio.founded_on)
    # What a living studio still owes nobody asks of one that has ended.
    asked = () if ended else money.notices
    return {
        "tag": status_tag(studio),
        "facts": [*facts_of(studio), *post_facts(studio, on)],
        "columns": _due_columns(desk=False),
        "dues": due_rows(dues.open_on([studio], on), on, desk=False, for_unit=not desk),
        "money": money,
        "left": [{"n": yuan(left), "label": f"{label}结余（元）"} for _, label, left in money.left],
        "notices": [{"tone": NOTICE_TONES[n.severity], "text": n.text} for n in asked],
        "archive": archive,
        "archive_filled": sum(line.filled for line in archive),
        "registers": register_links(studio),
        "duties": duties.rows(studio, on, money=money, archive=archive),
        "secrecy": rules.registers.secrecy,
        "events": recent(studio, for_unit=not desk),
        "graded": graded.table(studio),
        "procedures": procedure_rows(studio, user, desk=desk),
        "changeable": _changeable(studio),
        "begins": desk and begins_changes(studio, user),
        "revocable": desk and _revocable(studio),
        "risks": risks.risks(studio, on) if desk and not ended else [],
        "window": day(window) if desk else "",
        "code": verify_code(studio),
        "verify": verify_url(studio),
    }


def post_facts(studio: Studio, on: dt.date) -> list[dict[str, Any]]:
    """Who holds the posts the text asks for."""
    facts = []
    for post, holders in dues.posts_held(studio, on):
        names = "、".join(f"{row.name} {row.phone}".strip() for row in holders)
        facts.append({"label": post.label, "value": names or "尚未登记"})
    return facts


def _changeable(studio: Studio) -> bool:
    """Whether the text knows changes, or an end at the unit's request, of a living studio."""
    rules = living_policy(studio, "changes").ruleset
    grounds = rules.revocations.grounds if rules.revocations else ()
    known = bool(rules.changes.events) or any(ground.on_request for ground in grounds)
    return studio.ended_on is None and known


def _revocable(studio: Studio) -> bool:
    rules = founding_policy(studio).ruleset.revocations
    return studio.ended_on is None and rules is not None


def _due_columns(*, desk: bool) -> list[dict[str, str]]:
    heads = ["事项", *(["工作室"] if desk else []), "办理方", "到期日", "状态"]
    return [{"label": label} for label in heads]


def register_links(studio: Studio) -> list[dict[str, Any]]:
    """Registers the policy keeps, with how many lines each has."""
    kept = living_policy(studio, "registers").ruleset.registers
    rows = []
    for register in REGISTERS:
        if getattr(kept, register) is None:
            continue
        count = getattr(studio, register).filter(struck_at__isnull=True).count()
        url = reverse("assessments:register", args=[studio.public_id, register])
        rows.append({"label": TITLES[register], "n": count, "url": url})
    return rows


def register_table(
    studio: Studio, register: str, rows: QuerySet[Any], *, keeping: bool
) -> dict[str, Any]:
    """A register for ``components/worklist.html``."""
    fields = row_fields(studio, register)
    shown = [name for name in fields if name not in ("effect", "phone", "training")]
    lines, filed = [], file_counts(studio, register)
    for row in rows:
        cells = [_register_cell(fields[name], name, getattr(row, name)) for name in shown]
        cells[0]["main"] = True
        if register in FILED:
            cells[0]["url"] = reverse(
                "assessments:kept_files", args=[studio.public_id, register, row.public_id]
            )
        edit = reverse("assessments:row", args=[studio.public_id, register, row.public_id])
        gone = reverse("assessments:row_strike", args=[studio.public_id, register, row.public_id])
        actions = [{"label": "修改", "url": edit}, {"label": "删除", "url": gone}]
        files = []
        if register in FILED:
            count = filed.get(row.public_id, 0)
            label = f"文件 {count}" if count else "文件"
            files = [{"label": label, "url": cells[0]["url"]}]
        lines.append(
            {
                "id": row.public_id, "cells": cells, "select_label": str(row),
                "actions": [*files, *(actions if keeping else [])],
            }
        )  # fmt: skip
    return {"columns": [{"label": str(fields[n].label)} for n in shown], "rows": lines}


def line_facts(studio: Studio, register: str, row: Any) -> list[dict[str, Any]]:
    """Everything a line of a register says, long texts too, for whoever verifies it."""
    cells = [_register_cell(field, name, getattr(row, name))
             for name, field in row_fields(studio, register).items()]  # fmt: skip
    return [{"label": cell["th"], "value": cell["text"]} for cell in cells]


def _register_cell(field: Any, name: str, value: Any) -> dict[str, Any]:
    labels = dict(choices_of(field))
    text = labels.get(str(value), value) if labels else value
    if isinstance(value, bool):
        text = "是" if value else "否"
    if isinstance(value, dt.date):
        text = day(value)
    return {"th": str(field.label), "text": text or "—"}


def open_count(studio: Studio, on: dt.date) -> int:
    """How much is due from the unit of a studio."""
    return dues.open_on([studio], on).filter(dues.WAITS_FOR_UNIT).count()


def obligation_facts(row: Obligation, on: dt.date, *, for_unit: bool) -> list[dict[str, Any]]:
    """The particulars of something due, as an office or the unit reads them."""
    state = _state(row, on, for_unit=for_unit)["label"]
    if row.done_on:
        state = "逾期办理" if row.due_on is not None and row.done_on > row.due_on else "已办理"
    received = f"{day(row.received_on)} {row.received_by or ''}".strip() if row.received_on else ""
    rows = [
        ("办理方", row.get_party_display()),
        ("接收方", row.receiver or "—"),
        ("会同", _assessed_with(row)),
        ("开始日", day(row.opens_on)),
        ("到期日", day(row.due_on) or "原文未规定"),
        ("状态", state),
        ("办理日期", day(row.done_on)),
        ("办理人", str(row.done_by) if row.done_by else ""),
        ("接收（备案）", received),
        ("退回理由", row.returned_reason),
        ("内容", row.text),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]


def _assessed_with(row: Obligation) -> str:
    """Who assesses together with the office, where the text names somebody."""
    if row.kind not in assessing.KINDS:
        return ""
    ruleset = living_policy(row.studio, "assessments").ruleset
    known, team = ruleset.offices, ruleset.assessments[row.item].team
    if team is None:
        return ""
    return "、".join(filter(None, [*(known[role].label for role in team.roles), team.third_party]))


def obligation_parts(row: Obligation, paper: Any) -> list[dict[str, Any]]:
    """What was written for each part."""
    titles = {part.id: part.text for part in paper.parts} if paper else {}
    return [{"label": titles.get(key, key), "value": text} for key, text in row.parts.items()]


def account_of(studio: Studio) -> str:
    """The name of the separate account, empty while it has none."""
    book = Book.objects.filter(studio=studio).first()
    return book.account if book else ""


def ledger_head(studio: Studio, money: dues.Money) -> dict[str, Any]:
    """Balances, warnings and rules above the ledger."""
    rules = money.rules
    named = account_of(studio)
    notices = [{"tone": NOTICE_TONES[n.severity], "text": n.text} for n in money.notices]
    if rules.account and rules.account.name_required and not named:
        notices.append({"tone": "warn", "text": "尚未登记专门账目（科目）名称。"})
    return {
        "title": rules.title,
        "account": named,
        "account_rule": rules.account.says if rules.account else "",
        "mark": voucher_mark(rules.voucher_mark.text, studio.name) if rules.voucher_mark else "",
        "left": [{"n": yuan(left), "label": f"{label}结余（元）"} for _, label, left in money.left],
        "notices": notices,
        "duties": [{"title": duty.title, "clauses": duty.clause} for duty in rules.matching],
        "encouraged": [entry.text for entry in rules.encouraged],
    }
