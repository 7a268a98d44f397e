"""A draft read once: sentences, what is heard in them, amounts and dates."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from evenhand.coach.rules.context import Context, primary
from evenhand.coach.rules.dates.calendar import Today
from evenhand.coach.rules.dates.english import ENGLISH
from evenhand.coach.rules.dates.finding import FoundDate, find
from evenhand.coach.rules.dates.reading import SAYINGS
from evenhand.coach.rules.figures import Amount, amounts_read
from evenhand.coach.rules.lexicon.phrases import LANGUAGES, pattern
from evenhand.coach.rules.lexicon.topics import Topic
from evenhand.coach.rules.scripts import LATIN, script_of
from evenhand.coach.rules.sentences import Sentence, sentences
from evenhand.coach.rules.text import Plain, plain

Span = tuple[int, int]

_SALUTATION = {
    "en": r"(?:dear|hi|hello|hey|good (?:morning|afternoon|evening))\b[^.!?\n]{0,50}[,!:.]?",
    "zh": r"[^,，。!:]{0,12}(?:(?:先生|女士|小姐|老师|客户|顾客)[,，:。!]?\s?(?:您好|你好)?|您好|你好)[,，!:。~]?",
    "ja": r"[^。\n]{0,24}(?:様|さま|さん|お客様)[、,。:]?|いつも.{0,16}お世話になって.{0,8}|(?:こんにちは|お世話になって(?:おり|い)ます)[。、]?",
    "th": r"(?:เรียน|สวัสดี)[^\n]{0,50}|คุณ\S{1,30}(?:คะ|ครับ)?[,]?",
}
_SALUTATIONS = {name: re.compile(words) for name, words in _SALUTATION.items()}
_OPTION = re.compile(r"\s*(?:option |方案|案)?[a-f][.:,、)：]")
_QUESTION = {
    "en": re.compile(r"\?\W*$"),
    "zh": re.compile(r"\?\W*$|[吗呢]\W*$"),
    "ja": re.compile(r"\?\W*$|か[。\s]*$"),
    "th": re.compile(r"\?\W*$|(?:ไหม|มั้ย|หรือไม่|หรือเปล่า|หรือยัง)(?:คะ|ครับ|ค่ะ)?\W*$"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A draft taken apart; every place counts characters of the folded text.

    `language` is one that has phrases, or "" when the draft's has none: then only the
    rules that need no words apply.
    """

    plain: Plain
    language: str
    context: Context
    sentences: tuple[Sentence, ...]
    body: tuple[Sentence, ...]
    hits: Mapping[Topic, tuple[Span, ...]]
    amounts: tuple[Amount, ...]
    dates: tuple[FoundDate, ...]

    def heard(self, topic: Topic, within: Span | None = None) -> tuple[Span, ...]:
        """Return where the topic is heard, in the whole draft or beginning in a span."""
        spans = self.hits.get(topic, ())
        if within is None:
            return spans
        return spans[
            bisect_left(spans, (within[0],)) : bisect_left(spans, (within[1],))
        ]

    def number_of(self, place: int) -> int:
        """Return the index of the sentence that a place lies in."""
        return max(bisect_right(self.sentences, place, key=_start) - 1, 0)

    def around(self, place: int, *, before: int = 0, after: int = 0) -> Span:
        """Return the span of the place's sentence with so many of its neighbours."""
        at = self.number_of(place)
        first = self.sentences[max(at - before, 0)]
        last = self.sentences[min(at + after, len(self.sentences) - 1)]
        return first.start, last.end

    def dated(self, span: Span) -> bool:
        """Say whether a day or a length of time is named in the span."""
        first = bisect_left(self.dates, span[0], key=_start)
        return first < len(self.dates) and self.dates[first].start < span[1]

    def is_commitment(self, place: int) -> bool:
        """Say whether the sentence at the place binds us.

        A question, a condition and the line of a lettered option ("A. ...") bind
        nobody yet.
        """
        span = self.around(place)
        return not (
            self.is_question(span)
            or self.heard(Topic.CONDITION, span)
            or _OPTION.match(self.plain.low, *span)
            or _OPTION.match(self.plain.low, self.plain.low.rfind("\n", 0, span[0]) + 1)
        )

    def is_question(self, span: Span) -> bool:
        """Say whether the sentence asks."""
        ends = _QUESTION.get(self.language)
        sentence = self.plain.low[slice(*span)]
        return ends is not None and ends.search(sentence[-24:]) is not None


def read(draft: str, context: Context) -> Reading:
    """Take a draft apart; its script, where it is plain, decides the language."""
    folded = plain(draft)
    language = spoken_in(folded.low, primary(context.language))
    split = sentences(folded.text, language)
    return Reading(
        plain=folded,
        language=language,
        context=context,
        sentences=split,
        body=tuple(without_salutation(split, language)),
        hits=_hits(folded.low, language),
        amounts=amounts_read(folded, language=language, currency=context.home_currency),
        dates=find(
            folded.text,
            SAYINGS.get(language, ENGLISH),
            Today.of(context.today, context.holidays),
        ),
    )


def apart(spans: Iterable[Span], others: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans that touch none of the others."""
    taken = {place for start, end in others for place in range(start, end)}
    return tuple(span for span in spans if taken.isdisjoint(range(*span)))


def _start(item: Sentence | FoundDate) -> int:
    return item.start


def spoken_in(low: str, expected: str) -> str:
    """Return the language whose phrases fit a folded text, or "" for none.

    The script decides where it is plain; a Latin draft counts as English in a case of
    one of our languages, and as itself, without phrases, elsewhere.
    """
    script = script_of(low)
    if script is None:
        return expected if expected in LANGUAGES else ""
    if script == LATIN:
        spoken = "en" if expected in LANGUAGES else ""
    else:
        # Japanese without kana looks Chinese; believe the case.
        spoken = "ja" if (expected, script) == ("ja", "zh") else script
    return spoken


def _hits(low: str, language: str) -> dict[Topic, tuple[Span, ...]]:
    if language not in LANGUAGES:
        return {}
    return {
        topic: tuple(match.span() for match in pattern(language, topic).finditer(low))
        for topic in Topic
    }


def without_salutation(
    split: tuple[Sentence, ...], language: str
) -> Iterator[Sentence]:
    """Leave out the greeting that stands on its own at the top."""
    greeting = _SALUTATIONS.get(language)
    opening = True
    for sentence in split:
        if opening and greeting and greeting.fullmatch(sentence.text.lower()):
            continue
        opening = False
        yield sentence
