"""The archive of a studio as one file, made in the background: the parts the text lists."""

import zipfile
from collections.abc import Iterator
from typing import Any

from django.core.files.storage import default_storage

from applications.interfaces.sheets import sheet_document
from applications.models import Application, Studio
from applications.queries import last_submission
from assessments.enums import DueKind, Holder
from assessments.interfaces import workbooks
from assessments.models import KeptFile, Obligation
from assessments.queries import reach, rows
from assessments.queries.dossier import DossierLine, completeness
from portal.accounts.queries import enterprises_of
from portal.common.errors import DomainError
from portal.common.files import download_name
from portal.common.jobs import JobRun, job_kind, start_job
from portal.common.models import Job
from portal.common.xlsx import write_xlsx

KIND = "studio_dossier"
_KEPT_BACK = "申报表含有原申报单位人员的证件号码，只提供给原申报单位和主管部门。"


def start(studio: Studio, *, by: Any) -> Job:
    """Ask for the archive of a studio as one file.

    Raises:
        DomainError: the policy asks for no archive.
    """
    if not completeness(studio):
        raise DomainError("本地区文件没有规定工作室档案。", status=404)
    params = {"studio": str(studio.public_id)}
    return start_job(KIND, by, params, jurisdiction_code=studio.jurisdiction.code)


def _reachable(run: JobRun) -> Studio:
    """The studio, while the person may still read it.

    Raises:
        DomainError: he may not, or no longer.
    """
    key = run.params["studio"]
    for found in (reach.of_units(run.owner), reach.of_places(run.owner)):
        studio = found.filter(public_id=key).first()
        if studio is not None:
            return studio
    raise DomainError("您已不能查看这个工作室，任务终止。")


@job_kind(KIND)
def dossier_archive(run: JobRun) -> Iterator[tuple[int, int]]:
    """Write the archive: a list of contents, then a folder for each part."""
    studio = _reachable(run)
    lines = completeness(studio)
    run.file_name = download_name(f"档案_{studio.number}.zip")
    with zipfile.ZipFile(run.path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("档案目录.xlsx", _contents(lines))
        for number, line in enumerate(lines, 1):
            _reachable(run)
            folder = f"{number:02d}_{line.label}"
            taken: set[str] = set()
            for name, content in _part(studio, line, by=run.owner):
                archive.writestr(f"{folder}/{_free(name, taken)}", content)
            yield number, len(lines)


def _contents(lines: list[DossierLine]) -> bytes:
    columns = [("n", "序号", 8.0), ("label", "内容", 30.0), ("count", "件数", 10.0),
               ("state", "状态", 12.0)]  # fmt: skip
    shown = [
        {"n": n, "label": line.label, "count": line.count, "state": "已有" if line.filled else "缺"}
        for n, line in enumerate(lines, 1)
    ]
    return write_xlsx("档案目录", columns, shown)


def _free(name: str, taken: set[str]) -> str:
    """A name no other file of the folder has."""
    stem, dot, ending = name.rpartition(".")
    candidate, number = name, 2
    while candidate in taken:
        candidate = f"{stem}_{number}{dot}{ending}"
        number += 1
    taken.add(candidate)
    return candidate


def _part(studio: Studio, line: DossierLine, *, by: Any) -> Iterator[tuple[str, bytes]]:
    """Files of one part: what its source gives, then what was put in by hand."""
    if line.source == "application":
        yield from _sheet(studio, by)
    elif line.source == "decision":
        yield "命名决定.xlsx", _decision(studio)
    elif line.source in ("members", "activities"):
        yield f"{workbooks.TITLES[line.source]}.xlsx", workbooks.exported(studio, line.source)
        if line.source == "activities":
            yield from _kept(rows.all_kept_files(studio).filter(holder=Holder.ACTIVITIES))
            yield from _reports(studio)
    elif line.source == "papers":
        yield from _papers(studio)
    elif line.source == "reports":
        yield from _reports(studio)
    for file in line.files:
        yield download_name(file.file_name), _read(file.file.name)


def _sheet(studio: Studio, by: Any) -> Iterator[tuple[str, bytes]]:
    founding = studio.founding_application
    submission = last_submission(founding) if founding else None
    if founding is not None and _of_later_unit(studio, founding, by):
        yield "说明.txt", _KEPT_BACK.encode()
    elif submission is not None:
        yield "申报表.pdf", _read(sheet_document(submission, by=by).file.name)


def _of_later_unit(studio: Studio, founding: Application, by: Any) -> bool:
    """Whether a person reads for a unit that came later: the numbers of the people of the unit
    that filed are not its to know."""
    mine = reach.of_units(by).filter(pk=studio.pk).exists()
    return mine and not enterprises_of(by).filter(pk=founding.enterprise_id).exists()


def _decision(studio: Studio) -> bytes:
    columns = [("label", "项目", 20.0), ("value", "内容", 50.0)]
    facts = [
        ("工作室名称", studio.name), ("编号", studio.number), ("命名文号", studio.decision_number),
        ("命名日期", studio.founded_on), ("建设期满", studio.term_until or ""),
    ]  # fmt: skip
    return write_xlsx("命名决定", columns, [{"label": k, "value": v} for k, v in facts])


def _papers(studio: Studio) -> Iterator[tuple[str, bytes]]:
    done = rows.obligations(studio).filter(
        done_on__isnull=False, kind__in=[DueKind.PAPER, DueKind.AGREEMENT]
    )
    texts = []
    for row in done:
        texts.append(_line(row))
        if row.file:
            yield download_name(f"{row.title}_{row.file_name}"), _read(row.file.name)
    columns = [("title", "材料", 30.0), ("on", "报送日期", 14.0), ("text", "内容", 80.0)]
    yield "年度材料.xlsx", write_xlsx("年度材料", columns, texts)


def _line(row: Obligation) -> dict[str, Any]:
    parts = "\n".join(str(text) for text in row.parts.values())
    return {"title": row.title, "on": row.done_on, "text": (row.text or parts)[:30_000]}


def _reports(studio: Studio) -> Iterator[tuple[str, bytes]]:
    """Events the unit reported, and the files beside them."""
    found = list(rows.reports(studio))
    if not found:
        return
    columns = [("on", "日期", 14.0), ("category", "种类", 16.0), ("title", "标题", 30.0),
               ("text", "内容", 80.0)]  # fmt: skip
    lines = [{name: getattr(row, name) for name, _, _ in columns} for row in found]
    yield "重大事项报告.xlsx", write_xlsx("重大事项报告", columns, lines)
    keys = [row.public_id for row in found]
    yield from _kept(rows.all_kept_files(studio).filter(holder=Holder.RECORDS, row__in=keys))


def _kept(files: Any) -> Iterator[tuple[str, bytes]]:
    for file in files:
        yield _named(file), _read(file.file.name)


def _named(file: KeptFile) -> str:
    return download_name(f"{file.title}_{file.file_name}")


def _read(name: Any) -> bytes:
    with default_storage.open(str(name), "rb") as stream:
        content: bytes = stream.read()
    return content
