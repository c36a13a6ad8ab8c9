"""Certificates on pages and as files: one, of a session, of a client, of a month."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, Response, make_response, request

from appliance.domain.destruction import as_export
from appliance.domain.errors import Absent
from appliance.domain.paper import Fact, Paper
from appliance.steps.show_certificates import (
    CertificateBook,
    certificate_numbered,
    certificates_between,
    certificates_of_client,
    certificates_of_encounter,
)
from appliance.web.certificate_paper import leaf_of, paper_of, what_of
from appliance.web.desk import Desk, account

PrintPdf = Callable[[Paper], bytes]
FIRST_YEAR, LAST_YEAR = 2000, 2199
LONGEST_NUMBER = 10


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """Where a book of certificates stands: its title, its address, and what it is about."""

    title: str
    address: str
    file_name: str
    about: tuple[Fact, ...]


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.get("/certificates")
    def show_month() -> Response:
        month = _month(request.args.get("month", ""), desk)
        start, end = desk.local.start_of(month), desk.local.start_of(_next(month))
        book = certificates_between(desk.box, account(), start, end)
        shelf = Shelf(
            title=f"Certificates of {month:%B %Y}",
            address=f"/certificates?month={month:%Y-%m}",
            file_name=f"certificates-{month:%Y-%m}",
            about=(Fact(label="Destroyed in", value=f"{month:%B %Y}"),),
        )
        return _show(desk, book, shelf, month=month, before=_previous(month), after=_next(month))

    @blueprint.get("/clients/<client_id>/certificates")
    def show_of_client(client_id: str) -> Response:
        book = certificates_of_client(desk.box, account(), client_id)
        return _show(desk, book, _of("client", f"/clients/{client_id}", client_id))

    @blueprint.get("/encounters/<encounter_id>/certificates")
    def show_of_encounter(encounter_id: str) -> Response:
        book = certificates_of_encounter(desk.box, account(), encounter_id)
        return _show(desk, book, _of("session", f"/encounters/{encounter_id}", encounter_id))

    @blueprint.get("/certificates/<number>")
    def show_certificate(number: str) -> Response:
        book = certificate_numbered(desk.box, account(), _number(number))
        shelf = Shelf(
            title=f"Certificate {number}",
            address=f"/certificates/{number}",
            file_name=f"certificate-{number}",
            about=(),
        )
        (certificate,) = book.certificates
        leaf = leaf_of(certificate, desk.local)
        return _file(desk, book, shelf) or desk.page(
            "certificate.html", book=book, certificate=certificate, leaf=leaf, shelf=shelf
        )


def _number(text: str) -> int:
    """Raises Absent for what is no number of a certificate."""
    if not (text.isascii() and text.isdigit() and len(text) < LONGEST_NUMBER):
        raise Absent
    return int(text)


def _of(what: str, address: str, number: str) -> Shelf:
    return Shelf(
        title=f"Certificates of one {what}",
        address=f"{address}/certificates",
        file_name=f"certificates-{what}-{number[:8]}",
        about=(Fact(label=f"Number of the {what}", value=number, is_code=True),),
    )


def _show(
    desk: Desk,
    book: CertificateBook,
    shelf: Shelf,
    *,
    month: date | None = None,
    before: date | None = None,
    after: date | None = None,
) -> Response:
    return _file(desk, book, shelf) or desk.page(
        "certificates.html",
        book=book,
        shelf=shelf,
        what_of=what_of,
        month=month,
        before=before,
        after=after,
    )


def _file(desk: Desk, book: CertificateBook, shelf: Shelf) -> Response | None:
    """The same as a file to keep, where `as` asks for one. Raises Absent for other kinds."""
    match request.args.get("as", ""):
        case "":
            return None
        case "pdf":
            paper = paper_of(book, shelf.title, shelf.about, desk.local)
            return _attached(desk.print_pdf(paper), "application/pdf", f"{shelf.file_name}.pdf")
        case "json":
            body = json.dumps(as_export(book.certificates, book.public_key), indent=2).encode()
            return _attached(body, "application/json", f"{shelf.file_name}.json")
        case _:
            raise Absent


def _attached(body: bytes, media_type: str, name: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _month(text: str, desk: Desk) -> date:
    """The month asked for, or this one. Raises Absent for what is no month here."""
    if not text:
        return desk.local.of(desk.box.clock.now()).date().replace(day=1)
    try:
        month = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        raise Absent from None
    if not FIRST_YEAR <= month.year < LAST_YEAR:
        raise Absent
    return month


def _next(month: date) -> date:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _previous(month: date) -> date:
    return (
        month.replace(month=month.month - 1)
        if month.month > 1
        else month.replace(year=month.year - 1, month=12)
    )
