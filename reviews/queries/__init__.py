"""Shared reads of reviews: what a person sees, what waits, what is done."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from applications.models import Application, Studio
from applications.queries.reach import overseen_ids
from jurisdictions.models import Office, Round, Ruleset
from jurisdictions.permissions import GRANT_OF_POST
from jurisdictions.queries import bulky, deputyships_of, slim
from portal.common.doors import granted, visible_ids
from portal.common.memory import remembering
from reviews.enums import CaseState, ItemState
from reviews.models import (
    AgendaItem,
    Case,
    Consultation,
    ConsultReply,
    Letter,
    List,
    ListItem,
    Objection,
    PanelDraw,
    PanelResult,
    PaperRecord,
    Phrase,
    Publicity,
    RollUp,
    Seat,
    Signature,
    Sitting,
    SittingFile,
    StageRun,
)
from reviews.queries.joint import OPEN_RUNS, joint_lists, to_approve
from reviews.queries.own import about_own_unit, lists_of_own_unit, of_own_unit
from reviews.queries.parts import cases_at, lists_at

_LONGEST_NOTICE = timedelta(days=400)


@remembering()
def offices_by_post(user: Any) -> dict[str, set[int]]:
    """Post kind to the offices where a person holds it, today's deputyships among them."""
    found = {post: set(granted(user, perm, Office)) for post, perm in GRANT_OF_POST.items()}
    for row in deputyships_of(user):
        found[row.post.kind].add(row.post.office_id)
    return found


def my_offices(user: Any) -> set[int]:
    """Offices where a person holds any post."""
    return set().union(*offices_by_post(user).values())


def visible_cases(user: Any) -> QuerySet[Case]:
    """Cases whose present or past stage lies with an office of the person; administrators see
    those of their jurisdiction. Everything else does not exist for them, nor do the reviews of
    units they act for, or acted for since the filing was begun (回避)."""
    part = cases_at(my_offices(user)) | Q(jurisdiction__in=overseen_ids(user))
    return Case.objects.filter(~of_own_unit(user)).filter(part)


def visible_lists(user: Any) -> QuerySet[List]:
    """Lists whose present or past stage lies with an office of the person, or that it approves;
    none with a filing of a unit he acts for (回避)."""
    part = lists_at(my_offices(user)) | Q(jurisdiction__in=overseen_ids(user))
    return List.objects.filter(~lists_of_own_unit(user)).filter(part).distinct()


def takes_part(user: Any, subject: Case | List) -> bool:
    """Whether an office of a person has part in a case or list, beyond overseeing its place.

    Scores and places are read by who handles and decides; nobody else needs them.

    Args:
        user: who reads.
        subject: a case or list that he sees.
    """
    if subject.jurisdiction_id not in overseen_ids(user):
        return True
    offices = my_offices(user)
    if not offices:
        return False
    part = lists_at(offices) if isinstance(subject, List) else cases_at(offices)
    return type(subject).objects.filter(part, pk=subject.pk).exists()


def visible_runs(user: Any) -> QuerySet[StageRun]:
    """Passages of visible cases and lists."""
    return StageRun.objects.filter(
        Q(case__in=visible_cases(user).values("pk"))
        | Q(listing__in=visible_lists(user).values("pk"))
    )


def open_run_of(case: Case) -> StageRun | None:
    """The passage a case is in."""
    return case.runs.filter(state__in=OPEN_RUNS).select_related("office", "submission").first()


def waiting_cases(round_: Round) -> QuerySet[Case]:
    """Cases of a round that wait for a list and are on none."""
    on_list = ListItem.objects.filter(case=OuterRef("pk"), state__in=[ItemState.IN, ItemState.HELD])
    struck = ListItem.objects.filter(case=OuterRef("pk"), state=ItemState.STRUCK)
    return Case.objects.filter(
        ~Exists(on_list), ~Exists(struck), application__round=round_, state=CaseState.LISTED
    )


def rounds_waiting(user: Any) -> list[tuple[Round, int]]:
    """Rounds with cases that wait for a list at an office the person handles for."""
    handled = offices_by_post(user)["handler"]
    found: dict[int, tuple[Round, int]] = {}
    on_any = ListItem.objects.filter(case=OuterRef("pk"))
    waiting = Case.objects.filter(
        ~Exists(on_any), office__in=handled, state=CaseState.LISTED,
        application__round__isnull=False,
    ).select_related("application__round")  # fmt: skip
    for case in waiting:
        call = case.application.round
        if call is not None:
            found[call.pk] = (call, found.get(call.pk, (call, 0))[1] + 1)
    return list(found.values())


def waiting_at(user: Any, posts: Iterable[str]) -> Q:
    """Condition: the case waits for one of these posts of the person."""
    held = offices_by_post(user)
    condition = Q(pk__in=[])
    for post in posts:
        condition |= Q(waiting_for=post, office__in=held[post])
    return condition & Q(state=CaseState.OPEN)


def for_my_bodies(user: Any) -> Q:
    """Condition: the case waits for the approval of a body for which the person approves."""
    return to_approve(offices_by_post(user)["approver"])


def at_hand(user: Any) -> Q:
    """Condition: the case waits for any post of the person, or for his body."""
    return waiting_at(user, ("handler", "reviewer", "approver")) | for_my_bodies(user)


def unclaimed_or(user: Any, of: str = "") -> Q:
    """Condition: nobody else has the case or list now.

    Args:
        user: the person.
        of: way to the case or list, with its underscores, e.g. ``listing__``.
    """
    free = Q(**{f"{of}claimed_until__isnull": True})
    over = Q(**{f"{of}claimed_until__lte": timezone.now()})
    return free | over | Q(**{f"{of}claimed_by": user})


def claimed_now(user: Any) -> Q:
    """Condition: the person has the case now."""
    return Q(claimed_by=user, claimed_until__gt=timezone.now(), state=CaseState.OPEN)


def signed_by(user: Any) -> Q:
    """Condition: the person signed or entered a passage of the case."""
    signed = Signature.objects.filter(run__case=OuterRef("pk"), user=user)
    entered = StageRun.objects.filter(case=OuterRef("pk"), papers__entered_by=user)
    return Q(Exists(signed)) | Q(Exists(entered))


def with_clock(rows: QuerySet[Any], of: str = "case") -> QuerySet[Any]:
    """Cases or lists with why their open passage has no last day, see ``domain.clock.words``.

    Args:
        rows: cases, or lists.
        of: the column of a passage that names them: ``case`` or ``listing``.
    """
    runs = StageRun.objects.filter(**{of: OuterRef("pk")}, state__in=OPEN_RUNS)
    return rows.annotate(stopped_on=Subquery(runs.values("stopped_on")[:1]),
                          due_year=Subquery(runs.values("due_year")[:1]))  # fmt: skip


def with_rows(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Everything a line of a worklist shows, in one query."""
    return with_clock(cases).select_related(
        "application__round", "application__jurisdiction", "application__ruleset", "office",
        "claimed_by", "jurisdiction",
    ).defer(*bulky("application__ruleset"))  # fmt: skip


def stages_in(cases: QuerySet[Case]) -> list[tuple[Ruleset, str, str]]:
    """Policy version, procedure and stage that occur among cases."""
    columns = ("application__ruleset", "application__procedure", "stage")
    keys = list(cases.exclude(stage="").order_by(*columns).values_list(*columns).distinct())
    rulesets = slim(Ruleset.objects.all()).in_bulk({key[0] for key in keys})
    return [(rulesets[ruleset], procedure, stage) for ruleset, procedure, stage in keys]


def search(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """Find by number, unit, leader, occupation or name of the studio."""
    text = text.strip()
    if not text:
        return cases
    names = ("number", "unit_name", "leader_name", "occupation", "studio_name", "unit_uscc")
    condition = Q(pk__in=[])
    for name in names:
        condition |= Q(**{f"application__{name}__icontains": text})
    return cases.filter(condition)


def open_lists_for(user: Any) -> QuerySet[List]:
    """Lists in hand at an office of the person."""
    offices = my_offices(user)
    return List.objects.filter(
        Q(office__in=offices) | Q(pk__in=joint_lists(offices)), closed_at=None
    )


def public_notices() -> QuerySet[Publicity]:
    """Notices anybody may read: up, not taken down, of places that are switched on."""
    return (
        Publicity.objects.filter(
            withdrawn_at=None,
            listing__jurisdiction__is_active=True,
            published_on__gte=timezone.localdate() - _LONGEST_NOTICE,
        )
        .select_related("listing__jurisdiction", "listing__ruleset", "run__office", "document")
        .defer(*bulky("listing__ruleset"))
        .order_by("-published_on", "-pk")
    )  # fmt: skip


def letters_of(user: Any) -> QuerySet[Letter]:
    """Letters of visible cases."""
    return Letter.objects.filter(case__in=visible_cases(user).values("pk")).select_related(
        "run__submission", "case__application", "document"
    )


def phrases_of(user: Any) -> QuerySet[Phrase]:
    """A person's own sentences."""
    return Phrase.objects.filter(owner=user)


def applications_on(listing: List) -> QuerySet[Application]:
    """Filings that are in on a list, in order."""
    return Application.objects.filter(
        case__items__listing=listing, case__items__state=ItemState.IN
    ).order_by("case__items__position")


def papers_of(user: Any) -> QuerySet[PaperRecord]:
    """Signed papers of visible passages."""
    return PaperRecord.objects.filter(run__in=visible_runs(user).values("pk"))


def objections_of(listing: List) -> QuerySet[Objection]:
    """Objections to items of a list."""
    return Objection.objects.filter(publicity__listing=listing).select_related(
        "item__case__application", "decided_by", "publicity__run__office"
    )


def studios_of(listing: List) -> QuerySet[Studio]:
    """Studios that the list founded, in its order."""
    return Studio.objects.filter(
        founding_application__case__items__listing=listing,
        founding_application__case__items__state=ItemState.IN,
    ).order_by("founding_application__case__items__position")


def notice_items(notice: Publicity) -> QuerySet[ListItem]:
    """Items of a notice that may be objected to."""
    return ListItem.objects.filter(listing=notice.listing).exclude(
        state=ItemState.STRUCK
    ).select_related("case__application", "listing")  # fmt: skip


def items_in(listing: List) -> QuerySet[ListItem]:
    """Items that are in, in order, with their filings."""
    return listing.items.filter(state=ItemState.IN).select_related("case__application")


def runs_with_pages(user: Any) -> QuerySet[StageRun]:
    """Visible passages with all that their pages show above the fold."""
    return (
        StageRun.objects.filter(pk__in=visible_runs(user).values("pk"))
        .select_related(
            "office__jurisdiction", "case__application__jurisdiction",
            "case__application__ruleset", "listing__ruleset", "listing__jurisdiction",
            "listing__round",
        )
    )  # fmt: skip


def sittings_of(user: Any) -> QuerySet[Sitting]:
    """Sittings a person was called to, as long as he works here; annulled ones are gone for him,
    and those about a unit of his own (回避)."""
    return (
        Sitting.objects.filter(people__user=user, people__user__is_staff_member=True)
        .exclude(about_own_unit(user))
        .exclude(state="annulled")
        .select_related("run__office", "run__case__application__ruleset", "run__listing__ruleset")
        .defer(*bulky("run__case__application__ruleset", "run__listing__ruleset"))
        .order_by("-starts_at", "-pk")
    )


def reply_offices(user: Any) -> set[int]:
    """Offices for which a person may answer consultations."""
    return my_offices(user) | granted(user, "consult", Office)


def consultations_of(user: Any) -> QuerySet[Consultation]:
    """Consultations of the offices a person replies for, and of no other office; none about a
    unit of his own (回避)."""
    return (
        Consultation.objects.filter(office__in=reply_offices(user))
        .exclude(about_own_unit(user))
        .select_related("run__office", "office", "letter__document")
        .order_by("replied_at", "due_on", "pk")
    )


def sitting_files(run: StageRun) -> QuerySet[SittingFile]:
    """Photos and signed minutes of a passage; those taken out are gone."""
    return SittingFile.objects.filter(sitting__run=run, removed_at=None)


def visits() -> QuerySet[AgendaItem]:
    """Agenda items of visits; who may see one is asked for each."""
    return AgendaItem.objects.filter(sitting__kind="visit").select_related(
        "sitting__run__office", "sitting__run__case__application__ruleset",
        "sitting__run__listing__ruleset", "case__application", "item",
    )  # fmt: skip


def replies_of(run: StageRun) -> QuerySet[ConsultReply]:
    """Replies to the consultations of a passage."""
    return ConsultReply.objects.filter(consultation__run=run).select_related("consultation__run")


def asked_cases(row: Consultation) -> QuerySet[Case]:
    """Cases an office is asked about."""
    return Case.objects.filter(consult_replies__consultation=row).distinct()


def seats_of(user: Any) -> QuerySet[Seat]:
    """Seats a person holds now; those that ended by 回避 or were taken back are gone for him."""
    held = Q(pk__in=visible_ids(user, "declare", Seat)) | Q(pk__in=visible_ids(user, "score", Seat))
    return Seat.objects.filter(
        held, expert__user_id=user.pk, state__in=["pending", "seated"]
    ).select_related(
        "sheet", "expert", "run__office", "run__submission", "run__case__application__ruleset",
        "run__listing__ruleset", "case__application__ruleset", "case__application__enterprise",
        "case__application__jurisdiction",
    )  # fmt: skip


def open_seats_of(user: Any) -> QuerySet[Seat]:
    """Seats whose passage still judges: only with these is a filing read."""
    return seats_of(user).filter(run__state__in=OPEN_RUNS)


def judging_seats_of(user: Any) -> QuerySet[Seat]:
    """Open seats whose statement is signed: what may be read and judged."""
    return open_seats_of(user).filter(state="seated", pk__in=visible_ids(user, "score", Seat))


def rollups_beside(run: StageRun) -> QuerySet[RollUp]:
    """Signed tables on which a passage stands, or others of its office in the same call."""
    call = run.case.application.round_id if run.case else None
    return RollUp.objects.filter(
        round=call, office=run.office_id, stage=run.stage
    ).select_related("uploaded_by", "voided_by", "office")  # fmt: skip


def seats_on(run: StageRun) -> QuerySet[Seat]:
    """All seats of a passage, ended ones too."""
    return Seat.objects.filter(run=run).select_related("expert__user", "sheet", "case__application")


def draws_on(run: StageRun) -> QuerySet[PanelDraw]:
    """All draws of a passage."""
    return PanelDraw.objects.filter(run=run).select_related("by")


def results_on(run: StageRun) -> QuerySet[PanelResult]:
    """Every result a passage ever had, in order."""
    return PanelResult.objects.filter(run=run).order_by("number", "pk")
