"""What avoidance looks at: experts and filings as plain values."""

from collections.abc import Iterable, Mapping
from typing import Any

from applications.models import Submission
from applications.queries import last_submission
from jurisdictions.queries import policy_of
from portal.accounts.queries import codes_borne, members_of
from portal.common.sealed import ID_NUMBER, blind_token
from reviews.domain.avoidance import Judge, Subject, reasons
from reviews.enums import SeatState
from reviews.models import Case, Expert, Judgement, PaperRecord, Seat, Signature, StageRun

_LEADER, _STUDIO_LEADER = "领办人", "工作室领办人"


def judge_of(expert: Expert) -> Judge:
    """An expert as avoidance sees him."""
    return Judge(
        expert=expert.pk,
        user=expert.user_id,
        name=expert.name,
        employer=expert.employer_uscc,
        person=frozenset({blind_token(expert.id_token)} if expert.id_token else ()),
        related=frozenset(expert.related),
    )


def subject_of(case: Case, run: StageRun) -> Subject:
    """A filing as avoidance sees it, from its newest submission.

    Args:
        case: the case.
        run: the passage for which experts are wanted; what was signed before it counts.
    """
    application = case.application
    submission = run.submission or last_submission(application)
    people, names, known = _people(case, submission)
    units = _units(case)
    contacts = {application.created_by_id} if application.created_by_id is not None else set()
    if submission is not None:
        contacts.add(submission.submitted_by_id)
    for enterprise in {application.enterprise, *_partners(case)}:
        contacts |= set(members_of(enterprise).values_list("user_id", flat=True))
    return Subject(
        units=units,
        people=people,
        names=names,
        known=known,
        contacts=frozenset(contacts),
        signers=_signers(case, run),
        declared=_declared(units),
    )


def conflicts(expert: Expert, case: Case, run: StageRun) -> tuple[str, ...]:
    """Why an expert may not judge a case now; empty when nothing stands against it."""
    return reasons(judge_of(expert), subject_of(case, run))


def _partners(case: Case) -> list[Any]:
    parties = case.application.parties.select_related("enterprise")
    return [party.enterprise for party in parties]


def _units(case: Case) -> dict[str, str]:
    """Codes of the applicant, of those who build with it and of the hosts of its studio.

    Codes they bore before count: an expert's employer may stand in the pool under one of them.
    """
    application = case.application
    found = {application.enterprise.uscc: application.enterprise.name}
    names = {application.enterprise_id: application.enterprise.name}
    if application.unit_uscc:
        found[application.unit_uscc] = application.unit_name
    for unit in _partners(case):
        found[unit.uscc] = names[unit.pk] = unit.name
    if application.studio is not None:
        for host in application.studio.hosts.select_related("enterprise"):
            found[host.enterprise.uscc] = names[host.enterprise_id] = host.name
    return {code: names[owner] for code, owner in codes_borne(names).items()} | found


def _people(
    case: Case, submission: Submission | None
) -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Blind indexes and names of leader and members, and the names whose number is known."""
    people: dict[str, str] = {}
    names: dict[str, str] = {}
    unnumbered: set[str] = set()
    for name, number, label in _named(case, submission):
        if isinstance(number, Mapping) and number.get("sealed"):
            people[blind_token(str(number["sealed"]))] = label
        elif name:
            unnumbered.add(str(name))
        if name:
            names[str(name)] = label
    return people, names, frozenset(set(names) - unnumbered)


def _named(case: Case, submission: Submission | None) -> Iterable[tuple[Any, Any, str]]:
    """Name, sealed number and label of everybody the filing asks an identity number of."""
    application = case.application
    answers = submission.answers if submission else {}
    catalogue = policy_of(application.ruleset).catalogue
    for path, definition in catalogue.fields.items():
        if definition.type == ID_NUMBER:
            who = path.rpartition(".")[0]
            yield answers.get(f"{who}.name"), answers.get(path), _LEADER
    for table, shape in catalogue.tables.items():
        column = next((c for c, d in shape.columns.items() if d.type == ID_NUMBER), None)
        for row in (answers.get(table) or ()) if column else ():
            yield row.get("name"), row.get(column), shape.label
    if application.studio is not None:
        for leader in application.studio.leaders.all():
            yield leader.name, leader.id_number, _STUDIO_LEADER


def _signers(case: Case, run: StageRun) -> dict[int, str]:
    """Accounts that acted as officers in an earlier passage of the case, and in which."""
    earlier = StageRun.objects.filter(case=case) | StageRun.objects.filter(
        listing__items__case=case
    )
    ids = [row for row in earlier.values_list("pk", flat=True) if row != run.pk]
    stages = policy_of(case.application.ruleset).stages(case.application.procedure)
    labels = {stage.id: stage.label for stage in stages}
    acted = [
        *Signature.objects.filter(run__in=ids).values_list("user_id", "run__stage"),
        *Judgement.objects.filter(run__in=ids).values_list("by_id", "run__stage"),
        *PaperRecord.objects.filter(run__in=ids).values_list("entered_by_id", "run__stage"),
    ]
    return {user: labels.get(stage, stage) for user, stage in acted}


def _declared(units: Mapping[str, str]) -> dict[int, str]:
    """Experts who once declared a relation with one of these units, or withdrew from it."""
    rows = Seat.objects.filter(
        state__in=[SeatState.CONFLICT, SeatState.RECUSED],
        case__application__unit_uscc__in=[code for code in units if code],
    )
    return {row.expert_id: row.reason or row.get_state_display() for row in rows}
