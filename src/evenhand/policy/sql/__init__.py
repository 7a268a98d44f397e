"""A page over many cases at once: the same tree as columns of SQL, through Ibis.

Needs the extra `publish`; nothing that serves cases imports this package.
"""
