from __future__ import annotations

from django.urls import path

from evenhand.decisions.views import approvals, issues, policies

app_name = "decisions"
urlpatterns = [
    path("issues/<int:pk>/findings/", issues.findings, name="findings"),
    path("issues/<int:pk>/grant/", issues.grant, name="grant"),
    path("issues/<int:pk>/approval/", issues.ask, name="ask"),
    path("issues/<int:pk>/exception/", issues.exception, name="exception"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/answer/", approvals.answer, name="answer"),
    path("policies/", policies.policies, name="policies"),
    path("policies/publish/", policies.publish, name="publish"),
    path("policies/<slug:name>/", policies.policy, name="policy"),
]
