"""What left a list in an earlier stage: whether it may simply be put back."""

from collections.abc import Iterable

from reviews.enums import RunState
from reviews.models import ListItem, StageRun


def missed(row: ListItem, run: StageRun, runs: Iterable[StageRun]) -> str:
    """Why an item that left cannot be put back, empty where it can.

    Args:
        row: the item.
        run: the passage the list is in.
        runs: all passages of the list.
    """
    if not row.held_stage or row.held_stage == run.stage:
        return ""
    if not row.reserve:
        return (
            "该项在此前的环节已移出或暂缓，未经其后各环节办理，不能直接放回名单。"
            "核实清楚的请转入补充名单。"
        )
    done = [one for one in runs if one.state == RunState.DONE and one.pk < run.pk]
    left = max((one.pk for one in done if one.stage == row.held_stage), default=None)
    if left is None or max(one.pk for one in done) == left:
        return ""
    return (
        "该候补件列入候补以后，名单已办完其后的环节，不能直接放回名单。"
        "请用“递补”转入补充名单，补办其后各环节。"
    )
