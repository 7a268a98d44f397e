"""Explanations in Japanese."""

from __future__ import annotations

from evenhand.policy.phrases.wording import Phrases

PHRASES = Phrases(
    row="{row}：{said}",
    failed="{fact}は{value}で、{test} に当たりません",
    open="{fact}が分かっていません（{test}）",
    missing="{fact}が分かっていません",
    excepted="{fact}が{value}のため適用されません",
    matched="{row} が適用されます",
    step="{name} = {text} = {result}",
    since="{name}は{since}から{value}です。{fact}は{day}です",
    window="版 {version}、有効期間：{window}",
    chosen="{fact}により選択：{day}",
    from_day="{day}から",
    to_day="{day}まで",
    instead="{fact}が{actual}ではなく{instead}",
    supplied="{fact}が{instead}",
    way="{changes}であれば：{outcome}（{row}）。",
    hindsight="今からは変えられませんが、{changes}であったなら：{outcome}（{row}）。",
    outcome="{name}：{value}",
    yes="はい",
    no="いいえ",
    unknown="不明",
    comma="、",
    both="、かつ",
    brackets="（{inside}）",
)
