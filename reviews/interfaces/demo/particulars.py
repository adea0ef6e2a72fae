"""What a sample enters at each kind of stage; every name is an invented 示例."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw

from jurisdictions.engine.policy import Policy
from portal.common.pdf import render_pdf
from reviews.models import ListItem, StageRun

_TITLES = "甲乙丙丁戊己庚"


def people(count: int, role: str) -> list[str]:
    """Invented names."""
    return [f"示例{role}{_TITLES[index]}" for index in range(count)]


def today() -> str:
    """The day by the portal's clock."""
    return timezone.localdate().isoformat()


def signed_here(stage: Any, run: StageRun) -> dict[str, Any]:
    """Particulars of a stage that is proposed and signed in the portal."""
    year, number = timezone.localdate().year, run.pk
    if stage.kind == "check":
        return {"paper_copies": 2, "paper_received_on": today()} if stage.paper else {}
    if stage.kind == "recommend":
        parts = {part.id: f"示例：{part.title}，经核实无误。" for part in stage.letter_parts}
        return {"number": f"示例函〔{year}〕{number}号", "dated_on": today(), "parts": parts}
    if stage.kind == "publicity":
        return {
            "title": f"关于{run.listing.title if run.listing else ''}的公示（示例）",
            "body": "示例：根据有关规定，现将拟确认的名单予以公示，公示期内接受社会监督。",
            "contact": "示例受理电话 12333",
        }
    if stage.kind == "decision":
        return {"document_number": f"示例发〔{year}〕{number}号", "decided_on": today()}
    return {}


def on_paper(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    """Particulars of a stage that is completed from signed paper."""
    makers = {
        "panel": _panel, "visit": _visit, "committee": _committee, "consult": _consult,
        "vote": _vote, "joint_decision": _joint, "filing": _filing,
    }  # fmt: skip
    maker = makers.get(stage.kind)
    return maker(stage, policy, items) if maker else {}


def _panel(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    seats = stage.seats
    sources = [*seats.sources, *(policy.ruleset.offices[code].label for code in seats.offices)]
    sources = sources or ["行业"]
    names = people(max(seats.minimum, len(sources)), "专家")
    experts = [
        {"name": name, "source": sources[index % len(sources)]} for index, name in enumerate(names)
    ]
    return {"experts": experts, "held_on": today()}


def _visit(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    return {"team": people(stage.minimum_team, "考察员"), "held_on": today(),
            "place": "示例工作室现场"}  # fmt: skip


def _committee(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    return {"held_on": today(), "minutes_number": "示例纪要第1期"}


def _consult(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    return {
        "replies": {
            asked.office: {"result": "clear", "on": today(), "text": "示例：无意见。"}
            for asked in stage.offices
        }
    }


def _vote(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    members = people(max(stage.minimum_members, 5), "委员")
    return {
        "held_on": today(), "members": members, "present": members,
        "ballots": {str(item.pk): {"for": members} for item in items},
    }  # fmt: skip


def _joint(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    return {"bodies": {role: today() for role in stage.bodies}}


def _filing(stage: Any, policy: Policy, items: list[ListItem]) -> dict[str, Any]:
    return {"sent_on": today(), "receipt": "示例回执1号"}


def verdicts(stage: Any, run: StageRun) -> dict[str, tuple[str, str]]:
    """Every point in order; reasons for soft conditions accepted."""
    points = [*getattr(stage, "points", ()), *getattr(stage, "verdicts", ())]
    found = {point.id: ("yes", "") for point in points}
    if run.submission is not None:
        for finding in run.submission.findings.filter(severity="warn"):
            if finding.details.get("reason"):
                found[f"rule:{finding.rule}"] = ("yes", "示例：理由成立，予以采纳。")
    return found


def uploads(stage: Any) -> list[SimpleUploadedFile]:
    """The signed minutes, and as many photos as the stage asks."""
    html = (
        f"<html lang='zh-CN'><body><h1>{stage.label}</h1>"
        "<p>演示材料：签字纪要，非真实文件。</p></body></html>"
    )
    minutes = render_pdf(html, title=f"{stage.label}纪要").content
    files = [SimpleUploadedFile("示例纪要.pdf", minutes, "application/pdf")]
    for number in range(getattr(stage, "photos", 0)):
        files.append(SimpleUploadedFile(f"示例现场{number + 1}.jpg", _photo(), "image/jpeg"))
    return files


def _photo() -> bytes:
    picture = Image.new("RGB", (1200, 800), (226, 234, 226))
    ImageDraw.Draw(picture).rectangle((80, 200, 1120, 740), outline=(60, 90, 60), width=8)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG")
    return buffer.getvalue()
