"""What every change asks: what happened, when, with which papers, and whether it is in time."""

from typing import Any, Literal

from jurisdictions.schema.base import AnyExpr, BoolExpr
from jurisdictions.schema.changes import ChangeEvent, ChangePath
from jurisdictions.schema.forms import FieldUse, Section
from jurisdictions.schema.materials import Material
from jurisdictions.schema.rules import Rule, Says

HAPPENED = "change.happened_on"
SECTION = "change"
WHAT = "change.what"
#: What a report may have entered anew, in the words of the form.
UPDATES = {"name": "单位名称", "code": "统一社会信用代码", "address": "工作地址或面积"}
NOTHING = "以上均无变化"
OTHERS = "change.others"
#: What becomes of members whom the people named with a new leader do not include.
LEAVE, GO_ON = "自决定之日起离开工作室", "继续担任成员"
RECODED = "change_recoded"
_OUR_PAPERS = "原文未列变更的材料目录，由系统拟制。"
_OUR_CODE = "原文只写变更名称，合并重组后代码随之变更的，由系统增加一并登记。"
_OUR_OTHERS = "原文未写更换领办人后原有成员的去留，由系统增加，未选的视为继续担任。"
_OUR_AREA = "原文只写变更地址，面积随之变动的，由系统增加一并登记。"
_TEXTS: tuple[Literal["pdf", "docx", "jpg", "png"], ...] = ("pdf", "docx", "jpg", "png")


def section(event: ChangeEvent, path: ChangePath, *, area: bool, team: bool) -> Section:
    """The page that asks what happened and what becomes of it.

    Args:
        event: what happened.
        path: the way out of it.
        area: whether the city keeps the area of a studio, which a move changes.
        team: whether the people of the studio are named anew, and the city keeps its members.
    """
    fields = [_use("change.leader_now", path, computed="{change.leader_now}")]
    if event.reasons:
        fields.append(_use("change.reason", path, options=event.reasons, clause=event.clause))
    fields.append(_use(HAPPENED, path, clause=event.clause))
    fields += _of_outcome(path, area=area)
    if team and path.outcome == "new_leader":
        fields.append(_use(OTHERS, path, options=(LEAVE, GO_ON), required=False,
                           assumption=_OUR_OTHERS))  # fmt: skip
    fields.append(_use("change.explanation", path))
    return Section(id=SECTION, title="变更事项", help=event.label, fields=tuple(fields),
                   clause=path.clause)  # fmt: skip


def _of_outcome(path: ChangePath, *, area: bool) -> list[FieldUse]:
    if path.updates:
        return _updates(path, area=area)
    if path.outcome == "new_name":
        found = _new_name(path)
        if path.recodes:
            found += _new_code(path, required=False, assumption=_OUR_CODE)
        return found
    if path.outcome == "new_address":
        return _new_address(path, area=area)
    if path.outcome in ("new_host", "co_build"):
        fields = [_use("change.unit_name", path, computed="{change.unit_name}"),
                  _use("change.unit_uscc", path, computed="{change.unit_uscc}"),
                  _use("leader.occupation", path, computed="{leader.occupation}")]  # fmt: skip
        if "leader" in path.consents:
            said = "领办人本人愿意继续举办工作室。"
            fields.append(_use("change.leader_consents", path, fixed_text=said))
        return fields
    return []


def _new_name(path: ChangePath, **more: Any) -> list[FieldUse]:
    return [_use("change.name_now", path, computed="{change.name_now}"),
            _use("change.new_name", path, **more)]  # fmt: skip


def _new_code(path: ChangePath, **more: Any) -> list[FieldUse]:
    return [_use("change.uscc_now", path, computed="{change.uscc_now}"),
            _use("change.new_uscc", path, **more)]  # fmt: skip


def _new_address(path: ChangePath, *, area: bool, **more: Any) -> list[FieldUse]:
    found = [_use("change.address_now", path, computed="{change.address_now}"),
             _use("change.new_address", path, **more)]  # fmt: skip
    if area:
        optional = {**more, "required": False, "assumption": _OUR_AREA}
        found.append(_use("change.area_now", path, computed="{change.area_now}"))
        found.append(_use("change.new_area", path, **optional))
    return found


def _updates(path: ChangePath, *, area: bool) -> list[FieldUse]:
    """What of the register is to be changed, and to what; asked only where it was ticked."""
    given = {"assumption": path.assumption}
    options = (*(UPDATES[one] for one in path.updates), NOTHING)
    found = [_use(WHAT, path, options=options, **given)]
    for one in path.updates:
        more = {**given, "when": BoolExpr(f'"{UPDATES[one]}" in {WHAT}')}
        if one == "name":
            found += _new_name(path, **more)
        elif one == "code":
            found += _new_code(path, **more)
        else:
            found += _new_address(path, area=area, **more)
    return found


def recodes(path: ChangePath) -> bool:
    """Whether the unit may come out of a path with another 统一社会信用代码."""
    return path.recodes or "code" in path.updates


def _use(field: str, path: ChangePath, **more: Any) -> FieldUse:
    return FieldUse(field=field, printed=False, **{"clause": path.clause, **more})


def papers(path: ChangePath) -> tuple[Material, ...]:
    """The written request, what proves the change, and a paper for each condition."""
    found = [
        _paper("change_request", "书面申请（加盖公章）", path),
        _paper("change_proof", "变动情况的证明材料", path),
    ]
    if path.outcome == "co_build":
        found.append(_paper("change_agreement", "合作共建协议", path))
    if "leader" in path.consents:
        found.append(_paper("change_consent", "领办人同意的书面材料", path))
    found += [
        Material(id=f"condition_{c.id}", title=c.text, kinds=_TEXTS, clause=c.clause)
        for c in path.conditions
        if not c.rules
    ]
    return tuple(found)


def _paper(name: str, title: str, path: ChangePath) -> Material:
    return Material(id=name, title=title, kinds=_TEXTS, clause=path.clause,
                    assumption=_OUR_PAPERS)  # fmt: skip


def recoded(path: ChangePath) -> tuple[Rule, ...]:
    """A new code is nobody else's here; officers read the old one and the new one beside it."""
    if not recodes(path):
        return ()
    return (
        Rule(
            id=RECODED, title="统一社会信用代码的变更", when=BoolExpr("register.code_changes"),
            require=BoolExpr("!register.code_taken"), fields=("change.new_uscc",),
            clause=path.clause, assumption=_OUR_CODE,
            says=Says.model_validate({
                "pass": "统一社会信用代码由{change.uscc_now}变更为{change.new_uscc}，"
                        "由受理机构核对是否为同一单位合并重组所致。",
                "fail": "{change.new_uscc}已由其他单位在本平台注册，不能登记为本单位变更后的代码；"
                        "工作室转到该单位的，请按变更所在单位办理。",
            }),
        ),
    )  # fmt: skip


def timely(event: ChangeEvent) -> tuple[Rule, ...]:
    """Not ahead of time, and reported within the days of the text; late is told, not stopped."""
    found = [
        Rule(
            id="change_happened", title="变动已经发生", fields=(HAPPENED,),
            require=BoolExpr(f"{HAPPENED} <= ref.date"), clause=event.clause,
            says=Says(fail="发生日期{change.happened_on}晚于提交日期，请核对。"),
        )
    ]  # fmt: skip
    clock = event.report
    if clock is not None and clock.starts == "change":
        found.append(
            Rule(
                id="change_reported", title="按期报告", severity="warn", fields=(HAPPENED,),
                let={"latest": AnyExpr(f"add_days({HAPPENED}, {clock.days})")},
                require=BoolExpr("ref.date <= latest"), clause=clock.clause,
                assumption=clock.assumption, compared=f"变动后{clock.days}日内",
                says=Says.model_validate({
                    "pass": "报告期限至{latest}，已按期报告。",
                    "fail": "报告期限至{latest}，现已逾期，请说明理由。",
                }),
            )
        )  # fmt: skip
    return tuple(found)
