from __future__ import annotations

from django.urls import path

from evenhand.replies import views

app_name = "replies"
urlpatterns = [
    path("cases/<ref>/check/", views.check, name="check"),
    path("cases/<ref>/draft/", views.draft, name="draft"),
    path("cases/<ref>/outline/", views.outline, name="outline"),
]
