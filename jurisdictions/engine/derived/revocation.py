"""撤销: ``revoke`` started by an office on a ground, ``revoke_request`` by the unit itself."""

from collections.abc import Iterator
from typing import Any

from jurisdictions.engine.derived.parts import (
    ALL_POSTS,
    APPEAL,
    OUR_APPEAL,
    OUR_POSTS,
    check,
    decision,
    filings,
    lead_office,
    point,
    routing,
)
from jurisdictions.schema.base import BoolExpr
from jurisdictions.schema.changes import Ground, Revocations
from jurisdictions.schema.effects import FileWith, OrderMending, Result
from jurisdictions.schema.forms import FieldUse, Form, Section
from jurisdictions.schema.materials import Material
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.rules import Rule, Says
from jurisdictions.schema.ruleset import Ruleset
from jurisdictions.schema.stages.decision import Announcement
from jurisdictions.schema.workflow import Workflow

REVOKE, REQUEST = "revoke", "revoke_request"
REVOKED, DROPPED = "revoked", "dropped"
HEARING = "hearing"
_GROUNDS = "revoke.grounds"
_TEXTS = ("pdf", "docx", "jpg", "png")
_OUR_PAPERS = "原文未列材料目录，由系统拟制。"
_OUR_DROP = "原文未写查无实据的处理，由系统拟制：不予处理的结案。"


def revocations(ruleset: Ruleset) -> Iterator[tuple[str, Procedure]]:
    """The procedures that end a studio against its will, or at its own request."""
    rules = ruleset.revocations
    if rules is None:
        return
    yield REVOKE, _Builder(ruleset, rules, _office_grounds(rules)).by_office()
    asked = tuple(ground for ground in rules.grounds if ground.on_request)
    if asked:
        yield REQUEST, _Builder(ruleset, rules, asked).by_unit()


def _office_grounds(rules: Revocations) -> tuple[Ground, ...]:
    return tuple(ground for ground in rules.grounds if not ground.on_request) or rules.grounds


class _Builder:
    """Works out one of the two."""

    def __init__(self, ruleset: Ruleset, rules: Revocations, grounds: tuple[Ground, ...]) -> None:
        self.ruleset, self.rules, self.grounds = ruleset, rules, grounds
        self.clause = rules.clause
        self.lead = lead_office(ruleset, rules.decided_by)

    def by_office(self) -> Procedure:
        """Inquiry, hearing of the unit, decision, announcement, filing."""
        heard = self.rules.visible_to_unit_from == "heard"
        return Procedure(
            label=self.rules.label,
            subject="studio",
            initiators=("office",),
            clause=self.clause,
            assumption=self.rules.assumption,
            form=Form(sections=(self._grounds_section(),)),
            materials=(self._paper("revoke_evidence", "证据材料", "optional"),),
            rules=self._rules(),
            workflow=Workflow(stages=(*self._inquiry(), *self._end()), clause=self.clause),
            results=self._results(),
            visible_to_unit_from=HEARING if heard else "decision",
            reference="submission",
        )

    def by_unit(self) -> Procedure:
        """The unit asks for the end: check, decision, announcement, filing."""
        stage = check(self.ruleset, self.lead, self.clause, refusal=DROPPED,
                      points=(point("facts", "申请是单位的真实意思", self.clause,
                                    "revoke_application"),))  # fmt: skip
        options = tuple(ground.text for ground in self.grounds)
        fields = (
            self._use(_GROUNDS, options=options, clause=_clauses(self.grounds)),
            self._use("revoke.reason"),
        )
        return Procedure(
            label=f"{self.rules.label}（单位申请）",
            subject="studio",
            initiators=("unit", "office"),
            clause=_clauses(self.grounds),
            form=Form(sections=(self._section("申请撤销", fields),)),
            materials=(self._paper("revoke_application", "书面申请（加盖公章）", "required"),),
            workflow=Workflow(stages=(stage, *self._end(steps=False)), clause=self.clause),
            results=self._results(steps=False),
            reference="submission",
        )

    # ---- form ----
    def _grounds_section(self) -> Section:
        fields = [self._use(_GROUNDS, options=tuple(g.text for g in self.grounds),
                            clause=_clauses(self.grounds))]  # fmt: skip
        needing = [g for g in self.grounds if g.needs_all]
        if needing:
            facts = tuple(dict.fromkeys(text for g in needing for text in g.needs_all))
            fields.append(self._use("revoke.needs", options=facts, when=_chosen(needing)))
        named = [g for g in self.grounds if g.sanctions]
        if named:
            kinds = tuple(dict.fromkeys(text for g in named for text in g.sanctions))
            fields.append(self._use("revoke.sanction", options=kinds, when=_chosen(named)))
        explained = [g for g in self.grounds if g.explain]
        if explained:
            fields.append(self._use("revoke.explanation", when=_chosen(explained)))
        fields.append(self._use("revoke.facts"))
        fields.append(self._use("revoke.records", required=False))
        return self._section("事由和证据", tuple(fields))

    def _section(self, title: str, fields: tuple[FieldUse, ...]) -> Section:
        more = routing(self.ruleset, self.rules.decided_by, {use.field for use in fields})
        return Section(id="grounds", title=title, clause=self.clause,
                       fields=(*fields, *more))  # fmt: skip

    def _use(self, field: str, **more: Any) -> FieldUse:
        return FieldUse(field=field, printed=False, **{"clause": self.clause, **more})

    def _paper(self, name: str, title: str, need: str) -> Material:
        return Material.model_validate({
            "id": name, "title": title, "need": need, "kinds": _TEXTS, "clause": self.clause,
            "assumption": _OUR_PAPERS,
        })  # fmt: skip

    def _rules(self) -> tuple[Rule, ...]:
        found = []
        for ground in self.grounds:
            if ground.needs_all:
                listed = ", ".join(f'"{text}"' for text in ground.needs_all)
                found.append(Rule(
                    id=f"needs_{ground.id}", title="所列事实须全部查明", when=_chosen([ground]),
                    require=BoolExpr(f"[{listed}].all(x, x in revoke.needs)"),
                    fields=("revoke.needs",), clause=ground.clause,
                    says=Says(fail=f"适用“{ground.text}”须查明：{'、'.join(ground.needs_all)}。"),
                ))  # fmt: skip
            if ground.not_while_changing:
                found.append(Rule(
                    id=f"unchanged_{ground.id}", title="没有正在办理的更换领办人申请",
                    when=_chosen([ground]), require=BoolExpr("!register.change_open"),
                    fields=(_GROUNDS,), clause=ground.clause, assumption=ground.assumption,
                    says=Says(fail=f"更换领办人的申请正在办理，不适用“{ground.text}”。"),
                ))  # fmt: skip
        return tuple(found)

    # ---- road ----
    def _inquiry(self) -> tuple[Any, ...]:
        inquiry = check(
            self.ruleset, self.lead, self.clause, id="inquiry", label="立案核查",
            applicant_label="核查", outcomes=("pass", "refuse"), refusal=DROPPED,
            points=(point("facts", "事实清楚，证据充分", self.clause, "revoke_evidence"),),
        )  # fmt: skip
        hearing = check(
            self.ruleset, self.lead, self.clause, id=HEARING, label="听取单位陈述申辩",
            applicant_label="陈述申辩", outcomes=("pass", "refuse"), refusal=DROPPED,
            hears_unit=True, assumption=self.rules.assumption or OUR_POSTS,
            points=(point("heard", "已听取单位的陈述申辩，理由和证据已复核", self.clause),),
        )  # fmt: skip
        return inquiry, hearing

    def _end(self, *, steps: bool = True) -> tuple[Any, ...]:
        rules = self.rules
        told = rules.announcement
        announcement = Announcement(to="社会", clause=told.clause) if told else None
        choices = tuple(step.id for step in rules.steps) if steps else ()
        final = decision(
            self.ruleset, rules.decided_by, self.clause, result=REVOKED, choices=choices,
            refusal=DROPPED, announcement=announcement, signoff=ALL_POSTS,
        )  # fmt: skip
        return final, *filings(self.ruleset, rules.notify, self.lead, scope="list")

    # ---- results ----
    def _results(self, *, steps: bool = True) -> dict[str, Result]:
        rules = self.rules
        found = {
            REVOKED: Result(label=rules.label, applicant_label=f"决定{rules.label}",
                            clause=rules.clause, effects=self._effects(),
                            appeal="不服本决定的，可以依法申请行政复议或者提起行政诉讼。",
                            assumption="原文未写救济途径，由系统拟制。")
        }  # fmt: skip
        for step in rules.steps if steps else ():
            effects = (
                (OrderMending(kind="order_mending", title=step.label, clause=step.clause),)
                if step.needs_day
                else ()
            )
            found[step.id] = Result(label=step.label, clause=step.clause, effects=effects,
                                    needs_day=step.needs_day, appeal=APPEAL,
                                    assumption=OUR_APPEAL)  # fmt: skip
        found[DROPPED] = Result(label="不予取消", applicant_label="不予取消", favourable=True,
                                assumption=_OUR_DROP)  # fmt: skip
        return found

    def _effects(self) -> tuple[Any, ...]:
        """What a body is told of in a stage of its own is no separate duty."""
        told = {item.role or item.body for item in self.rules.notify}
        return tuple(
            effect
            for effect in self.rules.effects
            if not (isinstance(effect, FileWith) and (effect.role or effect.body) in told)
        )


def _chosen(grounds: list[Ground]) -> BoolExpr:
    listed = ", ".join(f'"{ground.text}"' for ground in grounds)
    return BoolExpr(f"{_GROUNDS}.exists(g, g in [{listed}])")


def _clauses(grounds: tuple[Ground, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clause for ground in grounds for clause in ground.clause))
