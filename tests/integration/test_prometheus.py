"""A real Prometheus reads the box: every query of the dashboard has data, every alert fires."""

import json
import re
import secrets
import socket
import subprocess
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from appliance.adapters.telemetry.metrics import Metrics
from appliance.settings import Settings
from appliance.web_server import Reports
from serving.step_events import StepReporter
from serving.wire import Engine
from tests.api_caller import make_app
from tests.meters import FakeGpuEngine

FILES = Path("ansible/roles/monitoring/files")
RULES = FILES / "prometheus-alerts.yml"
DASHBOARD = json.loads((FILES / "grafana-energy.json").read_text())
QUERIES = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
TESTS = Path("tests/monitoring/alerts_test.yml")
pytestmark = pytest.mark.needs_program("prometheus", "promtool")


def test_every_alert_fires_and_none_does_while_all_is_well(tmp_path):
    script = tmp_path / "alerts_test.yml"
    script.write_text(TESTS.read_text().replace("RULES", str(RULES.resolve())))
    done = subprocess.run(
        ["promtool", "test", "rules", script],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_alert_is_left_without_a_test():
    alerts = set(re.findall(r"alert: (\w+)", RULES.read_text()))
    fired = set(re.findall(r"alertname: (\w+)\n\s+exp_alerts:\n", TESTS.read_text()))
    quiet = set(re.findall(r"alertname: (\w+), exp_alerts: \[\]", TESTS.read_text()))
    assert alerts == fired == quiet


def test_queries_and_rules_use_no_label_but_the_four():
    allowed = {"gpu", "model", "stage", "scope", "le", "outcome"}
    used = set()
    for query in [*QUERIES, RULES.read_text()]:
        used |= set(re.findall(r"[{,](\w+)!?=", query)) | set(re.findall(r"\bby \((\w+)\)", query))
    assert used <= allowed


@pytest.fixture
def scraped(setting, ledger_meter, tmp_path):
    """The address of a Prometheus that has read the box several times, while it worked."""
    secret = tmp_path / "secret"
    secret.write_text("s" * 48)
    settings = Settings(
        state_directory=tmp_path / "state",
        meter_socket=tmp_path / "m.sock",
        serving_secret_file=secret,
    )
    reports = Reports(settings, setting.box, Metrics())
    app = make_app(setting.box, metrics_text=reports.metrics_text)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = _free_port()
    (tmp_path / "p.yml").write_text(
        "global: {scrape_interval: 1s}\n"
        "scrape_configs: [{job_name: box, static_configs: "
        f"[{{targets: ['127.0.0.1:{server.server_port}']}}]}}]\n"
    )
    with subprocess.Popen(
        [
            "prometheus",
            f"--config.file={tmp_path / 'p.yml'}",
            f"--storage.tsdb.path={tmp_path / 'tsdb'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        stderr=subprocess.DEVNULL,
    ) as prometheus:
        try:
            _work(ledger_meter, tmp_path)
            yield f"http://127.0.0.1:{port}"
        finally:
            prometheus.terminate()
            server.shutdown()
            server.server_close()


def _work(meter, folder):
    meter.rest_until_known()
    label = Engine(name="a speech model", version="1")
    speech = StepReporter("speech", FakeGpuEngine(), label, folder / "s.sock")
    for _ in range(3):
        meter.settled(meter.work(secrets.token_hex(16)))
        meter.draw(200_000)
        with speech.begin(secrets.token_hex(16)) as span:
            time.sleep(0.5)
            span.done(audio_milliseconds=30_000)
        meter.draw(50_000)
        meter.settled(span.id)
    speech.close()
    time.sleep(4)


def _free_port():
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return trial.getsockname()[1]


def _ask(address, query):
    asked = urllib.parse.urlencode({"query": query})
    with urllib.request.urlopen(f"{address}/api/v1/query?{asked}", timeout=20) as answer:
        return json.loads(answer.read())["data"]["result"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_query_of_the_dashboard_returns_data_from_a_box_that_worked(scraped):
    empty = [query for query in QUERIES if not _ask(scraped, query)]
    assert empty == []
    (error,) = _ask(scraped, "quietroom_energy_conservation_error_joules")
    assert float(error["value"][1]) == 0
    (seconds,) = _ask(scraped, 'scrape_duration_seconds{job="box"}')
    print(f"a scrape took {float(seconds['value'][1]):.3f} s")
