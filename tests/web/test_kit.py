"""The kit's parts as pages use them: exact words, exact ids, nothing inline."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation

from evenhand.cases.models import Case, Clock
from evenhand.kernel.money import Money
from evenhand.web.templatetags.desk import list_query, standing
from evenhand.web.templatetags.kit import due_of, duration, in_full, minutes, short_time

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 11, 21, 9, 41, tzinfo=UTC)


def rendered(source: str, **names: object) -> str:
    text = Template("{% load kit desk %}" + source).render(Context(names))
    return " ".join(text.split())


def test_an_icon_without_a_label_is_decoration() -> None:
    shown = rendered('{% icon "mail" %}')

    assert 'aria-hidden="true"' in shown
    assert "role=" not in shown


def test_an_icon_with_a_label_is_read_out() -> None:
    shown = rendered('{% icon "mail" "" word %}', word="By <mail>")

    assert 'role="img" aria-label="By &lt;mail&gt;"' in shown


def test_a_badge_takes_a_known_tone_and_any_other_is_quiet() -> None:
    assert rendered('{% badge "Late" "error" %}') == (
        '<span class="badge badge-sm badge-soft badge-error">Late</span>'
    )
    assert rendered('{% badge "Odd" "x onclick" %}') == (
        '<span class="badge badge-sm badge-ghost">Odd</span>'
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mei Chen", "MC"),
        ("李娜", "李"),
        ("田中 恵", "田"),
        ("สมชาย ใจดี", "ส"),
        ("<b>", "?"),
    ],
)
def test_an_avatar_shows_first_letters_of_any_script(name: str, letters: str) -> None:
    shown = rendered("{% avatar name %}", name=name)

    assert shown.endswith(f'aria-hidden="true">{letters}</span>')


@pytest.mark.parametrize(
    ("left", "text", "tone"),
    [
        (timedelta(minutes=-61), "Late 1 h", "error"),
        (timedelta(seconds=-1), "Late 0 min", "error"),
        (timedelta(minutes=9), "9 min", "error"),
        (timedelta(minutes=38), "38 min", "warning"),
        (timedelta(hours=6, minutes=5), "6 h", ""),
        (timedelta(hours=20), "Tomorrow", ""),
        (timedelta(days=2), "Monday", ""),
        (timedelta(days=12), "3 Dec", ""),
    ],
)
def test_a_deadline_says_how_long_is_left(
    left: timedelta, text: str, tone: str
) -> None:
    found = due_of(NOW + left, now=NOW)

    assert (found.text, found.tone, found.late) == (text, tone, left < timedelta(0))


@pytest.mark.parametrize(
    ("day", "text", "tone"),
    [
        (date(2026, 11, 19), "Late 2 d", "error"),
        (date(2026, 11, 20), "Late 1 d", "error"),
        (date(2026, 11, 21), "Today", "warning"),
        (date(2026, 11, 22), "Tomorrow", ""),
        (date(2026, 11, 27), "Friday", ""),
        (date(2026, 11, 28), "28 Nov", ""),
    ],
)
def test_a_day_is_late_only_once_it_is_over(day: date, text: str, tone: str) -> None:
    found = due_of(day, now=NOW)

    assert (found.text, found.tone) == (text, tone)


def test_no_deadline_is_a_dash() -> None:
    assert due_of(None, now=NOW).text == "—"


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (NOW.replace(hour=0, minute=5), "00:05"),
        (NOW - timedelta(days=1), "Yesterday"),
        (NOW - timedelta(days=20), "1 Nov"),
        (NOW - timedelta(days=400), "17 Oct 2025"),
    ],
)
def test_a_past_instant_is_shown_as_shortly_as_it_is_clear(
    at: datetime, text: str
) -> None:
    assert short_time(at, now=NOW) == text


def test_today_is_the_readers_today_not_utc() -> None:
    with timezone.override("Asia/Tokyo"):
        evening_before = NOW.replace(hour=14, minute=59)
        after_midnight = NOW.replace(hour=15, minute=1)

        assert short_time(evening_before, now=after_midnight) == "Yesterday"
        assert short_time(after_midnight, now=after_midnight) == "00:01"


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "1 Nov"), ("zh-hans", "11月1日"), ("ja", "11月1日")],
)
def test_days_are_written_as_the_language_writes_them(language: str, text: str) -> None:
    with translation.override(language):
        assert short_time(NOW - timedelta(days=20), now=NOW) == text


def test_a_time_carries_its_full_form() -> None:
    shown = rendered("{% when at %}", at=NOW - timedelta(days=20), now=NOW)

    assert shown == (
        '<time datetime="2026-11-01T09:41:00+00:00"'
        ' title="Sunday, 1 November 2026, 09:41 UTC">1 Nov</time>'
    )


def test_a_time_read_out_of_a_text_is_the_readers_own() -> None:
    with timezone.override("Asia/Tokyo"):
        read = datetime(2026, 11, 21, 20, 0)  # noqa: DTZ001 a draft names no zone

        shown = rendered("{% when at %}", at=read, now=NOW)
        left = due_of(read, now=NOW)

    assert shown.endswith(">20:00</time>")
    assert left.text == "1 h"


def test_an_instant_has_day_and_time() -> None:
    shown = rendered("{% instant at %}", at=NOW, now=NOW)

    assert shown.endswith(">Today, 09:41</time>")


def test_lengths_are_shown_by_their_largest_unit() -> None:
    assert [duration(timedelta(minutes=n)) for n in (0, 59, 60, 2879, 2880)] == [
        "0 min",
        "59 min",
        "1 h",
        "47 h",
        "2 d",
    ]
    assert [minutes(n) for n in (0, 59, 60, 95)] == [
        "0 min",
        "59 min",
        "1 h",
        "1 h 35 min",
    ]


def test_money_and_shares_show_a_dash_where_there_is_nothing() -> None:
    shown = rendered(
        "{{ a|money }} {{ b|money }} {{ c|share }} {{ d|share }}",
        a=Money(12900),
        b=None,
        c=0.214,
        d=None,
    )

    assert shown == '<span class="tabular">€129.00</span> — 21% —'


class AForm(forms.Form):
    subject = forms.CharField(label="What it is about", help_text="One line.")
    agreed = forms.BooleanField(label="They agreed", required=False)
    kind = forms.ChoiceField(
        choices=[("a", "One"), ("b", "Two")], widget=forms.RadioSelect
    )
    note = forms.CharField(widget=forms.Textarea, required=False)


def test_a_field_is_wired_to_its_label_help_and_error() -> None:
    shown = rendered("{% field form.subject %}", form=AForm({}))

    assert 'for="id_subject"' in shown
    assert 'aria-describedby="id_subject_help id_subject_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'id="id_subject_help"' in shown
    assert 'id="id_subject_error"' in shown
    assert "This field is required." in shown


def test_a_good_field_says_nothing_of_errors() -> None:
    shown = rendered("{% field form.subject %}", form=AForm())

    assert "aria-invalid" not in shown
    assert "_error" not in shown


def test_an_optional_field_says_so_and_a_required_one_does_not() -> None:
    form = AForm()

    assert "optional" in rendered("{% field form.note %}", form=form)
    assert "optional" not in rendered("{% field form.subject %}", form=form)


def test_a_box_stands_before_its_words_and_a_group_has_a_legend() -> None:
    form = AForm()
    box = rendered("{% field form.agreed %}", form=form)
    group = rendered("{% field form.kind %}", form=form)

    assert box.index("<input") < box.index("They agreed")
    assert "<legend" in group
    assert group.count('type="radio"') == 2


def a_row(**fields: object) -> Case:
    case = Case(pk=7, subject="Late", opened_at=NOW, moved_at=NOW, **fields)
    case.clock = Clock(started_at=NOW, due_at=NOW, limit_minutes=60)
    return case


def test_a_new_case_is_new_and_its_clock_runs() -> None:
    shown = standing(a_row(waiting_since=NOW))

    assert (str(shown.label), shown.tone, shown.clock_runs) == ("New", "info", True)


def test_a_closed_case_shows_no_running_clock() -> None:
    shown = standing(a_row(closed_at=NOW))

    assert (str(shown.label), shown.clock_runs) == ("Closed", False)


def test_the_lists_query_keeps_what_is_not_usual() -> None:
    plain = Context({"which": "open", "q": ""})
    narrowed = Context({"which": "mine", "q": "coat & 退货"})

    assert list_query(plain) == ""
    assert list_query(plain, after="k") == "?after=k"
    assert list_query(narrowed) == "?which=mine&q=coat+%26+%E9%80%80%E8%B4%A7"
    assert list_query(narrowed, which="closed").startswith("?which=closed&q=")


def templates() -> list[Path]:
    found = sorted((ROOT / "src/evenhand").glob("**/templates/**/*.html"))

    assert len(found) > 30
    return found


def test_every_icon_that_a_page_names_is_in_the_sprite() -> None:
    known = set((ROOT / "frontend/icons.txt").read_text(encoding="ascii").split())
    naming = re.compile(
        r"""{%\s*icon\s+"([\w-]+)"|icon_name="([\w-]+)"|{%\s*badge\s+\S+\s+"\w*"\s+"([\w-]+)\""""
    )

    unknown = {
        (path.name, name)
        for path in templates()
        for found in naming.findall(path.read_text(encoding="utf-8"))
        for name in found
        if name and name not in known
    }

    assert unknown == set()


def test_no_page_has_anything_that_the_content_policy_forbids() -> None:
    forbidden = re.compile(
        r"""\sstyle=|<style|\son[a-z]+=["']|javascript:|<script(?![^>]*(\ssrc=|application/json))"""
    )

    offending = [
        path.name
        for path in templates()
        if forbidden.search(path.read_text(encoding="utf-8"))
    ]

    assert offending == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Saturday, 21 November 2026"),
        ("zh-hans", "2026年11月21日 星期六"),
        ("ja", "2026年11月21日 土曜日"),
        ("th", "วันเสาร์ที่ 21 พฤศจิกายน 2026"),
    ],
)
def test_a_full_date_is_written_as_its_language_writes_it(
    language: str, text: str
) -> None:
    with translation.override(language):
        assert in_full(date(2026, 11, 21)) == text
