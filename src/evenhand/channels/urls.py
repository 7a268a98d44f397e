"""Addresses of mail's pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from evenhand.channels.views import (
    connecting,
    files,
    hooks,
    identities,
    mailboxes,
    outbox,
    sending,
    signing_in,
    tray,
)

app_name = "channels"
_Paths = list[URLPattern | URLResolver]
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
_mailboxes: _Paths = [
    path("", mailboxes.mailboxes, name="mailboxes"),
    path("connect/", connecting.connect, name="connect"),
    path("test/", connecting.test, name="test_mailbox"),
    path("tests/<str:token>/", connecting.trial, name="trial"),
    path("signed-in/", signing_in.signed_in, name="signed_in"),
    path("<int:pk>/", include(_mailbox)),
]
_server = [
    path("", sending.server, name="sending_server"),
    path("change/", sending.edit_server, name="edit_server"),
    path("test/", sending.try_server, name="try_server"),
    path("key/", sending.make_key, name="make_key"),
    path("key/check/", sending.check_key, name="check_key"),
    path("key/stop/", sending.stop_signing, name="stop_signing"),
    path("remove/", sending.retire, name="retire_server"),
]
_sending: _Paths = [
    path("", sending.sending, name="sending"),
    path("servers/add/", sending.add_server, name="add_server"),
    path("servers/test/", sending.test_server, name="test_server"),
    path("servers/<int:pk>/", include(_server)),
    path("names/add/", identities.add, name="add_identity"),
    path("names/<int:pk>/", identities.edit, name="edit_identity"),
    path("names/<int:pk>/usual/", identities.make_usual, name="make_usual"),
    path("names/<int:pk>/remove/", identities.remove, name="remove_identity"),
]
urlpatterns = [
    path("settings/mailboxes/", include(_mailboxes)),
    path("settings/sending/", include(_sending)),
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
    path("mail/<int:pk>/whole/", files.whole, name="whole"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("attachments/<int:pk>/picture/", files.picture, name="picture"),
    path("uploads/<int:pk>/", files.upload, name="upload"),
    path("messages/<int:pk>/words/", files.words, name="words"),
    path("beside/files/<int:pk>/", files.side_file, name="side_file"),
    path("beside/messages/<int:pk>/frame/", files.side_frame, name="side_frame"),
    path("messages/<int:pk>/frame/", files.message_frame, name="frame"),
]
