"""Addresses of mail's pages."""

from __future__ import annotations

from django.urls import include, path

from evenhand.channels.views import (
    connecting,
    files,
    hooks,
    mailboxes,
    outbox,
    signing_in,
    tray,
)

app_name = "channels"
_mailbox = [
    path("", mailboxes.mailbox, name="mailbox"),
    path("change/", connecting.edit, name="edit_mailbox"),
    path("test/", connecting.try_kept, name="try_mailbox"),
    path("fetch/", mailboxes.fetch_now, name="fetch_mailbox"),
    path("pause/", mailboxes.pause, name="pause_mailbox"),
    path("resume/", mailboxes.resume, name="resume_mailbox"),
    path("disconnect/", mailboxes.disconnect, name="disconnect"),
    path("sign-in/", signing_in.sign_in, name="sign_in"),
]
_mailboxes = [
    path("", mailboxes.mailboxes, name="mailboxes"),
    path("connect/", connecting.connect, name="connect"),
    path("test/", connecting.test, name="test_mailbox"),
    path("tests/<str:token>/", connecting.trial, name="trial"),
    path("signed-in/", signing_in.signed_in, name="signed_in"),
    path("<int:pk>/", include(_mailbox)),
]
urlpatterns = [
    path("settings/mailboxes/", include(_mailboxes)),
    path("hooks/mail/<slug:provider>/", hooks.mail, name="hook"),
    path("hooks/mail/<slug:provider>/events/", hooks.events, name="hook_events"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.outgoing, name="outgoing"),
    path("outbox/<int:pk>/again/", outbox.send_again, name="send_again"),
    path(
        "outbox/<int:pk>/people/<int:person>/", outbox.correct, name="correct_address"
    ),
    path("outbox/<int:pk>/leave/", outbox.leave_it, name="leave_it"),
    path("set-aside/", tray.set_aside, name="set_aside"),
    path("set-aside/<int:pk>/again/", tray.try_again, name="try_again"),
    path("set-aside/<int:pk>/place/", tray.place, name="place"),
    path("mail/<int:pk>/source/", tray.source, name="source"),
    path("mail/<int:pk>/raw/", tray.raw, name="raw"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("attachments/<int:pk>/picture/", files.picture, name="picture"),
    path("uploads/<int:pk>/", files.upload, name="upload"),
    path("messages/<int:pk>/words/", files.words, name="words"),
    path("messages/<int:pk>/frame/", files.message_frame, name="frame"),
]
