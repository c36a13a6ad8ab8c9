"""Certificates as pages and files: who may see which, and that they say what an auditor asks."""

import base64
import io
import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from pypdf import PdfReader

from appliance.adapters.paper import as_pdf
from appliance.adapters.paper.pdf import CANNOT_BE_DRAWN
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


def test_a_name_that_the_font_does_not_have_is_left_out_and_said_so(
    destroyed: Setting, visitor: Visitor
) -> None:
    record = replace(destroyed.client.record, name="山田 花子")
    change_client(destroyed.box, destroyed.clinician, destroyed.client.id, record)
    drawn = text_of(visitor.get(f"{books(destroyed)[0]}?as=pdf").data)
    assert CANNOT_BE_DRAWN in drawn


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
