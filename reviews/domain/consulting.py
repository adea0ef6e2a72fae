"""征求意见: letters out, replies about each unit and leader in, what is against dealt with."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from applications.queries import last_submission
from jurisdictions.engine.dates import format_date
from jurisdictions.models import Office
from jurisdictions.permissions import GRANT_OF_POST
from portal.common.doors import holders
from portal.common.errors import DomainError
from portal.common.history import signed
from reviews.domain import letters, road
from reviews.domain.notices import tell_officers
from reviews.domain.sittings import handled_work
from reviews.domain.work import HOLD, PASS, REFUSE, StaleActionError, Work, need, tell
from reviews.enums import Handling, LetterKind, ReplyResult
from reviews.models import Case, Consultation, ConsultReply, StageRun

SUBJECTS = ("unit", "leader")
_RESULT_OF = {Handling.DROP: REFUSE, Handling.HOLD: HOLD, Handling.EXPLAIN: PASS}
_WEIGHT = (REFUSE, HOLD, PASS)


@dataclass(frozen=True)
class Asked:
    """Whom to ask.

    Attributes:
        name: printed name.
        office: the live office, None while nobody fills the role.
        role: office role of the ruleset; empty for an office added by hand.
        required: whether the list waits for its reply.
        about: subjects of the question.
    """

    name: str
    office: Office | None
    role: str = ""
    required: bool = True
    about: tuple[str, ...] = SUBJECTS


def to_ask(run: StageRun, stage: Any, policy: Any) -> list[Asked]:
    """Offices that the ruleset wants asked, with the live office of each."""
    found = []
    for consulted in stage.offices:
        office = _office(run, policy, consulted.office)
        name = office.name if office else policy.ruleset.offices[consulted.office].label
        found.append(Asked(name, office, consulted.office, consulted.required, consulted.about))
    return found


def _office(run: StageRun, policy: Any, role: str) -> Office | None:
    if run.case is None:
        return road.body_office(policy, role, run.office.jurisdiction)
    try:
        return road.office_of_stage(run.case.application, role)
    except DomainError:
        return None


@transaction.atomic
def send(
    run: StageRun, *, by: Any, due_on: date, others: list[Office] | None = None, number: str = ""
) -> list[Consultation]:
    """Send a letter to every office of the ruleset that has none yet, and to others.

    Args:
        run: the passage.
        by: a handler of its office.
        due_on: day by which they are to reply.
        others: further offices of the jurisdiction, where the ruleset allows it.
        number: 文号 of the letters.

    Raises:
        DomainError: the day has passed, nobody is left to ask, or others are not allowed.
    """
    work = handled_work(run, by=by)
    if not _cases(work):
        raise DomainError("名单中没有需要征求意见的项目。")
    if due_on <= timezone.localdate():
        raise DomainError("回复期限须晚于今天。", field="due_on", status=422)
    if others and not work.stage.others_allowed:
        raise DomainError("本环节不能增加其他征求意见的机构。", field="others", status=422)
    known = list(work.run.consultations.all())
    asked_roles = {row.role for row in known if row.role}
    asked_offices = {row.office_id for row in known if row.office_id}
    wanted = [ask for ask in to_ask(work.run, work.stage, work.policy)
              if ask.role not in asked_roles]  # fmt: skip
    taken = asked_offices | {ask.office.pk for ask in wanted if ask.office}
    wanted += [Asked(office.name, office, required=False)
               for office in others or [] if office.pk not in taken]  # fmt: skip
    if not wanted:
        raise DomainError("没有需要发函的机构：都已发出。")
    if any(ask.office and ask.office.jurisdiction_id != work.run.office.jurisdiction_id
           for ask in wanted):  # fmt: skip
        raise DomainError("只能征求本地区机构的意见。", status=404)
    rows = [_send_one(work, ask, due_on, number.strip()) for ask in wanted]
    names = "、".join(row.name for row in rows)
    tell(work, "consulted", f"{work.stage.label}：向{names}发函，{due_on}前回复")
    return rows


def _send_one(work: Work, ask: Asked, due_on: date, number: str) -> Consultation:
    subjects = [case.application for case in _cases(work)]
    title = work.listing.title if work.listing is not None else subjects[0].number
    letter = letters.issue(
        work, LetterKind.CONSULTATION,
        {"to": ask.name, "due": format_date(due_on), "filing": title,
         "rows": [_row(application, ask.about) for application in subjects]},
        number=number,
    )  # fmt: skip
    row = Consultation(
        run=work.run, role=ask.role, office=ask.office, name=ask.name, required=ask.required,
        about=list(ask.about), due_on=due_on, letter=letter, sent_by=work.by,
    )  # fmt: skip
    signed(row, by=work.by, reason="发出征求意见函").save()
    for case in _cases(work):
        for subject in ask.about:
            reply = ConsultReply(consultation=row, case=case, subject=subject)
            signed(reply, by=work.by, reason="征求意见").save()
    mail(row, "征求意见", f"现征求贵单位意见，请于{format_date(due_on)}前登录门户回复。", "sent")
    return row


def _cases(work: Work) -> list[Case]:
    return [work.case] if work.case is not None else [item.case for item in work.present]


def _row(application: Application, about: tuple[str, ...]) -> dict[str, str]:
    found = {"unit": application.unit_name, "uscc": application.unit_uscc}
    if "leader" in about:
        found["leader"] = application.leader_name
    return found


def people_of(office: Office) -> set[Any]:
    """Whoever may reply for an office."""
    perms = ("consult", *GRANT_OF_POST.values())
    return {person for perm in perms for person in holders(perm, office)}


def mail(row: Consultation, subject: str, text: str, occasion: str) -> int:
    """Write to everybody who may reply, each once for an occasion."""
    if row.office is None:
        return 0
    return tell_officers(row.office, people_of(row.office), "consult", subject,
                         f"{row.office}：\n{row.run.office}：{text}", about=row.run,
                         link=reverse("reviews:consult-reply", args=[row.public_id]),
                         key=f"consult:{row.public_id}:{occasion}")  # fmt: skip


@transaction.atomic
def set_due(row: Consultation, due_on: date, *, by: Any) -> Consultation:
    """Give an office another day.

    Raises:
        DomainError: the day has passed, or the office has replied.
    """
    handled_work(row.run, by=by)
    locked = lock(row.pk)
    if due_on <= timezone.localdate() or locked.replied_at:
        raise DomainError("回复期限须晚于今天，且该机构尚未回复。", field="due_on", status=422)
    locked.due_on = due_on
    return touch(locked, by, "调整回复期限")


def lock(pk: int) -> Consultation:
    """A consultation, locked; after its passage."""
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("run__office", "office")
        .get(pk=pk)
    )


def touch(row: Consultation, by: Any, reason: str) -> Consultation:
    """Save a consultation under a new version."""
    row.version += 1
    signed(row, by=by, reason=reason[:100]).save()
    return row


def require_version(row: Consultation, version: int) -> None:
    """Refuse what was typed on a page that is out of date.

    Raises:
        StaleActionError: somebody changed the reply meanwhile.
    """
    if row.version != version:
        raise StaleActionError("回复已由他人修改，您填写的内容没有提交。请刷新页面查看。")


@transaction.atomic
def send_back(row: Consultation, *, by: Any, reason: str) -> Consultation:
    """Ask an office to complete its reply.

    Raises:
        DomainError: it has not replied, or the reason is missing.
    """
    work = handled_work(row.run, by=by)
    locked = lock(row.pk)
    need(reason.strip(), "请写明请其补充的理由。", "reason")
    if locked.replied_at is None:
        raise DomainError("该机构尚未回复。")
    locked.replied_at = locked.replied_by = locked.replied_on = None
    locked.from_paper = False
    for reply in locked.replies.exclude(handling=""):
        _unhandle(reply, by)
    touch(locked, by, f"退回补充：{reason.strip()}")
    mail(locked, "请补充征求意见的回复", f"请补充回复：{reason.strip()}", f"back{locked.version}")
    tell(work, "reply_sent_back", f"请{locked.name}补充回复：{reason.strip()}")
    return locked


def _unhandle(reply: ConsultReply, by: Any) -> None:
    reply.handling, reply.handling_text = "", ""
    reply.handled_by = reply.handled_at = None
    signed(reply, by=by, reason="回复退回补充").save()


@transaction.atomic
def handle(reply: ConsultReply, handling: str, text: str, *, by: Any) -> ConsultReply:
    """Deal with a reply against: the item leaves, is held, or stays with an explanation.

    Args:
        reply: a reply against.
        handling: a ``Handling``.
        text: why; required.
        by: a handler of the office that asked.

    Raises:
        DomainError: nothing is against, or the words are missing.
    """
    work = handled_work(reply.consultation.run, by=by)
    row = ConsultReply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    done = Consultation.objects.filter(pk=row.consultation_id, replied_at__isnull=False).exists()
    if row.result != ReplyResult.AGAINST or not done:
        raise DomainError("这条回复没有不同意见，无须处理。")
    if handling not in Handling.values or (handling == Handling.HOLD and work.case is not None):
        raise DomainError("请选择处理方式。", field=f"handling-{row.pk}", status=422)
    need(text.strip(), "请写明处理理由。", f"handling-text-{row.pk}")
    row.handling, row.handling_text = handling, text.strip()
    row.handled_by, row.handled_at = by, timezone.now()
    signed(row, by=by, reason=f"处理不同意见：{Handling(handling).label}").save()
    return row


def require_all(work: Work) -> None:
    """Letters are out, required replies in, and every one against is dealt with.

    Raises:
        DomainError: names the office or the item.
    """
    rows = {row.role: row for row in work.run.consultations.all() if row.role}
    for ask in to_ask(work.run, work.stage, work.policy):
        if not ask.required:
            continue
        row = rows.get(ask.role)
        if row is None:
            raise DomainError(f"尚未向{ask.name}发出征求意见函。")
        if row.replied_at is None:
            raise DomainError(f"{row.name}尚未回复（期限 {row.due_on}），名单不能往下办理。")
        _require_subjects(work, row)
    open_ones = against(work, unhandled=True)
    if open_ones:
        first = open_ones[0]
        raise DomainError(
            f"{first.consultation.name}对{name_of(first)}有异议，尚未处理："
            "请移出、暂缓，或说明情况后保留。", field=f"handling-{first.pk}",
        )  # fmt: skip


def _require_subjects(work: Work, row: Consultation) -> None:
    said = set(row.replies.exclude(result="").values_list("case_id", "subject"))
    for case in _cases(work):
        for subject in row.about:
            if (case.pk, subject) not in said:
                raise DomainError(
                    f"{row.name}没有就{case.application.unit_name}回复：名单在发函后有变动，"
                    "请退回该机构补充。"
                )


def against(work: Work, *, unhandled: bool = False) -> list[ConsultReply]:
    """Replies against what is still on the list."""
    rows = ConsultReply.objects.filter(
        consultation__run=work.run, consultation__replied_at__isnull=False,
        result=ReplyResult.AGAINST, case__in=_cases(work),
    ).select_related("consultation", "case__application")  # fmt: skip
    return [row for row in rows.order_by("pk") if not (unhandled and row.handling)]


def name_of(reply: ConsultReply) -> str:
    """Whom a reply is about."""
    application = reply.case.application
    return application.leader_name if reply.subject == "leader" else application.unit_name


def results(work: Work) -> dict[int, tuple[str, str]]:
    """Case to result and words, as the replies against were dealt with; the hardest wins."""
    found: dict[int, tuple[str, str]] = {case.pk: (PASS, "") for case in _cases(work)}
    for reply in against(work):
        result = _RESULT_OF[Handling(reply.handling)]
        before = found[reply.case_id][0]
        if _WEIGHT.index(result) <= _WEIGHT.index(before):
            found[reply.case_id] = (result, reply.handling_text)
    return found


def summary(work: Work) -> dict[str, Any]:
    """The replies in the words a paper of the same stage would use."""
    rows = work.run.consultations.filter(replied_at__isnull=False)
    return {
        "replies": {
            row.role or f"office-{row.office_id}": {
                "result": "against" if row.replies.filter(result="against").exists() else "clear",
                "on": row.replied_on.isoformat() if row.replied_on else "",
                "text": "；".join(row.replies.exclude(text="").values_list("text", flat=True)),
            }
            for row in rows
        }
    }


def leader_number(case: Case) -> str | None:
    """Token of the leader's sealed ID number."""
    submission = last_submission(case.application)
    value = (submission.answers if submission else {}).get("leader.id_number")
    return str(value["sealed"]) if isinstance(value, dict) and value.get("sealed") else None
