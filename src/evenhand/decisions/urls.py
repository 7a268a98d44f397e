from __future__ import annotations

from django.urls import path

from evenhand.decisions import policy_views, views

app_name = "decisions"
urlpatterns = [
    path("issues/<int:pk>/findings/", views.findings, name="findings"),
    path("issues/<int:pk>/grant/", views.grant, name="grant"),
    path("issues/<int:pk>/approval/", views.ask, name="ask"),
    path("issues/<int:pk>/exception/", views.exception, name="exception"),
    path("approvals/", views.approvals, name="approvals"),
    path("approvals/<int:pk>/answer/", views.answer, name="answer"),
    path("policies/", policy_views.policies, name="policies"),
    path("policies/publish/", policy_views.publish, name="publish"),
    path("policies/<slug:name>/", policy_views.policy, name="policy"),
]
