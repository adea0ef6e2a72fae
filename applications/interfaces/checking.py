"""What stands between a filing and its submit, and what comes after."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from applications.domain.attachments import unconfirmed
from applications.interfaces.checklist import ORIGINAL_SENTENCE
from applications.interfaces.clauses_of import clause_boxes
from applications.interfaces.eligibility import fact_text, place_title, place_url
from applications.interfaces.progress import Fault, Notice
from applications.interfaces.standing import MATERIAL, Standing
from applications.interfaces.summary import changed_rows, label_of
from jurisdictions.engine.findings import Finding
from jurisdictions.engine.formcheck import visible_fields
from jurisdictions.interfaces.forms import DECLARATIONS
from jurisdictions.interfaces.readers import uncovered
from jurisdictions.queries import offers_of


def stops(standing: Standing) -> list[dict[str, str]]:
    """Findings that stop the submit, each with the place where it is mended.

    Declarations not yet ticked are left out: they are ticked on the page that shows this.
    """
    found = []
    for finding in standing.evaluation.stopping:
        place = standing.place(finding)
        if place == DECLARATIONS:
            continue
        where = f"{place_title(standing, place)}：" if place else ""
        found.append(
            {
                "text": f"{where}{finding.sentence}",
                "href": place_url(standing, place, _target(finding, place)) if place else "",
            }
        )
    return [*found, *_nobody_receives(standing), *_open_ticks(standing)]


def _nobody_receives(standing: Standing) -> list[dict[str, str]]:
    """Answers that pick an office where there is none."""
    code = standing.application.procedure
    offers = offers_of(standing.policy, standing.application.jurisdiction)
    asked = {use.field for use in visible_fields(standing.policy, code, standing.facts)}
    found = []
    for path in offers.keys() & asked:
        sentence = uncovered(standing.answers.get(path), offers[path])
        place = standing.section_of.get(path, "")
        if sentence and place:
            where = place_title(standing, place)
            url = place_url(standing, place, f"id_{path}")
            found.append({"text": f"{where}：{sentence}", "href": url})
    return found


def _open_ticks(standing: Standing) -> list[dict[str, str]]:
    """Copies not yet confirmed to agree with the original, by material."""
    items = {item.id: item for item in standing.procedure.materials}
    lacking = Counter(file.material for file in unconfirmed(standing.application, standing.files))
    return [
        {
            "text": f"证明材料：“{items[material].title}”有 {count} 份没有确认{ORIGINAL_SENTENCE}",
            "href": place_url(standing, "files", f"mat-{material}"),
        }
        for material, count in lacking.items()
    ]


def _target(finding: Finding, place: str) -> str:
    if place == "files":
        material = finding.fields[0].removeprefix(MATERIAL)
        return f"mat-{material}"
    return f"id_{finding.fields[0]}" if finding.fields else ""


def soft_points(standing: Standing, reasons: Mapping[str, str]) -> list[dict[str, Any]]:
    """Soft conditions that are not met, with the reason given so far."""
    return [
        {
            "rule": finding.rule,
            "title": finding.title,
            "says": fact_text(standing.policy, finding),
            "clauses": clause_boxes(standing.policy, finding.clauses),
            "assumption": finding.assumption,
            "reason": reasons.get(finding.rule, ""),
            "place": standing.place(finding),
            "url": place_url(standing, place) if (place := standing.place(finding)) else "",
        }
        for finding in standing.evaluation.needing_reason
    ]


def faults(
    standing: Standing, notice: Notice | None, typed: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The faults of a correction notice; without one, what was opened for change."""
    application = standing.application
    given = notice.faults if notice else ()
    listed = list(given) or [
        Fault(target=target, label=_label(standing, target), text="")
        for target in application.unlocked
    ]
    changes = changed_rows(standing, [fault.target for fault in listed])
    return [_fault(standing, fault, changes, typed) for fault in listed]


def _fault(
    standing: Standing,
    fault: Fault,
    changes: Mapping[str, dict[str, str]],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    place, url = _place(standing, fault.target)
    change = changes.get(fault.target)
    if change is None and fault.target.startswith(MATERIAL):
        change = _changed_files(standing, fault.target.removeprefix(MATERIAL))
    return {
        "target": fault.target,
        "label": fault.label or _label(standing, fault.target),
        "text": fault.text,
        "clauses": clause_boxes(standing.policy, fault.clauses),
        "url": url,
        "place": place,
        "old": change["old"] if change else "",
        "new": change["new"] if change else "",
        "changed": change is not None and change["old"] != change["new"],
        "answer": typed.get(fault.target, fault.answer),
    }


def _place(standing: Standing, target: str) -> tuple[str, str]:
    if target.startswith(MATERIAL):
        return "证明材料", place_url(standing, "files", f"mat-{target.removeprefix(MATERIAL)}")
    for known in (target, target.split(".", maxsplit=1)[0]):
        place = standing.section_of.get(known, "")
        if place and place != DECLARATIONS:
            address = place_url(standing, place)
            return place_title(standing, place), f"{address}?back=corrections#id_{target}"
    return "", ""


def _label(standing: Standing, target: str) -> str:
    if target.startswith(MATERIAL):
        wanted = target.removeprefix(MATERIAL)
        items = (m.title for m in standing.procedure.materials if m.id == wanted)
        return next(items, wanted)
    for section in standing.sections:
        label = label_of(standing.policy, section, target)
        if label != target:
            return label
    definition = standing.policy.catalogue.field(target)
    return definition.label if definition else target


def _changed_files(standing: Standing, material: str) -> dict[str, str]:
    now = [file.name for file in standing.files if file.material == material]
    ids = {str(file.public_id) for file in standing.files}
    before = [row for row in standing.frozen_files if row["material"] == material]
    kept = {row["id"] for row in before} & ids
    fresh = [f for f in standing.files if f.material == material and str(f.public_id) not in kept]
    old = "\n".join(str(row["name"]) for row in before)
    new = "\n".join(now)
    if old == new and (fresh or len(kept) != len(before)):
        new = f"{new}\n（已换成新文件）"
    return {"old": old, "new": new}


def next_steps(standing: Standing, steps: list[dict[str, Any]]) -> list[str]:
    """What happens after the submit, in the applicant's words."""
    ahead = [step["label"] for step in steps if step["state"] in ("now", "future")]
    found = []
    if ahead:
        goes_on = "，由本机构在办理件中继续办理。"
        told = "。办理进展会发邮件通知，也可随时在“办理进度”查看。"
        found.append(f"下一步：{ahead[0]}{goes_on if standing.by_office else told}")
    paper = standing.procedure.paper
    if paper is not None and paper.copies:
        bound = "装订成册，" if paper.bound else ""
        found.append(f"请准备纸质材料一式 {paper.copies} 份，{bound}交受理机关。")
    if not standing.by_office:
        found.append("办理期间内容不能修改；需要补正时会一次告知全部问题，改好后重新提交。")
    if ahead[1:]:
        found.append(f"随后依次为：{'、'.join(ahead[1:])}。")
    return found
