"""A clinician's whole way through the pages in headless Chromium, over HTTPS, on a really running box."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from appliance.demo.practice import CLINICIAN, passwords_of
from appliance.demo.running import RunningBox, running_box

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.needs_program("chromium"),
    pytest.mark.timeout(400),
]
SAMPLE = Path("appliance/demo/sample.ogg")
SUMMARY = (
    "Dana came in tired. She said she had slept four hours a night since Marcus moved out. "
    "We looked at the evidence for her belief that she will lose her job. "
    "She agreed to keep a sleep diary until next week."
)
DRAFT_PATIENCE_MS = 180_000


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningBox]:
    with running_box(tmp_path_factory.mktemp("state")) as box:
        yield box


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield program
        program.close()


class Watched:
    """A signed-in page whose console and requests are watched."""

    def __init__(self, context: BrowserContext, running: RunningBox) -> None:
        self.base = f"https://localhost:{running.settings.web_port}"
        self.trouble: list[str] = []
        self.elsewhere: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.trouble.append(error.name))
        self.page.on("request", self._see)
        self.page.goto(f"{self.base}/")
        self.page.get_by_label("Name").fill(CLINICIAN)
        self.page.get_by_label("Password").fill(passwords_of(running.settings)[CLINICIAN])
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.base}/")

    def _hear(self, message) -> None:
        # Chromium reports each answer of 4xx itself; the page has said it in words already.
        if message.type == "error" and "status of 422" not in message.text:
            self.trouble.append(message.text)

    def _see(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"blob", "data"} and f"https://{parts.netloc}" != self.base:
            self.elsewhere.append(request.url)

    def add_session(self, client: str = "Dana Whitfield", kind: str = "Individual") -> None:
        self.page.goto(f"{self.base}/encounters/new")
        self.page.get_by_label("Client", exact=True).select_option(label=client)
        self.page.get_by_label("Kind").select_option(label=kind)
        self.page.get_by_role("button", name="Add the session").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(client)

    def is_clean(self) -> bool:
        """No error in the console, no request to anywhere else, nothing kept in the browser."""
        kept = self.page.evaluate("({...localStorage, ...sessionStorage})")
        # htmx notes the path of the page, and only that, in the tab's own storage.
        path = kept.pop("htmx-current-path-for-history", "/")
        assert path.startswith("/")
        assert len(path) < 100
        assert self.trouble == []
        assert self.elsewhere == []
        assert kept == {}
        return True


@pytest.fixture
def watched(running: RunningBox, browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(ignore_https_errors=True)
    yield Watched(context, running)
    context.close()


def confirm_times(page: Page) -> None:
    page.get_by_label("Started").fill("09:00")
    page.get_by_label("Stopped").fill("09:50")
    page.get_by_label("I confirm these times").check()
    page.get_by_label("In person").check()


def test_a_typed_summary_becomes_a_signed_note_with_certificates(watched):
    page = watched.page
    watched.add_session()
    page.get_by_label("Your summary").fill(SUMMARY)
    page.get_by_role("button", name="Agreed to be recorded: Dana Whitfield", exact=True).click()
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    # Consent was noted by a form of its own; what was typed meanwhile is still there.
    expect(page.get_by_label("Your summary")).to_have_value(SUMMARY)
    page.get_by_role("button", name="Write the note from this").click()
    page.wait_for_selector("#draft-form", timeout=DRAFT_PATIENCE_MS)
    mark = page.locator("button.marker").first
    mark.click()
    expect(mark).to_have_attribute("aria-pressed", "true")
    shown = page.locator("[data-source]:visible")
    assert shown.count() == len((mark.get_attribute("data-sources") or "").split())
    page.get_by_text("What the note writer saw").click()
    expect(page.locator(".masked").first).to_contain_text("[PARTNER_1]")
    page.get_by_role("button", name="Review and sign").click()
    expect(page.locator("#draft-form").get_by_text("The note cannot be signed yet")).to_be_visible()
    confirm_times(page)
    page.get_by_role("button", name="Review and sign").click()
    page.get_by_role("button", name="Sign as").click()
    expect(page.get_by_role("heading", name="Signed note")).to_be_visible()
    expect(page.get_by_role("link", name="certificate").first).to_be_visible(timeout=60_000)
    assert watched.is_clean()


def test_an_uploaded_recording_becomes_a_draft_and_is_destroyed(watched):
    page = watched.page
    watched.add_session()
    page.get_by_role("button", name="Agreed to be recorded: Dana Whitfield", exact=True).click()
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    page.get_by_text("Upload a recording").click()
    page.locator("#recording-file").set_input_files(SAMPLE)
    page.get_by_role("button", name="Upload and write the note").click()
    page.wait_for_selector("#progress", timeout=60_000)
    page.wait_for_selector("#draft-form", timeout=DRAFT_PATIENCE_MS)
    expect(page.get_by_text("expect wrong words")).to_be_visible()
    expect(page.locator(".receipt-proved")).to_contain_text("Recording", timeout=60_000)
    assert watched.is_clean()


def test_the_keyboard_alone_writes_and_signs_a_no_show(watched):
    page = watched.page
    watched.add_session("Tomas Rivera-Lund", "No-show")
    tab_to(page, "Write the note")
    page.keyboard.press("Enter")
    page.wait_for_selector("#draft-form")
    tab_to(page, "section-narrative")
    page.keyboard.type("Client did not attend and did not call.")
    tab_to(page, "Review and sign")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign as").wait_for()
    tab_to(page, "Sign as")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Signed note")).to_be_visible()
    assert watched.is_clean()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the field or button of this name has the focus, and can be seen to have it."""
    asked = """(at => at?.matches('a, button, input, textarea, select, summary')
                      ? `${at.name ?? ''} ${at.textContent}` : '')(document.activeElement)"""
    for _ in range(80):
        page.keyboard.press("Tab")
        if name in page.evaluate(asked):
            outline = "getComputedStyle(document.activeElement).outlineStyle"
            for _ in range(20):  # a page that has just come may not have painted its focus yet
                if page.evaluate(outline) != "none":
                    return
                page.wait_for_timeout(100)
            raise AssertionError(f"the focus on {name} cannot be seen")
    raise AssertionError(f"Tab never reached {name}")


def test_a_lost_connection_leaves_the_typed_text_in_the_page(watched):
    page = watched.page
    watched.add_session()
    page.get_by_label("Your summary").fill(SUMMARY)
    page.context.set_offline(True)
    page.get_by_role("button", name="Write the note from this").click()
    expect(page.get_by_text("The box did not answer")).to_be_visible()
    expect(page.get_by_label("Your summary")).to_have_value(SUMMARY)
    page.context.set_offline(False)
    page.get_by_role("button", name="Write the note from this").click()
    page.wait_for_selector("#progress, #draft-form")


@pytest.mark.parametrize(("width", "height"), [(390, 844), (640, 450), (1280, 900)])
def test_no_page_has_to_be_scrolled_sideways(watched, width, height):
    """A phone; a laptop at 200 %; a laptop. WCAG 2.2, 1.4.10."""
    watched.page.set_viewport_size({"width": width, "height": height})
    for path in ("/", "/encounters/new", "/clients", "/clients/new", "/preferences"):
        watched.page.goto(watched.base + path)
        wide = watched.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


def leave(page: Page, to: str, *, accept: bool) -> list[str]:
    """Go to another page; what the browser asked first, answered with yes or no."""
    asked: list[str] = []

    def answer(dialog) -> None:
        asked.append(dialog.type)
        if accept:
            dialog.accept()
        else:
            dialog.dismiss()

    page.once("dialog", answer)
    page.evaluate("to => { location.href = to; }", to)
    page.wait_for_timeout(400)
    if not asked:
        page.remove_listener("dialog", answer)
    return asked


def test_after_a_press_within_the_page_typed_words_are_not_left_unasked(watched):
    page = watched.page
    watched.add_session()
    here = page.url
    page.get_by_label("Your summary").fill(SUMMARY)
    page.get_by_role("button", name="Agreed to be recorded: Dana Whitfield", exact=True).click()
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    assert leave(page, "/clients", accept=False) == ["beforeunload"]
    page.get_by_text("Session details").click()
    page.get_by_role("button", name="Save these details").click()
    expect(page.locator(".notice")).to_contain_text("Saved.")
    assert leave(page, "/clients", accept=False) == ["beforeunload"]
    assert page.url == here
    expect(page.get_by_label("Your summary")).to_have_value(SUMMARY)
    page.get_by_role("button", name="Write the note from this").click()
    page.wait_for_selector("#draft-form", timeout=DRAFT_PATIENCE_MS)
    page.get_by_role("button", name="Edit Subjective").click()
    page.locator("#field-section-subjective").fill("Saved by hand.")
    page.get_by_role("button", name="Save changes").click()
    expect(page.locator(".notice")).to_contain_text("Saved.")
    page.get_by_role("button", name="Edit Plan").click()
    page.locator("#field-section-plan").fill("Not saved yet.")
    assert leave(page, "/clients", accept=False) == ["beforeunload"]
    page.get_by_text("Write it another way").click()
    page.get_by_role("button", name="Write it again").click()
    asked = page.get_by_role("dialog", name="Replace what you changed?")
    assert asked.get_by_role("listitem").all_inner_texts() == ["Subjective", "Plan"]
    page.keyboard.press("Escape")
    expect(asked).to_be_hidden()
    expect(page.locator("#field-section-plan")).to_have_value("Not saved yet.")
    page.get_by_role("button", name="Write it again").click()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#progress, #draft-form:not(:has([data-edited]))")
    assert leave(page, "/clients", accept=True) == []
    page.wait_for_url("**/clients")
    assert watched.is_clean()


def test_choices_and_details_stay_when_another_button_is_pressed(watched):
    page = watched.page
    watched.add_session()
    page.get_by_text("Upload a recording").click()
    page.get_by_text("How this note should be written").click()
    page.get_by_label("Format").select_option(label="DAP")
    page.locator("[name=methods][value=CBT]").check()
    page.get_by_text("Session details").click()
    page.get_by_label("Diagnosis").fill("F41.1")
    expect(page.get_by_label("Stopped")).to_have_value("")
    page.get_by_label("Started").fill("09:30")
    page.get_by_role("button", name="53 minutes").click()
    expect(page.get_by_label("I confirm these times")).not_to_be_checked()
    page.get_by_role("button", name="Agreed to be recorded: Dana Whitfield", exact=True).click()
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    expect(page.locator("[name=way][value=recording]")).to_be_checked()
    expect(page.locator("#recording-file")).to_be_visible()
    expect(page.get_by_label("Format")).to_have_value("dap")
    expect(page.locator("[name=methods][value=CBT]")).to_be_checked()
    expect(page.locator("#field-diagnosis")).to_have_value("F41.1")
    expect(page.locator("#field-stop_time")).to_have_value("10:23")
    assert watched.is_clean()
