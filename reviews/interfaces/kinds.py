"""Kinds of notices that reviews sends."""

from portal.common.notifying import Kind, register_kinds


def register_all() -> None:
    """Make the kinds known; called once when the app is ready."""
    register_kinds(
        Kind("filing", "受理和补正"),
        Kind("result", "办理结果"),
        Kind("due", "期限提醒"),
        Kind("digest", "每日工作摘要", "staff"),
        Kind("assigned", "分派给我的办理件", "staff"),
        Kind("office", "机构内部事项", "staff"),
        Kind("meeting", "会议和表决", "staff"),
        Kind("consult", "征求意见", "staff"),
        Kind("panel", "专家评审", "staff"),
    )
