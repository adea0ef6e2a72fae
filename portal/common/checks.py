"""System checks: what the machine or its configuration lacks, said before somebody waits."""

import ctypes
import shutil
from typing import Any

from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from portal.common.fonts import font_paths
from portal.common.keyring import KeyRingError, key_ring

_SUBSETTER = "libharfbuzz-subset.so.0"
_PROGRAM_PATH = "/usr/local/bin:/usr/bin:/bin"


@register(Tags.compatibility)
def check_pdf_libraries(**kwargs: Any) -> list[CheckMessage]:
    """Warn loudly without the HarfBuzz subsetter: sheets would take 10 to 20 times as long."""
    del kwargs
    try:
        ctypes.CDLL(_SUBSETTER)
    except OSError:
        return [
            checks.Warning(
                "缺少 libharfbuzz-subset，生成 PDF 会慢 10 到 20 倍。",
                hint="apt-get install libharfbuzz-subset0",
                id="portal_common.W001",
            )
        ]
    return []


@register(Tags.compatibility)
def check_fonts(**kwargs: Any) -> list[CheckMessage]:
    """Refuse to start without the two font files."""
    del kwargs
    return [
        Error(
            f"缺少字体文件：{path}", hint="pip install pylopdf-fonts-zh-cn", id="portal_common.E001"
        )
        for path in font_paths().values()
        if not path.is_file()
    ]


@register(Tags.compatibility)
def check_text_extractor(**kwargs: Any) -> list[CheckMessage]:
    """Warn without pdftotext: every PDF would count as a scan, measured by a person."""
    del kwargs
    if shutil.which("pdftotext", path=_PROGRAM_PATH):
        return []
    return [
        checks.Warning(
            "缺少 pdftotext，无法测量 PDF 材料的字数。",
            hint="apt-get install poppler-utils",
            id="portal_common.W002",
        )
    ]


@register(Tags.security, deploy=True)
def check_keys(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a deployment whose key ring is missing or unreadable."""
    del kwargs
    try:
        key_ring()
    except KeyRingError as error:
        return [Error(str(error), id="portal_common.E002")]
    return []
