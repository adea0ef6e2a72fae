"""One list as a page with its stage's own part."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone

from jurisdictions.engine.publicity import notice_days
from jurisdictions.enums import PostKind
from jurisdictions.queries import bulky, policy_of
from portal.common.errors import DomainError
from portal.common.templatetags.portal_ui import cn_date, short_datetime
from reviews import queries
from reviews.domain import amending, clock, lists, outside, publicity, quota, road
from reviews.domain.choosing import possible
from reviews.domain.cutting import Suggestion
from reviews.domain.decision import ANNOUNCE
from reviews.domain.results import Standing, standings_of
from reviews.domain.work import OUTCOME_LABELS, PUBLIC_KINDS, kind_of, outcome_label
from reviews.enums import ItemState, RunState
from reviews.interfaces import (
    authority,
    claims,
    gradepage,
    objectionpage,
    optionalpart,
    panel,
    placespage,
    smallforms,
)
from reviews.interfaces.listindex import stage_label
from reviews.models import Case, List, ListItem, StageRun
from reviews.permissions import (
    approvals_at,
    can_approve_list,
    can_enter_paper,
    can_handle_run,
    can_sign,
)

_TONES = {ItemState.IN: "green", ItemState.HELD: "gold", ItemState.STRUCK: "gray"}


def list_page(
    listing: List, user: Any, *, typed: Any = None, error: DomainError | None = None,
    refused: smallforms.Refused | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Everything the page of a list shows.

    Args:
        listing: the list.
        user: who looks at it.
        typed: what was typed in the form of the stage.
        error: why something could not be kept.
        refused: the small form it was typed in, when it was one of those.
    """
    passed = listing.runs.select_related("office").prefetch_related("papers", "signatures__user")
    runs = list(passed.order_by("-pk"))
    run = next((row for row in runs if row.state in queries.OPEN_RUNS), None)
    items = _items(listing)
    reads = queries.takes_part(user, listing)
    standings = standings_of([item.case for item in items]) if reads else {}
    context: dict[str, Any] = {
        "listing": listing, "run": run, "ranked": bool(standings),
        "error": None if refused else error, "typed": typed or {},
        "errors": smallforms.faults(error, refused), "refused": refused,
        "header": header(listing, run),
        "items": _lines(items, standings, refused, runs),
        "crumbs": [{"label": "名单", "url": reverse("reviews:lists")},
                   {"label": listing.title, "url": ""}],
        "digest": lists.digest(listing), "releasable": lists.releasable(listing),
        "promotable": _promotable(listing, items, run),
        "history": history(listing, runs), "recallable": recallable(listing, runs, user),
        "studios": list(queries.studios_of(listing)),
        "notice": publicity.running(listing),
        "objections": objectionpage.lines(listing, user, refused), "ways": objectionpage.ways(),
        "outcome_labels": OUTCOME_LABELS, "corrected": authority.corrected(listing),
        "links": [*_supplements(listing, items), *authority.links_for_list(listing, run, user)],
        **claims.shown(listing, user),
    }  # fmt: skip
    if run is not None:
        context |= _present(listing, run, user, items, typed or {}, standings, reads=reads)
    return context


def _present(
    listing: List, run: StageRun, user: Any, items: list[ListItem], typed: Any,
    standings: dict[int, Standing], *, reads: bool,
) -> dict[str, Any]:  # fmt: skip
    """The part of the present stage, without scores for who takes no part in the list."""
    stage = road.stage_of(listing.ruleset, listing.procedure, run.stage)
    found = part(listing, run, stage, user, items, typed, standings)
    if not reads:
        gradepage.without_scores(found["grading"], run)
    return found


def _lines(
    items: list[ListItem], standings: dict[int, Standing], refused: smallforms.Refused | None,
    runs: list[StageRun],
) -> list[dict[str, Any]]:  # fmt: skip
    """The lines of the list, each with whether it can no longer be put back."""
    run = next((row for row in runs if row.state in queries.OPEN_RUNS), None)
    return [
        item_line(item, standings.get(item.case_id), refused)
        | {"stays_out": run is not None and bool(outside.missed(item, run, runs))}
        for item in items
    ]


def _items(listing: List) -> list[ListItem]:
    """The filings of a list with all that their lines show."""
    rows = listing.items.select_related("case__application__ruleset", "slot")
    rows = rows.defer(*bulky("case__application__ruleset"))
    return list(rows.prefetch_related("objections", "returns", "case__application__amended"))


def _promotable(listing: List, items: list[ListItem], run: StageRun | None) -> list[ListItem]:
    """Items in reserve for which a place is free and that have missed a stage; asked for only
    where the list has a reserve."""
    waiting = [item for item in items if item.reserve]
    left = run is not None and any(item.held_stage != run.stage for item in waiting)
    return lists.promotable(listing) if left else []


def _supplements(listing: List, items: list[ListItem]) -> list[dict[str, str]]:
    """The way to the lists with which some of these items went on."""
    if all(item.state != ItemState.STRUCK for item in items):
        return []
    return [
        {"label": row.title, "url": reverse("reviews:list", args=[row.public_id])}
        for row in listing.supplements_lists.order_by("pk")
    ]


def header(listing: List, run: StageRun | None) -> dict[str, Any]:
    """Title, tags and the line beneath."""
    tags = [
        {"label": stage_label(listing) if run else "已办结", "tone": "blue" if run else "green"}
    ]
    if listing.supplements_id:
        tags.append({"label": "补充名单", "tone": "gold"})
    meta = [{"label": str(listing.round or listing.jurisdiction), "icon": "calendar"}]
    if listing.office:
        meta.append({"label": str(listing.office), "icon": "building-community"})
    if clock.words(run):
        meta.append({"label": clock.words(run), "icon": "clock"})
    meta += claims.meta(listing)
    if listing.decided_on:
        number = amending.list_value(listing, "document_number")
        when = cn_date(date.fromisoformat(amending.list_value(listing, "decided_on")))
        mark = "（已更正）" if listing.amendments.filter(state="approved").exists() else ""
        said = f"{number}（{when}）" if number else f"{when}认定"
        meta.append({"label": f"{said}{mark}", "icon": "file-certificate"})
    return {"title": listing.title, "tags": tags, "meta": meta}


def item_line(
    item: ListItem, standing: Standing | None = None, refused: smallforms.Refused | None = None
) -> dict[str, Any]:
    """One item of the list, and where a panel ranked it."""
    application = item.case.application
    waiting = sum(1 for o in item.objections.all() if o.state == "open")
    going = next((row for row in item.returns.all() if row.state == "proposed"), None)
    state = "候补" if item.reserve else item.get_state_display()
    return {
        "item": item, "pk": item.pk, "application": application, "going": going,
        "standing": standing, "form": f"item-{item.pk}",
        "refused": smallforms.of(refused, f"item-{item.pk}"),
        "url": reverse("reviews:case", args=[item.case.public_id]),
        "state": state, "tone": _TONES[ItemState(item.state)],
        "has_place": hasattr(item, "slot"), "waiting": waiting,
        "result": application.get_status_display() if not application.result else "",
        "decided": _result(application),
    }  # fmt: skip


def _result(application: Any) -> str:
    if not application.result:
        return ""
    results = policy_of(application.ruleset).procedure(application.procedure).results
    label: str = results[application.result].label
    return f"{label}（已更正）" if application.amended.all() else label


def part(
    listing: List, run: StageRun, stage: Any, user: Any, items: list[ListItem], typed: Any,
    standings: dict[int, Standing],
) -> dict[str, Any]:  # fmt: skip
    """What belongs to the present stage and to this reader."""
    verdict, kind, busy = can_sign(user, run), kind_of(stage.kind), claims.busy(listing, user)
    first = run.waiting_for == stage.signoff[0]
    phase = run.data.get("phase", "")
    present = sum(1 for item in items if item.state == ItemState.IN)
    here = kind.interactive and not kind.own_page
    handles = bool(can_handle_run(user, run)) and not busy
    limits = hard, soft = quota.limits_of(listing, stage, len(items))
    named = partial(outcome_label, policy_of(listing.ruleset), listing.procedure, stage)
    begun = placespage.suggestions(listing, run, stage, items, standings, limits)
    results = results_for(run, items, typed, named, stage, begun, standings)
    return {
        "stage": stage, "phase": phase, "version": run.version, "first": first,
        "may": bool(verdict) and not busy and (here or not present) and not phase,
        "handles": handles, "emptied": not present and not phase,
        "run_url": reverse("reviews:run", args=[run.public_id])
        if kind.own_page and present else "",
        "why_not": "" if verdict else verdict.reason, "busy": busy, "interactive": kind.interactive,
        "paper": bool(can_enter_paper(user, run)) and bool(present) and not phase,
        "editable": handles and run.state == "open" and not phase and listing.decided_on is None,
        "post": PostKind(run.waiting_for).label if run.waiting_for else "",
        "next_posts": [PostKind(post).label for post in stage.signoff],
        "proposed": named(run.outcome),
        "outcomes": [{"value": o, "label": named(o)} for o in _choosable(stage)],
        "choices": stage.kind == "decision" and (
            len(_choosable(stage)) > 1 or any(row["asked"] for row in results)),
        "with_day": _with_day(listing, stage),
        "results": results, "hard": hard, "soft": soft, "present": present,
        "signatures": panel.signatures_for(run), "opinion": typed.get("opinion", run.opinion),
        "bodies": bodies(listing, run, stage, user), "announcing": phase == ANNOUNCE,
        "draft": draft(listing, run, stage, typed) if stage.kind == "publicity" else {},
        **gradepage.part(listing, run, stage, items, typed, named),
        **placespage.part(listing, stage, results, limits),
        "values": {name: typed.get(name, run.data.get(name, ""))
                   for name in ("document_number", "decided_on", "reason", "opinion")},
    }  # fmt: skip


def _choosable(stage: Any) -> tuple[str, ...]:
    """Results an officer may choose for one item of the list."""
    if stage.kind == "decision" and not stage.grading:
        return possible(stage)
    return kind_of(stage.kind).outcomes(stage)


def _with_day(listing: List, stage: Any) -> bool:
    """Whether one of the results of a decision comes with a day."""
    results = policy_of(listing.ruleset).procedure(listing.procedure).results
    return any(results[code].needs_day for code in getattr(stage, "choices", ()))


def results_for(
    run: StageRun, items: list[ListItem], typed: Any, named: Callable[[str], str], stage: Any,
    begun: dict[int, Suggestion], standings: dict[int, Standing],
) -> list[dict[str, Any]]:  # fmt: skip
    """Results proposed for each item that is in, with what an office may grant beside them.

    Where a shortlist begins with a suggestion, what nobody has chosen yet stays empty; so does
    the result of a decision that knows several.
    """
    kept = run.data.get("items", {})
    asks = stage.kind == "decision" and len(_choosable(stage)) > 1
    found = []
    for item in items:
        if item.state != ItemState.IN:
            continue
        said = kept.get(str(item.pk), {})
        first = begun.get(item.pk)
        usual = "" if asks else run.outcome or "pass"
        if first is not None:
            usual = "" if said else first.result
        result = typed.get(f"result-{item.pk}", said.get("result") or usual)
        found.append({
            "pk": item.pk, "label": item.case.application.studio_name, "item": item,
            "unit": item.case.application.unit_name,
            "result": result, "result_label": named(result) if result else "",
            "standing": standings.get(item.case_id),
            "mark": first.mark if first is not None and not result else "",
            "text": typed.get(f"text-{item.pk}", said.get("text", "")),
            "day": typed.get(f"until-{item.pk}", said.get("until", "")),
            "asked": optionalpart.of_stage(run.listing, stage, said, typed, item.pk),
        })  # fmt: skip
    return found


def bodies(subject: Case | List, run: StageRun, stage: Any, user: Any) -> list[dict[str, Any]]:
    """Deciding bodies, and whether each approved the list, or the case, as it stands."""
    ruleset = subject.ruleset if isinstance(subject, List) else subject.application.ruleset
    policy, now = policy_of(ruleset), lists.digest(subject)
    found = []
    for role, label in lists.bodies_of(policy, stage, subject.jurisdiction):
        office = road.deciding_office(policy, stage, role, run.office)
        known = approvals_at(run).filter(role=role)
        rows = list(known.select_related("user", "deputy_for").order_by("-pk"))
        valid = next((row for row in rows if row.digest == now), None)
        lead = office is not None and office.pk == run.office_id
        found.append({
            "role": role, "label": label, "approval": valid,
            "lapsed": rows[0] if rows and valid is None else None,
            "lead": lead,
            "may": valid is None and not lead and office is not None
            and bool(can_approve_list(user, run, office, role)),
        })  # fmt: skip
    return found


def draft(listing: List, run: StageRun, stage: Any, typed: Any) -> dict[str, Any]:
    """Title, text and contact of the notice, filled in from what is known."""
    policy = policy_of(listing.ruleset)
    identity = policy.ruleset.identity
    office = run.office
    chosen = listing.round.publicity_days if listing.round else None
    try:
        days = notice_days(stage.period, chosen)
        first, last = publicity.window_of(listing, stage, timezone.localdate())
        window = f"今日发布的，公示期自{cn_date(first)}起至{cn_date(last)}止"
    except (ValueError, DomainError) as error:
        days, window = 0, str(error)
    unit = "个工作日" if stage.period.unit == "working" else "天"
    body = (
        f"根据《{identity.title}》{identity.document_number}，经评审，现将"
        f"{listing.round or listing.title}拟确定的{identity.programme}名单予以公示，"
        f"公示期{days}{unit}。对公示对象有异议的，请在公示期内实名向{office}提出，"
        "并提供必要的证据材料。"
    )
    known = {
        "title": f"关于{identity.programme}名单的公示", "body": body,
        "contact": f"{office} {office.phone}".strip(), "url": "",
    }  # fmt: skip
    values = {name: typed.get(name, run.data.get(name, text)) for name, text in known.items()}
    columns = [label for _, label in publicity.columns_of(stage)]
    return {**values, "window": window, "columns": columns, "site": stage.site,
            "kept": bool(run.data.get("title")) and not run.data.get("phase")}  # fmt: skip


def recallable(listing: List, runs: list[StageRun], user: Any) -> bool:
    """Whether this person signed the last finished passage last and nobody has gone on since.

    Args:
        listing: the list; once it is closed only that it was reported above is taken back.
        runs: passages of the list, the newest first.
        user: who reads.
    """
    counting = [run for run in runs if run.state != RunState.RECALLED]
    at = next((n for n, run in enumerate(counting) if run.state == RunState.DONE), None)
    if at is None or counting[at].kind in PUBLIC_KINDS or any(r.version for r in counting[:at]):
        return False
    if listing.closed_at is not None and counting[at].kind != "filing":
        return False
    rows = [row for row in counting[at].signatures.all() if row.agrees and row.recalled_at is None]
    last = max(rows, key=lambda row: row.pk, default=None)
    return last is not None and last.user_id == user.pk


def history(listing: List, runs: list[StageRun]) -> list[dict[str, Any]]:
    """Passages of the list, in the order given."""
    found = []
    for run in runs:
        label = road.stage_of(listing.ruleset, listing.procedure, run.stage).label
        found.append({
            "title": f"{label}：{run.get_state_display()}",
            "when": short_datetime(run.closed_at or run.opened_at), "who": str(run.office),
            "says": "\n".join(filter(None, (run.opinion, _announced(run)))),
            "papers": list(run.papers.all()),
        })  # fmt: skip
    return found


def _announced(run: StageRun) -> str:
    """Where and when the result was made known."""
    said = run.data
    if not (said.get("announced_on") and said.get("where")):
        return ""
    on = cn_date(date.fromisoformat(said["announced_on"]))
    return f"{on}公布于{said['where']} {said.get('url', '')}".strip()
