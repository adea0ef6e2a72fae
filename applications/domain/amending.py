"""更正: what a signed amendment does to one decided filing; the lines stay beside the decision."""

from datetime import date
from typing import Any

from applications.domain import claims, events, holding, lifecycle, undoing
from applications.domain.undoing import AmendContext
from applications.models import Amended, Application, HeldDecision, Studio
from jurisdictions.engine.dates import DateTextError, parse_date
from jurisdictions.models import Office
from jurisdictions.queries import policy_of
from portal.common.errors import DomainError
from portal.common.history import signed
from portal.common.personal import refuse_numbers

#: What is amended, in the words of the line beside the decision.
LABELS = {
    "document_number": "文号", "decided_on": "决定日期", "studio_name": "工作室名称",
    "unit_name": "单位名称", "leader_name": "领办人姓名", "occupation": "职业（工种）",
    "result": "办理结果",
}  # fmt: skip
PRINTED = frozenset({"studio_name", "unit_name", "leader_name", "occupation"})


def amend(
    application: Application, target: str, new: str, *, amendment: AmendContext, office: Office
) -> dict[str, Any]:
    """Carry out one line of an amendment on one decided filing.

    Args:
        application: the filing.
        target: one of ``LABELS``.
        new: the right text, day (ISO), or code of the result.
        amendment: day, person, reason and 文号 of the amendment.
        office: the office that decided.

    Returns:
        Sentences of what was ``done`` and of what is left to do ``by_hand``.

    Raises:
        DomainError: not decided, or the amendment cannot be carried out.
    """
    locked = lifecycle.lock(application)
    if locked.status != "decided":
        raise DomainError(f"申报件 {locked.number} 尚未办结，不需要更正。")
    # Proposed long ago, it may never have been looked at.
    read_new(target, new)
    old, shown = shown_value(locked, target), worded(locked, target, new)
    done, by_hand = _carry_out(locked, target, new, amendment, office)
    Amended.objects.create(
        application=locked, target=target, label=LABELS[target], old=old[:300], new=shown[:300],
        reason=amendment.reason, document_number=amendment.document_number,
        dated_on=amendment.on, by=amendment.by,
    )  # fmt: skip
    text = f"更正{LABELS[target]}：{old} → {shown}"
    events.record(
        locked, "amended", f"{text}，理由：{amendment.reason}", actor=amendment.by, office=office,
        applicant_text=f"{text}（{amendment.document_number}）",
        data={"target": target, "done": done, "by_hand": by_hand,
              "document_number": amendment.document_number},
    )  # fmt: skip
    return {"done": done, "by_hand": by_hand}


def _carry_out(
    application: Application, target: str, new: str, amendment: AmendContext, office: Office
) -> tuple[list[str], list[str]]:
    if target == "result":
        undone = lifecycle.amend_result(application, new, amendment=amendment, office=office)
        return [row.text for row in undone], [row.by_hand for row in undone if row.by_hand]
    if target == "decided_on":
        return _redate(application, date.fromisoformat(new)), []
    held = holding.held_decision(application)
    if target == "document_number" and held is not None:
        return _renumber(held, new), []
    return _register(application, target, new, amendment)


def _redate(application: Application, on: date) -> list[str]:
    """What took effect moves to the day, and so does what waits."""
    held = holding.held_decision(application)
    if held is None:
        return undoing.redate_all(application, on)
    held.on = on
    held.save(update_fields=["on"])
    return [f"决定日期改为 {on}"]


def _renumber(held: HeldDecision, new: str) -> list[str]:
    """What waits is carried out under the right number."""
    held.document_number = new
    held.save(update_fields=["document_number"])
    return [f"文号改为 {new}"]


def _register(
    application: Application, target: str, new: str, amendment: AmendContext
) -> tuple[list[str], list[str]]:
    """The register follows the corrected text, where the decision founded a studio."""
    studio = Studio.objects.select_for_update(of=("self",)).filter(
        founding_application=application
    ).first()  # fmt: skip
    if studio is None:
        return [], []
    {"document_number": _number, "studio_name": _name, "occupation": _occupation,
     "unit_name": _unit, "leader_name": _leader}[target](studio, new)  # fmt: skip
    signed(studio, by=amendment.by, reason=f"更正{LABELS[target]}").save()
    if target == "occupation":
        claims.renew_studio(studio)
    by_hand = [] if target == "document_number" else ["铭牌、证书已制作的，按更正后的内容重新制作"]
    return [f"工作室名录已更正：{studio.number}"], by_hand


def _number(studio: Studio, new: str) -> None:
    studio.decision_number = new


def _name(studio: Studio, new: str) -> None:
    studio.name = new


def _occupation(studio: Studio, new: str) -> None:
    studio.occupation = new


def _unit(studio: Studio, new: str) -> None:
    for host in studio.hosts.filter(until=None):
        host.name = new
        host.save(update_fields=["name"])


def _leader(studio: Studio, new: str) -> None:
    for leader in studio.leaders.filter(until=None):
        leader.name = new
        leader.save(update_fields=["name"])


def shown_value(application: Application, target: str) -> str:
    """What the decision says now: as amended last, else as decided."""
    if target == "result":
        return _result(application, application.result)
    last = application.amended.filter(target=target).order_by("-pk").first()
    if last is not None:
        return str(last.new)
    if target in PRINTED:
        return str(getattr(application, target))
    return _decided(application, target)


def _decided(application: Application, target: str) -> str:
    line = application.events.filter(kind="decided").order_by("pk").first()
    held = holding.held_decision(application)
    first = application.effects.order_by("position").first()
    if target == "document_number":
        return str(line.data.get("document_number") or "") if line else ""
    day = held.on if held else first.data.get("on") if first else None
    if day:
        return str(day)
    return application.decided_at.date().isoformat() if application.decided_at else ""


def worded(application: Application, target: str, new: str) -> str:
    """The new value in words."""
    return _result(application, new) if target == "result" else new


def _result(application: Application, code: str) -> str:
    results = policy_of(application.ruleset).procedure(application.procedure).results
    return results[code].label if code in results else code


def read_new(target: str, text: str) -> str:
    """A typed value in its stored form.

    Raises:
        DomainError: empty, no day, or a text that holds somebody's number.
    """
    plain = " ".join(text.split())
    if not plain:
        raise DomainError("请填写更正后的内容。", field="new", status=422)
    if target != "decided_on":
        refuse_numbers([(f"更正后的{LABELS.get(target, '内容')}", plain, "new")])
        return plain[:300]
    try:
        return parse_date(plain).isoformat()
    except DateTextError as error:
        raise DomainError(str(error), field="new", status=422) from error
