"""PDF: structure, forbidden content, pages, and the text for measuring lengths."""

import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf

from portal.common.parsing.refusal import RefusedError
from portal.common.parsing.request import ParseRequest
from portal.common.parsing.signatures import ends_like_zip, holds_markup, read_all, refuse_polyglot

_REMEDY = "请用“打印为 PDF”重新生成后再上传。"
_FORBIDDEN_KEYS = {
    "/JavaScript": "脚本（JavaScript）",
    "/JS": "脚本（JavaScript）",
    "/AA": "自动执行的动作",
    "/Launch": "启动外部程序的动作",
    "/EmbeddedFile": "嵌入的附件",
    "/EmbeddedFiles": "嵌入的附件",
    "/EF": "嵌入的附件",
    "/XFA": "XFA 动态表单",
    "/RichMedia": "多媒体内容",
    "/RichMediaContent": "多媒体内容",
}
_FORBIDDEN_ACTIONS = {
    "/JavaScript": "脚本（JavaScript）",
    "/Launch": "启动外部程序的动作",
    "/SubmitForm": "自动提交的动作",
    "/ImportData": "导入外部数据的动作",
    "/GoToR": "打开外部文件的动作",
    "/GoToE": "嵌入的附件",
    "/Rendition": "多媒体内容",
    "/Movie": "多媒体内容",
    "/Sound": "多媒体内容",
    "/RichMediaExecute": "多媒体内容",
}
_FORBIDDEN_ANNOTATIONS = {
    "/FileAttachment": "嵌入的附件",
    "/RichMedia": "多媒体内容",
    "/Movie": "多媒体内容",
    "/Sound": "多媒体内容",
    "/Screen": "多媒体内容",
    "/3D": "三维内容",
}
_MAX_OBJECTS = 200_000
_MAX_DEPTH = 64
_MAX_STREAM = 64 * 1024 * 1024
_MAX_STREAMS_TOTAL = 192 * 1024 * 1024
_MAX_IMAGE_PIXELS = 120_000_000
_MAX_SIDE_POINTS = 14_400
_MAX_TEXT_BYTES = 4 * 1024 * 1024
_TEXT_SECONDS = 8
#: Fewer visible characters than this on the average page is a scan, not a text (page numbers
#: and scanner stamps leave a few).
_SCAN_CHARS_PER_PAGE = 20


def parse(request: ParseRequest) -> dict[str, Any]:
    """Check the PDF at ``request.path``.

    Returns:
        ``pages``, ``text`` (None for a scan), ``pages_without_text`` and ``notes``.

    Raises:
        RefusedError: broken, encrypted, active, polyglot, too long.
    """
    path = request.path
    data = read_all(path)
    _check_frame(data)
    try:
        with pikepdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted:
                raise _encrypted()
            pages = len(pdf.pages)
            _check_pages(pdf, pages, request.max_pages)
            _check_objects(pdf)
    except pikepdf.PasswordError as error:
        raise _encrypted() from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise RefusedError("broken_pdf", f"PDF 已损坏，无法打开。{_REMEDY}") from error
    text, blank = _text_of(path, pages)
    return {"pages": pages, "text": text, "pages_without_text": blank, "notes": []}


def _encrypted() -> RefusedError:
    return RefusedError("encrypted", "PDF 设有密码或权限限制。请取消加密后再上传。")


def _check_frame(data: bytes) -> None:
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise RefusedError("truncated", f"PDF 不完整（缺少文件结尾）。{_REMEDY}")
    if data[end + 5 :].strip(b"\r\n\t \x00\x1a") or ends_like_zip(data):
        raise refuse_polyglot()
    first_object = data.find(b" obj")
    if holds_markup(data[: max(first_object, 0) or 1024]):
        raise refuse_polyglot()


def _check_pages(pdf: pikepdf.Pdf, pages: int, max_pages: int) -> None:
    if pages == 0:
        raise RefusedError("no_pages", f"PDF 中没有页面。{_REMEDY}")
    if pages > max_pages:
        raise RefusedError(
            "too_many_pages", f"PDF 共 {pages} 页，超过 {max_pages} 页的上限。请拆分或精简后上传。"
        )
    for number, page in enumerate(pdf.pages, start=1):
        box = [float(value) for value in page.mediabox]
        if max(abs(box[2] - box[0]), abs(box[3] - box[1])) > _MAX_SIDE_POINTS:
            raise RefusedError("huge_page", f"PDF 第 {number} 页的页面尺寸异常。{_REMEDY}")


def _check_objects(pdf: pikepdf.Pdf) -> None:
    total = 0
    for count, thing in enumerate(pdf.objects):
        if count > _MAX_OBJECTS:
            raise RefusedError("too_complex", f"PDF 结构过于复杂。{_REMEDY}")
        for part in _dictionaries(thing):
            _check_dictionary(part)
        if isinstance(thing, pikepdf.Stream):
            total += _decoded_size(thing)
            if total > _MAX_STREAMS_TOTAL:
                raise RefusedError("bomb", f"PDF 解压后体积异常。{_REMEDY}")
    _check_open_action(pdf)


def _dictionaries(thing: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield every dictionary inside one indirect object, without following references."""
    waiting: list[tuple[pikepdf.Object, int]] = [(thing, 0)]
    while waiting:
        item, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            raise RefusedError("too_complex", f"PDF 结构过于复杂。{_REMEDY}")
        children: list[Any] = []
        if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
            yield item
            children = [child for _, child in item.items()]
        elif isinstance(item, pikepdf.Array):
            children = list(item)
        for child in children:
            nested = isinstance(child, pikepdf.Dictionary | pikepdf.Array)
            if nested and not child.is_indirect:
                waiting.append((child, depth + 1))


def _check_dictionary(part: pikepdf.Object) -> None:
    found = next((label for key, label in _FORBIDDEN_KEYS.items() if key in part), None)
    if found is None:
        found = _FORBIDDEN_ACTIONS.get(_name(part, "/S"))
    if found is None:
        found = _FORBIDDEN_ANNOTATIONS.get(_name(part, "/Subtype"))
    if found is None and _name(part, "/Type") == "/EmbeddedFile":
        found = "嵌入的附件"
    if found is not None:
        raise _active(found)


def _active(what: str) -> RefusedError:
    return RefusedError("active_pdf", f"PDF 中含有{what}，存在安全风险。{_REMEDY}")


def _check_open_action(pdf: pikepdf.Pdf) -> None:
    # A destination or a plain GoTo only chooses the first page shown; office suites write it.
    action = pdf.Root.get("/OpenAction")
    if isinstance(action, pikepdf.Dictionary) and _name(action, "/S") != "/GoTo":
        raise _active("自动执行的动作")


def _name(part: pikepdf.Object, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _decoded_size(stream: pikepdf.Object) -> int:
    """Return the size of a compressed stream, unpacked at most to the limit.

    Images count by their declared pixels: sixty scanned pages unpack to more than any sane
    limit and nothing here draws them.
    """
    if _name(stream, "/Subtype") == "/Image":
        pixels = int(stream.get("/Width", 0)) * int(stream.get("/Height", 0))
        if pixels > _MAX_IMAGE_PIXELS:
            raise RefusedError("huge_image", f"PDF 中的图片尺寸过大。{_REMEDY}")
        return 0
    raw = stream.read_raw_bytes()
    if "/FlateDecode" not in _filters(stream):
        return len(raw)
    size = _inflated_size(raw)
    if size > _MAX_STREAM:
        raise RefusedError("bomb", f"PDF 解压后体积异常。{_REMEDY}")
    return size


def _filters(stream: pikepdf.Object) -> list[str]:
    value = stream.get("/Filter")
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, pikepdf.Array) else [str(value)]


def _inflated_size(raw: bytes) -> int:
    unpacker = zlib.decompressobj()
    size, waiting = 0, raw
    try:
        while waiting and size <= _MAX_STREAM:
            size += len(unpacker.decompress(waiting, 1024 * 1024))
            waiting = unpacker.unconsumed_tail
    except zlib.error:
        # Another filter comes first, or a sloppy writer: nothing unpacks to a bomb here.
        return max(size, len(raw))
    return size


def _text_of(path: Path, pages: int) -> tuple[str | None, int]:
    """Return the text (None for a scan) and the number of pages without any."""
    target = path.with_suffix(".txt")
    command = ["pdftotext", "-q", "-enc", "UTF-8", "-l", str(pages), str(path), str(target)]
    try:
        subprocess.run(  # noqa: S603 -- fixed program, our own file names
            command, check=True, timeout=_TEXT_SECONDS, stdin=subprocess.DEVNULL
        )
        with target.open("rb") as stream:
            text = stream.read(_MAX_TEXT_BYTES).decode("utf-8", "replace")
    except (OSError, subprocess.SubprocessError):
        return None, pages
    sheets = text.split("\f")[:pages]
    visible = [sum(1 for char in sheet if not char.isspace()) for sheet in sheets]
    blank = pages - sum(1 for count in visible if count)
    return (None if sum(visible) < _SCAN_CHARS_PER_PAGE * pages else text), blank
