"""What a reader is asked."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ParseRequest:
    """One file to read.

    Attributes:
        path: the upload; its size is bounded, its leading bytes are checked.
        kind: ``jpg``, ``png``, ``pdf``, ``docx`` or ``xlsx``.
        output: where an image's clean copy goes.
        max_pages: pages a PDF may have.
        max_pixels: width times height an image may have.
    """

    path: Path
    kind: str
    output: Path
    max_pages: int
    max_pixels: int
