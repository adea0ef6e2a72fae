"""Drafts: started for a unit, saved section by section, never overwritten silently."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from applications.domain import events
from applications.domain.sealing import seal_answers
from applications.enums import Status
from applications.models import Application, DraftSection, Party, SetAside
from applications.queries import DECLARATIONS, answers_of, naming_values, reach, submitted_answers
from jurisdictions.engine.names import NamingError, placeholders, render_name
from jurisdictions.engine.policy import Policy
from jurisdictions.enums import RoundState
from jurisdictions.models import Office, Round
from jurisdictions.queries import bulky, policy_of
from jurisdictions.schema.forms import Section
from portal.accounts.models import Enterprise
from portal.common.errors import DomainError

# Width of the short search columns; the answers keep the whole text.
SHORT_COLUMN = 60
REASON_LENGTH = 2000
COLUMN_WIDTHS = {"unit_name": 200, "studio_name": 160, "unit_uscc": 18}


#: Answers that stand in a column of the filing as well.
COPIED = {
    "unit.name": "unit_name",
    "unit.uscc": "unit_uscc",
    "unit.district": "district",
    "leader.name": "leader_name",
    "leader.occupation": "occupation",
    "studio.industry": "industry",
}


class StaleVersionError(DomainError):
    """Somebody saved the section meanwhile; ``current`` is what stands now."""

    def __init__(self, current: DraftSection) -> None:
        super().__init__(
            "这一部分已在另一处保存过。您填写的内容没有丢失，请对照后选择保留哪一份。", status=409
        )
        self.current = current


@transaction.atomic
def start(
    round_: Round,
    enterprise: Enterprise,
    *,
    by: Any,
    office: Office | None = None,
    reuse: bool = False,
) -> Application:
    """Begin a filing of a unit in an open round.

    Args:
        round_: the call.
        enterprise: the unit that files.
        by: the member, or the window clerk.
        office: the office of a clerk who enters a paper filing (代录).
        reuse: take over facts of unit and leader from the unit's last filing, with consent.

    Raises:
        DomainError: the round is not open.
    """
    if not accepts(round_):
        raise DomainError("本批次不在申报期内，不能新建申报。请查看首页正在开放的批次。")
    application = _new(round_, enterprise, by, office)
    Party.objects.create(application=application, enterprise=enterprise)
    known = profile_answers(enterprise)
    _prefill(application, {**known, **last_facts(application)} if reuse else known, by=by)
    refresh_columns(application, policy_of(round_.ruleset))
    text = f"新建申报（由{office}代录）" if office else "新建申报"
    events.record(application, "started", text, actor=by, office=office, applicant_text=text)
    return application


def _new(round_: Round, enterprise: Enterprise, by: Any, office: Office | None) -> Application:
    application = Application(
        jurisdiction=round_.jurisdiction,
        round=round_,
        ruleset=round_.ruleset,
        procedure=round_.procedure,
        reference_date=round_.reference_date,
        enterprise=enterprise,
        unit_name=enterprise.name,
        unit_uscc=enterprise.uscc,
        created_by=by,
        entered_by_office=office,
        status_changed_at=timezone.now(),
    )
    application.full_clean(exclude=["status_changed_at"])
    application.save()
    return application


def accepts(round_: Round) -> bool:
    """Whether a round takes filings now, by its clock."""
    now = timezone.now()
    return round_.state == RoundState.OPEN and round_.opens_at <= now < round_.closes_at


def profile_answers(enterprise: Enterprise) -> dict[str, Any]:
    """What the unit's profile already knows."""
    known = {
        "unit.name": enterprise.name,
        "unit.uscc": enterprise.uscc,
        "unit.address": enterprise.address,
        "unit.postcode": enterprise.postal_code,
        "unit.legal_name": enterprise.legal_representative,
        "unit.contact_name": enterprise.contact_name,
        "unit.contact_phone": enterprise.contact_phone,
        "unit.email": enterprise.contact_email,
    }
    return {path: value for path, value in known.items() if value}


def last_facts(application: Application) -> dict[str, Any]:
    """Reusable facts of unit and leader from the unit's last submitted filing anywhere."""
    last = (
        Application.objects.filter(enterprise=application.enterprise, submissions__isnull=False)
        .exclude(pk=application.pk)
        .order_by("-submitted_at")
        .first()
    )
    if last is None:
        return {}
    catalogue = policy_of(application.ruleset).catalogue
    found = submitted_answers(last)
    return {
        path: value
        for path, value in found.items()
        if path in catalogue.fields and catalogue.fields[path].reuse != "never" and value != ""
    }


def _prefill(application: Application, known: Mapping[str, Any], *, by: Any) -> None:
    policy = policy_of(application.ruleset)
    for section in policy.procedure(application.procedure).form.sections:
        mine = {use.field: known[use.field] for use in section.fields if use.field in known}
        if mine:
            # Tokens of an earlier filing of the same unit are held here: they may be kept.
            DraftSection.objects.create(
                application=application, section=section.id, answers=mine, updated_by=by
            )


@transaction.atomic
def save_section(
    application: Application,
    section: Section,
    raw: Mapping[str, Any],
    *,
    version: int,
    by: Any,
) -> DraftSection:
    """Store what was typed in a section, complete or not.

    Args:
        application: the filing; locked here.
        section: the section of the form (or the declarations, as a section).
        raw: typed answers by path, tables as lists of rows with ``row_id``.
        version: the version the writer saw; 0 when the section had none.
        by: who types.

    Raises:
        StaleVersionError: the section was saved meanwhile.
        DomainError: the filing may not be changed now, or a sealed value is malformed.
    """
    locked = _locked(application)
    return store(locked, section, raw, rows=stored(locked), version=version, by=by)


def store(
    locked: Application,
    section: Section,
    raw: Mapping[str, Any],
    *,
    rows: Mapping[str, DraftSection],
    version: int,
    by: Any,
) -> DraftSection:
    """Store a section of a filing that is locked and read: the autosave's short way.

    Args:
        locked: the filing, locked in this transaction.
        section: as ``save_section`` takes it.
        raw: as ``save_section`` takes it.
        rows: what is stored, by section, read under the lock.
        version: the version the writer saw.
        by: who types.

    Raises:
        StaleVersionError: the section was saved meanwhile.
        DomainError: the filing may not be changed now, or a sealed value is malformed.
    """
    editable(locked)
    row = rows.get(section.id) or DraftSection(application=locked, section=section.id, version=0)
    if row.version != version:
        raise StaleVersionError(row)
    policy = policy_of(locked.ruleset)
    held = row.answers
    row.answers = _allowed(locked, section, seal_answers(policy.catalogue, raw, held), held)
    if row.answers != held:
        void_confirmations(locked)
    row.updated_by, row.version = by, row.version + 1
    row.save()
    copied = COPIED.keys() | set(_naming_paths(policy, locked.procedure))
    if any(held.get(path) != row.answers.get(path) for path in copied):
        refresh_columns(locked, policy, merged({**rows, section.id: row}))
    return row


def lock_typed(public_id: uuid.UUID, *, by: Any) -> Application | None:
    """The filing a person types into, locked; None when it does not exist for him."""
    rows = reach.typed_by(by).select_for_update(of=("self",))
    return rows.filter(public_id=public_id).first()


def stored(application: Application) -> dict[str, DraftSection]:
    """What is stored of a filing, by section, in the order of first saving."""
    return {row.section: row for row in application.sections.order_by("pk")}


def merged(rows: Mapping[str, DraftSection]) -> dict[str, Any]:
    """All answers of these sections."""
    return {path: value for row in rows.values() for path, value in row.answers.items()}


@transaction.atomic
def keep_reasons(application: Application, reasons: Mapping[str, str]) -> None:
    """Keep reasons for soft conditions until the submit.

    Raises:
        DomainError: the filing may not be changed now.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    editable(locked)
    kept = {rule: text.strip()[:REASON_LENGTH] for rule, text in reasons.items() if text.strip()}
    Application.objects.filter(pk=locked.pk).update(draft_reasons=kept)
    application.draft_reasons = kept


@transaction.atomic
def keep_declarations(
    application: Application, declared: Mapping[str, Any], *, by: Any
) -> DraftSection:
    """Store the ticked declarations; they are boxes, so the last writer's ticks stand.

    While returned for correction those that are not flagged stay as they were handed in.

    Raises:
        DomainError: the filing may not be changed now.
    """
    form = policy_of(application.ruleset).procedure(application.procedure).form
    section = Section(id=DECLARATIONS, title="申报声明", fields=form.declarations)
    row = application.sections.filter(section=DECLARATIONS).first()
    return save_section(application, section, declared, version=row.version if row else 0, by=by)


@transaction.atomic
def set_aside(
    application: Application, section: Section, raw: Mapping[str, Any], *, by: Any
) -> SetAside:
    """Keep what was typed against an older version, until the writer has chosen.

    Args:
        application: the filing.
        section: the section of the form.
        raw: typed answers as ``save_section`` takes them.
        by: who typed them.
    """
    catalogue = policy_of(application.ruleset).catalogue
    held = application.sections.filter(section=section.id).values_list("answers", flat=True)
    answers = seal_answers(catalogue, raw, held.first() or {})
    row, _ = SetAside.objects.update_or_create(
        application=application, section=section.id, user=by, defaults={"answers": answers}
    )
    return row


@transaction.atomic
def take_side(
    application: Application,
    section: Section,
    chosen: Mapping[str, Any],
    *,
    version: int,
    by: Any,
) -> DraftSection:
    """Store what the writer chose after a conflict; his text set aside is dropped.

    Sealed answers come as they are held on either side, never from the page.

    Raises:
        StaleVersionError: the section was saved once more while he was choosing.
        DomainError: the filing may not be changed now.
    """
    locked = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    editable(locked)
    row = DraftSection.objects.select_for_update(of=("self",)).filter(
        application=locked, section=section.id
    ).first()  # fmt: skip
    if row is None or row.version != version:
        raise StaleVersionError(row or DraftSection(application=locked, section=section.id))
    void_confirmations(locked)
    row.answers = _allowed(locked, section, dict(chosen), row.answers)
    row.updated_by, row.version = by, row.version + 1
    row.save()
    SetAside.objects.filter(application=locked, section=section.id, user=by).delete()
    refresh_columns(locked, policy_of(locked.ruleset))
    return row


def void_confirmations(application: Application) -> None:
    """What another unit confirmed is not what stands now: it confirms again.

    Only a procedure on a studio has a second unit; a naming is spared the query.
    """
    if application.studio_id is None:
        return
    confirmed = application.parties.filter(confirmed_at__isnull=False)
    confirmed.update(confirmed_at=None, confirmed_by=None)


def _locked(application: Application) -> Application:
    """The filing, locked, with what a save reads beside it."""
    rows = Application.objects.select_related("round", "ruleset", "enterprise")
    return rows.select_for_update(of=("self",)).defer(*bulky("ruleset")).get(pk=application.pk)


def editable(application: Application) -> None:
    """Refuse changes to a filing that is with the office, decided or out of time.

    Raises:
        DomainError: with the reason.
    """
    if application.status == Status.DRAFT:
        if application.round and not accepts(application.round):
            raise DomainError("申报期已截止，不能再修改。如有疑问请联系受理机关。")
        return
    if application.status != Status.RETURNED:
        raise DomainError(application.locked_says)


def _allowed(
    application: Application, section: Section, new: dict[str, Any], held: Mapping[str, Any]
) -> dict[str, Any]:
    """Only fields of the section; while returned only those that were flagged."""
    paths = {use.field for use in section.fields} | {use.table for use in section.tables}
    if application.status != Status.RETURNED:
        return {path: value for path, value in new.items() if path in paths}
    open_paths = paths & set(application.unlocked)
    return {**held, **{path: value for path, value in new.items() if path in open_paths}}


def refresh_columns(
    application: Application, policy: Policy, known: Mapping[str, Any] | None = None
) -> None:
    """Copy what people search by from the answers (read anew unless known) into real columns."""
    answers = answers_of(application) if known is None else known
    texts = {column: answers.get(path) or "" for path, column in COPIED.items()}
    texts["unit_name"] = texts["unit_name"] or application.enterprise.name
    texts["unit_uscc"] = texts["unit_uscc"] or application.enterprise.uscc
    texts["studio_name"] = studio_name(policy, application.procedure, answers)
    if application.studio_id:
        # A procedure on a studio need not ask again what the register says.
        texts = {c: text or getattr(application, c) for c, text in texts.items()}
    fitting = {
        column: str(text)[: COLUMN_WIDTHS.get(column, SHORT_COLUMN)]
        for column, text in texts.items()
    }
    changed = {c: text for c, text in fitting.items() if getattr(application, c) != text}
    for column, text in changed.items():
        setattr(application, column, text)
    if changed:
        # Straight to the table: what is typed into a draft has no history of its own.
        Application.objects.filter(pk=application.pk).update(**changed)


def _naming_paths(policy: Policy, procedure: str) -> tuple[str, ...]:
    formula = policy.procedure(procedure).studio_name
    return placeholders(formula) if formula else ()


def studio_name(policy: Policy, procedure: str, answers: Mapping[str, Any]) -> str:
    """The studio's name by the city's formula; empty until its parts are filled in."""
    formula = policy.procedure(procedure).studio_name
    try:
        return render_name(formula, naming_values(policy, answers)) if formula else ""
    except NamingError:
        return ""
