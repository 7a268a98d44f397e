from __future__ import annotations

from django.urls import path

from evenhand.decisions.views import (
    approvals,
    comparing,
    differing,
    drafts,
    issues,
    policies,
    publishing,
    replays,
)

app_name = "decisions"
urlpatterns = [
    path("issues/<int:pk>/findings/", issues.findings, name="findings"),
    path("issues/<int:pk>/grant/", issues.grant, name="grant"),
    path("issues/<int:pk>/approval/", issues.ask, name="ask"),
    path("issues/<int:pk>/exception/", issues.exception, name="exception"),
    path("approvals/", approvals.approvals, name="approvals"),
    path("approvals/<int:pk>/answer/", approvals.answer, name="answer"),
    path("policies/", policies.policies, name="policies"),
    path("policies/differing/", differing.differing, name="differing"),
    path("policies/new/", drafts.new, name="new"),
    path("policies/publishing/", publishing.second_person, name="second_person"),
    path("policies/drafts/<int:pk>/", drafts.draft, name="draft"),
    path("policies/drafts/<int:pk>/save/", drafts.save, name="save"),
    path("policies/drafts/<int:pk>/copy/", drafts.copy, name="copy"),
    path("policies/drafts/<int:pk>/check/", drafts.check, name="check"),
    path("policies/drafts/<int:pk>/findings/", drafts.findings, name="proof"),
    path("policies/drafts/<int:pk>/drop/", drafts.drop, name="drop"),
    path("policies/drafts/<int:pk>/replay/", replays.replay, name="replay"),
    path(
        "policies/drafts/<int:pk>/replay/progress/",
        replays.progress,
        name="replay_progress",
    ),
    path("policies/drafts/<int:pk>/publish/", publishing.publish, name="publish"),
    path("policies/drafts/<int:pk>/answer/", publishing.answer, name="answer_proposal"),
    path(
        "policies/drafts/<int:pk>/compare/",
        comparing.compare_draft,
        name="compare_draft",
    ),
    path("policies/drafts/<int:pk>/withdraw/", publishing.withdraw, name="withdraw"),
    path("policies/<slug:name>/", policies.policy, name="policy"),
    path("policies/<slug:name>/compare/", comparing.compare, name="compare"),
    path("policies/<slug:name>/<str:version>/text/", comparing.text, name="text"),
    path("policies/<slug:name>/<str:version>/dmn/", comparing.dmn, name="dmn"),
    path(
        "policies/<slug:name>/<str:version>/revert/", publishing.revert, name="revert"
    ),
    path(
        "policies/<slug:name>/<str:version>/call-off/",
        publishing.call_off,
        name="call_off",
    ),
]
