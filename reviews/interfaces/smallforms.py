"""Small forms on one page: which of them could not be kept, and what was typed in it."""

from dataclasses import dataclass

from django.http import QueryDict

from portal.common.errors import DomainError


@dataclass(frozen=True)
class Refused:
    """A form that was sent and could not be kept.

    Its inputs carry ids of the shape ``<form>-<field>``, so that several forms of one page may
    have a field of the same name.
    """

    form: str
    typed: QueryDict
    error: DomainError

    def many(self, field: str) -> list[str]:
        """Everything that was ticked in a field."""
        return list(self.typed.getlist(field))

    @property
    def href(self) -> str:
        """Where the fault stands on the page, empty when it belongs to no input."""
        return f"#{self.form}-{self.error.field}" if self.error.field else ""


def of(refused: Refused | None, form: str) -> Refused | None:
    """The refused form when it is this one."""
    return refused if refused is not None and refused.form == form else None


def faults(error: DomainError | None, refused: Refused | None) -> list[dict[str, str]]:
    """The lines of the error summary."""
    if error is None:
        return []
    plain = f"#{error.field}" if error.field else ""
    return [{"text": error.message, "href": refused.href if refused else plain}]
