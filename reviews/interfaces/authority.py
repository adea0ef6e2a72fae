"""Proposals as pages: proposing, signing, and what waits for a signature."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from jurisdictions.enums import PostKind
from jurisdictions.permissions import can_act_for, can_administer, works_for
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.templatetags.portal_ui import cn_date, short_datetime
from reviews import queries
from reviews.domain import amending, extending, road
from reviews.enums import AmendTarget, ProposalState
from reviews.models import Amendment, Case, Extension, ItemReturn, List, StageRun
from reviews.permissions import can_handle_run
from reviews.queries import proposals

Part = dict[str, Any]
Row = Extension | Amendment | ItemReturn
_TONES = {ProposalState.PROPOSED: "gold", ProposalState.APPROVED: "green",
          ProposalState.REFUSED: "gray", ProposalState.WITHDRAWN: "gray",
          ProposalState.LAPSED: "gray"}  # fmt: skip
UNITS = {"working": "个工作日", "calendar": "日"}


def stage_of(run: StageRun) -> Any:
    """What the ruleset says of the stage of a passage."""
    subject: Any = run.case.application if run.case else run.listing
    return road.stage_of(subject.ruleset, subject.procedure, run.stage)


def address_of(subject: Case | List) -> str:
    """Address of a case or a list."""
    if isinstance(subject, Case):
        return reverse("reviews:case", args=[subject.public_id])
    return reverse("reviews:list", args=[subject.public_id])


def title_of(subject: Case | List) -> str:
    """What people call a case or a list."""
    if isinstance(subject, List):
        return subject.title
    application = subject.application
    return f"{application.number} {application.studio_name or application.unit_name}"


def crumbs(subject: Case | List, here: str) -> list[dict[str, str]]:
    """Way back."""
    first = (
        ("待我办理", "reviews:worklist") if isinstance(subject, Case) else ("名单", "reviews:lists")
    )
    return [
        {"label": first[0], "url": reverse(first[1])},
        {"label": title_of(subject), "url": address_of(subject)},
        {"label": here, "url": ""},
    ]


def _frame(subject: Case | List, here: str, typed: Any, error: DomainError | None) -> Part:
    return {
        "subject": title_of(subject), "back": address_of(subject), "crumbs": crumbs(subject, here),
        "typed": typed, "error": error,
        "errors": [{"text": error.message, "href": f"#{error.field}" if error.field else ""}]
        if error else [],
    }  # fmt: skip


def extend_page(
    subject: Case | List,
    run: StageRun | None,
    user: Any,
    *,
    typed: Mapping[str, str],
    error: DomainError | None = None,
) -> Part:
    """The page on which an extension is proposed, with those of the passage so far."""
    found = _frame(subject, "延期", typed, error)
    if run is None:
        return found | {"why_not": "现在没有办理中的环节，不能延期。", "rows": []}
    stage = stage_of(run)
    verdict = can_handle_run(user, run)
    why_not = extending.why_not(run, stage) or ("" if verdict else verdict.reason)
    left = None if stage.limit is None else extending.days_left(run, stage)
    rows = run.extensions.select_related("proposed_by", "decided_by", "deputy_for", "run")
    return found | {
        "why_not": why_not, "stage": stage, "run": run, "left": left,
        "unit": UNITS[stage.limit.unit] if stage.limit else "",
        "bound": stage.limit.extend if stage.limit else None,
        "rows": [extension_line(row) for row in rows],
    }  # fmt: skip


def extension_line(row: Extension) -> Part:
    """One extension, in words."""
    return {
        "row": row, "url": reverse("reviews:extension", args=[row.public_id]),
        "title": f"延长 {row.days} {UNITS[row.unit]}：{cn_date(row.old_due)} → "
                 f"{cn_date(row.new_due)}",
        "state": row.get_state_display(), "tone": _TONES[ProposalState(row.state)],
        "says": row.reason,
    }  # fmt: skip


def amend_page(
    subject: Case | List,
    user: Any,
    *,
    typed: Mapping[str, str],
    error: DomainError | None = None,
) -> Part:
    """The page on which an amendment is proposed, with those of the decision so far."""
    run = amending.deciding_run(subject)
    verdict = can_handle_run(user, run) if run is not None else None
    why_not = "还没有作出决定，不需要更正。" if verdict is None else verdict.reason
    case = subject if isinstance(subject, Case) else None
    return _frame(subject, "更正", typed, error) | {
        "why_not": "" if verdict else why_not, "run": run,
        "choices": amending.choices_for(subject) if run is not None else [],
        "results": amending.results_for(case) if run is not None and case is not None else [],
        "rows": [amendment_line(row) for row in _amendments(subject)],
        "effects": amending.effects_in_words(case.application) if case is not None else [],
    }  # fmt: skip


def _amendments(subject: Case | List) -> list[Amendment]:
    return list(
        subject.amendments.select_related(
            "proposed_by", "decided_by", "deputy_for", "case__application__ruleset"
        )
    )


def amendment_line(row: Amendment) -> Part:
    """One amendment, in words."""
    return {
        "row": row, "url": reverse("reviews:amendment", args=[row.public_id]),
        "title": f"更正{row.get_target_display()}：{row.old} → {new_words(row)}",
        "state": row.get_state_display(), "tone": _TONES[ProposalState(row.state)],
        "says": row.reason,
    }  # fmt: skip


def new_words(row: Amendment) -> str:
    """The right content in words: a result by its name."""
    if row.target != AmendTarget.RESULT or row.case is None:
        return row.new
    application = row.case.application
    results = policy_of(application.ruleset).procedure(application.procedure).results
    return results[row.new].label if row.new in results else row.new


def return_line(row: ItemReturn) -> Part:
    """One return from a list, in words."""
    return {
        "row": row, "url": reverse("reviews:return-proposal", args=[row.public_id]),
        "title": f"退回补正：{title_of(row.item.case)}",
        "state": row.get_state_display(), "tone": _TONES[ProposalState(row.state)],
        "says": row.reason,
    }  # fmt: skip


def line_of(row: Row) -> Part:
    """One proposal, in words."""
    if isinstance(row, ItemReturn):
        return return_line(row)
    return extension_line(row) if isinstance(row, Extension) else amendment_line(row)


def _here(row: Row) -> str:
    if isinstance(row, ItemReturn):
        return "退回补正"
    return "延期" if isinstance(row, Extension) else "更正"


def _facts(row: Row) -> list[tuple[str, str]]:
    facts = [("事项", line_of(row)["title"]), ("理由", row.reason)]
    if isinstance(row, ItemReturn):
        facts = [(label, text) for label, text in facts if text]
        facts += [(fault["label"], fault["text"]) for fault in row.faults]
        facts.append(("补正期限", cn_date(row.due_on)))
    if isinstance(row, Amendment):
        facts.append(("更正文件", f"{row.document_number}（{cn_date(row.dated_on)}）"))
    facts.append(("提出", f"{row.proposed_by} {short_datetime(row.proposed_at)}"))
    if isinstance(row, ItemReturn):
        facts += [(PostKind(s["post"]).label, f"{s['signer']} {s['on']}") for s in row.signed]
    if row.decided_at and row.decided_by is None:
        facts.append((row.get_state_display(), f"{row.answer}，{short_datetime(row.decided_at)}"))
        return facts
    if row.decided_at:
        facts.append((row.get_state_display(), f"{row.signer} {short_datetime(row.decided_at)}"))
    if row.answer:
        facts.append(("审批意见", row.answer))
    return facts


def proposal_page(
    row: Row, user: Any, *, typed: Any = None, error: DomainError | None = None
) -> Part:
    """A proposal with its answer, or the form to answer it."""
    subject, here, line = subject_of(row), _here(row), line_of(row)
    post = row.post if isinstance(row, ItemReturn) else "approver"
    verdict = can_act_for(user, row.office, post)
    why_not = "" if verdict else verdict.reason
    if row.proposed_by_id == user.pk:
        why_not = "由您提出，请由另一位审批人员办理。"
    undone = row.case if isinstance(row, Amendment) and row.target == AmendTarget.RESULT else None
    return _frame(subject, here, typed or {}, error) | {
        "row": row, "line": line, "here": here, "facts": _facts(row), "why_not": why_not,
        "open": row.state == ProposalState.PROPOSED,
        "takes_back": isinstance(row, ItemReturn) and row.proposed_by_id == user.pk,
        "effects": amending.effects_in_words(undone.application) if undone else [],
        "carried_out": row.carried_out if isinstance(row, Amendment) else {},
    }  # fmt: skip


def subject_of(row: Row) -> Case | List:
    """What a proposal is about."""
    holder: Any = row if isinstance(row, Amendment) else row.run
    found: Case | List = holder.case or holder.listing
    return found


def index(user: Any) -> Part:
    """Everything that waits for a signature at the person's offices, then what was answered."""
    rows: list[Row] = [
        *proposals.extensions_of(user), *proposals.amendments_of(user),
        *proposals.returns_of(user),
    ]  # fmt: skip
    rows.sort(key=lambda row: row.proposed_at, reverse=True)
    return {
        "open": [_index_line(row) for row in rows if row.state == ProposalState.PROPOSED],
        "closed": [_index_line(row) for row in rows if row.state != ProposalState.PROPOSED][:50],
        "columns": [{"label": name} for name in ("事项", "办理件或名单", "机构", "提出", "状态")],
        "crumbs": [{"label": "待批事项", "url": ""}],
    }  # fmt: skip


def _index_line(row: Row) -> Part:
    line = line_of(row)
    subject = title_of(subject_of(row))
    return {
        "id": str(row.public_id), "select_label": subject,
        "cells": [
            {"th": "事项", "text": line["title"], "url": line["url"], "main": True},
            {"th": "办理件或名单", "text": subject},
            {"th": "机构", "text": str(row.office)},
            {"th": "提出", "text": str(row.proposed_by), "sub": short_datetime(row.proposed_at)},
            {"th": "状态", "tag": {"label": line["state"], "tone": line["tone"]}},
        ],
        "actions": [{"label": "打开", "url": line["url"]}],
    }  # fmt: skip


def links_for_case(case: Case, run: StageRun | None, user: Any) -> list[dict[str, str]]:
    """What the office may do with time and decision of a case."""
    key, found = [case.public_id], []
    if run is not None and run.due_on is not None and can_handle_run(user, run):
        found.append({"label": "延期", "url": reverse("reviews:extend", args=key)})
    found += sign_off_link(case.runs, user)
    decided = amending.deciding_run(case)
    if decided is not None and _reads(user, decided):
        found.append({"label": "更正", "url": reverse("reviews:amend", args=key)})
    return found


def links_for_list(listing: List, run: StageRun | None, user: Any) -> list[dict[str, str]]:
    """What the office may do with time and decision of a list."""
    key, found = [listing.public_id], []
    runs = run is not None and run.due_on is not None and not run.data.get("phase")
    if run is not None and runs and can_handle_run(user, run):
        found.append({"label": "延期", "url": reverse("reviews:list-extend", args=key)})
    found += sign_off_link(listing.runs, user)
    decided = amending.deciding_run(listing)
    if decided is not None and _reads(user, decided):
        what = "文号、日期" if listing.document_number else "日期"
        found.append({"label": f"更正{what}", "url": reverse("reviews:list-amend", args=key)})
    return found


def sign_off_link(runs: Any, user: Any) -> list[dict[str, str]]:
    """The internal sign-off sheet of the newest passage at an office of the person."""
    run = runs.filter(office__in=queries.my_offices(user)).order_by("-pk").first()
    if run is None:
        return []
    return [{"label": "呈批表", "url": reverse("reviews:run-sign-off", args=[run.public_id])}]


def _reads(user: Any, run: StageRun) -> bool:
    return bool(works_for(user, run.office)) or bool(can_administer(user, run.office.jurisdiction))


def corrected(subject: Case | List) -> list[Part]:
    """What was amended, for the note 「已更正」 on case and list."""
    return [
        {**amendment_line(row), "document": row.document_number, "on": row.dated_on}
        for row in _amendments(subject)
        if row.state == ProposalState.APPROVED
    ]
