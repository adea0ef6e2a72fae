"""Leading bytes, and bytes that make a file two kinds at once."""

from pathlib import Path

from portal.common.parsing.refusal import RefusedError

LEADING_BYTES: dict[str, tuple[bytes, ...]] = {
    "jpg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "pdf": (b"%PDF-1.", b"%PDF-2."),
    "docx": (b"PK\x03\x04",),
    "xlsx": (b"PK\x03\x04",),
}
LABELS = {
    "jpg": "JPG 图片",
    "png": "PNG 图片",
    "pdf": "PDF 文档",
    "docx": "Word 文档（.docx）",
    "xlsx": "Excel 表格（.xlsx）",
}
_MARKUP = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<?php", b"<iframe")
_CARRIED = (b"PK\x03\x04", b"%PDF-", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"MZ\x90\x00")
_END_OF_ZIP = b"PK\x05\x06"
_END_OF_ZIP_SIZE = 22
_ZIP_TAIL = _END_OF_ZIP_SIZE + 0xFFFF


def check_leading_bytes(kind: str, data: bytes) -> None:
    """Refuse a file whose first bytes are not those of ``kind``."""
    if not data.startswith(LEADING_BYTES[kind]):
        raise RefusedError(
            "wrong_signature",
            f"文件内容不是{LABELS[kind]}，与扩展名不符。请用原软件另存为正确的格式后再上传。",
        )


def ends_like_zip(data: bytes) -> bool:
    """Whether an archive reader would open ``data`` as a zip (a record that reaches the end)."""
    tail = data[-_ZIP_TAIL:]
    position = tail.rfind(_END_OF_ZIP)
    while position >= 0:
        if position + _END_OF_ZIP_SIZE <= len(tail):
            comment = int.from_bytes(tail[position + 20 : position + 22], "little")
            if position + _END_OF_ZIP_SIZE + comment == len(tail):
                return True
        position = tail.rfind(_END_OF_ZIP, 0, position)
    return False


def carries_other_file(data: bytes) -> bool:
    """Whether bytes that belong to no image hold markup, an archive, a document or a program."""
    lowered = data.lower()
    return any(mark in lowered for mark in _MARKUP) or any(mark in data for mark in _CARRIED)


def holds_markup(data: bytes) -> bool:
    """Whether ``data`` holds the opening of a web page or a script."""
    lowered = data.lower()
    return any(mark in lowered for mark in _MARKUP)


def refuse_polyglot() -> RefusedError:
    """Return the refusal for a file that is two kinds at once."""
    return RefusedError(
        "polyglot",
        "文件中夹带了其他类型的内容，存在安全风险。请重新拍照、扫描或另存后再上传。",
    )


def read_all(path: Path) -> bytes:
    """Read the file; its size was bounded by the caller."""
    return path.read_bytes()
