"""Addresses of mail's pages."""

from __future__ import annotations

from django.urls import path

from evenhand.channels.views import files, outbox, tray

app_name = "channels"
urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.outgoing, name="outgoing"),
    path("outbox/<int:pk>/again/", outbox.send_again, name="send_again"),
    path("set-aside/", tray.set_aside, name="set_aside"),
    path("set-aside/<int:pk>/again/", tray.try_again, name="try_again"),
    path("set-aside/<int:pk>/place/", tray.place, name="place"),
    path("mail/<int:pk>/source/", tray.source, name="source"),
    path("mail/<int:pk>/raw/", tray.raw, name="raw"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("attachments/<int:pk>/picture/", files.picture, name="picture"),
    path("uploads/<int:pk>/", files.upload, name="upload"),
    path("messages/<int:pk>/frame/", files.message_frame, name="frame"),
]
