"""填报内容: the task list of a filing, grouped, each part with what is still to do."""

from typing import Any

from django.urls import reverse

from applications.enums import Status
from applications.interfaces.eligibility import place_url
from applications.interfaces.standing import Standing
from applications.interfaces.summary import shown
from applications.permissions import OPEN
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.values import is_empty
from jurisdictions.schema.forms import Section
from portal.common.templatetags.portal_ui import cn_number

FORM_GROUP = "申报表"
PAPER_GROUP = "证明材料与提交"
DONE, STARTED, EMPTY, WRONG = "done", "started", "empty", "wrong"
_TAGS = {
    DONE: {"tag": "已完成", "tone": "none", "icon": "check"},
    STARTED: {"tag": "填写中", "tone": "blue"},
    EMPTY: {"tag": "未开始", "tone": "gray"},
    WRONG: {"tag": "有问题", "tone": "red", "icon": "alert-triangle"},
}
_LOCKED = {"tag": "暂不能填写", "tone": "muted", "icon": "lock"}
#: The last part of a filing that is not with its unit any more.
_HANDED_IN = {"tag": "已提交", "tone": "none", "icon": "check"}
_NEVER = {"tag": "未提交", "tone": "gray"}
_PARTS_NAMED = 3


def task_list(standing: Standing) -> dict[str, Any]:
    """Groups, counts and the parts themselves for ``components/task_list.html``."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for section in standing.sections:
        groups.setdefault(section.group or FORM_GROUP, []).append(section_task(standing, section))
    groups[PAPER_GROUP] = [files_task(standing)]
    tasks = [task for items in groups.values() for task in items]
    for number, task in enumerate(tasks, 1):
        task["n"] = number
    open_parts = [task["n"] for task in tasks if task["state"] != DONE]
    last = _check_task(standing, len(tasks) + 1, open_parts)
    groups[PAPER_GROUP].append(last)
    return {
        "done": len(tasks) - len(open_parts) + (last["tag"] == _HANDED_IN["tag"]),
        "closed": standing.application.status not in OPEN,
        "total": len(tasks) + 1,
        "groups": [
            {"title": f"{cn_number(place)}、{title}", "items": items}
            for place, (title, items) in enumerate(groups.items(), 1)
        ],
        "next": next((task for task in tasks if task["state"] != DONE), None),
        "tasks": tasks,
    }


def section_task(standing: Standing, section: Section) -> dict[str, Any]:
    """One section as a task."""
    findings = standing.by_place.get(section.id, [])
    state = _state(_typed_anything(standing, section), findings)
    hint = _missing_hint(findings) if state == STARTED else _content_hint(standing, section)
    return {
        "label": section.title,
        "url": place_url(standing, section.id),
        "anchor": f"part-{section.id}",
        "hint": hint if state == EMPTY else _with_reasons(hint, findings),
        "error": _fault(findings) if state == WRONG else "",
        "state": state,
        **_TAGS[state],
    }


def files_task(standing: Standing) -> dict[str, Any]:
    """The checklist of papers as a task."""
    findings = [f for f in standing.by_place.get("files", []) if f.rule.startswith("material:")]
    state = _state(bool(standing.files), findings)
    lacking = [f for f in findings if f.outcome == "missing" and f.severity != "info"]
    hint = f"共 {len(findings)} 类，已传 {len(standing.files)} 份"
    if lacking:
        hint += f"，还缺 {len(lacking)} 类"
    return {
        "label": "上传证明材料",
        "url": place_url(standing, "files"),
        "anchor": "part-files",
        "hint": hint if state == EMPTY else _with_reasons(hint, findings),
        "error": _fault(findings) if state == WRONG else "",
        "state": state,
        **_TAGS[state],
    }


def _check_task(standing: Standing, number: int, open_parts: list[int]) -> dict[str, Any]:
    # The page itself opens any time: seeing the whole early helps, only handing in waits.
    if standing.application.status == Status.RETURNED:
        url = reverse("applications:corrections", args=[standing.application.public_id])
        label, hint = "核对补正内容并重新提交", "全部改好后勾选确认"
    else:
        url = place_url(standing, "declarations")
        label, hint = "核对全部内容、签署承诺并提交", "提交后由受理机关初审，期间不能修改"
        if standing.by_office:
            label, hint = "核对全部内容并提交立案", "提交后由本机构核查，期间不能修改"
    task: dict[str, Any] = {"n": number, "label": label, "hint": hint, "url": url}
    if standing.application.status not in OPEN:
        handed_in = standing.application.submitted_at is not None
        return {**task, "hint": "", **(_HANDED_IN if handed_in else _NEVER)}
    if open_parts:
        listed = "、".join(str(part) for part in open_parts)
        task["hint"] = f"第 {listed} 项完成后可以提交；现在可以先核对"
        return {**task, **_LOCKED, "tag": "暂不能提交"}
    return {**task, "tag": "可以提交", "tone": "green"}


def _state(typed: bool, findings: list[Finding]) -> str:
    if any(f.severity == "block" and f.outcome in ("fail", "error") for f in findings):
        return WRONG
    if not typed:
        return EMPTY
    if any(f.severity == "block" and f.outcome == "missing" for f in findings):
        return STARTED
    return DONE


def _typed_anything(standing: Standing, section: Section) -> bool:
    row = standing.stored.get(section.id)
    return row is not None and any(not is_empty(value) for value in row.answers.values())


def _fault(findings: list[Finding]) -> str:
    wrong = [f for f in findings if f.severity == "block" and f.outcome in ("fail", "error")]
    more = f"（另有 {len(wrong) - 1} 处）" if len(wrong) > 1 else ""
    return f"{wrong[0].sentence}{more}"


def _missing_hint(findings: list[Finding]) -> str:
    lacking = [f.title for f in findings if f.severity == "block" and f.outcome == "missing"]
    named = "、".join(lacking[:_PARTS_NAMED])
    rest = f"等 {len(lacking)} 项" if len(lacking) > _PARTS_NAMED else ""
    return f"待填写：{named}{rest}"


def _with_reasons(hint: str, findings: list[Finding]) -> str:
    count = sum(1 for f in findings if f.needs_reason)
    if not count:
        return hint
    return f"{hint}；{count} 处不符合一般条件，提交时须说明理由".lstrip("；")


def _content_hint(standing: Standing, section: Section) -> str:
    """What a finished part says, or what a part that waits will ask."""
    catalogue = standing.policy.catalogue
    tables = [
        f"{use.label or catalogue.tables[use.table].label} {len(rows)} 行"
        for use in section.tables
        if (rows := standing.answers.get(use.table))
    ]
    short = [
        shown(catalogue.fields[use.field], standing.answers.get(use.field))
        for use in section.fields
        if catalogue.fields[use.field].type in ("text", "person_name", "choice", "money")
    ]
    named = [text for text in short if text][:_PARTS_NAMED]
    if tables or named:
        return " · ".join([*named, *tables])
    asked = [use.label or catalogue.fields[use.field].label for use in section.fields]
    asked += [use.label or catalogue.tables[use.table].label for use in section.tables]
    listed = "、".join(asked[:_PARTS_NAMED])
    return f"{listed}等 {len(asked)} 项" if len(asked) > _PARTS_NAMED else listed
