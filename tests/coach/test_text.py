from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evenhand.coach.rules.sentences import sentences
from evenhand.coach.rules.text import plain


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("คืน ๑๒๐ บาท", "คืน 120 บาท"),
        ("ＡＢＣ１２３！", "ABC123!"),
        ("I’m “here”", 'I\'m "here"'),
        ("ref\u200bund", "refund"),
        ("②200元", "②200元"),
        ("退50，100天内", "退50，100天内"),
        ("น\u0e49\u0e4d\u0e32", "น\u0e49\u0e33"),
        ("e\u0301", "é"),
    ],
)
def test_one_spelling_stands_for_many(raw: str, folded: str) -> None:
    assert plain(raw).text == folded


def test_a_folded_place_leads_back_to_what_was_typed() -> None:
    raw = "ref\u200bund ＥＵＲ５０"
    folded = plain(raw)
    at = folded.text.index("EUR50")

    start, end = folded.span(at, at + 5)

    assert raw[start:end] == "ＥＵＲ５０"
    assert raw[slice(*folded.span(0, 6))] == "ref\u200bund"


@given(st.text(max_size=80))
def test_every_folded_character_has_its_place(raw: str) -> None:
    folded = plain(raw)

    assert len(folded.text) == len(folded.low) == len(folded.starts) == len(folded.ends)
    for index in range(len(folded.text)):
        start, end = folded.span(index, index + 1)
        assert 0 <= start < end <= len(raw)


@given(
    st.text(alphabet="ab .!?\n。！ค่ะ吗", max_size=60),
    st.sampled_from(["en", "zh", "ja", "th"]),
)
def test_sentences_follow_each_other_without_overlap(text: str, language: str) -> None:
    split = sentences(text, language)

    assert all(text[s.start : s.end] == s.text for s in split)
    assert all(a.end <= b.start for a, b in pairwise(split))
    covered = "".join(s.text for s in split)
    assert [c for c in covered if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (
            "en",
            "Dear Ms. Novak,\nIt costs 4.95 at 10 a.m. on Monday. I will\nwrite. Done!",
            ["Dear Ms. Novak,", "It costs 4.95 at 10 a.m. on Monday.", "I will\nwrite.", "Done!"],
        ),
        ("zh", "您好。我查了记录!可以吗？好", ["您好。", "我查了记录!", "可以吗？", "好"]),
        ("ja", "確認しました。「はい。」次は？", ["確認しました。", "「はい。」", "次は？"]),
        (
            "th",
            "เข้าใจค่ะว่ารอนาน จะส่งวันที่ 24 ก.ค. 2569 ค่ะ ขอบคุณครับ",
            ["เข้าใจค่ะว่ารอนาน จะส่งวันที่ 24 ก.ค. 2569 ค่ะ", "ขอบคุณครับ"],
        ),
    ],
)  # fmt: skip
def test_a_sentence_ends_where_its_language_ends_it(
    language: str, text: str, expected: list[str]
) -> None:
    assert [sentence.text for sentence in sentences(text, language)] == expected


def test_a_long_thai_run_without_particles_is_cut_at_a_space() -> None:
    text = " ".join(["ตรวจเครื่องแล้วพบรอย"] * 20)

    split = sentences(text, "th")

    assert len(split) > 1
    assert max(len(sentence.text) for sentence in split) < 260
