"""What the office hears of its panel: who keeps out of it, and that all have signed."""

from django.urls import reverse

from jurisdictions.enums import PostKind
from reviews.domain.notices import tell_post
from reviews.models import Seat, StageRun


def tell_avoided(seat: Seat, *, over: bool = False) -> None:
    """An expert keeps out of a filing; told to the office, whoever seated him.

    Args:
        seat: has ended.
        over: whether its passage was over before.
    """
    more = "本环节已办结，请核对结果是否须更正。" if over else "请核对评审人数是否足够。"
    number = seat.case.application.number
    text = f"{seat.expert}回避评审 {number}，理由请登录门户查看。{more}"
    _tell(seat.run, "专家回避", text, key=f"recused:{seat.public_id}")


def tell_complete(seat: Seat) -> None:
    """It is the office's turn again.

    Args:
        seat: the last one of its passage to be signed for.
    """
    about = seat.run.case.application if seat.run.case else seat.run.listing
    text = f"“{about}”的评审意见已全部签署，请登录门户汇总并提出拟办结论。"
    key = f"panel:{seat.public_id}:signed{seat.sheet.version}"
    _tell(seat.run, "专家已全部签署", text, key=key)


def _tell(run: StageRun, subject: str, text: str, *, key: str) -> None:
    tell_post(run.office, [PostKind.HANDLER], "panel", subject, text, about=run, key=key,
              link=reverse("reviews:run", args=[run.public_id]))  # fmt: skip
