"""Pulling a model: only when asked, only from where its manifest says, and held to what was fetched."""

import hashlib
import http.server
import json
import threading

import pytest

from appliance.cli import main
from models.hub import NotConnected, NotOnTheHub, pull
from models.manifest import manifest_names, read_manifest
from models.shelf import RECORD, ModelAltered, ModelThere, Shelf

NAME = "parakeet-tdt-0.6b-v2"
FILE = f"{NAME}.nemo"
COMMIT = "ab" * 20
CONTENT = b"what a speech model holds"


class Hub(http.server.BaseHTTPRequestHandler):
    """Answers as a hub does: what it says of a file is in a redirect, the file is elsewhere."""

    protocol_version = "HTTP/1.1"
    told_sha256 = hashlib.sha256(CONTENT).hexdigest()
    asked: list[str]

    def do_HEAD(self):
        self._answer(with_body=False)

    def do_GET(self):
        self._answer(with_body=True)

    def _answer(self, *, with_body):
        type(self).asked.append(f"{self.command} {self.path}")
        if self.path == "/elsewhere":
            self.send_response(200)
            self.send_header("Content-Length", str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(CONTENT if with_body else b"")
            return
        is_there = self.path.endswith(FILE)
        self.send_response(302 if is_there else 404)
        if is_there:
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("X-Linked-Etag", f'"{self.told_sha256}"')
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def hub(monkeypatch):
    monkeypatch.setattr(Hub, "asked", [], raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_what_was_pulled_is_recorded_with_its_commit_and_held_to_on_the_box(hub, tmp_path):
    folder = pull(NAME, tmp_path / "medium", hub=hub, environment={})
    record = json.loads((folder / RECORD).read_text())
    assert record == {"revision": COMMIT, "sha256": {FILE: hashlib.sha256(CONTENT).hexdigest()}}
    assert Hub.asked == [
        f"HEAD /nvidia/{NAME}/resolve/main/{FILE}",
        f"GET /nvidia/{NAME}/resolve/{COMMIT}/{FILE}",
        "GET /elsewhere",
    ]
    (tmp_path / "shelf").mkdir()
    brought = Shelf(tmp_path / "shelf").bring_in(NAME, folder)
    assert json.loads((brought / RECORD).read_text()) == record


def test_a_file_that_changed_on_the_way_to_the_box_is_not_brought_in(hub, tmp_path):
    folder = pull(NAME, tmp_path / "medium", hub=hub, environment={})
    (folder / FILE).write_bytes(CONTENT[::-1])
    (tmp_path / "shelf").mkdir()
    with pytest.raises(ModelAltered, match="not the file that was pulled"):
        Shelf(tmp_path / "shelf").bring_in(NAME, folder)
    assert list((tmp_path / "shelf").iterdir()) == []


def test_a_file_that_is_not_what_the_hub_promised_is_not_kept(hub, tmp_path, monkeypatch):
    monkeypatch.setattr(Hub, "told_sha256", "0" * 64)
    with pytest.raises(ModelAltered, match="another file than was promised"):
        pull(NAME, tmp_path, hub=hub, environment={})
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_the_hub_does_not_have_is_said(hub, tmp_path):
    with pytest.raises(NotOnTheHub, match=r"config\.json \(404\)"):
        pull("stanford-deidentifier-base", tmp_path, hub=hub, environment={})


def test_a_model_is_not_pulled_over_another(hub, tmp_path):
    (tmp_path / NAME).mkdir()
    with pytest.raises(ModelThere):
        pull(NAME, tmp_path, hub=hub, environment={})
    assert Hub.asked == []


@pytest.mark.parametrize("setting", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_a_machine_that_is_set_to_stay_offline_asks_nobody(hub, tmp_path, setting):
    with pytest.raises(NotConnected, match=setting):
        pull(NAME, tmp_path, hub=hub, environment={setting: "1"})
    assert Hub.asked == []


def test_a_model_that_an_installed_package_carries_is_not_pulled(tmp_path):
    with pytest.raises(NotOnTheHub, match="comes with pocketsphinx"):
        pull("pocketsphinx-en-us", tmp_path, environment={})


def test_without_a_network_one_sentence_says_what_to_do(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(
        "appliance.model_tools.pull",
        lambda name, to, tell: pull(name, to, hub="http://127.0.0.1:9", environment={}, tell=tell),
    )
    assert main(["models", "pull", NAME, "--to", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert "cannot be reached from this machine" in said
    assert "quietroom models import" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_a_missing_model_is_refused_and_never_fetched(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("models.hub._fetch", lambda *_: pytest.fail("something was fetched"))
    assert main(["models", "verify", NAME, "--shelf", str(tmp_path)]) == 1
    assert "not on the shelf" in capsys.readouterr().err


def test_the_list_says_of_each_model_its_licence_memory_and_place(tmp_path, capsys):
    (tmp_path / NAME).mkdir()
    assert main(["models", "list", "--shelf", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}: " in said for name in manifest_names())
    assert "licence CC-BY-4.0, memory 3300 MiB, on the shelf" in said
    assert "not measured, not on the shelf" in said
    assert "comes with pocketsphinx" in said


@pytest.mark.parametrize("name", [n for n in manifest_names() if "0.6b" in n or "diar" in n])
def test_no_hash_or_commit_is_made_up_for_what_could_not_be_checked(name):
    manifest = read_manifest(name)
    assert manifest.revision is None
    assert [file.sha256 for file in manifest.files] == [None]
    assert manifest.licence
    assert manifest.repository
    assert manifest.package is None
