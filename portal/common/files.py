"""Uploads in, files out: nothing is stored before it was read in full, nothing leaves naked."""

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Protocol

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from portal.common.sandbox import Parsed, UnacceptableFileError, parse_in_child
from portal.common.wordcount import RULE_NAME, count_like_word

KINDS = frozenset({"jpg", "png", "pdf", "docx", "xlsx"})
CONTENT_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_KIND_OF_EXTENSION = {**{kind: kind for kind in KINDS}, "jpeg": "jpg"}
_SHOWN_INLINE = frozenset({"jpg", "png", "pdf"})
_MEBIBYTE = 1024 * 1024
_DEFAULT_MAX_BYTES = 10 * _MEBIBYTE
_DEFAULT_MAX_PAGES = 60
_MAX_NAME_BYTES = 180
_CHUNK = 64 * 1024


class ReadableFile(Protocol):
    """What an upload must offer: Django's UploadedFile does, so does an open binary file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes."""
        ...


@dataclass(frozen=True)
class CheckedFile:
    """An upload that passed. ``content`` is what to store (images are re-encoded).

    ``sha256`` is of ``content``; ``original_sha256`` of the bytes as they arrived.
    ``text_chars`` counts visible characters and ``words`` is 字数 by ``length_rule``; both are
    None when there is no text to measure (pictures, scans, workbooks).
    ``pages_without_text`` tells how many PDF pages could not be measured.
    """

    kind: str
    content: bytes
    sha256: str
    original_sha256: str
    download_name: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    text_chars: int | None = None
    words: int | None = None
    pages_without_text: int = 0
    notes: tuple[str, ...] = ()
    length_rule: str = RULE_NAME

    @property
    def size(self) -> int:
        """Size of ``content`` in bytes."""
        return len(self.content)

    @property
    def content_type(self) -> str:
        """Media type by kind, never the one the browser claimed."""
        return CONTENT_TYPES[self.kind]


def default_max_bytes() -> int:
    """Bytes a file may have (setting ``PORTAL_UPLOAD_MAX_BYTES``, 10 MB without it)."""
    return int(getattr(settings, "PORTAL_UPLOAD_MAX_BYTES", _DEFAULT_MAX_BYTES))


def default_max_pages() -> int:
    """Pages a PDF may have (setting ``PORTAL_UPLOAD_MAX_PAGES``, 60 without it)."""
    return int(getattr(settings, "PORTAL_UPLOAD_MAX_PAGES", _DEFAULT_MAX_PAGES))


def check_upload(
    file: ReadableFile,
    *,
    name: str,
    allowed: frozenset[str],
    max_bytes: int | None = None,
    max_pages: int | None = None,
    max_pixels: int = 40_000_000,
) -> CheckedFile:
    """Judge an upload: extension, leading bytes and a full parse must agree.

    Args:
        file: the upload, at its beginning.
        name: the file name as the browser sent it.
        allowed: kinds accepted here, a subset of ``KINDS``.
        max_bytes: largest size in bytes; None takes the setting.
        max_pages: most pages of a PDF; None takes the setting.
        max_pixels: largest width times height of an image.

    Returns:
        The checked file, images re-encoded without metadata.

    Raises:
        UnacceptableFileError: a DomainError in Chinese saying what is wrong and what to do.
    """
    kind = _kind_of(name, allowed)
    content = _read_bounded(file, max_bytes if max_bytes is not None else default_max_bytes())
    pages_limit = max_pages if max_pages is not None else default_max_pages()
    parsed = parse_in_child(content, kind, max_pages=pages_limit, max_pixels=max_pixels)
    return _checked(parsed, kind=kind, name=name, original=content)


def _checked(parsed: Parsed, *, kind: str, name: str, original: bytes) -> CheckedFile:
    answer, text = parsed.answer, parsed.answer.get("text")
    stored = parsed.clean_copy if parsed.clean_copy is not None else original
    return CheckedFile(
        kind=kind,
        content=stored,
        sha256=hashlib.sha256(stored).hexdigest(),
        original_sha256=hashlib.sha256(original).hexdigest(),
        download_name=download_name(name),
        pages=answer.get("pages"),
        width=answer.get("width"),
        height=answer.get("height"),
        text_chars=None if text is None else sum(1 for char in text if not char.isspace()),
        words=None if text is None else count_like_word(text),
        pages_without_text=answer.get("pages_without_text", 0),
        notes=tuple(answer.get("notes", ())),
    )


def _kind_of(name: str, allowed: frozenset[str]) -> str:
    unknown = allowed - KINDS
    if unknown:
        raise ValueError(f"unknown file kinds: {sorted(unknown)}")
    extension = PurePosixPath(download_name(name)).suffix.lstrip(".").lower()
    kind = _KIND_OF_EXTENSION.get(extension, "")
    if kind not in allowed:
        kinds = "、".join(sorted(item.upper() for item in allowed))
        shown = f"“.{extension}”" if extension else "没有扩展名的"
        raise UnacceptableFileError(
            "extension", f"不接受{shown}文件。此处可上传：{kinds}。请转换格式后再上传。"
        )
    return kind


def _read_bounded(file: ReadableFile, max_bytes: int) -> bytes:
    """Read the bytes that are there; a declared length is never believed."""
    pieces: list[bytes] = []
    total = 0
    for piece in _pieces(file):
        total += len(piece)
        if total > max_bytes:
            limit = f"{max_bytes / _MEBIBYTE:.1f}".removesuffix(".0")
            raise UnacceptableFileError(
                "too_large", f"文件超过 {limit} MB 的上限。请压缩或拆分后再上传。"
            )
        pieces.append(piece)
    if not total:
        raise UnacceptableFileError("empty", "文件是空的（0 字节）。请检查后重新选择文件。")
    return b"".join(pieces)


def _pieces(file: ReadableFile) -> Iterator[bytes]:
    while piece := file.read(_CHUNK):
        yield piece


def storage_name(kind: str) -> str:
    """Return a fresh stored name, ``ab/cd/<uuid>.<kind>``: nothing of the person's name in it."""
    if kind not in KINDS:
        raise ValueError(f"unknown file kind: {kind}")
    identifier = uuid.uuid4()
    return f"{identifier.hex[:2]}/{identifier.hex[2:4]}/{identifier}.{kind}"


def download_name(original: str) -> str:
    """Return a clean copy of a file name: no folders, no control or direction marks, short.

    The extension survives; an empty result becomes ``文件``.
    """
    text = unicodedata.normalize("NFC", original.encode("utf-8", "ignore").decode("utf-8"))
    last = re.split(r"[/\\]", text)[-1]
    # Category C holds control and format characters, bidi overrides among them.
    visible = "".join(
        char for char in last if unicodedata.category(char)[0] not in "CZ" or char == " "
    )
    cleaned = re.sub(r'[<>:"|?*;%]', "_", visible).strip(" ").rstrip(" .")
    stem, dot, extension = cleaned.rpartition(".")
    if not dot:
        stem, extension = cleaned, ""
    extension = extension[:10]
    room = _MAX_NAME_BYTES - len(extension.encode()) - 1
    stem = stem.encode()[:room].decode("utf-8", "ignore").strip(" .") or "文件"
    return f"{stem}.{extension}" if extension else stem


def serve_file(
    request: HttpRequest, path: str | None, *, download_name: str, inline: bool = False
) -> HttpResponseBase:
    """Answer with a stored file. The caller has checked the right to see it, every time.

    With ``PORTAL_ACCEL_PREFIX`` set (an internal nginx location) the web server sends the
    bytes; otherwise they are streamed from the default storage.

    Args:
        request: the request being answered.
        path: stored name, as ``storage_name`` made it; a row without a file has none.
        download_name: name the person sees; cleaned again here.
        inline: show in the browser instead of saving (pictures and PDF only).

    Raises:
        Http404: no such file.
    """
    if not path:
        raise Http404("no file stored")
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or "\\" in path or "\x00" in path:
        raise SuspiciousFileOperation("stored name leaves its folder")
    kind = parts.suffix.lstrip(".").lower()
    shown = inline and kind in _SHOWN_INLINE
    response = _body(request, path)
    response["Content-Type"] = CONTENT_TYPES.get(kind, "application/octet-stream")
    disposition = content_disposition_header(not shown, _clean(download_name))
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


# The keyword of ``serve_file`` hides the function of the same name inside it.
_clean = download_name


def _body(request: HttpRequest, path: str) -> HttpResponseBase:
    prefix = getattr(settings, "PORTAL_ACCEL_PREFIX", "")
    if prefix:
        response = HttpResponse()
        response["X-Accel-Redirect"] = f"{prefix.rstrip('/')}/{path}"
        return response
    if not default_storage.exists(path):
        raise Http404("file not found")
    if request.method == "HEAD":
        response = HttpResponse()
        response["Content-Length"] = str(default_storage.size(path))
        return response
    return FileResponse(default_storage.open(path, "rb"))
