"""Explanations in Thai."""

from __future__ import annotations

from evenhand.policy.phrases.wording import Phrases

PHRASES = Phrases(
    row="{row}: {said}",
    failed="{fact}คือ {value} ไม่ใช่ {test}",
    open="ยังไม่ทราบ{fact} ({test})",
    missing="ยังไม่ทราบ{fact}",
    excepted="ไม่ใช้ เพราะ{fact}คือ {value}",
    matched="ใช้ข้อ {row}",
    step="{name} = {text} = {result}",
    since="{name}คือ {value} ตั้งแต่ {since} โดย{fact}คือ {day}",
    window="ฉบับ {version} มีผล{window}",
    chosen="เลือกตาม{fact}: {day}",
    from_day="ตั้งแต่ {day}",
    to_day="ถึง {day}",
    instead="{fact}เป็น {instead} แทน {actual}",
    supplied="{fact}เป็น {instead}",
    way="หาก{changes}: {outcome} ({row})",
    hindsight="ตอนนี้เปลี่ยนไม่ได้แล้ว แต่หาก{changes}: {outcome} ({row})",
    outcome="{name} {value}",
    yes="ใช่",
    no="ไม่ใช่",
    unknown="ไม่ทราบ",
    comma=", ",
    both=" และ",
    brackets=" ({inside})",
)
