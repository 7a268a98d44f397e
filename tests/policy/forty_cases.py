"""The forty cases that the desk was built for: page, example, and what must come out.

In short form, as each case was written down, not as the page computes it.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Case(NamedTuple):
    """A case on a page: number, page, note of the example, rule, outcome, duties."""

    number: int
    page: str
    note: str
    rule: str
    outcome: dict[str, object]
    duties: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()


UP, PART, NOT = "upheld", "partly_upheld", "not_upheld"
EU, UK, CN, TH, US = "eu-distance", "uk-consumer", "china", "thailand", "us-mail-order"

CASES = (
    Case(
        1,
        EU,
        "case 1: shoes, fourteenth day",
        "withdrawal",
        {"verdict": UP, "basis": "law", "by": date(2026, 3, 30)},
    ),
    Case(
        1,
        EU,
        "case 1: one day later, our own twenty-eight days",
        "our-promise",
        {"verdict": UP, "basis": "policy"},
    ),
    Case(
        2,
        EU,
        "case 2: engraved ring, day 3",
        "excepted",
        {"verdict": NOT},
        offers=("alter",),
    ),
    Case(
        3,
        EU,
        "case 3: mattress, film removed, day 9",
        "withdrawal",
        {"verdict": UP, "give": "refund"},
    ),
    Case(
        4,
        EU,
        "case 4: vacuum, month 10, misuse said but not shown",
        "repair-or-new",
        {"verdict": UP, "remedies": ("repair", "replace")},
        ("tell-choice", "no-guess"),
    ),
    Case(
        5,
        EU,
        "case 5: laptop, month 20, one-year paper",
        "open",
        {"verdict": None, "give": "diagnose"},
        ("no-guess",),
    ),
    Case(
        6,
        EU,
        "case 6: express 19.90, standard 4.90",
        "withdrawal-express",
        {"verdict": PART, "amount": 5000 + 490},
    ),
    Case(
        7,
        EU,
        "case 7: never told, month 5, nothing taken off",
        "never-told",
        {"verdict": UP, "amount": 8900 + 490},
        ("order-mail",),
    ),
    Case(
        8,
        EU,
        "case 8: toaster, day 20: repair or a new one first",
        "repair-or-new",
        {"verdict": UP, "remedies": ("repair", "replace")},
        ("tell-choice", "no-guess"),
    ),
    Case(
        8,
        EU,
        "case 8: the same on day 14: withdrawal is open beside it",
        "repair-or-new",
        {"verdict": UP},
        ("tell-choice", "no-guess"),
        offers=("take-back-instead",),
    ),
    Case(
        9,
        UK,
        "case 9: kettle, day 26",
        "reject",
        {
            "verdict": UP,
            "remedies": ("refund", "repair", "replace"),
            "by": date(2026, 3, 13),
        },
    ),
    Case(
        10,
        UK,
        "case 10: kettle, day 40, first time",
        "repair-or-new",
        {"verdict": UP, "remedies": ("repair", "replace")},
        ("say-when-refund",),
    ),
    Case(
        11,
        UK,
        "case 11: the same fault after one repair, month 4",
        "final-rejection",
        {"remedies": ("price_reduction", "refund"), "taken_off": "nothing"},
        ("second-failure",),
    ),
    Case(
        12,
        UK,
        "case 12: bought in the shop, unworn, day 10",
        "our-promise",
        {"give": "store_credit", "basis": "policy", "level": "agent"},
        ("no-law-forbids",),
    ),
    Case(
        13,
        UK,
        "case 13: photographer, ten months ahead",
        "keep-real-loss",
        {"verdict": PART, "amount": 85000},
        ("reckoning",),
    ),
    Case(
        14,
        UK,
        "case 14: accepted on the third business day",
        "summary",
        {"give": "summary_resolution"},
        ("count",),
    ),
    Case(
        15,
        UK,
        "case 15: eight weeks, no answer ready",
        "not-ready",
        {"give": "delay_letter", "by": date(2026, 7, 27)},
    ),
    Case(15, UK, "six weeks: alarm", "in-hand", {"give": "final_response"}, ("alarm",)),
    Case(
        16,
        UK,
        "case 16: the second session was badly given",
        "again",
        {"verdict": UP, "give": "redo"},
    ),
    Case(
        17,
        UK,
        "case 17: £95 and £10 delivery, the shop is bust",
        "card-not",
        {"verdict": NOT},
        ("no-guarantee",),
    ),
    Case(
        18,
        CN,
        "case 18: dress, last day, tag on",
        "no-reason",
        {"verdict": UP, "give": "refund"},
    ),
    Case(
        19,
        CN,
        "case 19: tag cut, perfume",
        "not-intact",
        {"verdict": NOT},
        ("photos",),
        ("send-back",),
    ),
    Case(20, CN, "case 20: opened to look is no ground", "no-reason", {"verdict": UP}),
    Case(
        21,
        CN,
        "case 21: microphone dead, day 6",
        "week-one",
        {"remedies": ("refund", "replace", "repair"), "amount": 199900, "charge": 0},
        ("freight", "burden"),
    ),
    Case(
        21,
        CN,
        "case 21: day 12",
        "week-two",
        {"remedies": ("replace", "repair")},
        ("freight", "burden"),
    ),
    Case(
        22,
        CN,
        "case 22: month 5, third fault after two repairs",
        "third-fault",
        {"verdict": UP, "give": "replace"},
        ("freight", "burden"),
    ),
    Case(
        22,
        CN,
        "case 22: the log is missing: ours to find",
        "third-fault",
        {"give": "replace"},
        ("find-log", "freight", "burden"),
    ),
    Case(
        23,
        CN,
        "case 23: month 3, water inside: a quote before the work",
        "from-outside",
        {"verdict": NOT, "charge": 38000},
        offers=("A", "B"),
    ),
    Case(
        24,
        CN,
        "case 24: television, day 150, user blamed without evidence",
        "half-year",
        {"verdict": UP, "charge": 0},
        ("freight", "burden"),
    ),
    Case(
        25,
        CN,
        "case 25: fake bag, three times 120 is below 500",
        "not-genuine",
        {"verdict": UP, "amount": 12000 + 50000, "level": "manager"},
        ("escalate",),
    ),
    Case(
        26,
        CN,
        "case 26: gym card, day 3",
        "prepaid-back",
        {"verdict": UP, "amount": 300000},
    ),
    Case(
        28,
        TH,
        "case 28: ordered on a page, notice 5 มิ.ย. 2569: by 20 มิ.ย.",
        "cancel",
        {"verdict": UP, "amount": 93000, "by": date(2026, 6, 20)},
        ("keep-goods",),
    ),
    Case(
        29,
        TH,
        "case 29: blender sparks, day 20, under a sign “no returns”",
        "defect",
        {"verdict": UP, "level": "manager"},
        ("stop-use", "collect-free", "sign"),
    ),
    Case(
        30,
        TH,
        "case 30: wrong item, opened at the door",
        "wrong-at-the-door",
        {"verdict": UP, "by": date(2026, 6, 6)},
        ("courier",),
    ),
    Case(
        31,
        US,
        "case 31: ordered 1 May, no day named, unshipped on 31 May: a notice with a"
        " free way to cancel",
        "write-now",
        {"give": "delay_notice", "by": date(2026, 5, 31)},
    ),
    Case(
        31,
        US,
        "case 31: silent at the second delay: cancelled and refunded unasked",
        "unasked",
        {"give": "refund", "amount": 8000, "by": date(2026, 7, 15)},
    ),
    Case(
        32,
        US,
        "case 32: signed delivery, our desk silent for twelve days: sorry for the"
        " silence only",
        "left-waiting",
        {"verdict": PART, "give": "apology", "amount": None},
        ("send-evidence", "no-double-refund"),
    ),
    Case(
        33,
        "warranty",
        "case 33: a charger smoked",
        "eu-year",
        {"verdict": UP, "level": "manager"},
        ("stop-use", "collect-free", "recall-check", "choice-told", "record-cause"),
    ),
    Case(
        34,
        "service",
        "case 34: what is due stays due, the conduct is warned of",
        "bad-service-again",
        {"verdict": UP, "give": "redo"},
        ("warn-once", "debrief"),
    ),
    Case(
        35,
        "service",
        "case 35: not heard yet",
        "unheard",
        {"verdict": None, "give": "hear", "level": "manager"},
        ("hear",),
    ),
    Case(35, "service", "case 35: heard", "conduct-confirmed", {"verdict": UP}),
    Case(
        36,
        "authority",
        "case 36: a full refund promised above the limit: reasonable, so it is kept",
        "promise-kept",
        {"give": "keep_promise", "level": "manager"},
        ("private",),
    ),
    Case(
        36,
        "authority",
        "case 36: not reasonable: said so today, by a manager",
        "promise-not-kept",
        {"give": "explain", "level": "manager"},
        ("private", "broken"),
    ),
    Case(
        37,
        "hospitality",
        "case 37: rain spoiled the holiday",
        "weather",
        {"verdict": NOT, "amount": None},
        ("no-policy-talk", "no-fault"),
        ("better-room", "late-checkout", "voucher"),
    ),
    Case(
        38,
        "hospitality",
        "case 38: flat battery, the seminar is missed, nobody is there yet",
        "help-not-there",
        {"verdict": UP, "give": "help_now", "charge": 0},
        ("no-policy-talk", "stay-on-it"),
        ("so-late", "for-what-was-missed"),
    ),
    Case(
        39,
        "returns",
        "case 39: tyres never sold here",
        "not-ours",
        {"verdict": "out_of_scope", "give": "find_seller", "amount": None},
    ),
    Case(
        40,
        "consulting",
        "case 40: the third free “quick call”",
        "analysis-unpaid",
        {"verdict": NOT},
        ("log-minutes",),
        ("discovery",),
    ),
)

# Not questions of policy: a draft that may not be sent. What is due in case 20 is
# decided above; case 27 has no facts but the sentence.
DRAFTS = (
    (20, "zh", "商品已拆封不退。"),
    (27, "zh", "本活动最终解释权归本店所有。"),
)
