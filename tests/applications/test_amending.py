"""A recorded amendment takes a revocation back: studio, rights and bans are as before."""

import uuid

import pytest

from applications.domain import lifecycle, procedures, submission
from applications.domain.effects import DecisionContext
from applications.domain.undoing import AmendContext
from applications.enums import StudioStatus
from applications.models import Application, Ban, Claim, EffectRun, EffectUndo
from jurisdictions.models import Office
from portal.common.errors import DomainError
from tests.applications.factories import call
from tests.applications.test_office_procedure import (
    DAY,
    fill,
    inspectors,
    named_studio,
    publish_lantern,
)

pytestmark = pytest.mark.django_db


def revoked() -> tuple[Application, Office, AmendContext]:
    """A studio that was revoked, and the amendment that takes it back."""
    ruleset = publish_lantern()
    studio, _ = named_studio(call(ruleset))
    office, clerk = inspectors(ruleset)
    case = procedures.open_on_studio(studio, "revoke", by=clerk, office=office)
    fill(case, clerk, {"studio.plan": "弄虚作假，证据见附件"})
    submission.submit(case, by=clerk, idempotency_key=uuid.uuid4())
    lifecycle.decide(case, "revoked", context=DecisionContext(on=DAY, by=clerk, office=office))
    amendment = AmendContext(DAY, clerk, "复核后认定事实不清", "灯人社〔2026〕9号")
    return Application.objects.get(pk=case.pk), office, amendment


def test_a_revocation_taken_back_restores_studio_rights_and_lifts_bans() -> None:
    case, office, amendment = revoked()
    freed = Claim.objects.filter(released_at__isnull=False).count()
    assert (freed > 0, Claim.objects.filter(released_at__isnull=True).count()) == (True, 0)
    done = lifecycle.amend_result(case, "dropped", amendment=amendment, office=office)
    case.refresh_from_db()
    studio = case.studio
    assert studio is not None
    assert (case.result, studio.status, studio.ended_on) == ("dropped", StudioStatus.ACTIVE, None)
    assert studio.claims.filter(released_at__isnull=True).count() == freed
    assert Ban.objects.filter(lifted_at__isnull=True).count() == 0
    assert len(done) == EffectUndo.objects.count() == EffectRun.objects.filter(
        application=case
    ).count() == 2  # fmt: skip
    assert EffectUndo.objects.earliest("pk").document_number == "灯人社〔2026〕9号"


def test_rights_taken_by_another_meanwhile_stand_against_it() -> None:
    case, office, amendment = revoked()
    old = Claim.objects.filter(exclusive=True).first()
    assert old is not None
    Claim.objects.create(
        jurisdiction=old.jurisdiction, studio=old.studio, kind=old.kind, scope=old.scope,
        key=old.key, key_id=old.key_id, exclusive=True, taken_at=old.taken_at,
    )  # fmt: skip
    with pytest.raises(DomainError, match="已由其他申报件或工作室占用，不能恢复"):
        lifecycle.amend_result(case, "dropped", amendment=amendment, office=office)
    case.refresh_from_db()
    assert (case.result, EffectUndo.objects.count()) == ("revoked", 0)


def test_it_is_undone_once() -> None:
    case, office, amendment = revoked()
    lifecycle.amend_result(case, "dropped", amendment=amendment, office=office)
    with pytest.raises(DomainError, match="请选择与原结果不同的办理结果"):
        lifecycle.amend_result(case, "dropped", amendment=amendment, office=office)
    lifecycle.amend_result(case, "revoked", amendment=amendment, office=office)
    assert Ban.objects.filter(lifted_at__isnull=True).count() == 2
