"""Explanations in Chinese."""

from __future__ import annotations

from evenhand.policy.phrases.wording import Phrases

PHRASES = Phrases(
    row="{row}：{said}",
    failed="{fact}为{value}，不符合 {test}",
    open="{fact}尚不清楚（{test}）",
    missing="{fact}尚不清楚",
    excepted="因{fact}为{value}而不适用",
    matched="适用 {row}",
    step="{name} = {text} = {result}",
    since="{name}为{value}，自{since}起；{fact}为{day}",
    window="版本 {version}，有效期{window}",
    chosen="由{fact}决定：{day}",
    from_day="自{day}起",
    to_day="至{day}",
    instead="{fact}为{instead}而不是{actual}",
    supplied="{fact}为{instead}",
    way="如果{changes}，则：{outcome}（{row}）。",
    hindsight="现在已无法改变；当初如果{changes}，则：{outcome}（{row}）。",
    outcome="{name}：{value}",
    yes="是",
    no="否",
    unknown="未知",
    comma="，",
    both="，并且",
    brackets="（{inside}）",
)
