"""The words the coach listens for, one file a language, as data to read and extend.

How a phrase is written: a space stands for any white space, `(a|b)` for a choice,
`(a |)` for something that may be missing, `~` for a short gap within the sentence, and
in English a `*` at the end of a word for any ending. The rest is a regular expression.
Phrases are small letters, folded (`rules.text`), and match whole words in English.
"""
