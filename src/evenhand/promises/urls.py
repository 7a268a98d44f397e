from __future__ import annotations

from django.urls import path

from evenhand.promises import views

app_name = "promises"
urlpatterns = [
    path("promises/", views.board, name="board"),
    path("promises/<int:pk>/", views.promise, name="promise"),
    path("promises/<int:pk>/keep/", views.keep, name="keep"),
    path("promises/<int:pk>/move/", views.move, name="move"),
    path("promises/<int:pk>/break/", views.break_promise, name="break"),
    path("promises/<int:pk>/release/", views.release, name="release"),
    path("promises/<int:pk>/hand-over/", views.hand_over, name="hand_over"),
    path("cases/<str:ref>/promises/", views.make, name="make"),
]
