"""The parts that every page is made of: icons, badges, times, fields, money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from django import template
from django.contrib.staticfiles import finders
from django.forms import BoundField
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from evenhand.kernel.money import Money
from evenhand.kernel.text import initials
from evenhand.staff.models import Member
from evenhand.staff.rules import Permission, Role

register = template.Library()

# Any other tone is the quiet one.
TONES = frozenset({"primary", "info", "success", "warning", "error"})
# Chinese and Japanese write the month with its sign; the others by its short name.
DAY_FORMATS = {"zh-hans": "n月j日", "ja": "n月j日"}
YEAR_FORMATS = {"zh-hans": "Y年n月j日", "ja": "Y年n月j日"}
ROLES: dict[str, str | Promise] = {
    Role.AGENT: _("Agent"),
    Role.APPROVER: _("Approver"),
    Role.MANAGER: _("Manager"),
    Role.ADMIN: _("Administrator"),
}
FULL_FORMATS = {"zh-hans": "Y年n月j日 l", "ja": "Y年n月j日 l", "th": "วันlที่ j F Y"}
CONTROL_CLASSES = {
    "select": "select w-full",
    "textarea": "textarea w-full",
    "checkbox": "checkbox checkbox-sm",
    "radio": "radio radio-sm",
    "file": "file-input w-full",
}


@lru_cache(maxsize=1)
def _build() -> str:
    """Name the build of the assets, so that an upgrade never meets an old script."""
    stamp = finders.find("dist/inputs.sha256")
    return Path(str(stamp)).read_text(encoding="ascii")[:10] if stamp else "none"


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a built file, with its build in the query."""
    return f"{static(f'dist/{name}')}?{_build()}"


@register.simple_tag
def icon(name: str, extra: str = "", label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is decoration."""
    return _drawn(name, conditional_escape(extra), conditional_escape(label))


@lru_cache(maxsize=1000)  # a page draws a hundred and more, mostly the same few
def _drawn(name: str, extra: str, label: str) -> SafeString:
    role = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="icon {}" {}><use href="{}#{}"/></svg>',
        extra,
        role,
        asset("icons.svg"),
        name,
    )


@register.simple_tag
def badge(text: object, tone: str = "ghost", icon_name: str = "") -> SafeString:
    """Show a short state word; the tone only repeats what the word says."""
    look = f"badge-soft badge-{tone}" if tone in TONES else "badge-ghost"
    drawn = icon(icon_name, "size-3") if icon_name else ""
    return format_html('<span class="badge badge-sm {}">{}{}</span>', look, drawn, text)


@register.simple_tag
def avatar(
    name: str, size: str = "size-7 text-xs", tone: str = "neutral"
) -> SafeString:
    """Show a person's first letters; the name itself always stands beside it."""
    look = {
        "neutral": "bg-neutral text-neutral-content",
        "secondary": "bg-secondary text-secondary-content",
        "primary": "bg-primary text-primary-content",
    }[tone]
    return format_html(
        '<span class="avatar-letter {} {}" aria-hidden="true">{}</span>',
        size,
        look,
        initials(name),
    )


@register.simple_tag
def boost(target: str = "#page") -> SafeString:
    """Let a form or link replace one part of the page in place of the whole."""
    return format_html(
        'data-hx-boost=\'target:"{0}", select:"{0}", swap:"outerMorph show:none"\'',
        target,
    )


@register.simple_tag(takes_context=True)
def when(
    context: template.Context, at: datetime | date | None, *, inside: bool = False
) -> SafeString:
    """Show an instant or day as shortly as it is clear; the title has it in full.

    `inside` a sentence it is "yesterday", alone it is "Yesterday".
    """
    if at is None:
        return SafeString("—")
    text = short_time(at, now=_now(context))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        in_full(at),
        _inside(text) if inside else text,
    )


@register.simple_tag(takes_context=True)
def instant(
    context: template.Context, at: datetime, *, inside: bool = False
) -> SafeString:
    """Show an instant with day and time: `21 Nov, 09:12`; `inside` a sentence or alone."""
    local = _local(at)
    day = _day(local.date(), now=_now(context))
    text = f"{_inside(day) if inside else day}, {local:%H:%M}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', at.isoformat(), in_full(at), text
    )


@register.simple_tag(takes_context=True)
def due(context: template.Context, at: datetime | date | None) -> Due:
    """Return `text`, `tone` and `late` of a deadline, seen from now."""
    return due_of(at, now=_now(context))


@dataclass(frozen=True, slots=True)
class Due:
    """How a deadline reads: `9 min` (error), `Tomorrow`, `Late 2 h` (error)."""

    text: str
    tone: str = ""
    late: bool = False

    def __str__(self) -> str:
        return self.text


def due_of(at: datetime | date | None, *, now: datetime) -> Due:
    """Say how long is left until `at`, or how long it is past; None is a dash."""
    if at is None:
        return Due("—")
    if not isinstance(at, datetime):
        return _due_day(at, today=timezone.localtime(now).date())
    left = _aware(at) - now
    if left < timedelta(0):
        return Due(gettext("Late %s") % duration(-left), "error", late=True)
    if left < timedelta(minutes=60):
        return Due(
            duration(left), "error" if left <= timedelta(minutes=15) else "warning"
        )
    local, today = _local(at), timezone.localtime(now).date()
    if local.date() == today or left < timedelta(hours=6):
        return Due(duration(left))
    return Due(_due_day(local.date(), today=today).text)


def _due_day(day: date, *, today: date) -> Due:
    days = (day - today).days
    if days < 0:
        return Due(gettext("Late %s") % (gettext("%d d") % -days), "error", late=True)
    if days == 0:
        return Due(gettext("Today"), "warning")
    if days == 1:
        return Due(gettext("Tomorrow"))
    if days < 7:
        return Due(formats.date_format(day, "l"))
    return Due(_by_language(DAY_FORMATS, day, "j M"))


@register.filter
def duration(length: timedelta) -> str:
    """Show a length by its largest unit, rounded down: `38 min`, `2 h`, `3 d`."""
    minutes = int(length.total_seconds()) // 60
    if minutes < 60:
        return gettext("%d min") % minutes
    if minutes < 48 * 60:
        return gettext("%d h") % (minutes // 60)
    return gettext("%d d") % (minutes // (24 * 60))


@register.filter
def minutes(count: int) -> str:
    """Show a number of minutes by hours and minutes: 95 is `1 h 35 min`."""
    hours, rest = divmod(count, 60)
    if not hours:
        return gettext("%d min") % rest
    shown = gettext("%d h") % hours
    return f"{shown} {gettext('%d min') % rest}" if rest else shown


def short_time(at: datetime | date, *, now: datetime) -> str:
    """Show the time for today, else `Yesterday`, else the day."""
    local_now = timezone.localtime(now)
    if not isinstance(at, datetime):
        return _day(at, now=now)
    local = _local(at)
    if local.date() == local_now.date():
        return f"{local:%H:%M}"
    return _day(local.date(), now=now)


def _day(day: date, *, now: datetime) -> str:
    today = timezone.localtime(now).date()
    named = {0: gettext("Today"), -1: gettext("Yesterday"), 1: gettext("Tomorrow")}
    if (name := named.get((day - today).days)) is not None:
        return name
    if day.year == today.year:
        return _by_language(DAY_FORMATS, day, "j M")
    return _by_language(YEAR_FORMATS, day, "j M Y")


def _inside(day: str) -> str:
    """Return "today" of "Today"; figures and other scripts have no capital."""
    return day[:1].lower() + day[1:]


def _by_language(styles: dict[str, str], day: date, usual: str) -> str:
    return formats.date_format(day, styles.get(get_language() or "en", usual))


def in_full(at: datetime | date) -> str:
    """Show everything: weekday, day, year and, for an instant, time and zone."""
    day = at if not isinstance(at, datetime) else _local(at)
    text = _by_language(FULL_FORMATS, day, "l, j F Y")
    return f"{text}, {day:%H:%M %Z}" if isinstance(day, datetime) else text


def _local(at: datetime) -> datetime:
    """Return the reader's local time; one read out of a text has no zone and is that."""
    return timezone.localtime(at) if timezone.is_aware(at) else at


def _aware(at: datetime) -> datetime:
    return at if timezone.is_aware(at) else timezone.make_aware(at)


def _now(context: template.Context) -> datetime:
    """Take the view's instant, so that one page speaks of one moment."""
    now = context.get("now")
    return now if isinstance(now, datetime) else timezone.now()


@register.filter
def money(amount: Money | None) -> SafeString:
    """Show an amount with figures that line up; a dash where there is none."""
    if amount is None:
        return SafeString("—")
    return format_html('<span class="tabular">{}</span>', amount)


@register.filter
def may(member: Member, permission: str) -> bool:
    """Whether the member holds a permission, such as `mend_mail`."""
    return member.may(Permission(permission))


@register.filter
def role_word(role: str) -> str | Promise:
    return ROLES[role]


@register.filter
def share(part: float | None) -> str:
    """Show a share of one as whole percent: 0.214 is `21%`."""
    return "—" if part is None else f"{part * 100:.0f}%"


@register.inclusion_tag("kit/_field.html")
def field(
    bound: BoundField, *, hide_label: bool = False, hide_help: bool = False
) -> dict[str, Any]:
    """Show one form field with its label, help and errors, wired together by ids."""
    if hide_help:
        bound.help_text = ""
    widget = bound.field.widget
    kind = getattr(widget, "input_type", "") or type(widget).__name__.lower()
    return {
        "field": bound,
        "control": bound.as_widget(attrs=_control_attrs(bound, kind=kind)),
        "hide_label": hide_label,
        "is_box": kind == "checkbox" and not bound.use_fieldset,
        "is_group": bound.use_fieldset,
        "is_hidden": bound.is_hidden,
    }


def _control_attrs(bound: BoundField, *, kind: str) -> dict[str, Any]:
    usual = "input w-full"
    look = CONTROL_CLASSES.get(kind, usual)
    given = str(bound.field.widget.attrs.get("class", ""))
    attrs: dict[str, Any] = {"class": f"{look} {given}".strip()}
    described = [
        f"{bound.auto_id}_{part}"
        for part, shown in (("help", bound.help_text), ("error", bound.errors))
        if shown
    ]
    if described and not bound.use_fieldset:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    return attrs
