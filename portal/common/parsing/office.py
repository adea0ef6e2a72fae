"""DOCX and XLSX: what the package declares, what it refers to, and the text of the body."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, iterparse

from portal.common.parsing.archive import open_archive
from portal.common.parsing.refusal import RefusedError
from portal.common.parsing.request import ParseRequest
from portal.common.parsing.wordtext import read_body

_MAIN_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_XML_NAMES = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_REMEDY = "请删除后另存为不含宏、不含嵌入对象的文件再上传。"
_PART_WORDS = {
    "macro": "宏",
    "vbaproject": "宏",
    "activex": "ActiveX 控件",
    "oleobject": "嵌入对象",
    "package.stream": "嵌入对象",
}
_FOLDER_WORDS = {
    "embeddings/": "嵌入对象",
    "activex/": "ActiveX 控件",
    "customui/": "自定义界面",
    "externallinks/": "外部数据链接",
    "xl/connections": "外部数据连接",
    "vbaproject": "宏",
    "vbadata": "宏",
}
_RELATION_WORDS = {
    "attachedtemplate": "外部模板",
    "afchunk": "夹带的其他文档（altChunk）",
    "oleobject": "嵌入对象",
    "package": "嵌入对象",
    "control": "ActiveX 控件",
    "vbaproject": "宏",
    "externallink": "外部数据链接",
    "externallinkpath": "外部数据链接",
    "connections": "外部数据连接",
    "frame": "外部框架",
    "subdocument": "子文档",
}
_SAFE_LINKS = ("http://", "https://", "mailto:", "tel:")


def parse(request: ParseRequest) -> dict[str, Any]:
    """Check the package at ``request.path`` and, for ``docx``, read the text of its body.

    Returns:
        ``text`` (None for a workbook) and ``notes``; pages of a flowing document are unknown.

    Raises:
        RefusedError: wrong package, macros, embedded objects, outside references, DTD, bombs.
    """
    kind = request.kind
    with open_archive(request.path) as archive:
        names = archive.namelist()
        if len(set(names)) != len(names) or "[Content_Types].xml" not in names:
            raise _broken()
        try:
            main_part = _check_types(archive, kind)
            for name in names:
                _check_part(archive, name)
            text, notes = read_body(archive, main_part) if kind == "docx" else (None, [])
        except DefusedXmlException as error:
            raise RefusedError(
                "dtd", "文件中含有外部实体声明，存在安全风险。请重新保存后再上传。"
            ) from error
        except (ParseError, zipfile.BadZipFile, EOFError, KeyError, ValueError) as error:
            raise _broken() from error
    return {"text": text, "notes": notes}


def _broken() -> RefusedError:
    return RefusedError(
        "broken_office", "文件已损坏，无法打开。请用 Word、Excel 或 WPS 另存后再上传。"
    )


def _active(what: str) -> RefusedError:
    return RefusedError("active_office", f"文件中含有{what}，存在安全风险。{_REMEDY}")


def _check_types(archive: zipfile.ZipFile, kind: str) -> str:
    """Return the name of the main part (newer Word versions call it document2.xml at times)."""
    main_parts: list[str] = []
    with archive.open("[Content_Types].xml") as stream:
        for element in _elements(stream):
            content_type = element.get("ContentType", "")
            for word, label in _PART_WORDS.items():
                if word in content_type.lower():
                    raise _active(label)
            if content_type == _MAIN_TYPES[kind]:
                main_parts.append(element.get("PartName", "").lstrip("/"))
    if len(main_parts) != 1 or not main_parts[0].endswith(".xml"):
        raise RefusedError(
            "wrong_signature", "文件内容与扩展名不符。请用原软件另存为正确的格式后再上传。"
        )
    return main_parts[0]


def _check_part(archive: zipfile.ZipFile, name: str) -> None:
    lowered = name.lower()
    for folder, label in _FOLDER_WORDS.items():
        if folder in lowered:
            raise _active(label)
    with archive.open(name) as stream:
        if not _XML_NAMES.search(lowered):
            _read_through(stream)
            return
        for element in _elements(stream):
            if lowered.endswith(".rels"):
                _check_relation(element.attrib)
            elif element.tag.endswith("}altChunk"):
                raise _active("夹带的其他文档（altChunk）")


def _read_through(stream: IO[bytes]) -> None:
    # A member whose size or checksum in the directory is a lie fails here.
    while stream.read(1024 * 1024):
        pass


def _elements(stream: IO[bytes]) -> Iterator[Any]:
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        yield element
        element.clear()


def _check_relation(relation: dict[str, str]) -> None:
    if "Target" not in relation:
        return
    # The last word of the type names the relation: …/relationships/attachedTemplate
    word = relation.get("Type", "").rsplit("/", 1)[-1].lower()
    if word in _RELATION_WORDS:
        raise _active(_RELATION_WORDS[word])
    if relation.get("TargetMode", "").lower() != "external":
        return
    if word != "hyperlink":
        raise _active("指向文件之外的引用")
    if not relation["Target"].strip().lower().startswith(_SAFE_LINKS):
        raise _active("指向本机或内网文件的链接")
