from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

import pytest

from evenhand.coach.rules.check import blocked, check
from evenhand.coach.rules.context import Context, Severity
from evenhand.coach.rules.texts import TEXTS
from evenhand.kernel.money import Money

WEDNESDAY = date(2026, 7, 15)
ENGLISH = Context(language="en", today=WEDNESDAY, kind="question")


def found(draft: str, context: Context) -> list[tuple[str, str]]:
    return [(fault.rule, draft[slice(*fault.span)]) for fault in check(draft, context)]


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


class TestOpening:
    @pytest.mark.parametrize(
        ("language", "cold", "warm"),
        [
            ("en", "Dear Ann,\n\nThe fee is due. It is 4.", "Dear Ann,\n\nI can see you called twice. It is 4."),
            ("zh", "陈女士,您好。费用要付。周三来取。", "陈女士,您好。我看到您打了两次电话。周三来取。"),
            ("ja", "山田様\n料金は次のとおりです。水曜日です。", "山田様\nお待たせして申し訳ありません。水曜日です。"),
            ("th", "เรียน คุณสมศรี\nค่าบริการยังค้างค่ะ เลือกวันได้ค่ะ", "เรียน คุณสมศรี\nเข้าใจค่ะว่าคุณรอนาน เลือกวันได้ค่ะ"),
        ],
    )  # fmt: skip
    def test_an_answer_to_a_complaint_begins_with_the_person(
        self, language: str, cold: str, warm: str
    ) -> None:
        complaint = Context(language=language, today=WEDNESDAY)
        question = replace(complaint, kind="question")

        assert "no-acknowledgement" in [rule for rule, _ in found(cold, complaint)]
        assert "no-acknowledgement" not in [rule for rule, _ in found(cold, question)]
        assert "no-acknowledgement" not in [rule for rule, _ in found(warm, complaint)]

    @pytest.mark.parametrize(
        ("language", "names", "draft", "name"),
        [
            ("en", ("Ana Novak",), "Dear Ms Nowak, it is done.", "Ms Nowak"),
            ("en", ("Ana Novak",), "Hi Bob,\nit is done.", "Bob"),
            ("zh", ("陈晓",), "王女士您好,已办好。", "王"),
            ("ja", ("山田 花子",), "田中様\n済みました。", "田中"),
            ("th", ("สมศรี ใจดี",), "เรียน คุณสมชาย เสร็จแล้วค่ะ", "สมชาย"),
        ],
    )
    def test_another_customers_name_blocks(
        self, language: str, names: tuple[str, ...], draft: str, name: str
    ) -> None:
        context = Context(
            language=language, today=WEDNESDAY, kind="question", customer_names=names
        )

        faults = check(draft, context)

        assert found(draft, context) == [("wrong-name", name)]
        assert blocked(faults)
        assert dict(faults[0].params) == {"name": name, "names": names[0]}

    @pytest.mark.parametrize(
        ("language", "names", "draft"),
        [
            ("en", ("Ana Novák",), "Dear Ms Novak, it is done."),
            ("en", ("Christine Doe",), "Hi Chris, it is done."),
            ("en", ("Ana Novák",), "Dear customer, it is done."),
            ("en", ("陈晓",), "Dear Ms Chen, it is done."),
            ("zh", ("陈晓",), "陈女士您好,已办好。"),
            ("zh", ("陈晓",), "您好,已办好。"),
            ("zh", ("陈晓",), "尊敬的客户您好,已办好。"),
            ("ja", ("山田 花子",), "山田様\n済みました。"),
            ("ja", ("山田 花子",), "お客様\n済みました。"),
            ("th", ("สมศรี ใจดี",), "คุณสมศรีคะ เสร็จแล้วค่ะ"),
            ("th", ("สมศรี ใจดี",), "คุณแจ้งว่าจอเสีย เสร็จแล้วค่ะ"),
        ],
    )
    def test_the_customers_own_name_in_any_usual_form_is_quiet(
        self, language: str, names: tuple[str, ...], draft: str
    ) -> None:
        context = Context(
            language=language, today=WEDNESDAY, kind="question", customer_names=names
        )

        assert found(draft, context) == []

    @pytest.mark.parametrize(
        ("language", "draft", "wrong"),
        [
            ("zh", "Your parcel is here.", True),
            ("en", "您的包裹到了。", True),
            ("ja", "您的包裹已经到了。请查收。", False),
            ("ja", "พัสดุมาถึงแล้วค่ะ", True),
            ("th", "พัสดุ Nova 5 มาถึงแล้วค่ะ", False),
            ("de", "Ihr Paket ist da.", False),
            ("ru", "Your parcel is here.", False),
        ],
    )
    def test_the_answer_is_in_the_customers_script(
        self, language: str, draft: str, wrong: bool
    ) -> None:
        context = Context(language=language, today=WEDNESDAY, kind="question")

        rules = [rule for rule, _ in found(draft, context)]

        assert rules == (["wrong-language"] if wrong else [])


class TestMoney:
    @pytest.mark.parametrize(
        ("language", "draft", "words"),
        [
            ("en", "I can refund €20.01 to you today.", "€20.01"),
            ("en", "Today I refund twenty-one euros.", "twenty-one euros"),
            ("zh", "我今天给您退21欧元。", "21欧元"),
            ("ja", "本日21ユーロを返金いたします。", "21ユーロ"),
            ("en", "Today I refund all that you paid: €21.", "€21"),
            ("en", "Today I refund the €21.00 you asked for.", "€21.00"),
            ("zh", "我今天退您支付的21欧元。", "21欧元"),
            ("th", "วันนี้ดิฉันคืนเงินที่คุณจ่าย 21 ยูโรค่ะ", "21 ยูโร"),
            ("th", "วันนี้ดิฉันคืนเงิน 21 ยูโรค่ะ", "21 ยูโร"),
        ],
    )
    def test_more_than_the_senders_limit_blocks(
        self, language: str, draft: str, words: str
    ) -> None:
        context = Context(
            language=language, today=WEDNESDAY, kind="question", limit=eur("20")
        )

        assert found(draft, context) == [("promise-above-limit", words)]
        assert blocked(check(draft, context))

    @pytest.mark.parametrize(
        "context",
        [
            replace(ENGLISH, limit=eur("20"), approved=True),
            replace(ENGLISH, limit=eur("20"), approved=eur("21")),
            replace(ENGLISH, limit=eur("20"), amounts=(eur("21"),)),
            replace(ENGLISH, limit=eur("21")),
            replace(ENGLISH, limit=None),
        ],
    )
    def test_a_sum_that_is_covered_is_quiet(self, context: Context) -> None:
        assert found("I can refund €21.00 to you today.", context) == []

    @pytest.mark.parametrize(
        "draft",
        [
            "You asked for €480.00; I can give you €20.00 today.",
            "I can give you €20.00 today, anything above €20.00 needs my manager.",
            "Was it €480.00 that you were charged?",
            "I cannot refund €480.00, but I can give you €15.00 today.",
        ],
    )
    def test_a_sum_that_is_only_named_is_not_given(self, draft: str) -> None:
        assert found(draft, replace(ENGLISH, limit=eur("20"))) == []

    def test_an_approval_covers_no_more_than_its_sum(self) -> None:
        context = replace(ENGLISH, limit=eur("20"), approved=eur("50"))

        rules = found("I refund €50.01 today.", context)

        assert rules == [("promise-above-limit", "€50.01")]

    def test_another_currency_is_not_within_the_limit(self) -> None:
        context = replace(ENGLISH, limit=eur("20"))

        assert found("I refund $5 today.", context) == [("promise-above-limit", "$5")]

    def test_a_full_refund_counts_as_the_price(self) -> None:
        context = replace(ENGLISH, limit=eur("20"), price=eur("129"))

        (fault,) = check("I can arrange a full refund today.", context)

        assert fault.rule == "promise-above-limit"
        assert dict(fault.params) == {"figure": "€129.00", "limit": "€20.00"}
        assert TEXTS[fault.rule].what.format(**fault.params) == (
            "€129.00 is above your limit of €20.00, and nobody has approved it."
        )

    def test_the_full_price_may_be_given_where_as_much_was_decided(self) -> None:
        context = replace(ENGLISH, limit=eur("20"), price=eur("129"))
        draft = "I refund the full amount today."

        def rules(*amounts: Money) -> list[str]:
            return [rule for rule, _ in found(draft, replace(context, amounts=amounts))]

        assert "promise-above-limit" in rules(eur("128"))
        assert "promise-above-limit" not in rules(eur("133.95"))

    def test_a_figure_that_the_decision_does_not_know_blocks(self) -> None:
        context = replace(ENGLISH, amounts=(eur("102.35"), eur("4.95")))
        draft = "You get €102.53 by Monday, which includes your €4.95."

        assert found(draft, context) == [("figures-differ", "€102.53")]
        assert found(draft, ENGLISH) == []

    def test_what_the_customer_asked_is_not_held_against_the_decision(self) -> None:
        context = replace(ENGLISH, amounts=(eur("59"),))

        assert found("You asked for €129.00. The sum is €59.00.", context) == []

    def test_a_promised_day_that_is_not_on_record_must_be_confirmed(self) -> None:
        context = replace(ENGLISH, dates=(date(2026, 7, 24),))
        draft = "I will send it by Saturday 25 July."

        faults = check(draft, context)

        assert found(draft, context) == [("dates-differ", "Saturday 25 July")]
        assert [fault.severity for fault in faults] == [Severity.ERROR]
        assert not blocked(faults)

    @pytest.mark.parametrize(
        "draft",
        [
            "I will send it by Friday 24 July at 18:00.",
            "I will look at the order of 3 June by Friday 24 July.",
            "We are closed on 25 July.",
        ],
    )
    def test_days_on_record_and_days_that_bind_nobody_are_quiet(
        self, draft: str
    ) -> None:
        at_six = datetime.combine(date(2026, 7, 24), time(18))

        assert found(draft, replace(ENGLISH, dates=(at_six,))) == []

    @pytest.mark.parametrize(
        ("language", "draft", "words"),
        [
            ("en", "Thursday 24 July", "Thursday 24 July"),
            ("zh", "7月24日(周四)", "7月24日(周四)"),
            ("ja", "7月24日(木)", "7月24日(木)"),
            ("th", "วันพฤหัสบดีที่ 24 ก.ค.", "วันพฤหัสบดีที่ 24 ก.ค."),
        ],
    )
    def test_a_weekday_that_does_not_fit_its_date_is_found(
        self, language: str, draft: str, words: str
    ) -> None:
        context = Context(language=language, today=WEDNESDAY, kind="question")

        assert found(draft, context) == [("wrong-weekday", words)]


class TestSlips:
    @pytest.mark.parametrize(
        "hole",
        [
            *("{{customer_name}}", "[order]", "[姓名]", "【客户】", "XXXX", "____"),
            *("${name}", "[ชื่อลูกค้า]", "[お名前]", "<name>", "TBD", "{amount}"),
        ],
    )
    def test_a_hole_left_in_a_template_blocks(self, hole: str) -> None:
        draft = f"It is for {hole} as agreed on paper."

        assert found(draft, ENGLISH) == [("placeholder", hole)]
        assert blocked(check(draft, ENGLISH))

    @pytest.mark.parametrize("text", ["[sic]", "[1]", "[the page](https://x.example)"])
    def test_other_brackets_are_no_holes(self, text: str) -> None:
        assert found(f"See {text} for more.", ENGLISH) == []

    @pytest.mark.parametrize(
        "number",
        [
            "4111 1111 1111 1111",
            "4111-1111-1111-1111",
            "４１１１１１１１１１１１１１１１",
        ],
    )
    def test_a_card_number_blocks(self, number: str) -> None:
        assert found(f"The card is {number}.", ENGLISH) == [("card-number", number)]

    @pytest.mark.parametrize(
        "number", ["4111 1111 1111 1112", "0000000000000000", "1111"]
    )
    def test_other_long_numbers_are_quiet(self, number: str) -> None:
        assert found(f"The parcel is {number}.", ENGLISH) == []


class TestManner:
    def test_the_third_apology_is_one_too_many(self) -> None:
        draft = "Sorry we lost it. I apologise for the wait. So sorry. It is here now."

        assert found(draft, ENGLISH) == [("apology-overload", "sorry")]

    @pytest.mark.parametrize(
        ("draft", "words"),
        [("Thanks! Great!", "!"), ("This is VERY VERY good.", "VERY")],
    )
    def test_shouting_is_found(self, draft: str, words: str) -> None:
        assert found(draft, ENGLISH) == [("shouting", words)]

    def test_names_of_the_case_may_stand_in_capitals(self) -> None:
        context = replace(ENGLISH, case_words=("NOVA MAXI",))

        assert found("The NOVA MAXI is here.", context) == []

    def test_a_sentence_of_more_than_35_words_is_too_long(self) -> None:
        fits = "word " * 34 + "end."
        draft = "word " * 35 + "end."

        assert found(fits, ENGLISH) == []
        assert found(draft, ENGLISH) == [("unreadable", draft)]


class TestWhatIsMissing:
    def test_each_issue_needs_its_word(self) -> None:
        context = replace(ENGLISH, issues=(("port",), ("screen", "display")))

        (fault,) = check("The port is mended.", context)

        assert (fault.rule, dict(fault.params)) == (
            "unanswered-issue",
            {"issue": "screen"},
        )
        assert check("The port is mended, the DISPLAY is new.", context) == ()

    def test_a_final_no_names_the_second_look(self) -> None:
        context = replace(ENGLISH, needs_recourse=True)
        answered = "The photo shows it. If you disagree, you may ask for a review."

        assert found("The photo shows it.", context) == [
            ("missing-recourse", "The photo shows it.")
        ]
        assert found(answered, context) == []

    def test_an_answer_to_a_complaint_ends_with_a_step(self) -> None:
        context = replace(ENGLISH, kind="complaint")
        draft = "I see you waited. The van broke down."

        assert found(draft, context) == [("no-next-step", "The van broke down.")]
        assert found(f"{draft} I will call at 17:00 today.", context) == []

    def test_an_answer_that_fits_every_case_is_remarked_on(self) -> None:
        context = replace(ENGLISH, case_words=("Nova 5",))

        (fault,) = check("We value your feedback.", context)

        assert (fault.rule, fault.severity) == ("no-specifics", Severity.INFO)
        assert check("Your nova 5 is ready.", context) == ()

    def test_selling_waits_until_the_complaint_is_settled(self) -> None:
        draft = "I see you waited. I will call at 17:00 today. Check out our new range."
        complaint = replace(ENGLISH, kind="complaint")

        assert found(draft, complaint) == [("selling", "Check out our")]
        assert found(draft, ENGLISH) == []


class TestTheCase:
    def test_a_fault_that_is_found_may_be_admitted(self) -> None:
        draft = "It was our mistake."

        assert found(draft, ENGLISH) == [("over-concession", "It was our mistake")]
        assert found(draft, replace(ENGLISH, finding_upheld=True)) == []

    def test_a_known_cause_is_no_guess(self) -> None:
        draft = "It was probably dropped."

        assert found(draft, replace(ENGLISH, cause_known=True)) == []

    @pytest.mark.parametrize("draft", ["", "   ", "\n", "?!", "Dear Ann,"])
    def test_an_empty_draft_has_no_faults(self, draft: str) -> None:
        assert check(draft, replace(ENGLISH, kind="complaint")) == ()

    def test_a_language_without_phrases_still_has_its_figures_checked(self) -> None:
        context = Context(
            language="de", today=WEDNESDAY, kind="complaint", amounts=(eur("59"),)
        )

        assert found("Sie erhalten 95,00 €, [Name].", context) == [
            ("figures-differ", "95,00 €"),
            ("placeholder", "[Name]"),
        ]

    def test_faults_come_in_the_order_in_which_they_bind(self) -> None:
        context = replace(ENGLISH, kind="complaint", limit=eur("20"))
        draft = "Calm down!! You must have dropped it. I will refund €80, [name]."

        faults = check(draft, context)

        assert [fault.rule for fault in faults] == [
            "promise-above-limit",
            "placeholder",
            "no-acknowledgement",
            "promise-without-date",
            "blame",
            "shut-down",
            "shouting",
        ]
