"""The real tus-js-client, and the page's own sender, over a connection that breaks in mid-piece.

The box runs without serving: a recording stays as it arrived, so every byte of it can be compared.
"""

import base64
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from appliance.adapters.media.ffmpeg import ffmpeg_program
from appliance.demo.practice import CLINICIAN, passwords_of
from appliance.demo.running import RunningBox, running_box
from appliance.demo.visitor import Turned
from appliance.domain.retention import ArtefactKind
from appliance.steps import artefacts
from appliance.up import PROGRAMS
from appliance.wiring import box_for_a_while
from tests.cutting_proxy import CuttingProxy, cutting_proxy
from tests.deployment.cache import tus

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.needs_program("chromium"),
    pytest.mark.timeout(400),
]
SAMPLE = Path("appliance/demo/sample.ogg")
PATIENCE_SECONDS = 150
CUTS_BYTES = [200_000, 350_000, 500_000]
SEND = """([sound, address, csrf, chunkBytes]) => new Promise((done) => {
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const offsets = [];
  const trail = [];
  const upload = new tus.Upload(new Blob([bytes]), {
    endpoint: address,
    chunkSize: chunkBytes ?? Infinity,
    retryDelays: [200, 400, 800, 1600, 3200],
    // Its own rule gives up where the browser says that it is offline: it does with loopback alone.
    onShouldRetry: () => true,
    headers: { "X-Quietroom-CSRF": csrf },
    metadata: { filename: "session.wav", filetype: "audio/wav" },
    onAfterResponse: (request, response) => {
      trail.push(`${request.getMethod()} ${response.getStatus()}`);
      if (request.getMethod() === "HEAD") offsets.push(Number(response.getHeader("Upload-Offset")));
    },
    onError: (error) => done({ error: String(error), offsets, trail }),
    onSuccess: () => done({ url: upload.url, offsets, trail }),
  });
  upload.start();
})"""
GIVE_UP = """([sound, address, csrf]) => new Promise((done) => {
  const bytes = Uint8Array.from(atob(sound), (letter) => letter.charCodeAt(0));
  const upload = new tus.Upload(new Blob([bytes]), {
    endpoint: address,
    chunkSize: 65536,
    headers: { "X-Quietroom-CSRF": csrf },
    onChunkComplete: () => upload.abort(true).then(() => done({ url: upload.url })),
    onError: (error) => done({ error: String(error) }),
  });
  upload.start();
})"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    state = tmp_path_factory.mktemp("state")
    without_engines = tuple(name for name in PROGRAMS if name not in ("serving", "meter"))
    with running_box(state, wait_until_ready=False, programs=without_engines) as box:
        sign_in_once_it_answers(box)
        yield box


def sign_in_once_it_answers(box: RunningBox) -> None:
    until_seconds = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until_seconds:
        try:
            box.sign_in()
        except (OSError, Turned):  # not up, or not swept yet
            time.sleep(0.3)
        else:
            return
    raise TimeoutError("the box did not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield program
        program.close()


@pytest.fixture
def proxy(running: RunningBox) -> Iterator[CuttingProxy]:
    with cutting_proxy(running.settings.web_port) as made:
        yield made


@pytest.fixture
def page(running: RunningBox, browser: Browser, proxy: CuttingProxy) -> Iterator[Page]:
    """Of a new session whose client agreed, reached through the proxy."""
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    base = f"https://localhost:{proxy.port}"
    page.goto(f"{base}/")
    page.get_by_label("Name").fill(CLINICIAN)
    page.get_by_label("Password").fill(passwords_of(running.settings)[CLINICIAN])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{base}/")
    page.goto(f"{base}/encounters/new")
    page.get_by_label("Client", exact=True).select_option(label="Dana Whitfield")
    page.get_by_label("Kind").select_option(label="Individual")
    page.get_by_role("button", name="Add the session").click()
    page.get_by_role("button", name="Agreed to be recorded: Dana Whitfield", exact=True).click()
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    yield page
    context.close()


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample recording as a WAV file of some megabytes."""
    path = tmp_path_factory.mktemp("sound") / "session.wav"
    command = (ffmpeg_program(), "-v", "error", "-i", str(SAMPLE), "-ar", "16000", str(path))
    subprocess.run(command, check=True)
    return path


@pytest.fixture
def client(page: Page) -> Page:
    """The page with tus-js-client in it."""
    program = tus() / "tus.min.js"
    if not program.is_file():
        pytest.skip("tus-js-client is missing: python3 tests/deployment/prepare.py")
    page.evaluate(program.read_text())
    return page


def encounter_of(page: Page) -> str:
    return page.url.rstrip("/").rsplit("/", 1)[1]


def asked(page: Page, sound: Path, chunk_bytes: int | None = None) -> list[object]:
    csrf = page.locator('input[name="csrf"]').first.get_attribute("value")
    address = f"/api/v1/encounters/{encounter_of(page)}/uploads"
    return [base64.b64encode(sound.read_bytes()).decode(), address, csrf, chunk_bytes]


def arrived(running: RunningBox, encounter_id: str) -> bytes:
    """The whole recording, as it waits for its words."""
    state = running.visitor.ask("GET", f"/encounters/{encounter_id}")["state"]
    assert state["stage"] == "recorded", state
    with box_for_a_while(running.settings) as box, box.database.read() as records:
        kept = artefacts.require(records, ArtefactKind.RECORDING, encounter_id=encounter_id)
        return artefacts.read_bytes(records, box.vault, kept)


@pytest.mark.parametrize("chunk_bytes", [None, 262_144], ids=["whole_file", "chunks"])
def test_tus_js_client_goes_on_after_every_broken_connection(
    running: RunningBox,
    client: Page,
    proxy: CuttingProxy,
    sound: Path,
    chunk_bytes: int | None,
) -> None:
    proxy.cut_from_now(CUTS_BYTES)
    sent = client.evaluate(SEND, asked(client, sound, chunk_bytes))
    assert "error" not in sent, sent
    assert proxy.cuts == len(CUTS_BYTES)
    offsets = sent["offsets"]
    assert len(offsets) >= len(CUTS_BYTES), sent
    assert offsets == sorted(offsets)
    if chunk_bytes:  # of a piece that is reset, a busy machine may have read nothing yet
        assert offsets[-1] > 0, "it went on where it was, and did not begin again"
    assert arrived(running, encounter_of(client)) == sound.read_bytes()


def test_tus_js_client_gives_up_and_what_was_sent_is_destroyed(
    running: RunningBox, client: Page, sound: Path
) -> None:
    sent = client.evaluate(GIVE_UP, asked(client, sound))
    assert "error" not in sent, sent
    view = running.visitor.ask("GET", f"/encounters/{encounter_of(client)}")
    assert view["state"]["stage"] == "open"
    assert [a["doom_rule"] for a in view["artefacts"] if a["kind"] == "recording"] == [
        "discarded by the clinician"
    ]


def test_the_page_itself_goes_on_after_a_broken_connection(
    running: RunningBox, page: Page, proxy: CuttingProxy, sound: Path
) -> None:
    page.get_by_text("Upload a recording").click()
    page.locator("#recording-file").set_input_files(sound)
    proxy.cut_from_now([400_000, 600_000])
    page.get_by_role("button", name="Upload and write the note").click()
    page.wait_for_selector("#progress", timeout=120_000)
    assert proxy.cuts == 2
    assert arrived(running, encounter_of(page)) == sound.read_bytes()
