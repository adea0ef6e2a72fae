"""Publishing a policy: one way for files and for a browser editor alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from jurisdictions.engine.check import check_policy
from jurisdictions.engine.national import National
from jurisdictions.engine.policy import Policy, build_policy, digest
from jurisdictions.engine.problems import RulesetInvalidError
from jurisdictions.models import Basis, Jurisdiction, Ruleset
from jurisdictions.signals import acted
from portal.common.errors import DomainError

#: Where a version came from, kept in ``Ruleset.source["origin"]``.
FROM_FILES, FROM_EDITOR = "files", "editor"


class ParentMovedError(DomainError):
    """The version this one was made from is no longer the newest."""


@dataclass(frozen=True)
class SourceFiles:
    """The text a version was written in.

    Attributes:
        root: name of the root file.
        files: file name relative to the root's folder to text.
    """

    root: str
    files: Mapping[str, str]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for the row."""
        return {"origin": FROM_FILES, "root": self.root, "files": dict(self.files)}


@transaction.atomic
def publish(
    document: Mapping[str, Any],
    inventory: Mapping[str, Any],
    *,
    catalogue: Mapping[str, Any],
    national: National | Mapping[str, Any],
    source_files: SourceFiles | None,
    parent: Ruleset | None,
    by: Any,
) -> Ruleset:
    """Publish a version; publishing what is in force already changes nothing.

    Args:
        document, inventory, catalogue: ruleset, clause texts and field catalogue, plain data.
        national: the national tables.
        source_files: the files it was written in; None when it was made in the browser.
        parent: the version it was made from; None for the first one.
        by: who publishes, None for the command line.

    Raises:
        RulesetInvalidError: the document is at fault; every fault is listed.
        ParentMovedError: somebody published another version meanwhile.
    """
    policy = build_policy(document, inventory, catalogue, national)
    problems = check_policy(policy)
    if problems:
        raise RulesetInvalidError(problems)
    jurisdiction = _jurisdiction(policy)
    newest = jurisdiction.rulesets.order_by("-version").first()
    basis = _basis(catalogue, policy)
    if newest is not None and says_the_same(newest, policy, inventory, basis.digest):
        return newest
    _check_parent(jurisdiction, newest, parent)
    return _store(policy, jurisdiction, basis, inventory, source_files, newest, by)


def _check_parent(
    jurisdiction: Jurisdiction, newest: Ruleset | None, parent: Ruleset | None
) -> None:
    """Refuse a version that was made from another one than the newest."""
    if (newest.pk if newest else None) != (parent.pk if parent else None):
        raise ParentMovedError(
            f"{jurisdiction}的政策已另有第{newest.version if newest else 0}版发布，"
            "不是本次修改所依据的版本。请先导出现行版本，合并修改后再发布。"
        )


def says_the_same(
    row: Ruleset, policy: Policy, inventory: Mapping[str, Any], basis_digest: str
) -> bool:
    """Whether a published version equals a policy, its texts and all it rests on."""
    return (
        row.sha256 == policy.digest
        and row.basis.digest == basis_digest
        and digest(row.inventory) == digest(inventory)
    )


def basis_digest(catalogue: Mapping[str, Any], policy: Policy) -> str:
    """Names the field catalogue and the national tables together."""
    return digest({"catalogue": catalogue, "national": dict(policy.national.documents)})


def enter_effective_day(jurisdiction: Jurisdiction, day: date, *, by: Any) -> Jurisdiction:
    """Enter the day from which a policy holds whose source lacks it.

    Raises:
        DomainError: the source says the day itself.
    """
    newest = jurisdiction.rulesets.order_by("-version").first()
    if newest is not None and newest.effective_from is not None:
        raise DomainError("现行文件已写明施行日期，无需补录。", field="day")
    jurisdiction.effective_from_entered = day
    jurisdiction.save(update_fields=["effective_from_entered"])
    acted.send(
        Jurisdiction,
        jurisdiction=jurisdiction,
        kind="effective_day_entered",
        text=f"补录施行日期 {day}",
        by=by,
        data={"day": day.isoformat()},
    )
    return jurisdiction


def _jurisdiction(policy: Policy) -> Jurisdiction:
    """The row of the place, made or brought up to date, locked until the end."""
    identity = policy.ruleset.identity
    named = {
        "name": identity.name,
        "short_name": identity.short_name,
        "level": identity.level,
        "region_code": identity.region_code,
    }
    row, created = Jurisdiction.objects.select_for_update().get_or_create(
        code=identity.code, defaults=named
    )
    if not created and any(getattr(row, key) != value for key, value in named.items()):
        for key, value in named.items():
            setattr(row, key, value)
        row.save(update_fields=list(named))
    return row


def _basis(catalogue: Mapping[str, Any], policy: Policy) -> Basis:
    row, _ = Basis.objects.get_or_create(
        digest=basis_digest(catalogue, policy),
        defaults={"catalogue": dict(catalogue), "national": dict(policy.national.documents)},
    )
    return row


def _store(
    policy: Policy,
    jurisdiction: Jurisdiction,
    basis: Basis,
    inventory: Mapping[str, Any],
    source_files: SourceFiles | None,
    parent: Ruleset | None,
    by: Any,
) -> Ruleset:
    identity = policy.ruleset.identity
    row = Ruleset.objects.create(
        jurisdiction=jurisdiction,
        version=parent.version + 1 if parent else 1,
        parent=parent,
        basis=basis,
        document=dict(policy.document),
        source=source_files.as_dict() if source_files else {"origin": FROM_EDITOR},
        inventory=dict(inventory),
        sha256=policy.digest,
        document_number=identity.document_number,
        title=identity.title,
        effective_from=identity.validity.effective_from,
        effective_until=identity.validity.effective_until,
        published_by=by,
    )
    acted.send(
        Jurisdiction,
        jurisdiction=jurisdiction,
        kind="ruleset_published",
        text=f"发布政策第{row.version}版：{row.title}",
        by=by,
        data={"version": row.version, "sha256": row.sha256},
    )
    return row


def parent_of_files(code: str, recorded: str | None) -> Ruleset | None:
    """The version that files on disk were made from.

    Args:
        code: code of the jurisdiction.
        recorded: SHA-256 of the version they were exported from, where that is on record;
            without it the newest version that was published from files.
    """
    rows = Ruleset.objects.filter(jurisdiction__code=code).order_by("-version")
    if recorded:
        return rows.filter(sha256=recorded).first()
    # JSON conditions differ between databases; a city has a handful of versions.
    origins = rows.values_list("pk", "source__origin")
    wanted = next((pk for pk, origin in origins if origin == FROM_FILES), None)
    return None if wanted is None else rows.filter(pk=wanted).first()


def published_as(
    policy: Policy, inventory: Mapping[str, Any], catalogue: Mapping[str, Any]
) -> Ruleset | None:
    """The newest published version that equals a policy, or None."""
    named = basis_digest(catalogue, policy)
    rows = Ruleset.objects.filter(jurisdiction__code=policy.code, sha256=policy.digest)
    same = (row for row in rows.order_by("-version").select_related("basis"))
    return next((row for row in same if says_the_same(row, policy, inventory, named)), None)
