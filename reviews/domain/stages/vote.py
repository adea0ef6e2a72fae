"""实名表决: ballots with names; the numbers decide, not the clerk."""

from portal.common.errors import DomainError
from reviews.domain import sittings, voting
from reviews.domain.decision import day_of
from reviews.domain.work import PASS, REFUSE, Kind, Work, names_in


def check(work: Work) -> None:
    """The voting is over and what is proposed is what the ballots say.

    Raises:
        DomainError: it is not over, or the paper of ballots entered from paper is missing.
    """
    sitting = sittings.closed_sitting(work, "实名表决")
    voting.require_evidence(sitting)
    sittings.take_results(work, sitting)
    work.run.data |= voting.summary(sitting)


def check_paper(work: Work) -> None:
    """Members, those present, and the ballots of every item.

    Raises:
        DomainError: too few members or present, a ballot too many, or a result that the
            numbers do not carry.
    """
    stage = work.stage
    day_of(work.data.get("held_on"), "请填写表决日期。", "held_on")
    members = names_in(work.data.get("members"))
    present = names_in(work.data.get("present"))
    work.run.data |= {"members": members, "present": present}
    if len(set(members)) < stage.minimum_members:
        raise DomainError(f"评审委员不少于 {stage.minimum_members} 人，请填写全体委员姓名。",
                          field="members", status=422)  # fmt: skip
    strangers = set(present) - set(members)
    if strangers:
        raise DomainError(f"到会人员不在委员名单中：{'、'.join(sorted(strangers))}。",
                          field="present", status=422)  # fmt: skip
    voting.require_quorum(len(set(members)), len(set(present)), stage.majority)
    for key, name, result in _subjects(work):
        _check_ballots(work, key, name, result, len(set(members)), set(present))


def _subjects(work: Work) -> list[tuple[str, str, str]]:
    if work.case is not None:
        return [("case", work.case.application.leader_name, work.run.outcome)]
    return [
        (str(item.pk), item.case.application.leader_name, work.result_of(item))
        for item in work.present
    ]


def _check_ballots(
    work: Work, key: str, name: str, result: str, members: int, present: set[str]
) -> None:
    ballots = work.data.get("ballots", {}).get(key, {})
    said = {way: names_in(ballots.get(way)) for way in ("for", "against", "abstain")}
    voters = [person for people in said.values() for person in people]
    if len(voters) != len(set(voters)) or set(voters) != present:
        raise DomainError(f"{name}：到会委员须每人一票，请核对赞成、反对、弃权的姓名。",
                          field=f"for-{key}", status=422)  # fmt: skip
    carried = voting.is_carried(len(said["for"]), members, len(present), work.stage.majority)
    if carried != (result == PASS) and result in (PASS, REFUSE):
        word = "达到" if carried else "未达到"
        raise DomainError(f"{name}：赞成 {len(said['for'])} 票，{word}通过票数，与所填结果不符。",
                          field=f"result-{key}", status=422)  # fmt: skip


KIND = Kind("vote", interactive=True, own_page=True, check=check, check_paper=check_paper)
