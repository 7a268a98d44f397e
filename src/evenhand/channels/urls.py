"""Addresses of mail's pages."""

from __future__ import annotations

from django.urls import path

from evenhand.channels import views

app_name = "channels"
urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<int:pk>/", views.outgoing, name="outgoing"),
    path("outbox/<int:pk>/again/", views.send_again, name="send_again"),
    path("set-aside/", views.set_aside, name="set_aside"),
    path("set-aside/<int:pk>/again/", views.try_again, name="try_again"),
    path("set-aside/<int:pk>/place/", views.place, name="place"),
    path("mail/<int:pk>/source/", views.source, name="source"),
    path("mail/<int:pk>/raw/", views.raw, name="raw"),
    path("attachments/<int:pk>/", views.attachment, name="attachment"),
    path("messages/<int:pk>/frame/", views.message_frame, name="frame"),
]
