"""实地考察: team, day, place, points, photos."""

from portal.common.errors import DomainError
from reviews.domain import sittings, visiting
from reviews.domain.decision import day_of
from reviews.domain.work import Kind, Work, names_in, need


def check(work: Work) -> None:
    """The visit is over, and what is proposed is what it came to.

    Raises:
        DomainError: it is not over.
    """
    sitting = sittings.closed_sitting(work, "实地考察")
    sittings.take_results(work, sitting)
    row = sitting.agenda.first()
    if work.case is not None and row is not None:
        work.run.opinion = work.run.opinion.strip() or row.text
    work.run.data |= visiting.summary(sitting)


def check_paper(work: Work) -> None:
    """A team large enough, the day, the place, and the photos.

    Raises:
        DomainError: says what is missing.
    """
    team = names_in(work.data.get("team"))
    work.run.data["team"] = team
    if len(set(team)) < work.stage.minimum_team:
        raise DomainError(f"考察人员不少于 {work.stage.minimum_team} 人，请填写姓名。",
                          field="team", status=422)  # fmt: skip
    day_of(work.data.get("held_on"), "请填写考察日期。", "held_on")
    need(str(work.data.get("place") or "").strip(), "请填写考察地点。", "place")
    photos = int(work.data.get("photos") or 0)
    if photos < work.stage.photos:
        raise DomainError(f"请上传不少于 {work.stage.photos} 张现场照片。",
                          field="photos", status=422)  # fmt: skip


KIND = Kind("visit", interactive=True, own_page=True, check=check, check_paper=check_paper)
