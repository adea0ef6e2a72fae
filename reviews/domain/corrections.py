"""补正: one notice with every fault at once, unlocking exactly what it names."""

from datetime import date
from typing import Any

from django.utils import timezone

from applications.domain import events, lifecycle
from jurisdictions.engine.policy import Policy
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import claiming, letters, opening, releasing
from reviews.domain.notices import mail_unit
from reviews.domain.road import clause_labels, stage_of
from reviews.domain.work import Work
from reviews.enums import CaseState, LetterKind, RunState
from reviews.models import Case, Correction, CorrectionItem, Letter

MATERIAL = "material:"


def targets_of(policy: Policy, procedure: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Everything that may be flagged: target to its label and clauses."""
    shape = policy.procedure(procedure)
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for section in shape.form.sections:
        for use in section.fields:
            definition = policy.catalogue.fields.get(use.field)
            label = use.label or (definition.label if definition else use.field)
            found[use.field] = (label, use.clause or section.clause)
        for table in section.tables:
            known = policy.catalogue.tables.get(table.table)
            label = table.label or (known.label if known else table.table)
            found[table.table] = (label, table.clause or section.clause)
    for material in shape.materials:
        found[f"{MATERIAL}{material.id}"] = (material.title, material.clause)
    return found


def read_faults(
    policy: Policy, procedure: str, faults: list[dict[str, str]]
) -> list[dict[str, Any]]:
    """Faults as an officer flagged them, checked and completed with label and clauses.

    Args:
        policy: the version.
        procedure: code of the procedure.
        faults: ``target`` and ``text`` of each.

    Raises:
        DomainError: an unknown target, or one without a text.
    """
    known = targets_of(policy, procedure)
    seen: dict[str, dict[str, Any]] = {}
    for fault in faults:
        target, text = fault["target"], fault.get("text", "").strip()
        if target not in known:
            raise DomainError("标记的内容不在申报表中，请刷新页面后重新标记。", status=422)
        label, clauses = known[target]
        if not text:
            raise DomainError(
                f"请写明“{label}”存在的问题和补正要求。", field=f"note-{target}", status=422
            )
        seen[target] = {"target": target, "label": label, "clauses": list(clauses), "text": text}
    return list(seen.values())


def check(work: Work) -> None:
    """A return needs its faults and a day.

    Raises:
        DomainError: no fault is listed, or the day is missing or past.
    """
    if not work.data.get("faults"):
        raise DomainError("退回补正须一次告知全部问题：请在左侧标记并逐条写明要求。",
                          field="flags", status=422)  # fmt: skip
    if work.case is None:
        raise DomainError("名单不能整体退回补正，请对单件办理。")
    procedure = work.case.application.procedure
    work.run.data["faults"] = read_faults(work.policy, procedure, work.data["faults"])
    due = due_of(work)
    if due is None or due <= timezone.localdate():
        raise DomainError("请填写补正期限，且须晚于今天。", field="due_on", status=422)


def due_of(work: Work) -> date | None:
    """The day by which the unit should answer."""
    text = work.data.get("due_on")
    return date.fromisoformat(str(text)) if text else None


def send(work: Work) -> Correction:
    """Send the notice of a returned case."""
    if work.case is None:
        raise DomainError("名单不能整体退回补正，请对单件办理。")
    return issue(work, work.case, list(work.data["faults"]), due_of(work), work.run.opinion)


def issue(
    work: Work, case: Case, faults: list[dict[str, Any]], due: date | None, note: str
) -> Correction:
    """Write a notice; when its letter is sent, exactly what it flags opens to the unit.

    Args:
        work: the passage in which the faults were found.
        case: whose filing, one of the passage.
        faults: as ``read_faults`` returns them.
        due: day by which the unit should answer.
        note: words to the unit.
    """
    notice = Correction.objects.create(
        case=case, run=work.run, number=case.corrections.count() + 1, due_on=due, note=note
    )  # fmt: skip
    CorrectionItem.objects.bulk_create(
        CorrectionItem(correction=notice, target=f["target"], label=f["label"][:200],
                       clauses=f["clauses"], text=f["text"]) for f in faults
    )  # fmt: skip
    case.state, case.waiting_for = CaseState.RETURNED, ""
    claiming.drop(case)
    case.version += 1
    signed(case, by=work.by, reason=f"第{notice.number}次补正").save()
    shown = _with_labels(work.policy, faults)
    for item in shown:
        item["clauses"] = "、".join(dict.fromkeys(item["clauses"]))
    releasing.dispatch(letters.correction(work, case, shown, due, note), by=work.by)
    notice.refresh_from_db()
    case.refresh_from_db(fields=["due_on", "version"])
    return notice


def _with_labels(policy: Policy, faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Faults with their clauses as people name them."""
    return [{**f, "clauses": [c["label"] for c in clause_labels(policy, f["clauses"])]}
            for f in faults]  # fmt: skip


def _waiting(letter: Letter) -> Correction:
    """The notice that a letter carries, its case locked.

    Raises:
        DomainError: the case has ended meanwhile.
    """
    notice = Correction.objects.select_related("case__application__ruleset").filter(
        run=letter.run, case=letter.case, sent_at=None
    ).first()  # fmt: skip
    if notice is None or notice.case.state != CaseState.RETURNED:
        raise DomainError("该件已撤回或办结，补正告知书不再发出。")
    return notice


def _deliver(letter: Letter, by: Any) -> None:
    """The letter is sent: the filing goes back to the unit, who is told."""
    notice = _waiting(letter)
    case, due, office = notice.case, notice.due_on, letter.run.office
    if letter.released_at is not None and due is not None and due <= timezone.localdate():
        raise DomainError("补正期限已到，请选择暂不发出，退回经办重新确定期限。")
    faults = [{"target": i.target, "label": i.label, "clauses": i.clauses, "text": i.text}
              for i in notice.items.all()]  # fmt: skip
    notice.sent_at = timezone.now()
    notice.save(update_fields=["sent_at"])
    case.due_on = due
    case.version += 1
    signed(case, by=by, reason="发出补正告知书").save()
    lifecycle.return_for_correction(
        case.application, unlocked=[f["target"] for f in faults], by=by, office=office, due_on=due
    )
    events.record(
        case.application, "correction_notice",
        f"第{notice.number}次补正告知：{'；'.join(f['label'] for f in faults)}",
        actor=by, office=office,
        applicant_text=f"补正告知书（第{notice.number}次），共 {len(faults)} 项",
        data={"number": notice.number, "due_on": due.isoformat() if due else None,
              "items": _with_labels(policy_of(case.application.ruleset), faults),
              "note": notice.note},
    )  # fmt: skip
    mail_unit(case.application, "请补正申报材料",
              f"您单位的申报（{case.application.number}）需要补正 {len(faults)} 处，"
              f"{f'期限 {due}，' if due else ''}具体内容请登录门户查看补正告知书。",
              key=f"correction:{case.public_id}:{notice.number}",
              page="applications:corrections")  # fmt: skip


def _take_back(letter: Letter, by: Any) -> None:
    """The letter was held back: the passage is open again at its first post."""
    notice = _waiting(letter)
    run, case = letter.run, notice.case
    stage = stage_of(case.application.ruleset, case.application.procedure, run.stage)
    notice.delete()
    run.signatures.filter(recalled_at=None).update(recalled_at=timezone.now())
    run.state, run.closed_at, run.waiting_for = RunState.OPEN, None, stage.signoff[0]
    run.version += 1
    signed(run, by=by, reason="补正告知书暂不发出，退回经办").save()
    opening.copy_to_case(case, run)


releasing.on_delivery(LetterKind.CORRECTION, _deliver, _take_back)


def answered(case: Case) -> None:
    """The unit has submitted again."""
    case.corrections.filter(answered_at=None, ended_at=None).update(answered_at=timezone.now())
