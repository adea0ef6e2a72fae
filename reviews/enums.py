"""Closed words of reviews."""

from django.db import models


class CaseState(models.TextChoices):
    """Where the review of a filing stands."""

    OPEN = "open", "办理中"
    RETURNED = "returned", "退回补正"
    LISTED = "listed", "在名单中"
    CLOSED = "closed", "已办结"


class RunState(models.TextChoices):
    """Where one passage through one stage stands."""

    OPEN = "open", "办理中"
    SIGNING = "signing", "待签批"
    DONE = "done", "已完成"
    RETURNED = "returned", "已退回补正"
    RECALLED = "recalled", "已撤回"
    SKIPPED = "skipped", "不适用"


class ItemState(models.TextChoices):
    """Where an item of a list stands."""

    IN = "in", "在名单"
    HELD = "held", "暂缓"
    STRUCK = "struck", "已移出"


class Judged(models.TextChoices):
    """A person's verdict on a point."""

    YES = "yes", "符合"
    NO = "no", "不符合"
    DOUBT = "doubt", "存疑"


class ObjectionState(models.TextChoices):
    """Where an objection stands."""

    OPEN = "open", "核实中"
    UPHELD = "upheld", "异议成立"
    UNFOUNDED = "unfounded", "异议不成立"


class AnswerWay(models.TextChoices):
    """How an objector was told what was found."""

    PHONE = "phone", "电话"
    LETTER = "letter", "书面"
    VISIT = "visit", "当面"
    EMAIL = "email", "电子邮件"


class LetterKind(models.TextChoices):
    """Letters to the unit."""

    ACCEPTANCE = "acceptance", "受理通知书"
    CORRECTION = "correction", "补正告知书"
    REFUSAL = "refusal", "不予受理（不予通过）通知书"
    RESULT = "result", "办理结果告知书"
    RECOMMENDATION = "recommendation", "推荐函"
    CONSULTATION = "consultation", "征求意见函"


class ReleaseState(models.TextChoices):
    """Whether a letter has gone to the unit."""

    SENT = "sent", "已发出"
    WAITING = "waiting", "待核发"
    HELD = "held", "暂不发出"
    VOID = "void", "作废"


class ReadWay(models.TextChoices):
    """How a unit came to know of a letter or result."""

    DOWNLOAD = "download", "打开文书"
    CONFIRM = "confirm", "确认阅知"


class SittingState(models.TextChoices):
    """Where a sitting stands; a sitting that was annulled stays in the record."""

    PLANNED = "planned", "已召集"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已结束"
    ANNULLED = "annulled", "已作废"


class Choice(models.TextChoices):
    """A named ballot."""

    FOR = "for", "赞成"
    AGAINST = "against", "反对"
    ABSTAIN = "abstain", "弃权"


class FileRole(models.TextChoices):
    """What a file of a sitting is."""

    PHOTO = "photo", "现场照片"
    MINUTES = "minutes", "签字纪要"


class ReplyResult(models.TextChoices):
    """What a consulted office says about a unit or a person."""

    CLEAR = "clear", "无异议"
    AGAINST = "against", "有异议"


class Handling(models.TextChoices):
    """How a reply against is dealt with before the list goes on."""

    DROP = "drop", "移出（不予通过）"
    HOLD = "hold", "暂缓"
    EXPLAIN = "explain", "说明情况后保留"


class SeatState(models.TextChoices):
    """Where an expert stands with one case: nothing is shown before the statement is signed."""

    PENDING = "pending", "待签回避声明"
    SEATED = "seated", "评审中"
    CONFLICT = "conflict", "声明回避"
    RECUSED = "recused", "中途回避"
    RELEASED = "released", "已撤换"


class DrawKind(models.TextChoices):
    """What was drawn by lot."""

    EXPERTS = "experts", "抽取专家"
    ORDER = "order", "抽取答辩顺序"


class ProposalState(models.TextChoices):
    """Where a proposal stands; a return from a list may also be taken back, or come to nothing."""

    PROPOSED = "proposed", "待审批"
    APPROVED = "approved", "已批准"
    REFUSED = "refused", "未批准"
    WITHDRAWN = "withdrawn", "已收回"
    LAPSED = "lapsed", "已失效"


class AmendTarget(models.TextChoices):
    """What of a decision may be amended."""

    DOCUMENT_NUMBER = "document_number", "文号"
    DECIDED_ON = "decided_on", "决定日期"
    STUDIO_NAME = "studio_name", "工作室名称"
    UNIT_NAME = "unit_name", "单位名称"
    LEADER_NAME = "leader_name", "领办人姓名"
    OCCUPATION = "occupation", "职业（工种）"
    RESULT = "result", "办理结果"
