"""A visitor to the pages without a browser, and a reader of their markup."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from appliance.adapters.paper import as_pdf
from appliance.domain.tokens import COOKIE, csrf_for
from appliance.steps.draft_note import draft_note
from appliance.steps.mask import mask
from appliance.steps.sign_in import sign_in
from appliance.steps.take_summary import take_summary
from appliance.web.pages import create_pages
from tests.boxes import PASSWORD, Setting
from tests.fakes import FakeWriter

TEMPLATES = Path("appliance/web/templates")
STATIC = Path("appliance/web/static")
BASE = "https://box.test"


class Visitor:
    """A signed-in browser's requests."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.csrf = csrf_for(token)

    def get(self, path: str):
        return self.client.get(path, base_url=BASE)

    def post(self, path: str, **form: object):
        return self.client.post(path, base_url=BASE, data={"csrf": self.csrf} | form)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@pytest.fixture
def visitor(setting: Setting) -> Visitor:
    return visitor_to(setting)


def visitor_to(setting: Setting) -> Visitor:
    """The setting's clinician, signed in at its box."""
    app = Flask("test", static_folder=None)
    app.register_blueprint(
        create_pages(
            setting.box,
            energy_line=lambda: "not measured: no GPU here",
            free_disk_bytes=lambda: 10**12,
            print_pdf=as_pdf,
        )
    )
    client = app.test_client()
    _account, token = sign_in(setting.box, "amara", PASSWORD)
    client.set_cookie(COOKIE, token, domain="box.test", secure=True)
    return Visitor(client, token)


@pytest.fixture
def page(setting: Setting) -> str:
    return f"/encounters/{setting.encounter.id}"


def drafted(setting: Setting, text: str = "Dana slept badly. Marcus called.", **writer) -> None:
    """Bring the encounter to a draft by its real steps."""
    box = setting.with_box(writer=FakeWriter(**writer)).box
    encounter = take_summary(box, setting.clinician, setting.encounter.id, text)
    draft_note(box, mask(box, encounter))


class Marks(HTMLParser):
    """Tags, labels and fields of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.labelled: set[str] = set()
        self._labels = 0
        self.unlabelled: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attributes) -> None:
        found = dict(attributes)
        self.tags.append((tag, found))
        if tag == "label":
            self._labels += 1
            self.labelled.add(found.get("for") or "")
        is_field = tag in {"input", "select", "textarea"} and found.get("type") != "hidden"
        if is_field and not self._labels:
            self.unlabelled.append(found.get("id") or "")

    def handle_endtag(self, tag) -> None:
        if tag == "label":
            self._labels -= 1

    def fields_without_label(self) -> list[str]:
        return [name for name in self.unlabelled if name not in self.labelled]
