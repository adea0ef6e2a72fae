"""The text of a Word body, as far as Word's 字数 counts it with 脚注、文本框 left out."""

import re
import zipfile
from typing import Any

from defusedxml.ElementTree import iterparse

from portal.common.parsing.refusal import RefusedError

_MAX_TEXT = 1_000_000
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\n"}
_DANGEROUS_FIELD = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT)\b", re.IGNORECASE)
_WORD_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_SPACE_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"


class _Body:
    """Collects text from the stream of start and end events."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.fields: list[str] = []
        self.length = 0
        self.fallbacks = 0
        self.boxes = 0
        self.box_text = False
        self.hidden_run = False
        self.hidden_text = False

    def start(self, name: str) -> None:
        """Open an element whose content counts differently."""
        if name == "Fallback":
            self.fallbacks += 1
        elif name == "txbxContent":
            self.boxes += 1
        elif name == "r":
            self.hidden_run = False

    def end(self, name: str, element: Any) -> None:
        """Take what a finished element says."""
        if name == "Fallback":
            self.fallbacks -= 1
        elif name == "txbxContent":
            self.boxes -= 1
        elif name == "vanish":
            self.hidden_run = _is_on(element)
        elif name == "instrText":
            self.fields.append(element.text or "")
        elif name == "fldSimple":
            self.fields.append(" " + _attribute(element, "instr") + " ")
        elif name == "t":
            self._add(element.text or "")
        elif name in _BREAKS:
            self._add(_BREAKS[name])

    def _add(self, text: str) -> None:
        # AlternateContent says the same thing twice: only the first way counts.
        if self.fallbacks:
            return
        if self.boxes:
            self.box_text = self.box_text or bool(text.strip())
            return
        if self.hidden_run and text.strip():
            self.hidden_text = True
            return
        self.length += len(text)
        if self.length > _MAX_TEXT:
            raise RefusedError("too_long", "文档文字过多，无法测量。请精简后再上传。")
        self.pieces.append(text)


def _attribute(element: Any, name: str) -> str:
    for space in (_WORD_SPACE, _WORD_SPACE_STRICT):
        value = element.get(f"{{{space}}}{name}")
        if value is not None:
            return str(value)
    return ""


def _is_on(element: Any) -> bool:
    return _attribute(element, "val").lower() not in {"0", "false", "off", "none"}


def read_body(archive: zipfile.ZipFile, part: str) -> tuple[str, list[str]]:
    """Return the text of the main part and notes on what was left out.

    Args:
        archive: the opened package.
        part: name of the main part, usually ``word/document.xml``.

    Raises:
        RefusedError: fields that fetch from outside (DDE and its kin), or a text beyond measure.
    """
    body = _Body()
    with archive.open(part) as stream:
        for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
            name = element.tag.rsplit("}", 1)[-1]
            if event == "start":
                body.start(name)
            else:
                body.end(name, element)
                element.clear()
    if _DANGEROUS_FIELD.search("".join(body.fields)):
        raise RefusedError(
            "active_office",
            "文件中含有从外部取数的域代码（如 DDE），存在安全风险。请删除后另存再上传。",
        )
    notes = []
    if body.box_text:
        notes.append("文本框中的文字未计入字数。")
    if body.hidden_text:
        notes.append("隐藏文字未计入字数。")
    return "".join(body.pieces), notes
