"""变更: each way out of an event is a procedure of its own, ``change_<event>_<path>``.

What may happen, whom it is asked of and who decides stands under ``changes`` of the ruleset; a
path that runs the selection again borrows form, papers, rules and road of the naming procedure.
"""

from collections.abc import Iterator
from typing import Any

from jurisdictions.engine.derived.changeparts import (
    RECODED,
    papers,
    recoded,
    recodes,
    section,
    timely,
)
from jurisdictions.engine.derived.leader import LeaderPart, leader_part
from jurisdictions.engine.derived.parts import (
    APPEAL,
    OUR_APPEAL,
    REFUSED,
    check,
    decision,
    field_uses,
    filings,
    founding,
    lead_office,
    limit,
    naming_stage,
    point,
    routing,
    stages_of,
)
from jurisdictions.schema.changes import ChangeEvent, ChangePath
from jurisdictions.schema.effects import (
    AddHost,
    ChangeHost,
    ChangeLeader,
    EndLeader,
    MoveStudio,
    ReleaseClaims,
    RenameUnit,
    Result,
)
from jurisdictions.schema.forms import Form
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.ruleset import Ruleset
from jurisdictions.schema.uniqueness import Claim, Uniqueness
from jurisdictions.schema.workflow import Workflow

PREFIX = "change_"
#: What the units must be to each other where the text tells moves within a group apart.
SAME_GROUP = {True: "调入单位与原单位属同一系统（集团）", False: "不是同一系统（集团）内的调动"}
APPROVED, ENDED = "approved", "ended"
NEW_UNIT = "new_unit"
UNIT_CODE, NEW_CODE = "unit.uscc", "change.unit_uscc"
TRADE = "leader.occupation"
_OUR_APPEAL = "原文未规定不同意变更的告知和异议办法，由系统拟制。"


def change_code(event: str, path: str) -> str:
    """Code of the procedure of a path."""
    return f"{PREFIX}{event}_{path}"


def changes(ruleset: Ruleset) -> Iterator[tuple[str, Procedure]]:
    """Every path of every event as a procedure, by code."""
    for event in ruleset.changes.events:
        for path in event.paths:
            yield change_code(event.id, path.id), _Builder(ruleset, event, path).procedure()


class _Builder:
    """Works out one path."""

    def __init__(self, ruleset: Ruleset, event: ChangeEvent, path: ChangePath) -> None:
        self.ruleset, self.event, self.path = ruleset, event, path
        self.shape = founding(ruleset)
        self.whole = path.workflow == "establish" and self.shape is not None
        judged = any(condition.rules for condition in path.conditions)
        self.part: LeaderPart | None = None
        if judged and not self.whole and self.shape is not None:
            self.part = leader_part(self.shape, stages_of(ruleset, self.shape))

    def procedure(self) -> Procedure:
        """The procedure of the path."""
        event, path = self.event, self.path
        borrowed: dict[str, Any] = {}
        if self.whole and self.shape is not None:
            borrowed = {"sheet": self.shape.sheet, "paper": self.shape.paper}
        formula = self.shape.studio_name if self.shape and path.renames else ""
        return Procedure(
            label=path.label,
            summary=event.label,
            subject="studio",
            initiators=("unit", "office"),
            parties=("unit", NEW_UNIT) if needs_partner(path) else ("unit",),
            clause=path.clause,
            assumption=path.assumption,
            form=self._form(),
            materials=(*papers(path), *self._papers()),
            rules=(*timely(event), *recoded(path), *self._rules()),
            uniqueness=self._uniqueness(),
            studio_name=formula,
            workflow=self._workflow(),
            results=self._results(),
            reference="submission",
            **borrowed,
        )

    # ---- form, papers, rules ----
    def _form(self) -> Form:
        own = section(self.event, self.path, area=self._keeps_area(), team=self._names_team())
        if self.whole and self.shape is not None:
            return Form(sections=(own, *self.shape.form.sections),
                        declarations=self.shape.form.declarations)  # fmt: skip
        asked = self.part.sections if self.part else ()
        fields = {use.field for one in (own, *asked) for use in one.fields}
        more = routing(self.ruleset, [*self.path.via, *self.path.decides], fields)
        own = own.model_copy(update={"fields": (*own.fields, *more)})
        return Form(sections=(own, *asked),
                    declarations=self.part.declarations if self.part else ())  # fmt: skip

    def _keeps_area(self) -> bool:
        asked = field_uses(self.shape) if self.shape else ()
        return any(use.field == "studio.area" for use in asked)

    def _names_team(self) -> bool:
        """Whether a filing names the people of the studio, of whom the city keeps a register."""
        asked: tuple[Any, ...] = self.part.sections if self.part else ()
        if self.whole and self.shape is not None:
            asked = self.shape.form.sections
        tables = {use.table for one in asked for use in one.tables}
        return "team" in tables and self.ruleset.registers.members is not None

    def _papers(self) -> tuple[Any, ...]:
        if self.whole and self.shape is not None:
            return self.shape.materials
        return self.part.materials if self.part else ()

    def _rules(self) -> tuple[Any, ...]:
        if self.whole and self.shape is not None:
            return self.shape.rules
        return self.part.rules if self.part else ()

    def _uniqueness(self) -> Uniqueness:
        """Rights the change needs: the new leader's, or the new unit's for the same trade."""
        shape, outcome = self.shape, self.path.outcome
        if shape is None:
            return Uniqueness()
        if outcome == "new_leader":
            return shape.uniqueness
        if outcome in ("new_host", "co_build"):
            moved = tuple(_moved(c) for c in shape.uniqueness.claims if _by_unit_and_trade(c))
            return Uniqueness(claims=moved)
        return Uniqueness()

    # ---- road ----
    def _workflow(self) -> Workflow:
        if self.whole:
            return Workflow(same_as="establish", clause=self.path.clause)
        verify = self.path.workflow == "verify"
        stages = [*self._checks(verify=verify)]
        if not verify:
            stages.append(self._decision())
        last = stages[-1].office
        stages += filings(
            self.ruleset, self.path.filed_with, last, scope="case" if verify else "list"
        )
        return Workflow(stages=tuple(stages), clause=self.path.clause)

    def _checks(self, *, verify: bool) -> list[Any]:
        """The offices passed in order; the last of a verification decides at once."""
        path = self.path
        roles = path.via or (lead_office(self.ruleset, path.decides),)
        found = []
        for place, role in enumerate(roles):
            more: dict[str, Any] = {"points": self._points() if place == 0 else ()}
            if verify and place == len(roles) - 1:
                more["result"] = APPROVED
            found.append(check(self.ruleset, role, path.clause, refusal=REFUSED, **more))
        return found

    def _decision(self) -> Any:
        clock = self.event.decide
        choices = (ENDED,) if self._ending() else ()
        bound = limit(clock.days, clock.clause, clock.assumption) if clock else None
        return decision(
            self.ruleset, self.path.decides, self.path.clause, result=APPROVED, choices=choices,
            limit=bound, document=self.path.outcome != "stays" or bool(choices),
        )  # fmt: skip

    def _points(self) -> tuple[Any, ...]:
        path = self.path
        own = [point("facts", "变动情况属实，材料齐全", path.clause, "change_request",
                     "change_proof")]  # fmt: skip
        if self.event.same_group is not None:
            own.append(point("same_group", SAME_GROUP[self.event.same_group], self.event.clause,
                             "change_proof"))  # fmt: skip
        if recodes(path):
            own.append(point("recoded", "变更前后的统一社会信用代码属于同一单位（合并重组）",
                             path.clause, "change_proof", rules=(RECODED,)))  # fmt: skip
        own += [
            point(f"condition_{c.id}", c.text, c.clause or path.clause, f"condition_{c.id}")
            for c in path.conditions
            if not c.rules
        ]
        return (*own, *(self.part.points if self.part else ()))

    # ---- results ----
    def _ending(self) -> ChangePath | None:
        """The path by which the same bodies may end the studio on the same report."""
        if self.path.outcome != "stays":
            return None
        same = (p for p in self.event.paths if p.outcome == "end" and not p.conditions)
        return next((p for p in same if p.decides == self.path.decides), None)

    def _results(self) -> dict[str, Result]:
        path = self.path
        naming = naming_stage(self.ruleset) if self.whole else None
        good = naming.result if naming else APPROVED
        found = {
            good: Result(label=path.label, applicant_label=f"已同意：{path.label}", favourable=True,
                         clause=path.clause, effects=self._effects())
        }  # fmt: skip
        ending = self._ending()
        if ending is not None:
            found[ENDED] = Result(label=ending.label, applicant_label=ending.label,
                                  appeal=APPEAL, assumption=OUR_APPEAL,
                                  clause=ending.clause, effects=ending.effects)  # fmt: skip
        if self.whole and self.shape is not None:
            others = [code for code in self.shape.results if code != good]
            return found | {code: self._refused() for code in others}
        return found | {REFUSED: self._refused()}

    def _refused(self) -> Result:
        freed = ReleaseClaims(kind="release_claims", clause=self.path.clause)
        return Result(
            label="不同意变更", applicant_label="未获同意", appeal=APPEAL,
            clause=self.path.clause, assumption=_OUR_APPEAL, effects=(freed,),
        )  # fmt: skip

    def _effects(self) -> tuple[Any, ...]:
        clause, outcome = self.path.clause, self.path.outcome
        own: tuple[Any, ...] = ()
        if outcome == "new_leader":
            formula = self.shape.studio_name if self.shape and self.path.renames else ""
            own = (ChangeLeader(kind="change_leader", name=formula, clause=clause),)
        elif outcome == "new_host":
            own = (ChangeHost(kind="change_host", clause=clause),)
        elif outcome == "co_build":
            own = (AddHost(kind="add_host", clause=clause),)
        elif outcome == "new_name":
            own = (RenameUnit(kind="rename_unit", clause=clause),)
        elif outcome == "new_address":
            own = (MoveStudio(kind="move_studio", clause=clause),)
        elif self.path.ends_leader:
            own = (EndLeader(kind="end_leader", clause=clause, assumption=self.path.assumption),)
        elif self.path.updates:
            own = self._updated()
        return (*own, *self.path.effects)

    def _updated(self) -> tuple[Any, ...]:
        """What the report has entered anew, as far as it was ticked."""
        updates = set(self.path.updates)
        given: dict[str, Any] = {"clause": self.path.clause, "ticked": True}
        found: list[Any] = []
        if updates & {"name", "code"}:
            found.append(RenameUnit(kind="rename_unit", **given))
        if "address" in updates:
            found.append(MoveStudio(kind="move_studio", **given))
        return tuple(found)


def needs_partner(path: ChangePath) -> bool:
    """Whether another unit takes part and must confirm."""
    return NEW_UNIT in (*path.asked_by, *path.consents)


def _by_unit_and_trade(claim: Claim) -> bool:
    return set(claim.key) == {UNIT_CODE, TRADE}


def _moved(claim: Claim) -> Claim:
    key = tuple(NEW_CODE if path == UNIT_CODE else path for path in claim.key)
    return claim.model_copy(update={"key": key, "when": None})
