"""Studios of shipped cities whose naming went the short way, and procedures on them."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from applications.domain import attachments, drafts, lifecycle, submission
from applications.domain.effects import DecisionContext
from applications.interfaces.samples import form_sections, sample_file
from applications.models import Application, Studio
from applications.queries import filing_of
from jurisdictions.engine.rules import evaluate
from jurisdictions.models import Round
from jurisdictions.queries import policy_of
from tests.applications.factories import filled, submit

#: Results by which each city names a studio.
NAMING = {"yuzhong": "confirmed", "rongchang": "selected", "ziyang": "named", "urumqi": "named",
          "chaoyang": "named"}  # fmt: skip


def reasons(application: Application) -> dict[str, str]:
    """A reason for every soft condition that is not met."""
    policy = policy_of(application.ruleset)
    found = evaluate(policy, application.procedure, filing_of(application))
    return {finding.rule: "情况特殊，附有说明材料。" for finding in found.needing_reason}


def named(code: str, call: Round, **changes: Any) -> Studio:
    """A studio of the city's complete sample, named today."""
    application = filled(code, call, **changes)
    submit(application, reasons(application))
    context = DecisionContext(on=timezone.localdate(), document_number="示人社发〔2026〕8号")
    lifecycle.decide(application, NAMING[code], context=context)
    return Studio.objects.get(founding_application=application)


def complete(application: Application, answers: Mapping[str, Any], *, by: Any) -> None:
    """Fill what is asked, over what stands there already, and upload every required paper."""
    policy = policy_of(application.ruleset)
    for section in form_sections(application):
        row = application.sections.filter(section=section.id).first()
        held = row.answers if row else {}
        paths = [use.field for use in section.fields] + [use.table for use in section.tables]
        raw = {path: answers.get(path, held.get(path)) for path in paths}
        raw = {path: value for path, value in raw.items() if value is not None}
        drafts.save_section(application, section, raw, version=row.version if row else 0, by=by)
    for item in policy.procedure(application.procedure).materials:
        if item.need == "required" and not application.attachments.filter(material=item.id):
            kind = "pdf" if "pdf" in item.kinds else "jpg"
            attachments.keep(application, item, sample_file(kind, None), name=f"示例.{kind}",
                             by=by, confirmed=item.confirms)  # fmt: skip


def hand_in(application: Application, *, by: Any) -> None:
    """Submit with a reason wherever one is asked for."""
    given = reasons(application)
    submission.submit(application, by=by, idempotency_key=uuid.uuid4(), reasons=given)
