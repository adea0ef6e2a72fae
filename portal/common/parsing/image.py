"""JPG and PNG: decode fully, write again, so that metadata and hidden tails are gone."""

import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from portal.common.parsing.refusal import RefusedError
from portal.common.parsing.request import ParseRequest
from portal.common.parsing.signatures import (
    carries_other_file,
    ends_like_zip,
    read_all,
    refuse_polyglot,
)

_JPEG_QUALITY = 90
_TAIL_MARK = {"jpg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}


def parse(request: ParseRequest) -> dict[str, Any]:
    """Re-encode the image at ``request.path`` into ``request.output``.

    Returns:
        ``width``, ``height`` (pixels, upright) and ``notes``.

    Raises:
        RefusedError: too many pixels, broken, or carrying another file.
    """
    path, kind = request.path, request.kind
    data = read_all(path)
    _check_tail(data, kind)
    notes: list[str] = []
    # Pillow only warns up to twice its own limit; ours is exact and comes first.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        with Image.open(path, formats=["JPEG" if kind == "jpg" else "PNG"]) as source:
            _check_size(source.width, source.height, request.max_pixels)
            if getattr(source, "n_frames", 1) > 1:
                notes.append("图片含多帧，仅保留第一帧。")
            source.load()
            clean = _upright(source)
        _write(clean, kind, request.output)
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise RefusedError(
            "broken_image", "图片不完整或已损坏，无法打开。请重新导出或拍照后再上传。"
        ) from error
    return {"width": clean.width, "height": clean.height, "notes": notes}


def _check_tail(data: bytes, kind: str) -> None:
    # Phones append harmless blocks (motion photo, maker notes): those are dropped silently by
    # the re-encoding. What a browser, an archiver or a reader would open is an attack.
    end = data.rfind(_TAIL_MARK[kind])
    tail = data[end + len(_TAIL_MARK[kind]) :] if end >= 0 else b""
    if ends_like_zip(data) or carries_other_file(tail):
        raise refuse_polyglot()


def _check_size(width: int, height: int, max_pixels: int) -> None:
    if width * height > max_pixels:
        raise RefusedError(
            "too_many_pixels",
            f"图片尺寸过大（{width}×{height} 像素，上限约 {max_pixels // 10_000} 万像素）。"
            "请缩小尺寸后再上传。",
        )


def _upright(source: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(source)
    if turned.mode.startswith("I"):
        # 16-bit grey: Pillow's own conversion clips instead of scaling.
        turned = turned.point(lambda value: value / 256).convert("L")
    if turned.mode in {"1", "L", "RGB"}:
        return turned
    if turned.format == "JPEG" or turned.mode in {"CMYK", "YCbCr", "LAB", "HSV", "F"}:
        return turned.convert("RGB")
    return turned.convert("RGBA")


def _write(image: Image.Image, kind: str, output: Path) -> None:
    # A fresh info dict: Pillow's writers would otherwise carry EXIF, ICC and comments over.
    image.info = {}
    if kind == "jpg":
        plain = image if image.mode in {"L", "RGB"} else image.convert("RGB")
        plain.save(output, "JPEG", quality=_JPEG_QUALITY)
    else:
        image.save(output, "PNG", compress_level=6)
