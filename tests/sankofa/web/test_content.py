"""What single pages say: search, claims, verdicts, media, reports."""

import html
import io
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from index.model import MediaItem, Report, Verdict
from sankofa.verifier import verify_pack
from sankofa.workflows.merge import merge
from sankofa.workflows.pack import locate_pack
from sankofa.workflows.pack_file import digest_verifier
from tests.sankofa.web.case import PERSON, Case
from tests.sankofa.web.conftest import open_client

ENGLISH = {"accept-language": "en"}


@pytest.mark.parametrize("words", ["tunnels de Kidal", "أنفاق كيدال", "Kidal tunnels", '"Kidal" tunnels'])
def test_a_claim_is_found_in_every_language_and_its_words_are_marked(
    case: Case, client: TestClient, words: str
) -> None:
    text = client.get("/search", params={"q": words}, headers=ENGLISH).text
    assert f'href="/claims/{case.claim}"' in text
    assert text.count("<mark>") >= 2
    assert "badge-false" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Already checked?", "repeats the claim", "Words in both:")),
        ("fr", ("Déjà vérifié ?", "répète l’affirmation", "Mots communs :")),
        ("ar", ("هل جرى التحقق منه؟", "يكرر الادعاء", "كلمات مشتركة:")),
    ],
)
def test_a_pasted_post_is_answered_with_the_claim_that_it_repeats_and_why(
    case: Case, client: TestClient, language: str, words: tuple[str, ...]
) -> None:
    text = client.get(case.pages["search-pasted"], headers={"accept-language": language}).text
    (panel,) = re.findall(r'<section class="already".*?</section>', text, re.DOTALL)
    assert [word for word in words if word not in panel] == []
    assert f'href="/claims/{case.claim}"' in panel
    assert "<mark>tunnels</mark>" in panel
    assert "badge-false" in panel


def test_a_pasted_post_that_repeats_nothing_known_is_told_so(case: Case, client: TestClient) -> None:
    text = client.get(case.pages["search-pasted-unknown"], headers=ENGLISH).text
    (panel,) = re.findall(r'<section class="already".*?</section>', text, re.DOTALL)
    assert "Nothing known." in panel
    assert "/claims/" not in panel


def test_a_few_words_are_a_search_and_not_asked_whether_they_were_checked(client: TestClient) -> None:
    assert 'class="already"' not in client.get("/search?q=tunnels+Kidal").text


def test_a_claim_shows_the_posts_that_speak_of_it_and_a_post_its_claims(case: Case, client: TestClient) -> None:
    claim = client.get(f"/claims/{case.claim}", headers=ENGLISH).text
    post = client.get(f"/posts/{case.post}", headers=ENGLISH).text
    assert f'href="/posts/{case.post}"' in claim
    assert "0 posts repeat it" in claim
    assert f'href="/claims/{case.claim}"' in post
    assert f'href="/claim-matches/{case.claim_match}"' in post
    assert 'href="/media/M-' in post


def test_a_merged_claim_leads_to_the_one_that_it_is_read_as_and_stands_there(fresh_case: Case) -> None:
    merge(replace(fresh_case.desk, person_id=PERSON), fresh_case.claim, fresh_case.bare_claim)
    client = open_client(fresh_case.desk)
    kept = client.get(f"/claims/{fresh_case.claim}", headers=ENGLISH).text
    merged = client.get(f"/claims/{fresh_case.bare_claim}", headers=ENGLISH).text
    found = client.get("/search?q=colonne+Gao", headers=ENGLISH).text
    assert f'href="/claims/{fresh_case.bare_claim}"' in kept
    assert "is read as that one" in merged
    assert f'href="/claims/{fresh_case.claim}"' in merged
    assert "Found under the words of a claim that was merged into it" in found


def test_filters_stand_in_the_address_and_in_the_form(case: Case, client: TestClient) -> None:
    inside = {"q": "Kidal", "country": "ML", "since": "2023-11-01", "until": "2023-11-30"}
    text = client.get("/search", params=inside, headers=ENGLISH).text
    assert case.claim in text
    assert 'value="2023-11-01"' in text
    assert '<option value="ML" selected>' in text
    assert case.claim not in client.get("/search", params={**inside, "until": "2023-11-10"}).text


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"rating": "false"}, True),
        ({"rating": "satire"}, False),
        ({"publisher": "le jalon"}, True),
        ({"publisher": "Le Jalon", "rating": "misleading"}, False),
        ({"publisher": "Nobody"}, False),
        ({"place": "ml-kidal"}, True),
        ({"place": "كيدال", "media": "yes"}, True),
        ({"place": "Gao"}, False),
        ({"actor": "jnim"}, False),
    ],
)
def test_claims_are_narrowed_by_what_organisations_said(
    case: Case, client: TestClient, filters: dict[str, str], found: bool
) -> None:
    text = client.get("/search", params={"q": "Kidal", **filters}, headers=ENGLISH).text

    assert (f'href="/claims/{case.claim}"' in text) == found
    assert ("Search again without filters" in text) == (not found)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Narrow the answer", "Organisation", "False")),
        ("fr", ("Affiner la réponse", "Organisation", "Faux")),
        ("ar", ("تضييق النتائج", "المنظمة", "زائف")),
    ],
)
def test_what_is_found_is_counted_and_each_count_leads_to_it(
    case: Case, client: TestClient, language: str, words: tuple[str, ...]
) -> None:
    text = client.get("/search?q=Kidal", headers={"accept-language": language}).text

    assert all(word in text for word in words)
    narrowed = re.findall(r'<a href="(/search\?[^"]+)">.*?</a> <span class="muted number">(\d+)</span>', text)
    assert {re.findall(r"&amp;(\w+)=", address)[0] for address, _ in narrowed} == {
        "rating", "publisher", "language", "country", "place", "media", "since",
    }  # fmt: skip
    for address, count in narrowed:
        page = client.get(html.unescape(address), headers=ENGLISH).text
        assert f"{count} claim" in page, address


@pytest.mark.parametrize(
    ("language", "said", "typed", "meant"),
    [
        ("en", "Did you mean:", "tunels Kidal", "tunnels Kidal"),
        ("fr", "Vouliez-vous dire :", "Tunnels à Kiddal", "Tunnels à Kidal"),
        ("ar", "هل تقصد:", "أنفاف كيدال", "أنفاق كيدال"),
    ],
)
def test_a_word_that_stands_in_no_claim_is_asked_back(
    client: TestClient, language: str, said: str, typed: str, meant: str
) -> None:
    address = "/search?" + urlencode({"q": typed, "country": "ML"})
    text = client.get(address, headers={"accept-language": language}).text

    assert said in text
    (offered,) = re.findall(r'<a href="([^"]+)"><bdi>' + meant + "</bdi></a>", text)
    assert html.unescape(offered) == "/search?" + urlencode({"q": meant, "country": "ML"})
    assert f'value="{typed}"' in text
    assert said not in client.get(html.unescape(offered), headers={"accept-language": language}).text


@pytest.mark.parametrize(("language", "name"), [("fr", "Tombouctou"), ("en", "Timbuktu"), ("ar", "تمبكتو")])
def test_a_name_is_shown_in_the_language_of_the_reader(client: TestClient, language: str, name: str) -> None:
    text = client.get("/search?place=ml-timbuktu", headers={"accept-language": language}).text

    assert f'<option value="ml-timbuktu" selected>{name}</option>' in text


def test_what_was_found_is_ordered_as_one_likes(case: Case, client: TestClient) -> None:
    best = client.get("/search?q=Kidal", headers=ENGLISH).text
    newest = client.get("/search?q=Kidal&order=date", headers=ENGLISH).text

    assert 'best match first · <a href="/search?q=Kidal&amp;order=date">newest first</a>' in best
    assert 'newest first · <a href="/search?q=Kidal">best match first</a>' in newest
    assert '<input type="hidden" name="order" value="date">' in newest
    assert case.claim in newest


def test_an_empty_answer_says_what_was_tried_and_what_to_do(client: TestClient) -> None:
    text = client.get("/search?q=zzz&country=ML", headers=ENGLISH).text
    assert "Not known here." in text
    assert "Search again without filters" in text


@pytest.mark.parametrize(
    "query", ["since=yesterday", "rating=wrong", "place=Zzyzx", "q=" + "x" * 10_001, "cursor=%00nonsense"]
)
def test_what_cannot_be_asked_is_explained(client: TestClient, query: str) -> None:
    answer = client.get(f"/search?{query}", headers=ENGLISH)
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


def test_a_claim_shows_the_verdicts_of_all_organisations(case: Case, client: TestClient) -> None:
    text = client.get(f"/claims/{case.claim}", headers=ENGLISH).text
    assert "Le Jalon" in text
    assert "Checks Example" in text
    assert f"/verdicts/{case.verdict}.5" in text
    assert f'href="/matches/{case.judged}"' in text


def test_a_cited_revision_stays_and_says_what_stands_now(case: Case, client: TestClient) -> None:
    old = client.get(f"/verdicts/{case.verdict}.3", headers=ENGLISH).text
    assert "This revision was superseded." in old
    assert "Misleading" in old
    assert "the place was found" in old
    assert "This revision was superseded." not in client.get(f"/verdicts/{case.verdict}", headers=ENGLISH).text


def test_an_original_is_sent_byte_for_byte_and_in_parts(case: Case, client: TestClient) -> None:
    content = case.files["known"].read_bytes()
    answer = client.get(f"/media/{case.known}/original")
    assert answer.content == content
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-disposition"] == f'inline; filename="{case.known}.jpg"'
    assert "sandbox" in answer.headers["content-security-policy"]
    part = client.get(f"/media/{case.known}/original", headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, content[10:20])


def test_a_file_that_is_no_picture_is_kept_and_shown_as_such(case: Case, client: TestClient) -> None:
    text = client.get(f"/media/{case.refused_medium}", headers=ENGLISH).text
    assert "Not read" in text
    assert f'src="/media/{case.refused_medium}/thumbnail"' not in text
    assert client.get(f"/media/{case.refused_medium}/original").content == case.files["garbage"].read_bytes()


def test_an_altered_original_is_not_shown(fresh_case: Case) -> None:
    item = fresh_case.desk.store.get(MediaItem, fresh_case.known)
    (path,) = (found for found in (fresh_case.desk.home / "vault").rglob(f"*{item.sha256[4:]}*") if found.is_file())
    path.chmod(0o600)
    path.write_bytes(b"something else")
    answer = open_client(fresh_case.desk).get(f"/media/{fresh_case.known}/original", headers=ENGLISH)
    assert answer.status_code == 500
    assert "altered" in answer.text


def test_every_format_of_a_report_is_sent_as_it_was_frozen(case: Case, client: TestClient) -> None:
    record = case.desk.store.get(Report, case.report)
    page = client.get(f"/reports/{case.report}", headers=ENGLISH).text
    for name, sha256 in record.files().items():
        answer = client.get(f"/reports/{case.report}.1/{name}")
        assert f'href="/reports/{case.report}.1/{name}"' in page
        assert answer.content == case.desk.vault.read(sha256)
        assert answer.headers.get("content-disposition", "").startswith("attachment") == (name != "html")
        assert "script" not in answer.headers["content-security-policy"]
    assert client.get(f"/reports/{case.report}/exe").status_code == 404


def test_an_editor_previews_and_freezes_what_they_wrote(fresh_case: Case) -> None:
    client, store = open_client(fresh_case.desk), fresh_case.desk.store
    cited = store.get(Report, fresh_case.report).cites[0].rpartition(".")[0]
    form = {"country": "ML", "month": "2023-11", "language": "fr", "text": f"Vu <script>x()</script> [@{cited}]"}
    preview = client.post("/reports/preview", data=form, headers=ENGLISH)
    assert "Aperçu" in preview.text
    assert "&lt;script&gt;x()" in preview.text
    assert "<script" not in preview.text
    assert store.get(Report, fresh_case.report).revision == 1
    refused = client.post("/reports/preview", data={**form, "text": "un\n[@V-1999-0001]"}, headers=ENGLISH)
    assert refused.status_code == 400
    assert "line 2, column 1" in refused.text
    client.cookies.set("sankofa-person", PERSON)
    client.post("/reports", data=form)
    assert b"&lt;script&gt;x()" in client.get(f"/reports/{fresh_case.report}.2/html").content


def test_what_changed_since_stands_beside_a_report(fresh_case: Case) -> None:
    client, store = open_client(fresh_case.desk), fresh_case.desk.store
    record = store.get(Report, fresh_case.report)
    verdict = store.get(Verdict, record.cites[0].rpartition(".")[0])
    assert "Changed since" not in client.get(f"/reports/{record.id}", headers=ENGLISH).text
    later = record.built_at + timedelta(hours=1)
    store.revise(
        replace(verdict, status="withdrawn", reason="<b>wrong</b> place", revised_at=later, release=0),
        expected_revision=verdict.revision,
    )
    page = client.get(f"/reports/{record.id}", headers=ENGLISH).text
    assert "Changed since" in page
    assert "Withdrawn" in page
    assert "&lt;b&gt;wrong&lt;/b&gt; place" in page
    assert client.get(f"/reports/{record.id}/html").content == fresh_case.desk.vault.read(record.html_sha256)


def test_a_report_is_frozen_by_a_person_and_can_be_frozen_again(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    form = {"country": "NE", "month": "2023-11", "language": "en"}
    assert client.post("/reports", data=form, follow_redirects=False).headers["location"] == "/person?back=%2Freports"
    client.cookies.set("sankofa-person", PERSON)
    for revision in (1, 2):
        answer = client.post("/reports", data=form, follow_redirects=False)
        assert answer.headers["location"] == "/reports/R-NE-2023-11-en"
        assert fresh_case.desk.store.get(Report, "R-NE-2023-11-en").revision == revision
    assert client.get("/reports/R-NE-2023-11-en").status_code == 200


def test_the_pack_of_a_report_is_offered_with_what_it_is_compared_with(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)

    client.post("/reports", data={"country": "ML", "month": "2023-11", "language": "fr"})

    page = client.get(f"/reports/{fresh_case.report}", headers=ENGLISH).text
    assert f'href="/packs/{fresh_case.report}.2"' in page
    assert digest_verifier() in page
    answer = client.get(f"/packs/{fresh_case.report}.2")
    assert answer.headers["content-disposition"] == f'attachment; filename="{fresh_case.report}.2.zip"'
    found = verify_pack(io.BytesIO(answer.content))
    assert found.problems == []
    assert found.facts["key"] in page


@pytest.mark.parametrize("what", ["report", "verdict"])
def test_a_pack_that_was_not_built_yet_is_built_at_the_push_of_a_button(fresh_case: Case, what: str) -> None:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)
    client.post("/reports", data={"country": "ML", "month": "2023-11", "language": "fr"})
    locate_pack(fresh_case.desk, fresh_case.report, 2).unlink()
    name = {"report": f"{fresh_case.report}.2", "verdict": f"{fresh_case.verdict}.3"}[what]
    path = f"/{what}s/{name}"
    assert f'action="/packs/{name}"' in client.get(path).text
    assert client.get(f"/packs/{name}").status_code == 404

    built = client.post(f"/packs/{name}", follow_redirects=False)

    assert built.headers["location"] == f"{path}#pack-title"
    assert f'href="/packs/{name}"' in client.get(path).text
    assert verify_pack(io.BytesIO(client.get(f"/packs/{name}").content)).problems == []


def test_a_pack_is_built_by_a_person(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)

    answer = client.post(f"/packs/{fresh_case.verdict}.3", follow_redirects=False)

    assert answer.headers["location"].startswith("/person?back=")


def test_no_pack_is_offered_of_what_this_desk_did_not_publish(fresh_case: Case) -> None:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)

    assert "/packs/" not in client.get(f"/verdicts/{fresh_case.external_verdict}").text
    assert client.post(f"/packs/{fresh_case.external_verdict}.1").status_code == 400
    assert client.post("/packs/C-2023-0001").status_code == 400


@pytest.mark.parametrize(
    "form",
    [
        {"country": "ZZ", "month": "2023-11", "language": "fr"},
        {"country": "ML", "month": "November", "language": "fr"},
        {"country": "ML", "month": "2023-11", "language": "xx"},
        {"country": "ML"},
    ],
)
def test_a_report_that_cannot_be_built_says_why(fresh_case: Case, form: dict[str, str]) -> None:
    client = open_client(fresh_case.desk)
    client.cookies.set("sankofa-person", PERSON)
    answer = client.post("/reports", data=form, headers=ENGLISH)
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text


def test_a_language_is_remembered_before_the_browsers_own(client: TestClient) -> None:
    assert 'lang="ar"' in client.get("/", headers={"accept-language": "ar-TD;q=0.9, de;q=0.95"}).text[:200]
    assert 'lang="fr"' in client.get("/", headers={"accept-language": "de, *;q=0.1, x=;q=y"}).text[:200]
    answer = client.post("/language", data={"language": "ar", "back": "/reports"}, follow_redirects=False)
    assert answer.headers["location"] == "/reports"
    assert 'dir="rtl"' in client.get("/", headers=ENGLISH).text[:200]
    assert client.post("/language", data={"language": "xx"}).status_code == 400
