"""Connects the app to Django."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """考核与跟踪."""

    name = "assessments"
    verbose_name = "考核与跟踪"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what decisions do here, and the menu entries."""
        from applications.interfaces.studio_pages import register_page  # noqa: PLC0415 - as above
        from applications.queries import register_book  # noqa: PLC0415 - as above
        from assessments.domain import (  # noqa: PLC0415 - needs the models
            effects,  # noqa: F401 - registers itself
            enrolling,  # noqa: F401 - registers itself
            grades,  # noqa: F401 - registers itself
            regrading,  # noqa: F401 - registers itself
            undoing,  # noqa: F401 - registers itself
        )
        from assessments.interfaces import (  # noqa: PLC0415 - as above
            dossier_zip,  # noqa: F401 - the worker must know its kind of job
            menu,
            studio_entering,  # noqa: F401 - as above
        )
        from assessments.queries.computed import book  # noqa: PLC0415 - as above
        from portal.common.notifying import Kind, register_kinds  # noqa: PLC0415 - as above

        register_kinds(
            Kind("studio_due", "工作室报送、考核和整改", "unit"),
            Kind("day_unset", "报送日期待设定", "staff"),
            Kind("post_filed", "负责人、联系人报备", "staff"),
            Kind("report_filed", "重大事项报告", "staff"),
        )

        register_book(book)
        register_page(menu.officers_page)
        menu.register_all()
