"""The page of one passage whose kind has a page of its own: frame, results, signing."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from applications.models import Studio
from jurisdictions.enums import PostKind
from portal.common.errors import DomainError
from portal.common.xlsx import write_xlsx
from reviews import queries
from reviews.domain import clock, lists, road, sittings
from reviews.domain.work import OUTCOME_LABELS, PASS, REFUSE, kind_of
from reviews.enums import RunState
from reviews.interfaces import consultpage, panel, panelpage, sittingpage, smallforms
from reviews.interfaces.listpage import bodies
from reviews.models import Case, StageRun
from reviews.permissions import approvals_at, can_enter_paper, can_handle_run, can_sign

Part = dict[str, Any]


def link_of(run: StageRun | None) -> str:
    """Address of the page of a passage; empty for kinds that have none."""
    if run is None or not kind_of(run.kind).own_page:
        return ""
    return reverse("reviews:run", args=[run.public_id])


def subject_of(run: StageRun) -> Any:
    """The filing or the list of a passage."""
    return run.case.application if run.case else run.listing


def stage_of(run: StageRun) -> Any:
    """What the ruleset says of the stage of a passage."""
    subject = subject_of(run)
    return road.stage_of(subject.ruleset, subject.procedure, run.stage)


def cases_of(run: StageRun) -> list[Case]:
    """The case, or those that are in on the list, in order."""
    if run.case is not None:
        return [run.case]
    return [item.case for item in queries.items_in(run.listing)] if run.listing else []


def run_page(
    run: StageRun,
    user: Any,
    *,
    typed: Mapping[str, str] | None = None,
    error: DomainError | None = None,
    refused: smallforms.Refused | None = None,
) -> Part:
    """Everything the page shows.

    Args:
        run: the passage.
        user: who reads.
        typed: what was typed just now and could not be kept.
        error: why it could not be kept.
        refused: the small form it was typed in, when it was one of those.
    """
    stage = stage_of(run)
    is_open = run.state in queries.OPEN_RUNS
    context: Part = {
        "run": run, "stage": stage, "kind": run.kind, "typed": typed or {},
        "error": None if refused else error,
        "errors": smallforms.faults(error, refused), "refused": refused,
        "header": _header(run, stage), "back": back_of(run), "crumbs": crumbs(run, stage),
        "is_open": is_open, "part": f"reviews/runs/{run.kind}.html",
        "handles": run.state == RunState.OPEN and bool(can_handle_run(user, run)),
        "paper_url": _paper_url(run) if is_open and can_enter_paper(user, run) else "",
        "signatures": panel.signatures_for(run), "papers": list(run.papers.all()),
    }  # fmt: skip
    context |= _PARTS[run.kind](run, stage, user, typed or {})
    context["sign"] = _sign(run, stage, user, context, typed or {})
    return context


def _header(run: StageRun, stage: Any) -> Part:
    subject = subject_of(run)
    title = run.listing.title if run.listing else (subject.studio_name or subject.unit_name)
    tone = "blue" if run.state in queries.OPEN_RUNS else "green"
    return {
        "title": f"{stage.label}：{title}",
        "tags": [{"label": run.get_state_display(), "tone": tone}],
        "meta": [
            {"label": str(run.office), "icon": "building-community"},
            *([{"label": clock.words(run), "icon": "clock"}] if clock.words(run) else []),
        ],
    }


def back_of(run: StageRun) -> str:
    """Address of the case or list the passage belongs to."""
    if run.case is not None:
        return reverse("reviews:case", args=[run.case.public_id])
    return reverse("reviews:list", args=[run.listing.public_id]) if run.listing else ""


def crumbs(run: StageRun, stage: Any, *more: dict[str, str]) -> list[dict[str, str]]:
    """Way back."""
    subject = subject_of(run)
    first = ("待我办理", "reviews:worklist") if run.case else ("名单", "reviews:lists")
    name = run.listing.title if run.listing else subject.number or "申报件"
    return [
        {"label": first[0], "url": reverse(first[1])}, {"label": name, "url": back_of(run)},
        {"label": stage.label, "url": reverse("reviews:run", args=[run.public_id])}, *more,
    ]  # fmt: skip


def _paper_url(run: StageRun) -> str:
    if run.case is not None:
        return reverse("reviews:paper", args=[run.case.public_id])
    return reverse("reviews:list-paper", args=[run.listing.public_id]) if run.listing else ""


def _sign(run: StageRun, stage: Any, user: Any, part: Part, typed: Mapping[str, str]) -> Part:
    outcome = part.get("outcome", PASS)
    verdict = can_sign(user, run)
    first = bool(run.waiting_for) and run.waiting_for == stage.signoff[0]
    return {
        "may": bool(verdict), "why_not": "" if verdict else verdict.reason, "first": first,
        "version": run.version, "outcome": run.outcome if not first else outcome,
        "label": OUTCOME_LABELS.get(run.outcome or outcome, ""),
        "post": PostKind(run.waiting_for).label if run.waiting_for else "",
        "posts": "、".join(PostKind(post).label for post in stage.signoff),
        "several": len(stage.signoff) > 1,
        "opinion": typed.get("opinion", run.opinion if first else ""),
        "faults": run.data.get("faults", []) if run.outcome == "return" else [],
        "due_on": run.data.get("due_on", ""),
        "kept": run.opinion, "text": "" if first else run.opinion,
    }  # fmt: skip


def _sitting_part(run: StageRun, stage: Any, user: Any, typed: Mapping[str, str]) -> Part:
    sitting = sittings.current(run)
    part: Part = {
        "sitting": sitting, "outcome": sittings.proposed_outcome(run, sitting),
        "annulled": list(run.sittings.filter(state="annulled")),
        "version": sitting.version if sitting else "",
    }  # fmt: skip
    if sitting is not None:
        part["minutes"] = sittings.minutes_of(sitting)
    build = {"vote": sittingpage.vote, "visit": sittingpage.visit,
             "committee": sittingpage.committee}[run.kind]  # fmt: skip
    return part | build(run, stage, sitting, cases_of(run), typed, user)


def _consult_part(run: StageRun, stage: Any, user: Any, typed: Mapping[str, str]) -> Part:
    return consultpage.lead_part(run, stage, cases_of(run), typed)


#: What several bodies approve, what of it may change, and what the button names.
_CASE_WORDS = {"now": "本件", "content": "本件内容", "that": "该件"}
_LIST_WORDS = {"now": "现有名单", "content": "名单", "that": "现有名单"}


def _joint_part(run: StageRun, stage: Any, user: Any, typed: Mapping[str, str]) -> Part:
    """Bodies, those that approved the list as it stands, and approvals that lapsed."""
    subject: Any = run.case or run.listing
    now = lists.digest(subject)
    rows = list(approvals_at(run).select_related("user", "office").order_by("-pk"))
    first = run.waiting_for == stage.signoff[0]
    return {
        "items": item_lines(run),
        **(_CASE_WORDS if run.case else _LIST_WORDS),
        "digest": now,
        "outcomes": [(o, OUTCOME_LABELS[o]) for o in (PASS, REFUSE)] if run.case and first else [],
        "chosen": typed.get("outcome", run.outcome),
        "bodies": bodies(subject, run, stage, user),
        "lapsed": [row for row in rows if row.digest != now],
        "remarks": run.data.get("remarks", []),
    }


def _filing_part(run: StageRun, stage: Any, user: Any, typed: Mapping[str, str]) -> Part:
    kept = run.data
    return {
        "studios": list(studios_of(run)),
        "values": {"sent_on": typed.get("sent_on", kept.get("sent_on", "")),
                   "to": typed.get("to", kept.get("to") or stage.to),
                   "receipt": typed.get("receipt", kept.get("receipt", ""))},
    }  # fmt: skip


def _panel_part(run: StageRun, stage: Any, user: Any, typed: Mapping[str, str]) -> Part:
    return panelpage.part(run, stage, user, cases_of(run), typed)


_PARTS = {
    "panel": _panel_part, "hearing": _panel_part,
    "vote": _sitting_part, "visit": _sitting_part, "committee": _sitting_part,
    "consult": _consult_part, "joint_decision": _joint_part, "filing": _filing_part,
}  # fmt: skip


def item_lines(run: StageRun) -> list[Part]:
    """The filing, or what is on the list, as a body reads it before it approves."""
    return [
        {"n": number, "application": case.application,
         "url": reverse("reviews:case", args=[case.public_id])}
        for number, case in enumerate(cases_of(run), 1)
    ]  # fmt: skip


def studios_of(run: StageRun) -> Any:
    """Studios the passage reports above."""
    if run.listing is not None:
        return queries.studios_of(run.listing)
    return Studio.objects.filter(founding_application__case=run.case)


def studio_file(run: StageRun) -> bytes:
    """The studios that were named, as a workbook to be sent above.

    Raises:
        DomainError: nothing was named.
    """
    studios = list(studios_of(run).select_related("founding_application")
                   .prefetch_related("hosts", "leaders"))  # fmt: skip
    if not studios:
        raise DomainError("还没有已命名的工作室，没有可报送的名单。")
    columns = [("n", "序号", 6), ("name", "工作室名称", 40), ("number", "工作室编号", 22),
               ("unit", "依托单位", 34), ("uscc", "统一社会信用代码", 24), ("leader", "领办人", 12),
               ("occupation", "职业（工种）", 20), ("title", "称号", 20),
               ("decision", "文号", 24), ("on", "命名日期", 14)]  # fmt: skip
    rows = [
        {"n": n, "name": s.name, "number": s.number, "title": s.title,
         "unit": "、".join(h.name for h in s.hosts.all()),
         "uscc": s.founding_application.unit_uscc,
         "leader": "、".join(row.name for row in s.leaders.all()),
         "occupation": s.founding_application.occupation,
         "decision": s.decision_number, "on": s.founded_on}
        for n, s in enumerate(studios, 1)
    ]  # fmt: skip
    return write_xlsx("备案名单", columns, rows)
