from __future__ import annotations

from django.urls import path

from evenhand.web.desk import (
    answer,
    aside_held,
    asides,
    case,
    files,
    held,
    inbox,
    merging,
    verbs,
    whose,
)

app_name = "desk"
urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("inbox/list/", inbox.list_fragment, name="list"),
    path("cases/new/", inbox.new_case, name="new_case"),
    path("cases/<ref>/", case.page, name="case"),
    path("cases/<ref>/parts/<part>/", case.part, name="part"),
    path("cases/<ref>/reply/", answer.send, name="send"),
    path("cases/<ref>/copies/", answer.add_copy, name="add_copy"),
    path("cases/<ref>/files/", files.attach, name="attach"),
    path("cases/<ref>/files/<int:pk>/remove/", files.detach, name="detach"),
    path("later/", held.later, name="later"),
    path("cases/<ref>/held/<int:pk>/take-back/", held.take_back, name="take_back"),
    path("cases/<ref>/held/<int:pk>/time/", held.change_time, name="change_time"),
    path("cases/<ref>/held/<int:pk>/seen/", held.seen, name="seen"),
    path("cases/<ref>/note/", verbs.note, name="note"),
    path("cases/<ref>/kind/", verbs.kind, name="kind"),
    path("cases/<ref>/close/", verbs.close, name="close"),
    path("cases/<ref>/reopen/", verbs.reopen, name="reopen"),
    path("cases/<ref>/take/", verbs.take, name="take"),
    path("cases/<ref>/hand-over/", verbs.hand_over, name="hand_over"),
    path("cases/<ref>/issues/", verbs.issue, name="issue"),
    path("cases/<ref>/order/", verbs.order, name="order"),
    path("cases/<ref>/merge/", merging.merge, name="merge"),
    path("cases/<ref>/unmerge/", merging.unmerge, name="unmerge"),
    path("cases/<ref>/split/", merging.split, name="split"),
    path("cases/<ref>/unsplit/", merging.unsplit, name="unsplit"),
    path("cases/<ref>/customer/", whose.customer, name="customer"),
    path(
        "cases/<ref>/customer/<int:pk>/undo/", whose.undo_customer, name="undo_customer"
    ),
    path("cases/<ref>/beside/", asides.begin, name="begin_aside"),
    path("cases/<ref>/beside/files/", asides.attach, name="attach_aside"),
    path("beside/<int:pk>/", asides.conversation, name="aside"),
    path("beside/<int:pk>/files/", asides.attach_on, name="attach_to_aside"),
    path("beside/uploads/<int:pk>/remove/", asides.detach, name="detach_aside"),
    path("beside/waiting/<int:pk>/", aside_held.held, name="held_aside"),
    path(
        "beside/waiting/<int:pk>/take-back/",
        aside_held.take_back,
        name="aside_take_back",
    ),
    path("beside/waiting/<int:pk>/time/", aside_held.change_time, name="aside_time"),
    path("beside/waiting/<int:pk>/drop/", aside_held.drop, name="aside_drop"),
    path("beside/<int:pk>/read/", asides.read, name="aside_read"),
    path("beside/files/<int:pk>/take/", asides.take_file, name="aside_take"),
    path("cases/<ref>/presence/", verbs.presence, name="presence"),
]
