"""The survey's words, by the customer's language. Data, so that mail and page agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything that a customer reads; {…} are filled with `str.format`."""

    mail_subject: str  # {ref}
    mail_text: str  # {name} {subject} {link} {days} {shop}
    title: str
    about: str  # {ref} {subject}
    satisfaction: str
    satisfaction_marks: tuple[str, str, str, str, str]
    ease: str
    ease_lowest: str
    ease_highest: str
    comment: str
    optional: str
    send: str
    choose: str
    comment_too_long: str
    privacy: str
    thanks_title: str
    thanks_text: str
    answered_title: str
    answered_text: str
    expired_title: str
    expired_text: str
    unknown_title: str
    unknown_text: str


EN = Wording(
    mail_subject="How did we do? #{ref}",
    mail_text="""Hello {name},

we have closed your case "{subject}". How was it for you? Two questions, about a minute:

{link}

The link is yours alone and works for {days} days. A person here reads every answer.
If something is still open, simply reply to this mail.

{shop}
""",
    title="How was it for you?",
    about="Case #{ref}: {subject}",
    satisfaction="How satisfied are you with how we handled it?",
    satisfaction_marks=(
        "Very dissatisfied",
        "Dissatisfied",
        "Neither",
        "Satisfied",
        "Very satisfied",
    ),
    ease="It was made easy for me.",
    ease_lowest="Strongly disagree",
    ease_highest="Strongly agree",
    comment="What should we know?",
    optional="optional",
    send="Send the answer",
    choose="Please choose one.",
    comment_too_long="Please keep it under 2,000 characters.",
    privacy="Your answer is kept with your case. The people who serve you read it.",
    thanks_title="Thank you",
    thanks_text="Your answer has arrived. You can close this page.",
    answered_title="Already answered",
    answered_text="This link has been used once, and that answer stands. If there is "
    "more to say, reply to our mail: it reaches the same people.",
    expired_title="This link has run out",
    expired_text="The time for this survey is over. If there is something to say, reply "
    "to our mail: a person reads it.",
    unknown_title="We do not know this link",
    unknown_text="Perhaps it was cut in two by the mail program. Please copy the whole "
    "link from our mail.",
)

ZH = Wording(
    mail_subject="这次服务您满意吗？#{ref}",
    mail_text="""{name}，您好：

您的事项“{subject}”已经办结。想听听您的感受。只有两个问题，大约一分钟：

{link}

此链接仅供您本人使用，{days} 天内有效。每一份回答都有人认真阅读。
如果还有没解决的地方，直接回复这封邮件即可。

{shop}
""",
    title="这次服务您满意吗？",
    about="事项 #{ref}：{subject}",
    satisfaction="您对我们这次的处理满意吗？",
    satisfaction_marks=("很不满意", "不满意", "一般", "满意", "很满意"),
    ease="整个过程让我觉得省心省力。",
    ease_lowest="完全不同意",
    ease_highest="完全同意",
    comment="还有什么想告诉我们的？",
    optional="选填",
    send="提交",
    choose="请选择一项。",
    comment_too_long="请控制在 2000 字以内。",
    privacy="您的回答会与您的事项一起保存，由为您服务的同事阅读。",
    thanks_title="谢谢您",
    thanks_text="您的回答已经收到，可以关闭本页面了。",
    answered_title="已经回答过了",
    answered_text="此链接已使用过一次，以那次的回答为准。如果还有话想说，请回复我们的邮件，"
    "同一批同事会看到。",
    expired_title="链接已过期",
    expired_text="这份问卷的填写时间已过。如果还有话想说，请回复我们的邮件，会有人阅读。",
    unknown_title="无法识别此链接",
    unknown_text="链接可能被邮件软件截断了。请从我们的邮件中完整复制链接再试一次。",
)

JA = Wording(
    mail_subject="対応はいかがでしたか #{ref}",
    mail_text="""{name} 様

お問い合わせ「{subject}」の対応が完了いたしました。
ご感想をお聞かせください。質問は二つ、一分ほどで終わります。

{link}

このリンクはお客様専用で、{days} 日間有効です。いただいた回答は担当者が必ず拝読します。
まだお困りのことがございましたら、このメールにそのままご返信ください。

{shop}
""",
    title="対応はいかがでしたか",
    about="お問い合わせ #{ref}：{subject}",
    satisfaction="今回の対応にどのくらいご満足いただけましたか。",
    satisfaction_marks=(
        "とても不満",
        "不満",
        "どちらともいえない",
        "満足",
        "とても満足",
    ),
    ease="手間をかけずに解決できた。",
    ease_lowest="まったくそう思わない",
    ease_highest="とてもそう思う",
    comment="お気づきの点をお聞かせください",
    optional="任意",
    send="回答を送る",
    choose="一つお選びください。",
    comment_too_long="2,000 文字以内でお書きください。",
    privacy="回答はお問い合わせの記録とともに保管し、担当者が拝読します。",
    thanks_title="ありがとうございました",
    thanks_text="回答を受け取りました。このページを閉じていただいてかまいません。",
    answered_title="すでに回答済みです",
    answered_text="このリンクは一度使われており、その回答を承っています。"
    "ほかにお伝えになりたいことがございましたら、メールにご返信ください。同じ担当者に届きます。",
    expired_title="リンクの期限が切れています",
    expired_text="このアンケートの受付は終了しました。お伝えになりたいことがございましたら、"
    "メールにご返信ください。担当者が拝読します。",
    unknown_title="リンクを確認できません",
    unknown_text="リンクが途中で切れているのかもしれません。"
    "メールにあるリンク全体をもう一度お試しください。",
)

TH = Wording(
    mail_subject="เราดูแลคุณได้ดีแค่ไหน #{ref}",
    mail_text="""เรียนคุณ{name}

เรื่อง “{subject}” ของคุณปิดเรียบร้อยแล้ว เราอยากทราบความรู้สึกของคุณ มีเพียงสองคำถาม ใช้เวลาประมาณหนึ่งนาที

{link}

ลิงก์นี้เป็นของคุณเท่านั้น และใช้ได้ภายใน {days} วัน เจ้าหน้าที่ของเราอ่านทุกคำตอบ
หากยังมีสิ่งใดค้างอยู่ ตอบกลับอีเมลนี้ได้ทันที

{shop}
""",
    title="เราดูแลคุณได้ดีแค่ไหน",
    about="เรื่อง #{ref}: {subject}",
    satisfaction="คุณพอใจกับการดูแลของเราในครั้งนี้เพียงใด",
    satisfaction_marks=("ไม่พอใจมาก", "ไม่พอใจ", "เฉย ๆ", "พอใจ", "พอใจมาก"),
    ease="เรื่องนี้ได้รับการจัดการให้อย่างสะดวก ไม่ยุ่งยาก",
    ease_lowest="ไม่เห็นด้วยอย่างยิ่ง",
    ease_highest="เห็นด้วยอย่างยิ่ง",
    comment="มีอะไรที่อยากบอกเราเพิ่มเติม",
    optional="ไม่บังคับ",
    send="ส่งคำตอบ",
    choose="กรุณาเลือกหนึ่งข้อ",
    comment_too_long="กรุณาเขียนไม่เกิน 2,000 ตัวอักษร",
    privacy="คำตอบของคุณจะเก็บไว้กับเรื่องของคุณ และเจ้าหน้าที่ที่ดูแลคุณจะเป็นผู้อ่าน",
    thanks_title="ขอบคุณ",
    thanks_text="เราได้รับคำตอบของคุณแล้ว คุณปิดหน้านี้ได้เลย",
    answered_title="ตอบแล้ว",
    answered_text="ลิงก์นี้ถูกใช้ไปแล้วหนึ่งครั้ง และเราถือตามคำตอบนั้น "
    "หากมีเรื่องอยากบอกเพิ่มเติม ตอบกลับอีเมลของเราได้ เจ้าหน้าที่ชุดเดิมจะได้อ่าน",
    expired_title="ลิงก์หมดอายุแล้ว",
    expired_text="หมดเวลาสำหรับแบบสอบถามนี้แล้ว หากมีเรื่องอยากบอก "
    "ตอบกลับอีเมลของเราได้ เจ้าหน้าที่จะได้อ่าน",
    unknown_title="ไม่รู้จักลิงก์นี้",
    unknown_text="ลิงก์อาจถูกตัดโดยโปรแกรมอีเมล กรุณาคัดลอกลิงก์ทั้งหมดจากอีเมลของเราอีกครั้ง",
)

BY_LANGUAGE: Mapping[str, Wording] = {"en": EN, "zh": ZH, "ja": JA, "th": TH}
# our short names of languages, as Django writes them
DJANGO_CODES = {"zh": "zh-hans"}


def spoken(language: str) -> str:
    """Return the language we write in for one of a case: its own, else English."""
    short = language.lower().partition("-")[0]
    return short if short in BY_LANGUAGE else "en"


def wording_in(language: str) -> Wording:
    """Return the survey's words in the language, in English where we have none."""
    return BY_LANGUAGE[spoken(language)]
