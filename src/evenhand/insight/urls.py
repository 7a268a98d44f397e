from __future__ import annotations

from django.urls import path

from evenhand.insight import views

app_name = "insight"
urlpatterns = [
    path("scorecard/", views.scorecard, name="scorecard"),
    path("scorecard/paper/", views.paper, name="paper"),
]
