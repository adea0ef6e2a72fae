"""Everything a page needs to know of a filing at this moment, worked out once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from applications.domain import claims
from applications.domain.claims import Conflict
from applications.models import Application, Attachment, DraftSection, Submission
from applications.queries import answers_of, files_of, filing_of, last_submission
from jurisdictions.engine.facts import Facts, Filing, build_facts
from jurisdictions.engine.findings import Evaluation, Finding
from jurisdictions.engine.formcheck import visible_sections
from jurisdictions.engine.policy import Policy
from jurisdictions.engine.rules import evaluate
from jurisdictions.interfaces.forms import DECLARATIONS, declaration_section
from jurisdictions.queries import policy_of
from jurisdictions.schema.effects import Result
from jurisdictions.schema.forms import Section
from jurisdictions.schema.procedure import Procedure

MATERIAL = "material:"


@dataclass
class Standing:
    """A filing with its policy, answers, files, facts and findings.

    Attributes:
        application: the filing.
    """

    application: Application

    @cached_property
    def policy(self) -> Policy:
        """The version the filing is pinned to."""
        return policy_of(self.application.ruleset)

    @property
    def procedure(self) -> Procedure:
        """The procedure it is filed in."""
        return self.policy.procedure(self.application.procedure)

    @property
    def told_result(self) -> Result | None:
        """The result the unit knows of; None while nothing is decided or nothing may be told."""
        if not self.application.result_released_at:
            return None
        return self.procedure.results.get(self.application.result)

    @property
    def by_office(self) -> bool:
        """Whether only an office may begin such a filing, so that no unit fills it in."""
        return self.procedure.by_office

    @cached_property
    def answers(self) -> dict[str, Any]:
        """All answers as they stand."""
        return answers_of(self.application)

    @cached_property
    def stored(self) -> dict[str, DraftSection]:
        """What is stored, by section."""
        return {row.section: row for row in self.application.sections.all()}

    @cached_property
    def files(self) -> list[Attachment]:
        """Files that count."""
        return list(files_of(self.application))

    @cached_property
    def filing(self) -> Filing:
        """What the engine judges."""
        return filing_of(self.application, self.answers)

    @cached_property
    def facts(self) -> Facts:
        """Typed facts."""
        return build_facts(self.policy, self.application.procedure, self.filing)

    @cached_property
    def evaluation(self) -> Evaluation:
        """All findings now."""
        return evaluate(self.policy, self.application.procedure, self.filing)

    @cached_property
    def conflicts(self) -> list[Conflict]:
        """Rights that somebody else holds."""
        return claims.conflicts(self.application, self.facts)

    @cached_property
    def sections(self) -> list[Section]:
        """Sections that apply to these answers, without the declarations."""
        return visible_sections(self.policy, self.application.procedure, self.facts)

    @cached_property
    def declarations(self) -> Section:
        """The declarations as a section."""
        return declaration_section(self.policy, self.application.procedure)

    @cached_property
    def section_of(self) -> Mapping[str, str]:
        """Path or table to the section that asks for it."""
        found: dict[str, str] = {}
        for section in self.sections:
            found |= {use.field: section.id for use in section.fields}
            found |= {use.table: section.id for use in section.tables}
        found |= {use.field: DECLARATIONS for use in self.declarations.fields}
        return found

    def place(self, finding: Finding) -> str:
        """Section in which a finding is mended; ``files`` for materials, empty for none."""
        for path in finding.fields:
            if path.startswith(MATERIAL):
                return "files"
            for known in (path, path.split(".")[0]):
                if known in self.section_of:
                    return self.section_of[known]
        return ""

    @cached_property
    def by_place(self) -> dict[str, list[Finding]]:
        """Findings by the place where they are mended."""
        found: dict[str, list[Finding]] = {}
        for finding in self.evaluation.findings:
            found.setdefault(self.place(finding), []).append(finding)
        return found

    @cached_property
    def submission(self) -> Submission | None:
        """The last submission, None before the first."""
        return last_submission(self.application)

    @property
    def frozen(self) -> Mapping[str, Any]:
        """Answers of the last submission; empty before the first."""
        return self.submission.answers if self.submission else {}

    @property
    def frozen_files(self) -> list[dict[str, Any]]:
        """Files of the last submission."""
        return list(self.submission.materials) if self.submission else []

    @property
    def frozen_reasons(self) -> Mapping[str, str]:
        """Reasons given with the last submission."""
        return self.submission.reasons if self.submission else {}
