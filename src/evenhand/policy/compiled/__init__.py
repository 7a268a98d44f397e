"""The Python back end: the typed tree turned into Python functions.

What is compiled is made of fixed fragments, numbers and generated names only. Words,
names and texts of a page reach it as objects, never as source, so a page cannot say
anything that is run.
"""
