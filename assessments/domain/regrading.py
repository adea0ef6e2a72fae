"""Counter-effects of a grade: the record taken back, the standing before it, the mending ended."""

from applications.domain import lifecycle
from applications.domain.undoing import AmendContext, Undone, undo
from applications.enums import Status, StudioStatus
from applications.models import EffectRun, Studio
from assessments.models import GradeRecord, Obligation, Recommendation
from portal.common.errors import DomainError
from portal.common.history import signed


@undo("set_grade")
def drop_grade(effect: EffectRun, context: AmendContext) -> Undone:
    """The grade leaves the studio's record; the decision and its effects stay on file.

    Raises:
        DomainError: the studio was recommended upward on it; that is withdrawn first.
    """
    letter = Recommendation.objects.filter(
        application=effect.application, struck_at__isnull=True
    ).first()
    if letter is not None:
        raise DomainError(
            f"已按这次考核推荐至{letter.level}（{letter.document_number}），请先撤回推荐"
        )
    row = GradeRecord.objects.filter(public_id=effect.data["record"]).first()
    if row is None:
        return Undone("考核结果已不在记录中")
    Obligation.objects.filter(application=effect.application).update(
        done_on=None, done_by=None, text=""
    )
    kept = {"grade": row.grade, "award": row.award, "total": str(row.total or "")}
    row.delete()
    return Undone(f"取消考核结果：{kept['grade'] or '已评估'}", data=kept)


@undo("suspend_studio")
def lift_suspension(effect: EffectRun, context: AmendContext) -> Undone:
    """The studio is in good standing again."""
    return _stand(effect, context, StudioStatus.ACTIVE, "工作室恢复在册")


@undo("resume_studio")
def suspend_again(effect: EffectRun, context: AmendContext) -> Undone:
    """The studio is being put right again."""
    return _stand(effect, context, StudioStatus.SUSPENDED, "工作室恢复为整改中")


def _stand(effect: EffectRun, context: AmendContext, status: str, text: str) -> Undone:
    key = effect.application.studio_id or 0
    studio = Studio.objects.select_for_update(of=("self",)).get(pk=key)
    studio.status = status
    signed(studio, by=context.by, reason=f"更正：{text}").save()
    return Undone(text)


@undo("open_procedure")
def end_mending(effect: EffectRun, context: AmendContext) -> Undone:
    """A mending that nobody has filed yet goes on no more.

    Raises:
        DomainError: the unit has filed; the mending is decided first.
    """
    row = Obligation.objects.filter(public_id=effect.data["obligation"]).first()
    if row is None:
        return Undone("没有待办的整改")
    opened = row.application
    if opened is not None and opened.status != Status.DRAFT:
        raise DomainError("单位已提交整改情况，请先办结整改")
    if opened is not None:
        lifecycle.lapse(opened, reason="考核结果更正，不再整改", by=context.by)
    title = row.title
    row.delete()
    return Undone(f"取消整改：{title}", data={"title": title})
