"""Pages for requests that cannot be answered: a sentence and a number, never a trace."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from portal.common.logs import request_number
from portal.common.views import public

TITLES = {
    400: ("请求无法识别", "请返回上一页刷新后重试。"),
    403: ("现在不能进行这项操作", "您没有进行这项操作的权限，或办理时机未到。"),
    404: ("没有找到这个页面", "地址可能有误，或该内容不属于您的单位和机构。"),
    500: ("系统暂时无法处理", "已填写并保存的内容不会丢失，请稍后重试。"),
}


def failure(request: HttpRequest, status: int, detail: str = "") -> HttpResponse:
    """Return the page for ``status`` with the number under which the log knows the request.

    Rendered without the request: the page must appear even when session or database fail.
    """
    title, advice = TITLES[status]
    number = request_number()
    context = {"status": status, "title": title, "advice": detail or advice, "number": number}
    return HttpResponse(render_to_string("errors/failure.html", context), status=status)


@public
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400."""
    return failure(request, 400)


@public
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403; the reason given with PermissionDenied is shown."""
    return failure(request, 403, detail=str(exception))


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 without saying whether the thing exists for somebody else."""
    return failure(request, 404)


@public
def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    return failure(request, 500)


@public
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose security token is missing or stale."""
    detail = "页面停留过久或已在别处重新登录，请返回上一页刷新后重新提交。"
    return failure(request, 403, detail=detail)
