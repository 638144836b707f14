"""Articles out of HTML."""

import pytest

from crawlers.pages import Picture
from crawlers.sites.page import parse_page

URL = "https://a.example/dir/page.html"


def test_words_of_the_article_are_read_and_those_around_it_are_not() -> None:
    html = """<body><nav><p>Menu</p></nav><article><h1>Un   titre</h1><p>Premier <b>par</b>agraphe.</p><script>var a;</script>
        <ul><li><p>Un point</p></li></ul><blockquote><p>Une citation</p></blockquote><aside><p>Publicité</p></aside>
        <figure><img src="a.jpg"><figcaption>Légende</figcaption></figure></article><footer><p>Contact</p></footer></body>"""
    page = parse_page(html, URL)
    assert page.text == "Un titre\nPremier paragraphe.\nUn point\nUne citation\nLégende"
    assert page.title == "Un titre"


@pytest.mark.parametrize(
    "html",
    [
        "<main><p>mots</p></main>",
        "<div itemprop='articleBody'><p>mots</p></div>",
        "<p>mots",
        "<article>mots</article>",
        "mots",
    ],
)
def test_an_article_is_found_without_an_article_element(html: str) -> None:
    assert parse_page(html, URL).text == "mots"


def test_what_the_head_says_is_read() -> None:
    html = """<html lang="fr-FR"><head><title>Site | Titre</title><meta property="og:title" content=" Titre ">
        <meta name="author" content="A. Maïga"><meta property="og:site_name" content="Des Vérificateurs">
        <meta property="article:published_time" content="2023-11-17T08:00:00+00:00"><link rel="canonical" href="/page">
        <link rel="alternate" type="application/rss+xml" href="/feed"><link rel="alternate" hreflang="en" href="/en"></head>"""
    page = parse_page(html, URL)
    assert (page.title, page.author, page.site_name, page.language) == (
        "Titre",
        "A. Maïga",
        "Des Vérificateurs",
        "fr-FR",
    )
    assert (page.published, page.canonical_url) == ("2023-11-17T08:00:00+00:00", "https://a.example/page")
    assert page.feeds == ("https://a.example/feed",)


def test_the_date_of_a_time_element_is_read_where_the_head_says_none() -> None:
    assert parse_page("<article><time datetime='2023-11-17'>hier</time></article>", URL).published == "2023-11-17"


def test_pictures_come_once_each_in_their_order() -> None:
    html = """<head><base href="https://cdn.example/x/"><meta property="og:image" content="https://cdn.example/x/b.jpg?w=1200"></head>
        <nav><img src="logo.png"></nav><article><img data-src="a.jpg" src="data:image/gif;base64,R0" alt=" une  porte ">
        <picture><source srcset="b.webp" src="b.webp"><img src="b.jpg?w=600"></picture><img src="a.jpg#x"><img>
        <video src="c.mp4"></video><video><source src="d.mp4"><source src="d.m3u8"></video><img src="javascript:x">
        <aside><img src="ad.jpg"></aside></article>"""
    assert parse_page(html, URL).pictures == (
        Picture(url="https://cdn.example/x/a.jpg", alt_text="une porte"),
        Picture(url="https://cdn.example/x/b.jpg?w=600"),
        Picture(url="https://cdn.example/x/c.mp4", kind="video"),
        Picture(url="https://cdn.example/x/d.mp4", kind="video"),
    )


def test_a_preview_picture_that_the_article_does_not_show_is_taken_too() -> None:
    html = '<meta property="og:image" content="/preview.jpg"><article><p>mots</p></article>'
    assert parse_page(html, URL).pictures == (Picture(url="https://a.example/preview.jpg"),)


def test_scripts_of_json_ld_are_kept_apart_and_verbatim() -> None:
    html = """<script type="application/ld+json"> {"a": "é &amp; <b>"} </script><script>var x;</script>
        <script type='application/ld+json; charset=utf-8'>broken</script>"""
    assert parse_page(html, URL).scripts == (' {"a": "é &amp; <b>"} ', "broken")


@pytest.mark.parametrize(
    "html", ["", "\0", "<", "<html>", "<!--", "<base href='http://[x'><a>", "<" * 5000, "<p>" * 3000]
)
def test_broken_html_is_no_error(html: str) -> None:
    assert parse_page(html, URL).url == URL
