"""What a person is told after a stage was acted on."""

from django.contrib import messages
from django.http import HttpRequest

from reviews.domain import nextpost
from reviews.models import StageRun


def say(request: HttpRequest, run: StageRun, done: str) -> None:
    """Say what was done, and that nobody is left to go on where that is so.

    Args:
        request: of the person.
        run: the passage.
        done: what was done.
    """
    messages.success(request, done)
    if text := nextpost.stuck(run):
        messages.warning(request, text)
