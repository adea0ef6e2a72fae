"""Pieces the worked-out procedures share: stages, fields, and what an office is found by."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from jurisdictions.schema.forms import FieldUse
from jurisdictions.schema.life import FiledWith
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.ruleset import Ruleset
from jurisdictions.schema.stages import Limit, Point
from jurisdictions.schema.stages.check import CheckStage
from jurisdictions.schema.stages.decision import DecisionStage
from jurisdictions.schema.stages.filing import FilingStage

#: The procedure that sets a studio up.
FOUNDING = "establish"
REFUSED = "refused"
TWO_POSTS, ALL_POSTS = ("handler", "approver"), ("handler", "reviewer", "approver")
#: No text says how to object to what becomes of a studio.
APPEAL = "对决定有异议的，可向作出决定的机构书面提出。"
OUR_APPEAL = "原文未规定告知和异议办法，由系统拟制。"
OUR_POSTS = "原文未规定机关内部签批层级，签批层级由系统拟制。"

Clause = tuple[str, ...]


def founding(ruleset: Ruleset) -> Procedure | None:
    """The procedure that sets a studio up, where the ruleset has one."""
    return ruleset.procedures.get(FOUNDING)


def stages_of(ruleset: Ruleset, procedure: Procedure) -> tuple[Any, ...]:
    """The stages of a spelled-out procedure, borrowed ones too."""
    lender = procedure.workflow.same_as
    return ruleset.procedures[lender].workflow.stages if lender else procedure.workflow.stages


def naming_stage(ruleset: Ruleset) -> DecisionStage | None:
    """The decision by which a studio is named."""
    shape = founding(ruleset)
    found = stages_of(ruleset, shape) if shape else ()
    return next((stage for stage in found if isinstance(stage, DecisionStage)), None)


def lead_office(ruleset: Ruleset, bodies: tuple[str, ...]) -> str:
    """Which of several deciding bodies does the work: the one that does it at the naming."""
    naming = naming_stage(ruleset)
    return naming.office if naming and naming.office in bodies else bodies[-1]


def label_of(ruleset: Ruleset, role: str) -> str:
    """What people call an office role."""
    shape = ruleset.offices.get(role)
    return shape.label if shape else role


def check(ruleset: Ruleset, role: str, clause: Clause, **more: Any) -> CheckStage:
    """A check by an office role.

    Args:
        ruleset: the ruleset.
        role: the office role.
        clause: what it carries out.
        more: further attributes of the stage.
    """
    name = label_of(ruleset, role)
    given = {
        "id": f"check_{role}", "label": f"{name}审核", "applicant_label": f"{name}审核",
        "signoff": TWO_POSTS, "assumption": OUR_POSTS, **more,
    }  # fmt: skip
    return CheckStage(kind="check", office=role, clause=clause, **given)


def decision(ruleset: Ruleset, bodies: tuple[str, ...], clause: Clause, **more: Any) -> Any:
    """A decision by all of some bodies on the same list.

    Args:
        ruleset: the ruleset.
        bodies: office roles, each of which must approve.
        clause: what it carries out.
        more: further attributes of the stage.
    """
    names = "、".join(label_of(ruleset, role) for role in bodies)
    given = {
        "id": "decision", "label": f"{names}决定", "applicant_label": "作出决定",
        "signoff": ALL_POSTS, "assumption": OUR_POSTS, "refusal": REFUSED, **more,
    }  # fmt: skip
    office = lead_office(ruleset, bodies)
    return DecisionStage(kind="decision", office=office, bodies=bodies, clause=clause, **given)


def filings(
    ruleset: Ruleset, told: Iterable[FiledWith], role: str, *, scope: Literal["case", "list"]
) -> list[FilingStage]:
    """One stage for each body that must be told.

    Args:
        ruleset: the ruleset.
        told: the bodies.
        role: the office that tells them.
        scope: ``case``, or ``list`` after a decision.
    """
    found = []
    for number, item in enumerate(told, 1):
        to = label_of(ruleset, item.role) if item.role else item.body
        found.append(
            FilingStage(
                kind="filing",
                id=f"filing_{number}",
                label=f"{item.what.removesuffix('备案') or '决定'}报{to}备案",
                applicant_label="备案",
                office=role,
                scope=scope,
                to=to,
                clause=item.clause,
            )
        )
    return found


def limit(days: int | None, clause: Clause, assumption: str = "") -> Limit | None:
    """So many calendar days, which nothing stops."""
    if days is None:
        return None
    return Limit(
        days=days, unit="calendar", stops_for=(), clause=clause, assumption=assumption
    )  # fmt: skip


def field_uses(procedure: Procedure) -> Iterator[FieldUse]:
    """Every scalar field a form asks."""
    for section in procedure.form.sections:
        yield from section.fields
    yield from procedure.form.declarations


def routing(ruleset: Ruleset, roles: Iterable[str], asked: Iterable[str]) -> list[FieldUse]:
    """The fields that pick among several offices of these roles, as the naming form asks them.

    Args:
        ruleset: the ruleset.
        roles: office roles that act.
        asked: fields the form asks already.
    """
    shape = founding(ruleset)
    known: Mapping[str, FieldUse] = {use.field: use for use in field_uses(shape)} if shape else {}
    acting = [ruleset.offices[role] for role in roles if role in ruleset.offices]
    wanted = {office.covers_by for office in acting} - {None, *asked}
    return [
        known[path].model_copy(update={"when": None, "required": True, "required_when": None,
                                       "printed": False})
        for path in sorted(str(path) for path in wanted)
        if path in known
    ]  # fmt: skip


def point(
    name: str, text: str, clause: Clause, *materials: str, rules: tuple[str, ...] = ()
) -> Point:
    """Something an officer judges."""
    return Point(id=name, text=text, clause=clause, materials=materials, rules=rules)
