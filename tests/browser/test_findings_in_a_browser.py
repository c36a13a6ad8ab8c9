"""What the check found and what a draft cannot place, worked through in headless Chromium."""

import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright
from werkzeug.serving import make_server

from appliance.adapters.paper import as_pdf
from appliance.domain.masking import pipeline
from appliance.domain.written import WrittenStatement
from appliance.steps.mask import mask
from appliance.steps.take_summary import take_summary
from appliance.web.pages import create_pages
from tests.boxes import PASSWORD, Setting
from tests.browser.test_pages_in_a_browser import tab_to
from tests.page_visitor import drafted

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.needs_program("chromium"),
    pytest.mark.timeout(300),
]
STORY = "Dana slept badly. Port newark is loud at night. Marcus will wait on harbor street."


@pytest.fixture
def base(setting: Setting) -> Iterator[str]:
    """The pages of the test's own box, over TLS on a port of this machine."""
    app = Flask("test", static_folder=None)
    app.register_blueprint(
        create_pages(
            setting.box,
            energy_line=lambda: "not measured: no GPU here",
            free_disk_bytes=lambda: 10**12,
            print_pdf=as_pdf,
        )
    )
    server = make_server("127.0.0.1", 0, app, ssl_context="adhoc")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page(base: str) -> Iterator[Page]:
    """Signed in; anything in the console fails the test."""
    trouble: list[str] = []
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = program.new_context(ignore_https_errors=True).new_page()
        page.on("console", lambda message: trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(error.name))
        page.goto(f"{base}/")
        page.get_by_label("Name").fill("amara")
        page.get_by_label("Password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base}/")
        yield page
        program.close()
    assert trouble == []


def test_the_keyboard_alone_decides_about_what_the_check_found(
    setting: Setting, base: str, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "RE_MASKINGS", 0)
    take_summary(setting.box, setting.clinician, setting.encounter.id, STORY)
    mask(setting.box, setting.now_at())
    page.goto(f"{base}/encounters/{setting.encounter.id}")
    expect(page.get_by_role("button", name="Mask both")).to_be_visible()
    tab_to(page, "Not an identifier : harbor street")
    page.keyboard.press("Enter")
    expect(page.locator(".notice")).to_contain_text("It stays as it is")
    expect(page.locator(".finding").first).to_be_focused()
    page.get_by_text("What the note writer would see").click()
    expect(page.locator(".masked .held-found")).to_have_text("newark")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    tab_to(page, "Mask it : newark")
    page.keyboard.press("Enter")
    expect(page.locator("#progress")).to_be_visible()
    page.goto("about:blank")


def test_the_list_before_signing_leads_to_what_nobody_can_place(
    setting: Setting, base: str, page: Page
) -> None:
    extra = (WrittenStatement(text="Saw [PERSON_9].", sources=("u1",), is_supported=True),)
    drafted(setting, extra=extra)
    page.goto(f"{base}/encounters/{setting.encounter.id}")
    page.get_by_role("link", name="[PERSON_9]").click()
    expect(page.locator("#unplaced-1")).to_be_focused()
    expect(page.locator("#unplaced-1")).to_contain_text("[PERSON_9]")
