"""The form of the login; the way to a new password stands below it, not between a label and its field."""

from typing import Any

from allauth.account import forms


class LoginForm(forms.LoginForm):
    """E-mail and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""
