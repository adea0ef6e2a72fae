"""Text an officer typed and has not handed over: filled in again, or compared with what is now."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jurisdictions.queries import policy_of
from reviews.domain import road, typed
from reviews.domain.corrections import targets_of
from reviews.domain.judging import RULE, points_of, reasons_given
from reviews.domain.work import OUTCOME_LABELS
from reviews.models import Case, StageRun, TypedText

#: Fields that say where the form is, not what was typed.
APART = frozenset({"csrfmiddlewaretoken", "version", "draft", "action", "run"})
_LABELS = {
    "decision": "审核结论", "opinion": "意见内容", "note": "内部备注", "due_on": "补正期限",
    "paper_copies": "纸质材料份数", "paper_received_on": "纸质材料收到日期",
    "number": "文号", "dated_on": "日期", "flags": "标记的问题",
}  # fmt: skip
_VERDICTS = {"yes": "符合", "no": "不符合", "doubt": "存疑"}


def fields_of(post: Any) -> dict[str, list[str]]:
    """What was typed, out of a posted form."""
    return {name: post.getlist(name) for name in post if name not in APART}


def single(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """Each field with its last value, as a form posts it."""
    return {name: values[-1] for name, values in fields.items() if values}


def for_page(case: Case, run: StageRun | None, user: Any) -> dict[str, Any]:
    """What the page of a case is to know of text typed earlier.

    Returns:
        ``fill`` (fields to fill in, or None), ``draft_version``, ``kept`` (a sentence, or empty)
        and ``kept_url``.
    """
    found: dict[str, Any] = {"fill": None, "draft_version": 0, "kept": "", "kept_url": ""}
    row = typed.text_at(typed.place_of_run(run), by=user) if run is not None else None
    if run is None or row is None:
        return found
    found["draft_version"] = row.version
    at = f"{timezone.localtime(row.saved_at):%m月%d日 %H:%M}"
    if row.aside:
        found["kept"] = "您在另一窗口填写的内容没有并入，仍为您保留。"
    elif row.fields and row.based_on != run.version:
        found["kept"] = f"您 {at} 填写的内容没有提交；此后他人办理过本环节，内容仍为您保留。"
    if found["kept"]:
        found["kept_url"] = reverse("reviews:typed", args=[case.public_id])
    if row.fields and row.based_on == run.version:
        found["fill"] = row.fields
        found["kept"] = found["kept"] or f"已恢复您 {at} 自动保存的内容，尚未提交。"
    return found


def compare(case: Case, run: StageRun, row: TypedText) -> dict[str, Any]:
    """The page that shows what stands now beside what was typed."""
    labels = _labels(case, run)
    now = _standing(run)
    mine, other = _said(row.fields), _said(row.aside)
    names = [name for name in dict.fromkeys([*labels, *mine, *other])
             if len({now.get(name, ""), mine.get(name, ""), *([other.get(name, "")] if other
                     else [])}) > 1]  # fmt: skip
    return {
        "case": case, "row": row, "run": run, "both": bool(row.aside),
        "lines": [
            {"label": labels.get(name, name), "now": _word(name, now.get(name, "")),
             "mine": _word(name, mine.get(name, "")), "other": _word(name, other.get(name, ""))}
            for name in names
        ],
    }  # fmt: skip


def _labels(case: Case, run: StageRun) -> dict[str, str]:
    application, policy = case.application, policy_of(case.application.ruleset)
    stage = road.stage_of(application.ruleset, application.procedure, run.stage)
    named = {point.id: point.text for point in points_of(stage)}
    named |= {f"{RULE}{finding.rule}": finding.title for finding in reasons_given(run)}
    found = dict(_LABELS)
    for key, text in named.items():
        found |= {f"point-{key}": text, f"reason-{key}": f"{text}：理由"}
    for part in getattr(stage, "letter_parts", ()):
        found[f"part-{part.id}"] = part.title
    for name, (label, _) in targets_of(policy, application.procedure).items():
        found[f"note-{name}"] = f"{label}：需补正的内容"
    return found


def _standing(run: StageRun) -> dict[str, str]:
    """What the passage holds now, under the names of the form."""
    data = run.data
    found = {"decision": run.outcome, "opinion": run.opinion, "note": run.note}
    found |= {name: str(data.get(name, "")) for name in
              ("due_on", "paper_copies", "paper_received_on", "number", "dated_on")}  # fmt: skip
    for row in run.judgements.all():
        found |= {f"point-{row.point}": row.verdict, f"reason-{row.point}": row.reason}
    for fault in data.get("faults", []):
        found[f"note-{fault['target']}"] = fault.get("text", "")
    found["flags"] = "、".join(sorted(fault["target"] for fault in data.get("faults", [])))
    return found | {f"part-{key}": str(text) for key, text in data.get("parts", {}).items()}


def _said(fields: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: "、".join(sorted(values)) if name == "flags" else (values or [""])[-1].strip()
            for name, values in fields.items()}  # fmt: skip


def _word(name: str, value: str) -> str:
    if name == "decision":
        return OUTCOME_LABELS.get(value, value)
    return _VERDICTS.get(value, value) if name.startswith("point-") else value
