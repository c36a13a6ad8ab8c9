"""Certificates as pages and files: who may see which, and that they say what an auditor asks."""

import base64
import io
import json
import unicodedata
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from pypdf import PdfReader

from appliance.adapters.paper import as_pdf
from appliance.domain.destruction import certificate_body
from appliance.domain.paper import Fact, Leaf, Paper
from appliance.domain.people import AccountRole
from appliance.domain.retention import RULE_WORDS, Rule
from appliance.domain.tokens import COOKIE
from appliance.steps.keep_clients import change_client
from appliance.steps.sign_in import sign_in
from tests.api_caller import add_account
from tests.boxes import PASSWORD, Setting
from tests.flow import draft_now, sign_now, summarise, turn
from tests.page_visitor import Marks, Visitor


@pytest.fixture
def destroyed(setting: Setting) -> Setting:
    summarise(setting)
    draft_now(setting)
    sign_now(setting)
    assert turn(setting) == 4
    return setting


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def as_other(setting: Setting, visitor: Visitor, name: str, role: AccountRole) -> Visitor:
    add_account(setting.box, name, role)
    app: Flask = visitor.client.application
    client = app.test_client()
    _account, token = sign_in(setting.box, name, PASSWORD)
    client.set_cookie(COOKIE, token, domain="box.test", secure=True)
    return Visitor(client, token)


def books(setting: Setting) -> tuple[str, str, str]:
    return (
        f"/clients/{setting.client.id}/certificates",
        f"/encounters/{setting.encounter.id}/certificates",
        "/certificates?month=2026-11",
    )


def test_a_certificate_names_what_whose_why_when_and_what_the_proof_rests_on(
    destroyed: Setting, visitor: Visitor
) -> None:
    with destroyed.box.database.read() as records:
        (transcript,) = [
            c.number for c in records.certificates.all() if c.artefact_kind == "transcript"
        ]
    text = visitor.page(f"/certificates/{transcript}")
    for part in (
        "Dana Whitfield",
        destroyed.client.id,
        destroyed.encounter.id,
        "Note signed",
        "when the note is signed",
        "2026-11-30",
        "the storage device may retain old blocks",
        "Audit chain&#39;s head",
        "Certificate before it",
        "Ed25519",
    ):
        assert part in text, part
    assert "Marcus" not in text


def test_each_book_is_a_page_a_pdf_and_a_json_with_the_same_certificates(
    destroyed: Setting, visitor: Visitor
) -> None:
    for address in books(destroyed):
        joint = "&" if "?" in address else "?"
        page = visitor.page(address)
        assert page.count('href="/certificates/') == 4, address
        assert Marks(page).fields_without_label() == []
        pdf = visitor.get(f"{address}{joint}as=pdf")
        assert pdf.mimetype == "application/pdf"
        assert 'filename="certificates-' in pdf.headers["Content-Disposition"]
        drawn = text_of(pdf.data)
        assert [n for n in range(1, 5) if f"No. {n}" not in drawn] == [], address
        exported = json.loads(visitor.get(f"{address}{joint}as=json").data)
        assert [c["number"] for c in exported["certificates"]] == [1, 2, 3, 4]


def test_the_json_alone_is_enough_to_check_the_signatures(
    destroyed: Setting, visitor: Visitor
) -> None:
    exported = json.loads(visitor.get(f"{books(destroyed)[0]}?as=json").data)
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(exported["public_key"]))
    for certificate in exported["certificates"]:
        signature = base64.b64decode(certificate["signature"])
        key.verify(signature, certificate["signed_text"].encode())
    assert "Whitfield" not in json.dumps(exported)


def test_the_pdf_carries_the_signature_and_the_exact_signed_facts(
    destroyed: Setting, visitor: Visitor
) -> None:
    drawn = text_of(visitor.get("/certificates/2?as=pdf").data).replace("\n", "")
    with destroyed.box.database.read() as records:
        certificate = records.certificates.numbered(2)
    for part in (certificate.signature, certificate.previous_hash, certificate.artefact_id):
        assert part in drawn
    assert certificate.artefact_id.encode() in certificate_body(certificate)
    assert "Page 1 of 1" in drawn


def test_no_word_of_the_session_is_in_any_export(destroyed: Setting, visitor: Visitor) -> None:
    for address in books(destroyed):
        joint = "&" if "?" in address else "?"
        drawn = text_of(visitor.get(f"{address}{joint}as=pdf").data)
        for said in ("Marcus", "sleep", "diary"):
            assert said not in drawn


def test_a_month_names_nobody(destroyed: Setting, visitor: Visitor) -> None:
    assert "Whitfield" not in visitor.page("/certificates?month=2026-11")
    assert "Whitfield" not in text_of(visitor.get("/certificates?month=2026-11&as=pdf").data)


def test_another_month_is_empty_and_no_month_is_not_found(
    destroyed: Setting, visitor: Visitor
) -> None:
    assert "Nothing was destroyed in this month" in visitor.page("/certificates?month=2026-10")
    for month in ("2026-13", "x", "0001-01", "9999-12", "2026-11-23", "2199-12"):
        assert visitor.get(f"/certificates?month={month}").status_code == 404, month
    assert visitor.get("/certificates?as=exe").status_code == 404


def test_another_clinician_sees_none_and_an_administrator_all_without_a_name(
    destroyed: Setting, visitor: Visitor
) -> None:
    noa = as_other(destroyed, visitor, "noa", AccountRole.CLINICIAN)
    assert "Nothing was destroyed" in noa.page("/certificates?month=2026-11")
    for address in (*books(destroyed)[:2], "/certificates/1"):
        assert noa.get(address).status_code == 404, address
    ada = as_other(destroyed, visitor, "ada", AccountRole.ADMINISTRATOR)
    for address in ("/certificates?month=2026-11", "/certificates/1"):
        text = ada.page(address)
        assert "ertificate" in text
        assert "Whitfield" not in text
    for address in books(destroyed)[:2]:
        assert ada.get(address).status_code == 404, address


def test_every_rule_stands_on_a_certificate_as_a_sentence() -> None:
    assert set(RULE_WORDS) == set(Rule)
    assert all(words.endswith(".") for words in RULE_WORDS.values())


NAMES = (
    "José Núñez",
    "Łukasz Żółć",
    "Nguyễn Thị Ánh",
    "Ольга Щербакова",
    "Ґанна Їжакевич",
    "Ελένη Παπαδοπούλου",
    "Ağrı Şükrü Ðorđe Straße",
    "გიორგი",
    "Նարե Գրիգորյան",
)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_printed_in_its_own_letters_and_can_be_copied_from_the_page(
    destroyed: Setting, visitor: Visitor, name: str
) -> None:
    record = replace(destroyed.client.record, name=name)
    change_client(destroyed.box, destroyed.clinician, destroyed.client.id, record)
    assert name in text_of(visitor.get(f"{books(destroyed)[0]}?as=pdf").data)


def printed(value: str, *, is_code: bool = False) -> bytes:
    fact = Fact(label=value, value=value, is_code=is_code)
    leaf = Leaf(heading=value, lead=value, facts=(fact,))
    return as_pdf(Paper(title=value, about=(fact,), leaves=(leaf,), closing=(fact,)))


def test_letters_in_two_parts_are_printed_as_the_one_letter_that_they_are() -> None:
    assert "Nguyễn José" in text_of(printed(unicodedata.normalize("NFD", "Nguyễn José")))


@pytest.mark.parametrize("is_code", [False, True])
def test_a_letter_that_the_font_does_not_have_is_printed_as_its_number(is_code: bool) -> None:
    drawn = text_of(printed("Ann 山田", is_code=is_code))
    assert drawn.count("Ann [U+5C71][U+7530]") >= 6


@pytest.mark.parametrize(
    "said", ["\x00", "\x1b", "\ud800", "\u202e", "\U0001f600", "\U0010ffff", "\ufeff", "\x85"]
)
def test_no_character_keeps_a_certificate_from_being_printed_or_hides_in_it(said: str) -> None:
    assert f"a[U+{ord(said):04X}]b" in text_of(printed(f"a{said}b"))


def test_the_letters_are_in_the_file_itself_and_only_those_that_are_used() -> None:
    made = printed("Łukasz")
    assert made.count(b"/FontFile2") == 2
    assert len(made) < 40_000


def test_markup_in_a_name_is_drawn_as_it_is_written() -> None:
    fact = Fact(label="Client", value="<b>Ann</b> & Co <img src='file:///etc/passwd'/>")
    paper = Paper(
        title="A <i>title</i>",
        about=(fact,),
        leaves=(Leaf(heading="H", lead="L", facts=(fact,)),),
        closing=(),
    )
    drawn = text_of(as_pdf(paper)).replace("\n", " ")
    assert "<b>Ann</b> & Co" in drawn
    assert "<img" in drawn
    assert as_pdf(paper) == as_pdf(paper)
