"""What a filing is called where many stand together."""

from applications.models import Application
from jurisdictions.queries import policy_of


def title_of(application: Application, nameless: str | None = "") -> str:
    """The name of the studio; a procedure of a studio that exists says first which it is.

    Args:
        application: the filing, with its ruleset.
        nameless: what a filing without a name of its studio is called; its unit when empty.
    """
    name = application.studio_name or nameless or application.unit_name
    if application.studio_id is None:
        return name
    label = policy_of(application.ruleset).procedure(application.procedure).label
    return f"{label}：{name}"
