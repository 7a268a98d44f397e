"""The words of an outline in each language; what is in [brackets] is for the person."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The sentences of an outline: {name}s are filled in by the rule."""

    greeting: str
    signature: str
    thanks: str
    question: str
    praise: str
    effort: str
    aim: str
    checked: str
    upheld: str
    partly: str
    refused: str
    already: str
    outside: str
    withdrawn: str
    our_mistake: str
    owed: str
    goodwill: str
    one_offer: str
    offers: str
    offer: str
    choose: str
    promise: str
    recourse: str
    could_help: str
    joiner: str
    space: str
    told_slot: str
    effort_slot: str
    aim_slot: str
    found_slot: str
    reason_slot: str
    offer_slot: str
    day_slot: str
    answer_slot: str


_ENGLISH = Wording(
    greeting="Dear {name},",
    signature="{agent}",
    thanks="Thank you for telling me about {told}.",
    question="Thank you for asking about {told}.",
    praise="Thank you for telling me about {told}. I have passed it on to the people it is about.",
    effort="I can see that {effort}.",
    aim="In your place I would want {aim} too.",
    checked="I have looked into each point.",
    upheld="{title}: you are right about this. {say}",
    partly="{title}: I agree with part of this. {say}",
    refused="{title}: I cannot grant this one, because {because}.",
    already="{title}: what we offered before was fair, because {because}.",
    outside="{title}: this is not mine to decide, because {because}.",
    withdrawn="{title}: you took this point back, so I leave it there.",
    our_mistake="That was our mistake, and I am sorry.",
    owed="You are owed {amount} by right.",
    goodwill="I add {amount} as goodwill today.",
    one_offer="This is open to you: {text}.",
    offers="What I can do, and you choose:",
    offer="{letter}. {text}",
    choose="Please reply with {letters} by {day}.",
    promise="I will {what} by {day}.",
    recourse="If you disagree, you may ask for a review by someone who was not involved.",
    could_help="One thing may still change this, so please tell me: {ask}",
    joiner=" or ",
    space=" ",
    told_slot="[what happened, in their words]",
    effort_slot="[what it took: trips, days, calls]",
    aim_slot="[what they need from this]",
    found_slot="[what was found, and how it is known]",
    reason_slot="[the reason, in plain words]",
    offer_slot="[an option within your limit]",
    day_slot="[day]",
    answer_slot="[the answer]",
)
_CHINESE = Wording(
    greeting="{name},您好。",
    signature="{agent}",
    thanks="感谢您告诉我{told}。",
    question="感谢您来问{told}。",
    praise="感谢您告诉我{told}。我已经转告了相关同事。",
    effort="我看到{effort}。",
    aim="换作我,也会希望{aim}。",
    checked="我逐项查过了,结论如下。",
    upheld="{title}:这一项您是对的。{say}",
    partly="{title}:这一项部分成立。{say}",
    refused="{title}:这一项不能办理,因为{because}。",
    already="{title}:之前给您的方案是合适的,因为{because}。",
    outside="{title}:这一项不由我决定,因为{because}。",
    withdrawn="{title}:您已撤回这一项,我就不再处理。",
    our_mistake="这是我们的失误,对不起。",
    owed="这一项您应得{amount},这是您的权利。",
    goodwill="另外我今天给您补{amount},作为心意。",
    one_offer="我能做的是:{text}。",
    offers="我能做的是下面几项,由您选择:",
    offer="{letter}. {text}。",
    choose="请您在{day}前回复{letters}。",
    promise="我会在{day}前{what}。",
    recourse="您若不同意,可以要求由没有参与此事的同事复核。",
    could_help="还有一点可能改变结果,请您告诉我:{ask}",
    joiner="或",
    space="",
    told_slot="[发生了什么,用客户的话]",
    effort_slot="[客户为此花了多少时间和精力]",
    aim_slot="[客户真正需要的是什么]",
    found_slot="[查到了什么,依据是什么]",
    reason_slot="[用大白话说原因]",
    offer_slot="[您权限内的一个办法]",
    day_slot="[哪一天]",
    answer_slot="[答案]",
)
_JAPANESE = Wording(
    greeting="{name}様",
    signature="{agent}",
    thanks="{told}についてお知らせいただき、ありがとうございます。",
    question="{told}についてお問い合わせいただき、ありがとうございます。",
    praise="{told}についてお知らせいただき、ありがとうございます。担当の者に伝えました。",
    effort="{effort}とのこと、お気持ちお察しします。",
    aim="私でも、{aim}と思います。",
    checked="一つずつ確認しました。結果は次のとおりです。",
    upheld="{title}:ご指摘のとおりでした。{say}",
    partly="{title}:一部はご指摘のとおりでした。{say}",
    refused="{title}:この点はお受けできません。理由は{because}です。",
    already="{title}:先にご提案した内容が適切でした。理由は{because}です。",
    outside="{title}:この点は私の判断の範囲にありません。理由は{because}です。",
    withdrawn="{title}:お取り下げいただきましたので、ここまでといたします。",
    our_mistake="私どもの誤りでした。お詫びします。",
    owed="{amount}は、お客様の権利としてお受け取りいただくものです。",
    goodwill="加えて、本日{amount}を私からお付けします。",
    one_offer="次のことができます。{text}。",
    offers="私にできることは次のとおりです。お選びください。",
    offer="{letter}. {text}。",
    choose="{day}までに{letters}をご返信ください。",
    promise="{day}までに{what}。",
    recourse="ご納得いただけない場合は、この件に関わっていない者による再審査をお申し出いただけます。",
    could_help="次の点によって結果が変わることがありますので、お知らせください。{ask}",
    joiner="または",
    space="",
    told_slot="[起きたこと、お客様の言葉で]",
    effort_slot="[お客様がかけた時間と手間]",
    aim_slot="[お客様が本当に必要なこと]",
    found_slot="[分かったことと、その根拠]",
    reason_slot="[やさしい言葉で理由]",
    offer_slot="[権限の中でできること]",
    day_slot="[日付]",
    answer_slot="[お答え]",
)
_THAI = Wording(
    greeting="เรียน คุณ{name}",
    signature="{agent}",
    thanks="ขอบคุณที่แจ้งเรื่อง{told}{polite}",
    question="ขอบคุณที่สอบถามเรื่อง{told}{polite}",
    praise="ขอบคุณที่แจ้งเรื่อง{told}{polite} {me}ได้ส่งต่อให้ทีมที่เกี่ยวข้องแล้ว{polite}",
    effort="เข้าใจ{polite}ว่า{effort}",
    aim="ถ้าเป็น{me}ก็อยากให้{aim}เหมือนกัน{polite}",
    checked="{me}ตรวจทีละเรื่องแล้ว{polite} ผลเป็นดังนี้",
    upheld="{title}: เรื่องนี้คุณถูกต้อง{polite} {say}",
    partly="{title}: เรื่องนี้ถูกต้องบางส่วน{polite} {say}",
    refused="{title}: เรื่องนี้ไม่เข้าเงื่อนไข เพราะ{because}{polite}",
    already="{title}: ข้อเสนอที่ให้ไว้ก่อนหน้านี้เหมาะสมแล้ว เพราะ{because}{polite}",
    outside="{title}: เรื่องนี้อยู่นอกอำนาจตัดสินของ{me} เพราะ{because}{polite}",
    withdrawn="{title}: คุณถอนเรื่องนี้แล้ว {me}จึงไม่พิจารณาต่อ{polite}",
    our_mistake="เรื่องนี้เราผิดพลาด {me}ขอโทษ{polite}",
    owed="ตามสิทธิ์ของคุณคือ {amount} {polite}",
    goodwill="นอกจากนี้วันนี้{me}ขอมอบเพิ่ม {amount} {polite}",
    one_offer="สิ่งที่{me}ทำได้คือ {text}{polite}",
    offers="สิ่งที่{me}ทำได้มีดังนี้ คุณเลือกได้{polite}",
    offer="{letter}. {text}",
    choose="กรุณาตอบ {letters} ภายใน{day} {polite}",
    promise="{me}จะ{what}ภายใน{day} {polite}",
    recourse="หากคุณไม่เห็นด้วย ขอให้ทบทวนโดยคนที่ไม่เกี่ยวข้องกับเรื่องนี้ได้{polite}",
    could_help="ยังมีอีกข้อหนึ่งที่อาจเปลี่ยนผลได้ โปรดแจ้ง{me}{polite} {ask}",
    joiner=" หรือ ",
    space=" ",
    told_slot="[เกิดอะไรขึ้น ตามคำของลูกค้า]",
    effort_slot="[ลูกค้าเสียเวลาและแรงไปเท่าไร]",
    aim_slot="[สิ่งที่ลูกค้าต้องการจริง ๆ]",
    found_slot="[พบอะไร และรู้ได้อย่างไร]",
    reason_slot="[เหตุผลแบบเข้าใจง่าย]",
    offer_slot="[ทางเลือกภายในอำนาจของคุณ]",
    day_slot="[วันที่]",
    answer_slot="[คำตอบ]",
)
WORDINGS = {"en": _ENGLISH, "zh": _CHINESE, "ja": _JAPANESE, "th": _THAI}
