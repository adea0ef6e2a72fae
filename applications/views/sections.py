"""Section pages: form, autosave, save and go on, and the choice after a conflict."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from applications import permissions
from applications.domain import drafts
from applications.domain.drafts import StaleVersionError
from applications.interfaces import eligibility, selfscored, summary, tasks_of
from applications.interfaces.standing import Standing
from applications.models import Application
from applications.queries import answers_of, reach, still_open
from applications.views.common import demand, filing_or_404, frame, person, unlocked_of
from jurisdictions.engine.facts import Filing, build_facts
from jurisdictions.interfaces.forms import (
    DECLARATIONS,
    ROW_ACTION,
    RawSection,
    SectionForm,
    find_section,
    has_conditions,
    read_section,
    section_form,
    shown_names,
)
from jurisdictions.queries import offers_of, policy_of
from jurisdictions.schema.forms import Section
from portal.common.errors import DomainError
from portal.common.limits import limited
from portal.common.views import writes

#: How headings of annexes begin: the printed form is one.
ANNEX = "附件"


def _section(application: Application, section_id: str) -> Section:
    policy = policy_of(application.ruleset)
    section = find_section(policy, application.procedure, section_id)
    if section is None or section_id == DECLARATIONS:
        raise Http404
    return section


def _form(
    application: Application, section: Section, data: Any = None, answers: Any = None
) -> SectionForm:
    form = section_form(
        policy_of(application.ruleset),
        application.procedure,
        section,
        data=data,
        answers=answers if answers is not None else answers_of(application),
        unlocked=unlocked_of(application),
        ref_date=application.reference_date,
        live=True,
        offers=_offers(application),
    )
    for field in form.fields.values():
        clause = getattr(field, "clause", None)
        if clause is not None and clause.label.startswith(ANNEX):
            # That a box stands on the printed form says nothing beside every box of it.
            field.clause = None  # type: ignore[attr-defined]  # read by the field template
    return form


def _read(request: HttpRequest, application: Application, section: Section) -> RawSection:
    return read_section(
        policy_of(application.ruleset),
        application.procedure,
        section,
        request.POST,
        answers=answers_of(application),
        offers=_offers(application),
    )


def _offers(application: Application) -> dict[str, tuple[str, ...]]:
    return offers_of(policy_of(application.ruleset), application.jurisdiction)


def _seen_version(request: HttpRequest) -> int:
    """The version the writer saw: the header of the autosave, else the form's own field."""
    said = request.headers.get("X-Section-Version") or request.POST.get("version", "0")
    return int(said) if said.isdigit() else 0


@writes(methods=("GET", "POST"))
def section(request: HttpRequest, public_id: uuid.UUID, section_id: str) -> HttpResponse:
    """Show a section and store what was typed; the button decides where to go on."""
    application = filing_or_404(request, public_id)
    part = _section(application, section_id)
    changeable = permissions.can_fill(person(request), application)
    if request.method != "POST":
        standing = Standing(application)
        begun = selfscored.with_books(standing, part)
        form = _form(application, part, answers=begun)
        return _page(request, application, part, form, standing=standing)
    demand(changeable)
    raw = _read(request, application, part)
    try:
        drafts.save_section(
            application, part, raw.answers, version=_seen_version(request), by=person(request)
        )
    except StaleVersionError:
        drafts.set_aside(application, part, raw.answers, by=person(request))
        return redirect("applications:compare", public_id=public_id, section_id=section_id)
    if request.POST.get(ROW_ACTION):
        # The row buttons work without JavaScript: save, then show the rows as they are now.
        address = reverse("applications:section", args=[public_id, section_id])
        table = request.POST[ROW_ACTION].split(":")[1:2]
        return redirect(f"{address}#rows-{table[0] if table else ''}")
    if raw.errors:
        form = _form(application, part, data=request.POST)
        if not form.is_valid():
            return _page(request, application, part, form, status=422)
    return _onward(request, application, part)


def _onward(request: HttpRequest, application: Application, part: Section) -> HttpResponse:
    """Stay, go to the next part, or back to where the person came from."""
    public_id = application.public_id
    if request.POST.get("action") != "next":
        address = reverse("applications:section", args=[public_id, part.id])
        return redirect(f"{address}?saved=1")
    back = request.POST.get("back", "")
    if back in ("check", "corrections"):
        return redirect(f"applications:{back}", public_id=public_id)
    standing = Standing(application)
    order = [one.id for one in standing.sections]
    place = order.index(part.id) + 1 if part.id in order else 0
    if place < len(order):
        return redirect("applications:section", public_id=public_id, section_id=order[place])
    return redirect("applications:files", public_id=public_id)


def _page(
    request: HttpRequest,
    application: Application,
    part: Section,
    form: SectionForm,
    *,
    status: int = 200,
    standing: Standing | None = None,
) -> HttpResponse:
    standing = standing or Standing(application)
    row = reach.section_row(application, part.id)
    order = [one.id for one in standing.sections]
    changeable = bool(permissions.can_fill(person(request), application))
    findings = [
        eligibility.rule_line(standing, finding) | {"link": None}
        for finding in standing.by_place.get(part.id, [])
        if eligibility.is_condition(finding)
    ]
    saved = f"已保存 {timezone.localtime(row.updated_at):%H:%M:%S}" if row else "尚未修改"
    context = {
        **frame(standing, part.title),
        "section": part,
        "form": form,
        "version": row.version if row else 0,
        "save_state": saved,
        "number": order.index(part.id) + 1 if part.id in order else 0,
        "total": len(order),
        "errors": _table_errors(form),
        "rules": findings,
        "books": selfscored.books(standing, part) if changeable else [],
        "task": tasks_of.section_task(standing, part),
        "changeable": changeable and still_open(application),
        "previous": _neighbour(standing, order, part.id, -1),
        "following": _neighbour(standing, order, part.id, 1),
        "back": request.POST.get("back") or request.GET.get("back", ""),
        "just_saved": "saved" in request.GET,
    }
    return render(request, "applications/section.html", context, status=status)


def _neighbour(standing: Standing, order: list[str], here: str, step: int) -> dict[str, str] | None:
    place = order.index(here) + step if here in order else -1
    if not 0 <= place < len(order):
        return None
    return {
        "label": standing.sections[place].title,
        "url": reverse("applications:section", args=[standing.application.public_id, order[place]]),
    }


def _table_errors(form: SectionForm) -> list[dict[str, str]]:
    """Errors of cells for the summary on top, each leading to its cell."""
    found = []
    for table in form.tables:
        for number, row in enumerate(table.rows, 1):
            for cell in row["cells"]:
                for text in cell.errors:
                    line = f"{table.title}第 {number} 行，{cell.label}：{text}"
                    found.append({"text": line, "href": f"#{cell.id_for_label}"})
    return found


@limited("autosave", amount=240, seconds=300)
@writes
def autosave(request: HttpRequest, public_id: uuid.UUID, section_id: str) -> HttpResponse:
    """Store what was typed so far; 409 with an address when somebody else was first."""
    user = person(request)
    application = drafts.lock_typed(public_id, by=user)
    if application is None:
        raise Http404
    part = _section(application, section_id)
    verdict = permissions.is_with_unit(application)
    if not verdict:
        return JsonResponse({"error": verdict.reason}, status=403)
    rows = drafts.stored(application)
    answers = drafts.merged(rows)
    raw = read_section(
        policy_of(application.ruleset), application.procedure, part, request.POST, answers=answers
    )
    try:
        row = drafts.store(
            application, part, raw.answers, rows=rows, version=_seen_version(request), by=user
        )
    except StaleVersionError:
        drafts.set_aside(application, part, raw.answers, by=user)
        address = reverse("applications:compare", args=[public_id, section_id])
        return JsonResponse({"compare": address}, status=409)
    except DomainError as error:
        return JsonResponse({"error": error.message}, status=403)
    moment = timezone.localtime(row.updated_at)
    said = {"version": row.version, "saved_at": f"{moment:%H:%M:%S}"}
    return JsonResponse(said | _asked_now(application, part, {**answers, **row.answers}))


def _asked_now(
    application: Application, part: Section, answers: dict[str, Any]
) -> dict[str, list[str]]:
    """Which questions of a section these answers bring; nothing where none depends on another."""
    if not has_conditions(part):
        return {}
    policy = policy_of(application.ruleset)
    facts = build_facts(policy, application.procedure, Filing(answers, application.reference_date))
    return {"asked": shown_names(policy, application.procedure, part, facts)}


@writes(methods=("GET", "POST"))
def compare(request: HttpRequest, public_id: uuid.UUID, section_id: str) -> HttpResponse:
    """Choose, field by field, between one's own text and what was saved meanwhile."""
    application = filing_or_404(request, public_id)
    part = _section(application, section_id)
    aside = reach.aside_row(application, section_id, person(request))
    row = reach.section_row(application, section_id)
    address = reverse("applications:section", args=[public_id, section_id])
    if aside is None:
        return redirect(address)
    policy = policy_of(application.ruleset)
    stored = row.answers if row else {}
    rows = summary.differences(policy, part, aside.answers, stored)
    if request.method == "POST":
        demand(permissions.can_fill(person(request), application))
        return _take(request, application, part, rows, aside.answers, stored)
    context = {
        **frame(Standing(application), part.title, "内容比对"),
        "section": part,
        "rows": rows,
        "version": row.version if row else 0,
        "back": address,
        "mine_at": aside.saved_at,
        "theirs_by": row.updated_by if row else None,
        "theirs_at": row.updated_at if row else None,
    }
    return render(request, "applications/compare.html", context)


def _take(
    request: HttpRequest,
    application: Application,
    part: Section,
    rows: list[dict[str, str]],
    mine: dict[str, Any],
    stored: dict[str, Any],
) -> HttpResponse:
    chosen = dict(stored)
    for line in rows:
        if request.POST.get(f"take-{line['name']}", "mine") == "mine":
            chosen[line["name"]] = mine.get(line["name"])
    try:
        drafts.take_side(
            application, part, chosen, version=_seen_version(request), by=person(request)
        )
    except StaleVersionError:
        # Saved once more while choosing: the same page again with the newest on the right.
        return redirect("applications:compare", public_id=application.public_id, section_id=part.id)
    return redirect("applications:section", public_id=application.public_id, section_id=part.id)
