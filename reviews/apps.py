"""Connects the app to Django."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """评审办理."""

    name = "reviews"
    verbose_name = "评审办理"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to filings, load the kinds of stages, tell units where their filings are."""
        from applications.domain import outliving  # noqa: PLC0415 - models must be loaded first
        from applications.interfaces import progress  # noqa: PLC0415 - as above
        from applications.queries.announced import register_announced  # noqa: PLC0415 - as above
        from applications.queries.verified import register_verified  # noqa: PLC0415 - as above
        from reviews import receivers  # noqa: F401, PLC0415 - models must be loaded first
        from reviews.domain import stages  # noqa: F401, PLC0415 - as above
        from reviews.interfaces import (  # noqa: PLC0415 - as above
            announced,
            exporting,  # noqa: F401 - registers itself
            kinds,
            menu,
            unit_view,
        )
        from reviews.interfaces.verified import sheets_of  # noqa: PLC0415 - as above

        kinds.register_all()
        menu.register_all()
        progress.register(unit_view.UnitView())
        outliving.register_page(unit_view.case_page)
        register_verified(sheets_of)
        register_announced(announced.of_studio)
