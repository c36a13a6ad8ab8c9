"""A session recorded live in real Chromium, from a microphone that plays a file, on a running box."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from appliance.adapters.media.ffmpeg import ffmpeg_program
from appliance.demo.running import RunningBox, running_box
from tests.browser.test_pages_in_a_browser import DRAFT_PATIENCE_MS, SAMPLE, Watched

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.needs_program("chromium"),
    pytest.mark.timeout(600),
]
READY_PATIENCE_SECONDS = 240
DIALOGUE = Path("appliance/demo/sample_dialogue.json")


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[RunningBox]:
    with running_box(tmp_path_factory.mktemp("state"), wait_until_ready=False) as box:
        box.visitor.wait_until_ready(READY_PATIENCE_SECONDS)
        yield box


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Path:
    """The sample recording as a file that Chromium takes for a microphone."""
    path = tmp_path_factory.mktemp("sound") / "talk.wav"
    command = [ffmpeg_program(), "-nostdin", "-v", "error", "-i", str(SAMPLE)]
    subprocess.run([*command, "-ar", "48000", "-ac", "1", str(path)], check=True)
    return path


@contextmanager
def chromium(*arguments: str, **more: object) -> Iterator[BrowserContext]:
    with sync_playwright() as playwright:
        program = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", *arguments], **more
        )
        yield program.new_context(ignore_https_errors=True)
        program.close()


@pytest.fixture
def microphone(sound: Path) -> Iterator[BrowserContext]:
    with chromium(
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={sound}%noloop",
    ) as context:
        yield context


def agreed(watched: Watched) -> Page:
    """A new session whose client agreed to be recorded, with the recorder in view."""
    page = watched.page
    watched.add_session()
    page.get_by_role("button", name="Agreed to be recorded: Dana Whitfield", exact=True).click()
    expect(page.get_by_text("Agreed", exact=True)).to_be_visible()
    page.get_by_text("Record here").click()
    return page


def elapsed(page: Page, seconds: int) -> None:
    """Until so much of this recording is safe on the box."""
    page.wait_for_function(
        """wanted => {
            const said = document.querySelector('[data-said]').textContent;
            const [, m, s] = said.match(/(\\d+):(\\d+) is safe/) ?? [0, 0, 0];
            return 60 * m + 1 * s >= wanted;
        }""",
        arg=seconds,
        timeout=120_000,
    )


def words_of(text: str) -> set[str]:
    return set(re.findall(r"[a-z']+", text.lower()))


def said_in(dialogue: object) -> set[str]:
    return words_of(json.dumps(dialogue))


def transcript(running: RunningBox, page: Page) -> list[dict]:
    running.sign_in()
    encounter_id = page.url.split("/encounters/")[1].split("?")[0]
    view = running.visitor.ask("GET", f"/encounters/{encounter_id}")
    return view["transcript"]["utterances"]


def test_a_session_recorded_here_is_heard_as_it_goes_on_and_a_reload_goes_on(
    running: RunningBox, microphone: BrowserContext
) -> None:
    watched = Watched(microphone, running)
    page = agreed(watched)
    page.get_by_role("button", name="Start recording").click()
    expect(page.get_by_role("heading", name="This session is being recorded")).to_be_visible()
    page.get_by_label("Show the words as they come").check()
    elapsed(page, 4)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused.")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    elapsed(page, 31)
    expect(page.locator("[data-words] li").first).to_be_visible(timeout=60_000)
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.get_by_text("is safe on the box. Go on where it was")).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    elapsed(page, 36)
    page.get_by_role("button", name="Stop and write the note").click()
    page.wait_for_selector("#draft-form", timeout=DRAFT_PATIENCE_MS)
    said = transcript(running, page)
    starts = [one["start_seconds"] for one in said]
    assert starts == sorted(starts)
    heard = words_of(" ".join(one["text"] for one in said))
    known = said_in(json.loads(DIALOGUE.read_text()))
    assert len(heard) > 25
    assert len(heard & known) / len(heard) > 0.6
    expect(page.locator(".receipt-proved").first).to_contain_text("Live recording", timeout=60_000)
    assert watched.is_clean()


def test_a_second_window_takes_over_only_when_asked_and_the_first_is_told(
    running: RunningBox, microphone: BrowserContext
) -> None:
    first = Watched(microphone, running)
    page = agreed(first)
    page.get_by_role("button", name="Start recording").click()
    elapsed(page, 2)
    second = microphone.new_page()
    second.goto(page.url)
    second.get_by_role("button", name="Go on").click()
    elapsed(second, 4)
    expect(page.get_by_text("is being recorded in another window")).to_be_visible()
    second.get_by_role("button", name="Stop and write the note").click()
    second.wait_for_selector("#progress, #draft-form, .attention", timeout=60_000)


def test_a_lost_connection_keeps_the_sound_in_the_window_until_the_box_answers(
    running: RunningBox, microphone: BrowserContext
) -> None:
    watched = Watched(microphone, running)
    page = agreed(watched)
    page.get_by_role("button", name="Start recording").click()
    elapsed(page, 2)
    microphone.set_offline(True)
    expect(page.get_by_text("is kept in this window")).to_be_visible(timeout=30_000)
    page.wait_for_timeout(2_000)
    microphone.set_offline(False)
    elapsed(page, 6)
    page.get_by_role("button", name="Stop and write the note").click()
    page.wait_for_selector("#progress, #draft-form, .attention", timeout=60_000)


def test_the_room_check_says_what_to_do_and_sends_no_sound(
    running: RunningBox, microphone: BrowserContext
) -> None:
    watched = Watched(microphone, running)
    page = agreed(watched)
    sent: list[int] = []
    page.on("request", lambda request: sent.append(len(request.post_data_buffer or b"")))
    page.get_by_role("button", name="Check the room").click()
    expect(page.get_by_text("You will be heard.")).to_be_visible(timeout=30_000)
    assert max(sent) < 500
    assert watched.is_clean()


def test_a_call_in_another_tab_is_recorded_beside_the_microphone(
    running: RunningBox, sound: Path
) -> None:
    """Real tab audio; the microphone of this launch is the machine's fake one, which beeps."""
    arguments = (
        "--use-fake-device-for-media-stream",
        "--auto-accept-camera-and-microphone-capture",
        "--auto-select-tab-capture-source-by-title=The call",
        "--autoplay-policy=no-user-gesture-required",
    )
    with chromium(*arguments, ignore_default_args=["--mute-audio"]) as context:
        watched = Watched(context, running)
        call = context.new_page()
        media = f"{watched.base}/talk.wav"
        body = sound.read_bytes()
        context.route(media, lambda route: route.fulfill(body=body, content_type="audio/wav"))
        page_of_call = f"{watched.base}/the-call"
        html = "<title>The call</title><audio src='/talk.wav' autoplay loop></audio>"
        context.route(
            page_of_call, lambda route: route.fulfill(body=html, content_type="text/html")
        )
        call.goto(page_of_call)
        page = agreed(watched)
        page.bring_to_front()
        page.get_by_text("A video call in another tab").click()
        page.get_by_role("button", name="Start recording").click()
        elapsed(page, 15)
        page.get_by_role("button", name="Stop and write the note").click()
        page.wait_for_selector("#draft-form, .attention", timeout=DRAFT_PATIENCE_MS)
        said = transcript(running, page)
        heard = words_of(" ".join(one["text"] for one in said if one["speaker"] == "client"))
        known = said_in(json.loads(DIALOGUE.read_text()))
        assert len(heard & known) > 8
        assert len(heard & known) / len(heard) > 0.5
