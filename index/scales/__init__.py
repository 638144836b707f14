"""Rating scales as data: what publishers write, and what it means on ours. One TOML file per scale lies beside this module.

TOML, since a label such as ``no`` or ``5`` stays the text that it is. The publisher's own label is always kept beside what it is
mapped to.
"""
