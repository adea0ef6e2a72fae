"""What avoidance looks at: experts and filings as plain values."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Lower, Replace

from applications.models import Submission
from applications.queries import last_submission
from jurisdictions.queries import bulky, policy_of
from portal.accounts.queries import codes_borne, members_of
from portal.common.sealed import ID_NUMBER, blind_token
from reviews.domain.avoidance import GAPS, Judge, Subject, plain_name, reasons
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
        relatives=tuple((row["name"], row["unit"]) for row in expert.relatives),
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
    declared, alike = _declared(units, people, names, known)
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
        declared=declared,
        alike=alike,
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
    """Blind indexes and plain names of leader and members, and the names whose number is known."""
    people: dict[str, str] = {}
    names: dict[str, str] = {}
    unnumbered: set[str] = set()
    for name, number, label in _named(case, submission):
        if isinstance(number, Mapping) and number.get("sealed"):
            people[blind_token(str(number["sealed"]))] = label
        elif name:
            unnumbered.add(plain_name(str(name)))
        if name:
            names[plain_name(str(name))] = label
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


def _declared(
    units: Mapping[str, str],
    people: Mapping[str, str],
    names: Mapping[str, str],
    known: frozenset[str],
) -> tuple[dict[int, str], dict[int, str]]:
    """Experts who once declared a relation, or withdrew, with one of these units or people.

    Kinship does not end when a leader changes the unit: an earlier filing of the same leader
    counts, told by the number under seal. Where a number is missing the same name is told apart.

    Args:
        units: codes of the filing's units.
        people: blind indexes of its leader and members.
        names: their plain names.
        known: those of the names whose number is among ``people``.

    Returns:
        Expert to what he declared: for certain, and on somebody of the same name.
    """
    of_units = [code for code in units if code]
    rows = Seat.objects.annotate(led_by=_plain("case__application__leader_name")).filter(
        Q(case__application__unit_uscc__in=of_units) | Q(led_by__in=list(names)),
        state__in=[SeatState.CONFLICT, SeatState.RECUSED],
    ).select_related("case__application__ruleset", "case__application__studio")  # fmt: skip
    sure: dict[int, str] = {}
    alike: dict[int, str] = {}
    for row in rows.defer(*bulky("case__application__ruleset")).order_by("pk"):
        said = row.reason or row.get_state_display()
        if row.case.application.unit_uscc in of_units:
            sure[row.expert_id] = said
            continue
        same = _same_leader(row.case, people, known)
        if same is not False:
            (sure if same else alike)[row.expert_id] = f"{said}（领办人相同）" if same else said
    return sure, alike


def _plain(column: str) -> Any:
    """``plain_name`` in the database, as far as it can: what remains is for people to see."""
    found: Any = F(column)
    for gap in GAPS:
        found = Replace(found, Value(gap), Value(""))
    return Lower(found)


def _same_leader(earlier: Case, people: Mapping[str, str], known: frozenset[str]) -> bool | None:
    """Whether the leader of an earlier filing is among people; None where no number tells."""
    numbers = {
        key for key, label in _people(earlier, last_submission(earlier.application))[0].items()
        if label in (_LEADER, _STUDIO_LEADER)
    }  # fmt: skip
    if numbers & set(people):
        return True
    return False if numbers and plain_name(earlier.application.leader_name) in known else None
