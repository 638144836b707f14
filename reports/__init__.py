"""Index in, documents out: a month of one country whose every sentence names the record that it rests on.

May import ``index``, ``verify``, pydantic, Jinja2, Babel, MarkupSafe, markdown-it-py and typst. Everything is built from the
ports it is given; nothing here reads a clock, a network or a folder of the user's.
"""
