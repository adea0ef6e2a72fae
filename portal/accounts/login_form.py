"""The sign-in form with the portal's words."""

from typing import Any

from allauth.account.forms import LoginForm


class PortalLoginForm(LoginForm):
    """Asks for an e-mail address or mobile number and the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "邮箱或手机号码"
        login.widget.attrs = {"autocomplete": "username"}
        password.label = "密码"
        password.help_text = ""
        password.widget.attrs.pop("placeholder", None)
