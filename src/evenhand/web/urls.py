"""Every address of the desk; each room brings its own."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path, re_path

from evenhand.web import theme
from evenhand.web.live.stream import stream
from evenhand.web.me import me
from evenhand.web.rail import rail

# Signing in and passwords only: accounts are made by an admin, who also keeps addresses.
_account = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        account.password_reset_done,
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("evenhand.web.desk.urls")),
    path("", include("evenhand.channels.urls")),
    path("", include("evenhand.decisions.urls")),
    path("", include("evenhand.promises.urls")),
    path("", include("evenhand.replies.urls")),
    path("", include("evenhand.surveys.urls")),
    path("", include("evenhand.insight.urls")),
    path("theme/", include(([path("", theme.choose, name="theme")], "web"))),
    path("me/", me, name="me"),
    path("rail/", rail, name="rail"),
    path("live/", stream, name="live"),
    path("accounts/", include(_account)),
]

handler400 = "evenhand.web.errors.bad_request"
handler403 = "evenhand.web.errors.forbidden"
handler404 = "evenhand.web.errors.not_found"
handler500 = "evenhand.web.errors.broken"
