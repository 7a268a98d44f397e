"""Own examples of every rule that listens for words: a draft at fault, the words, a good one.

The drafts are read as answers to a question, so that only the rule at hand speaks.
"""

from __future__ import annotations

from typing import NamedTuple


class Example(NamedTuple):
    rule: str
    language: str
    bad: str
    words: str
    good: str


EXAMPLES = (
    Example("refusal-without-alternative", "en", "The zip was cut, so I cannot refund the jacket.", "cannot refund", "The zip was cut, so I cannot refund the jacket. I can have it mended for the price of the zip."),
    Example("refusal-without-alternative", "zh", "吊牌已经剪了,所以无法退货。", "无法退", "吊牌已经剪了,所以无法退货。我能做的是帮您换一件同款。"),
    Example("refusal-without-alternative", "ja", "タグが切られているため、返品はお受けできません。", "返品はお受けできません", "タグが切られているため、返品はお受けできません。代わりに同じ品との交換ができます。"),
    Example("refusal-without-alternative", "th", "ป้ายถูกตัดแล้ว จึงไม่สามารถคืนได้ค่ะ", "ไม่สามารถ", "ป้ายถูกตัดแล้ว จึงไม่สามารถคืนได้ค่ะ สิ่งที่ดิฉันทำได้คือซ่อมให้ในราคาทุนค่ะ"),
    Example("promise-without-date", "en", "The lamp arrived broken. I will send you a new one.", "I will send", "The lamp arrived broken. I will send you a new one on Tuesday 21 July."),
    Example("promise-without-date", "zh", "灯罩碎了。我会给您补发一个。", "我会给", "灯罩碎了。我会在7月21日前给您补发一个。"),
    Example("promise-without-date", "ja", "電灯の傘が割れていました。新しい品をお送りいたします。", "お送りいたします", "電灯の傘が割れていました。7月21日までに新しい品をお送りいたします。"),
    Example("promise-without-date", "th", "โคมไฟแตกค่ะ ดิฉันจะส่งอันใหม่ให้ค่ะ", "จะส่ง", "โคมไฟแตกค่ะ ดิฉันจะส่งอันใหม่ให้ภายในวันที่ 21 ก.ค. ค่ะ"),
    Example("price-talk", "en", "It is a budget model after all.", "budget model", "This model comes with the same guarantee as the others."),
    Example("price-talk", "zh", "一分钱一分货,您也知道。", "一分钱一分货", "这一款的保修和其他款一样。"),
    Example("price-talk", "ja", "お値段なりの品ですので。", "お値段な", "こちらの品も保証は同じです。"),
    Example("price-talk", "th", "ถูกและดีไม่มีหรอกค่ะ", "ถูกและดีไม่มี", "รุ่นนี้ได้ประกันเท่ารุ่นอื่นค่ะ"),
    Example("blame", "en", "You must have spilled something on it.", "You must have spilled", "There is moisture under the keys; the photo shows where."),
    Example("blame", "zh", "键盘进水,是您自己的原因。", "您自己的原因", "按键下面有水迹,照片里可以看到位置。"),
    Example("blame", "ja", "お客様の使い方が原因です。", "お客様の使い方", "キーの下に水の跡がありました。写真をご覧ください。"),
    Example("blame", "th", "คีย์บอร์ดเสียเพราะคุณไม่ระวังค่ะ", "เพราะคุณไม่", "ใต้ปุ่มมีรอยน้ำ ตามภาพที่แนบมาค่ะ"),
    Example("over-concession", "en", "This batch is defective, everyone knows it.", "This batch is defective", "You report a crack in the frame. If the maker's test bears that out, the frame is on us."),
    Example("over-concession", "zh", "都是我们的责任,没话说。", "都是我们的责任", "您反映车架有裂纹。检测若属实,费用由我们承担。"),
    Example("over-concession", "ja", "この商品は欠陥があることで知られています。", "この商品は欠陥", "フレームにひびがあるとのお話ですね。検査で確認できた場合は当店で負担します。"),
    Example("over-concession", "th", "เป็นความผิดของเราทั้งหมดค่ะ", "เป็นความผิดของเราทั้งหมด", "คุณแจ้งว่าเฟรมร้าว ถ้าผลตรวจยืนยัน เราดูแลค่าใช้จ่ายค่ะ"),
    Example("discourages-recourse", "en", "Honestly, going to court would be pointless.", "going to court would be pointless", "You may also turn to the consumer centre."),
    Example("discourages-recourse", "zh", "投诉也没用,结果一样。", "投诉也没用", "您也可以拨打12315。"),
    Example("discourages-recourse", "ja", "裁判をなさっても時間の無駄です。", "裁判をなさっても時間の無駄", "消費生活センターにご相談いただくこともできます。"),
    Example("discourages-recourse", "th", "ร้องเรียนก็ไม่ช่วยค่ะ", "ร้องเรียนก็ไม่", "คุณโทร สคบ. 1166 ได้เช่นกันค่ะ"),
    Example("void-term", "en", "Remember that all sales are final.", "all sales are final", "Within 14 days you may withdraw without a reason."),
    Example("void-term", "zh", "活动最终解释权在我店。", "最终解释权", "七天内您可以无理由退货。"),
    Example("void-term", "ja", "当店の品はノークレームでお願いします。", "ノークレーム", "到着から14日以内なら理由なしで返品できます。"),
    Example("void-term", "th", "ร้านเราไม่รับเปลี่ยนหรือคืน แต่มีทางเลือกอื่นค่ะ", "ไม่รับเปลี่ยนหรือคืน", "ภายใน 7 วันคุณคืนได้โดยไม่ต้องบอกเหตุผลค่ะ"),
    Example("non-apology", "en", "I apologise for any inconvenience.", "apologise for any", "I am sorry that we sent the wrong size."),
    Example("non-apology", "zh", "不便之处,敬请谅解。", "不便之处,敬请谅解", "我们发错了尺码,对不起。"),
    Example("non-apology", "ja", "ご不快に感じられたのでしたら申し訳ございません。", "ご不快に感じられたのでしたら申し訳", "寸法を間違えてお送りしました。お詫びします。"),
    Example("non-apology", "th", "ขออภัยในความไม่สะดวกค่ะ", "ขออภัยในความไม่สะดวก", "ขอโทษที่เราส่งผิดขนาดค่ะ"),
    Example("shut-down", "en", "Please calm down.", "calm down", "Tell me which point does not fit."),
    Example("shut-down", "zh", "这事没得商量。", "这事没得商量", "您觉得哪一点不符?"),
    Example("shut-down", "ja", "先ほどお伝えしました。", "先ほどお伝えし", "どの点が違いますか。"),
    Example("shut-down", "th", "อธิบายไปหลายรอบแล้วค่ะ", "อธิบายไปหลายรอบแล้ว", "ส่วนไหนที่ไม่ตรงคะ"),
    Example("guess-as-cause", "en", "It was probably dropped in the bag.", "It was probably dropped", "The cause is not known; the workshop says on Wednesday."),
    Example("guess-as-cause", "zh", "估计是摔过。", "估计是摔", "原因还不清楚,周三出结论。"),
    Example("guess-as-cause", "ja", "おそらく落とされたのでしょう。", "おそらく落とされたのでしょう", "原因はまだ確認できていません。水曜日に結論が出ます。"),
    Example("guess-as-cause", "th", "น่าจะโดนน้ำค่ะ", "น่าจะโดน", "ยังไม่ทราบสาเหตุค่ะ ผลออกวันพุธ"),
    Example("pass-the-buck", "en", "That's the courier's problem.", "That's the courier's problem", "I have opened the claim with the courier for you."),
    Example("pass-the-buck", "zh", "这个不归我管。", "不归我管", "快递那边我来联系,今天给您结果。"),
    Example("pass-the-buck", "ja", "運送会社のミスです。", "運送会社のミス", "運送会社には本日私から連絡します。"),
    Example("pass-the-buck", "th", "เรื่องนี้ไม่เกี่ยวกับเราค่ะ", "ไม่เกี่ยวกับเรา", "ดิฉันดูแลเรื่องนี้เองค่ะ"),
    Example("policy-only", "en", "It is company policy.", "policy", "Our policy asks for a photo, because the maker wants to see the break."),
    Example("policy-only", "zh", "公司规定就这样。", "规定", "规定要照片,因为厂家要看断口。"),
    Example("policy-only", "ja", "社内の規定です。", "規定", "写真が必要なのは、メーカーが確認するためという規定です。"),
    Example("policy-only", "th", "เป็นนโยบายร้านค่ะ", "นโยบาย", "นโยบายต้องมีรูป เพราะโรงงานต้องเห็นรอยหักค่ะ"),
    Example("stalling", "en", "You are on the list and we hope to know more soon.", "soon", "You are third on the list; your turn is on Thursday."),
    Example("stalling", "zh", "已经排上队了,稍后有消息。", "稍后", "已经排上队了,周四轮到您。"),
    Example("stalling", "ja", "順番が来るまでしばらくお待ちください。", "しばらくお待ち", "順番は木曜日です。"),
    Example("stalling", "th", "อยู่ในคิวแล้ว รอสักครู่ค่ะ", "รอสักครู่", "อยู่ในคิวแล้ว ถึงคิววันพฤหัสค่ะ"),
    Example("helpless", "en", "My hands are tied.", "My hands are tied", "I can ask the workshop today."),
    Example("helpless", "zh", "我真的没有办法。", "我真的没有办法", "我今天可以问维修部。"),
    Example("helpless", "ja", "どうすることもできません。", "どうすることもできません", "本日、工房に聞くことができます。"),
    Example("helpless", "th", "เรื่องนี้สุดวิสัยค่ะ", "สุดวิสัย", "วันนี้ดิฉันถามช่างให้ได้ค่ะ"),
    Example("absolute", "en", "It will definitely work.", "will definitely", "We tested it for an hour and it worked."),
    Example("absolute", "zh", "修完万无一失。", "万无一失", "修完试了一小时,一切正常。"),
    Example("absolute", "ja", "間違いなく動きます。", "間違いなく", "一時間試して、問題なく動きました。"),
    Example("absolute", "th", "ซ่อมแล้วหายห่วงค่ะ", "หายห่วง", "ซ่อมแล้วลองหนึ่งชั่วโมง ใช้ได้ปกติค่ะ"),
)  # fmt: skip
