"""One case as a page: header, filing, panel, record, and what the reader may do."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from applications.domain.statements import is_late
from applications.interfaces import progress, studio_pages
from applications.models import Submission
from applications.permissions import can_receive_paper
from applications.queries import statement_of
from applications.queries.titles import title_of
from jurisdictions.enums import PostKind
from jurisdictions.permissions import works_for
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.templatetags.portal_ui import cn_date, short_datetime
from reviews import queries
from reviews.domain import clock, lapsing, road, unanswered
from reviews.domain.work import OUTCOME_LABELS, RETURN, Kind, kind_of
from reviews.enums import CaseState
from reviews.interfaces import authority, claims, filing, panel, rolluppage
from reviews.models import Case, StageRun
from reviews.permissions import (
    can_enter_paper,
    can_handle,
    can_reroute,
    can_sign,
)
from reviews.queries import open_run_of, phrases_of

_TONES = {CaseState.OPEN: "blue", CaseState.RETURNED: "gold", CaseState.LISTED: "blue",
          CaseState.CLOSED: "green"}  # fmt: skip


def submissions_of(case: Case) -> list[Submission]:
    """All submissions, the newest first."""
    rows = case.application.submissions.prefetch_related("findings").order_by("-number")
    return list(rows)


def case_page(
    case: Case,
    user: Any,
    *,
    typed: Mapping[str, str] | None = None,
    flags: list[str] | None = None,
    error: DomainError | None = None,
) -> dict[str, Any]:
    """Everything the split page shows.

    Args:
        case: the case.
        user: who reads.
        typed: what was typed just now and could not be kept.
        flags: targets flagged just now.
        error: why it could not be kept.
    """
    application = case.application
    run, rows = open_run_of(case), submissions_of(case)
    newest = rows[0] if rows else None
    previous = rows[1] if len(rows) > 1 else None
    context: dict[str, Any] = {
        "case": case, "application": application, "run": run, "error": error,
        "errors": _errors(error), "header": header(case, run, newest), "crumbs": crumbs(case),
        "tabs": tabs(case, rows, "sheet"), "events": events(case)[:12],
        "reveal_form": filing.REVEAL_FORM,
        "links": links(case, run, user), "corrected": authority.corrected(case),
        "has_sheet": _has_sheet(case),
    }  # fmt: skip
    if previous is not None:
        context["lapsed"] = [lapse.sentence for lapse in lapsing.lapses(case, newest)]
    decision: dict[str, Any] = {"may": False}
    if run is not None:
        decision = _decision(case, run, user, typed or {}, flags)
    context |= decision
    flagged = {i["name"]: i["note"] for i in decision.get("issues", [])}
    if newest is not None:
        context |= _filing(case, newest, previous, flagged)
    context["flags_on"] = bool(decision.get("flags_on"))
    return context


def _has_sheet(case: Case) -> bool:
    shape = policy_of(case.application.ruleset).procedure(case.application.procedure)
    return shape.sheet is not None


def _filing(
    case: Case, newest: Submission, previous: Submission | None, flagged: Mapping[str, str]
) -> dict[str, Any]:
    """The left half, and what the system found."""
    policy, facts = policy_of(case.application.ruleset), road.facts_of(case.application, newest)
    rules = panel.rules_of(policy, list(newest.findings.all()))
    return {
        "sections": filing.sections_of(case, policy, facts, newest, previous, flagged),
        "groups": filing.files_of(case, policy, newest, previous, flagged),
        "rules": rules, "counts": panel.counts_of(rules),
    }  # fmt: skip


def _errors(error: DomainError | None) -> list[dict[str, str]]:
    if error is None:
        return []
    href = f"#{error.field}" if error.field else ""
    return [{"text": error.message, "href": href}]


def _decision(
    case: Case, run: StageRun, user: Any, typed: Mapping[str, str], flags: list[str] | None
) -> dict[str, Any]:
    application, policy = case.application, policy_of(case.application.ruleset)
    stage = road.stage_of(application.ruleset, application.procedure, run.stage)
    verdict = can_sign(user, run)
    first = run.waiting_for == stage.signoff[0]
    said = panel.judged_of(run, typed)
    outcomes = kind_of(stage.kind).outcomes(stage)
    busy, kind = claims.busy(case, user), kind_of(stage.kind)
    interactive = kind.interactive and not kind.own_page
    return {
        "stage": stage, "may": bool(verdict) and not busy and interactive, "first": first,
        "why_not": verdict.reason if not verdict else busy or _elsewhere(kind),
        "points": panel.points_for(policy, stage, run, said),
        "reasons": panel.reasons_for(policy, run, said),
        "issues": panel.issues_for(policy, application.procedure, run, typed, flags),
        "options": panel.options_for(stage, typed.get("decision", run.outcome),
                                     dropped=_dropped(case, stage)),
        "hearing": _hearing_note(case, stage), "opinion_label": _opinion_label(case),
        "flags_on": first and bool(verdict) and not busy and RETURN in outcomes,
        "returns": RETURN in outcomes,
        "value": _values(run, typed if first else {}, inside=bool(works_for(user, run.office))),
        "version": run.version, "own_opinion": "" if first else typed.get("opinion", ""),
        "signatures": panel.signatures_for(run), "proposed": OUTCOME_LABELS.get(run.outcome, ""),
        "post": PostKind(run.waiting_for).label if run.waiting_for else "",
        "next_posts": [PostKind(post).label for post in stage.signoff],
        "phrases": list(phrases_of(user)), "late": run.data.get("late", ""),
        "parts": _parts(stage, run, typed), "interactive": interactive,
        "own_page": reverse("reviews:run", args=[run.public_id])
        if kind.own_page and not busy else "",
    }  # fmt: skip


def _dropped(case: Case, stage: Any) -> str:
    """What a refusal comes to in an inquiry that an office began on its own."""
    shape = policy_of(case.application.ruleset).procedure(case.application.procedure)
    refusal = getattr(stage, "refusal", None)
    return shape.results[refusal].label if shape.by_office and refusal else ""


def _opinion_label(case: Case) -> str:
    """What the box for the opinion is called, and who reads it."""
    shape = policy_of(case.application.ruleset).procedure(case.application.procedure)
    if shape.by_office:
        return "意见内容"
    boxed = "，写入申报表意见栏" if shape.sheet is not None else ""
    return f"意见内容（申报单位可见{boxed}）"


def _hearing_note(case: Case, stage: Any) -> dict[str, str] | None:
    """How far the unit is heard, for the stage that hears it."""
    if not getattr(stage, "hears_unit", False):
        return None
    row = statement_of(case.application)
    if row is None:
        return {"tone": "warn", "text": "还没有告知单位。请先告知并给予陈述期限，再办理本环节。"}
    if row.given_at is None:
        said = f"已告知单位，陈述期限至{cn_date(row.due_on)}，尚未收到陈述。"
        return {"tone": "info", "text": said}
    return {"tone": "ok", "text": "单位已提交陈述申辩，请复核后办理本环节。"}


def _elsewhere(kind: Kind) -> str:
    """Where a stage that is not worked on here is worked on."""
    if kind.own_page:
        return "本环节另有办理页面。"
    return "" if kind.interactive else "本环节请用“纸质办理录入”登记结果。"


def _values(run: StageRun, typed: Mapping[str, str], *, inside: bool) -> dict[str, str]:
    """What was kept; the remark for the office stays ``inside`` it."""
    kept = {
        "opinion": run.opinion, "note": run.note if inside else "",
        "due_on": run.data.get("due_on", ""),
        "paper_copies": run.data.get("paper_copies", ""),
        "paper_received_on": run.data.get("paper_received_on", ""),
        "number": run.data.get("number", ""), "dated_on": run.data.get("dated_on", ""),
    }  # fmt: skip
    return {key: typed.get(key, value) for key, value in kept.items()}


def _parts(stage: Any, run: StageRun, typed: Mapping[str, str]) -> list[dict[str, str]]:
    kept = run.data.get("parts", {})
    return [
        {"id": part.id, "title": part.title,
         "text": typed.get(f"part-{part.id}", kept.get(part.id, ""))}
        for part in getattr(stage, "letter_parts", ())
    ]  # fmt: skip


def header(case: Case, run: StageRun | None, newest: Submission | None) -> dict[str, Any]:
    """Title, tags and the line beneath."""
    application = case.application
    label = stage_label(case)
    tags = [{"label": label if case.state == CaseState.OPEN else case.get_state_display(),
             "tone": _TONES.get(CaseState(case.state), "gray")}]  # fmt: skip
    if newest is not None and newest.number > 1:
        tags.append({"label": f"补正后第 {newest.number} 稿", "tone": "gold"})
    if run is not None and run.data.get("late"):
        tags.append({"label": "到达超过截止时间", "tone": "red"})
    meta = [{"label": f"{application.unit_name}　{application.number}", "icon": "building"}]
    if newest is not None:
        meta.append({"label": f"提交 {short_datetime(newest.submitted_at)}", "icon": "send"})
    meta += claims.meta(case)
    if case.office is not None:
        meta.append({"label": str(case.office), "icon": "building-community"})
    if clock.words(run):
        meta.append({"label": clock.words(run), "icon": "clock"})
    # While a filing is returned, the day that runs is the unit's.
    day = "单位补正期限" if case.state == CaseState.RETURNED else "办理期限"
    return {"title": title_of(application), "tags": tags, "meta": meta,
            "deadline_label": day}  # fmt: skip


def stage_label(case: Case) -> str:
    """What officers call the present stage."""
    try:
        application = case.application
        label: str = road.stage_of(application.ruleset, application.procedure, case.stage).label
    except DomainError:
        return case.get_state_display()
    return label


def crumbs(case: Case, *more: dict[str, str]) -> list[dict[str, str]]:
    """Way back."""
    return [
        {"label": "待我办理", "url": reverse("reviews:worklist")},
        {"label": case.application.number or "申报件",
         "url": reverse("reviews:case", args=[case.public_id])},
        *more,
    ]  # fmt: skip


def tabs(case: Case, rows: list[Submission], current: str) -> list[dict[str, Any]]:
    """Left tabs: sheet, versions, record."""
    key = [case.public_id]
    found: list[dict[str, Any]] = [
        {
            "label": "申报内容",
            "url": reverse("reviews:case", args=key),
            "current": current == "sheet",
        }
    ]
    if len(rows) > 1:
        address = reverse("reviews:compare", args=[*key, rows[1].number, rows[0].number])
        found.append({"label": "版本比对", "url": address, "current": current == "compare",
                      "tag": f"共 {len(rows)} 稿", "tone": "gold"})  # fmt: skip
    found.append({"label": "往来与办理记录", "url": reverse("reviews:timeline", args=key),
                  "current": current == "timeline"})  # fmt: skip
    return found


def events(case: Case) -> list[dict[str, Any]]:
    """The record, newest first."""
    rows = case.application.events.select_related("actor", "office").order_by("-pk")
    return [
        {"title": row.text, "when": short_datetime(row.at), "who": " · ".join(
            str(part) for part in (row.office, row.actor) if part)}
        for row in rows[:200]
    ]  # fmt: skip


def links(case: Case, run: StageRun | None, user: Any) -> list[dict[str, str]]:
    """What else may be done with the case."""
    key = [case.public_id]
    found = []
    if run is not None and kind_of(run.kind).own_page:
        address = reverse("reviews:run", args=[run.public_id])
        found.append({"label": "办理本环节", "url": address})
    if run is not None and kind_of(run.kind).own_page and can_handle(user, run.office):
        found.append({"label": "退回补正", "url": reverse("reviews:return", args=key)})
    if not unanswered.why_not(case, user):
        found.append(
            {"label": "逾期未补正，继续办理", "url": reverse("reviews:unanswered", args=key)}
        )
    if _hears(case, run):
        address = reverse("reviews:heard", args=key)
        found.append({"label": "听取陈述申辩", "url": address})
    if studio := studio_pages.page_of(case.application.studio, user):
        found.append({"label": "工作室台账和登记", "url": studio})
    if run is not None and can_enter_paper(user, run):
        found.append({"label": "纸质办理录入", "url": reverse("reviews:paper", args=key)})
    if can_receive_paper(user, case.application, _with(case)):
        address = reverse("applications:paper", args=[case.application.public_id])
        found.append({"label": "纸质材料登记", "url": address})
    if run is not None and can_reroute(user, run):
        found.append({"label": "改派", "url": reverse("reviews:reroute", args=key)})
    if recallable(case, user) is not None:
        found.append({"label": "撤回签批", "url": reverse("reviews:recall", args=key)})
    return found + rolluppage.links(case) + authority.links_for_case(case, run, user)


def _with(case: Case) -> list[Any]:
    """The office that has the filing, and the window that entered it."""
    found = (progress.office_of(case.application), case.application.entered_by_office)
    return [office for office in found if office is not None]


def sign_off_sheets(case: Case, user: Any) -> list[dict[str, str]]:
    """Internal sign-off sheets of the passages at offices of the person."""
    rows = case.runs.filter(office__in=queries.my_offices(user)).order_by("pk")
    application = case.application
    labels = {
        stage.id: stage.label
        for stage in policy_of(application.ruleset).stages(application.procedure)
    }
    return [
        {"label": f"{labels.get(run.stage, run.stage)}（第 {run.attempt} 次）",
         "url": reverse("reviews:run-sign-off", args=[run.public_id])}
        for run in rows
    ]  # fmt: skip


def _hears(case: Case, run: StageRun | None) -> bool:
    """Whether the unit is heard in this stage, or was heard before."""
    if statement_of(case.application) is not None:
        return True
    return run is not None and _hears_now(case, run)


def hearing_page(case: Case, user: Any) -> dict[str, Any]:
    """What the unit was told and what it said; a handler may give it a day."""
    row, run = statement_of(case.application), open_run_of(case)
    hearing = run is not None and _hears_now(case, run)
    verdict = can_handle(user, run.office) if run is not None and hearing else None
    waiting = row is None or row.given_at is None
    return {
        "case": case, "statement": row, "late": row is not None and is_late(row),
        "may": bool(verdict) and waiting,
        "reason": "" if verdict is None else verdict.reason,
        "crumbs": crumbs(case, {"label": "听取陈述申辩", "url": ""}),
        "back": reverse("reviews:case", args=[case.public_id]),
    }  # fmt: skip


def _hears_now(case: Case, run: StageRun) -> bool:
    application = case.application
    stage = road.stage_of(application.ruleset, application.procedure, run.stage)
    return bool(getattr(stage, "hears_unit", False))


def recallable(case: Case, user: Any) -> StageRun | None:
    """The last finished passage, when this person signed it last."""
    run = case.runs.filter(state="done").order_by("-pk").first()
    if run is None or case.state == CaseState.CLOSED:
        return None
    last = run.signatures.filter(agrees=True, recalled_at=None).order_by("-pk").first()
    return run if last is not None and last.user_id == user.pk else None
