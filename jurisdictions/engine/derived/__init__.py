"""Procedures that follow from what a ruleset says about life after naming.

An assessment, a change path and a revocation are said in a few lines of their own; here they
take the one shape everything is filed and decided in. A procedure spelled out under
``procedures`` of the ruleset with the same code stands instead of the one worked out here.
"""

from jurisdictions.engine.derived import assessment
from jurisdictions.engine.derived.changes import PREFIX, changes
from jurisdictions.engine.derived.revocation import REQUEST, REVOKE, revocations
from jurisdictions.schema.fields import FieldDef
from jurisdictions.schema.procedure import Procedure
from jurisdictions.schema.ruleset import Ruleset


def procedures(ruleset: Ruleset) -> dict[str, Procedure]:
    """All procedures of a ruleset by code: spelled out, and worked out."""
    worked_out = {**assessment.procedures(ruleset), **dict(changes(ruleset)),
                  **dict(revocations(ruleset))}  # fmt: skip
    return {**worked_out, **ruleset.procedures}


def fields(ruleset: Ruleset) -> dict[str, FieldDef]:
    """Fields the worked-out forms ask beyond the shared catalogue, by path."""
    return {**assessment.fields(ruleset), **ruleset.fields}


def part_of(procedure: str) -> str:
    """The part of a ruleset a worked-out procedure comes from; empty for one spelled out."""
    if procedure.startswith(PREFIX):
        return "changes"
    if procedure in (REVOKE, REQUEST):
        return "revocations"
    return "assessments" if assessment.assessment_of(procedure) else ""
