"""The page on which a filing is sent back to the unit from a later stage, or from a list."""

from collections.abc import Mapping
from typing import Any

from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from reviews.domain import road, unanswered
from reviews.domain.corrections import MATERIAL, targets_of
from reviews.domain.work import may_return
from reviews.interfaces.authority import address_of, crumbs, title_of
from reviews.models import Case, List, StageRun
from reviews.permissions import can_handle_run, can_sign


def return_page(
    subject: Case | List,
    case: Case,
    *,
    run: StageRun | None,
    why_not: str,
    typed: Mapping[str, str],
    flags: list[str],
    error: DomainError | None = None,
) -> dict[str, Any]:
    """Everything that may be flagged, in the order of the form.

    Args:
        subject: the case, or the list the filing is on.
        case: whose filing.
        run: the passage it is to be sent back from, None where there is none.
        why_not: why this reader may not send it back now.
        typed: what was typed just now.
        flags: targets flagged just now.
        error: why it could not be kept.
    """
    application = case.application
    known = targets_of(policy_of(application.ruleset), application.procedure)
    rows = [
        {"name": name, "label": label, "note": typed.get(f"note-{name}", ""),
         "on": name in flags, "material": name.startswith(MATERIAL)}
        for name, (label, _) in known.items()
    ]  # fmt: skip
    return {
        "subject": title_of(case), "back": address_of(subject),
        "crumbs": crumbs(subject, "退回补正"), "why_not": why_not, "typed": typed, "error": error,
        "errors": [{"text": error.message, "href": f"#{error.field}" if error.field else ""}]
        if error else [],
        "fields": [row for row in rows if not row["material"]],
        "materials": [row for row in rows if row["material"]],
        "of_list": isinstance(subject, List), "run": run,
    }  # fmt: skip


def unanswered_page(
    case: Case, user: Any, *, typed: str, error: DomainError | None = None
) -> dict[str, Any]:
    """The question whether to go on without the correction, and why this reader may not."""
    return {
        "subject": title_of(case), "back": address_of(case), "error": error, "typed": typed,
        "crumbs": crumbs(case, "逾期未补正"), "why_not": unanswered.why_not(case, user),
        "notice": unanswered.overdue(case), "on_list": case.items.exists(),
        "errors": [{"text": error.message, "href": f"#{error.field}" if error.field else ""}]
        if error else [],
    }  # fmt: skip


def why_not_of_case(user: Any, run: StageRun | None) -> str:
    """Why a person may not send the case back from its present stage."""
    if run is None or run.case is None:
        return "现在没有办理中的环节。"
    application = run.case.application
    stage = road.stage_of(application.ruleset, application.procedure, run.stage)
    if not may_return(stage, of_case=True):
        return "依据文件，本环节不能退回补正。"
    if run.waiting_for != stage.signoff[0]:
        return "本环节正在签批，须先退回经办。"
    return can_sign(user, run).reason


def why_not_of_list(user: Any, run: StageRun | None) -> str:
    """Why a person may not send a filing of a list back now."""
    if run is None:
        return "名单已办结。"
    if run.state != "open" or run.data.get("phase"):
        return "名单正在签批或已对外公布，不能退回其中一件。"
    return can_handle_run(user, run).reason
