"""`quietroom verify egress` by its rules, and the two doors that deployment opens a little wider."""

import errno
import grp
import os
import stat

import pytest

from appliance.verify import Attempt, Outcome, judge, report
from appliance.web_server import BehindProxy
from serving.door import hang_door
from serving.errors import CannotStart

OWN_GROUP = grp.getgrgid(os.getgid()).gr_name


@pytest.mark.parametrize(
    ("number", "counted", "outcome"),
    [
        (errno.ENETUNREACH, 0, Outcome.NO_NETWORK),
        (errno.ETIMEDOUT, 2, Outcome.COUNTED),
        (errno.EPERM, 1, Outcome.COUNTED),
        (errno.ETIMEDOUT, 0, Outcome.NOT_COUNTED),
        (errno.EHOSTUNREACH, 0, Outcome.NOT_COUNTED),
        (errno.ECONNREFUSED, 0, Outcome.ANSWERED),
        (errno.ECONNREFUSED, 3, Outcome.ANSWERED),
        (0, 0, Outcome.ANSWERED),
    ],
)
def test_silence_counts_as_stopped_only_with_the_firewalls_word(number, counted, outcome):
    assert judge(number, counted) is outcome


def test_one_way_that_got_out_is_told_in_its_line_and_in_the_verdict():
    attempts = [
        Attempt(who="web", way="a page", outcome=Outcome.NO_NETWORK, counted_packets=0),
        Attempt(who="worker", way="a page", outcome=Outcome.ANSWERED, counted_packets=0),
    ]
    lines = report(attempts, {"out_dropped": 3}, {"out_dropped": 5})
    assert lines[0].startswith("ok   web: a page")
    assert lines[1].startswith("FAIL worker: a page")
    assert lines[2] == "counter out_dropped: 5 packets, 2 of them just now"
    assert lines[3].startswith("Not every way out is closed")


def test_a_named_group_may_come_to_servings_door_and_others_may_not(tmp_path):
    path = tmp_path / "run" / "serving.sock"
    path.parent.mkdir(mode=0o750)
    with hang_door(path, OWN_GROUP):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    path.parent.chmod(0o755)
    with pytest.raises(CannotStart):
        hang_door(path, OWN_GROUP)


def test_a_group_that_does_not_exist_keeps_serving_from_starting(tmp_path):
    with pytest.raises(CannotStart, match="group"):
        hang_door(tmp_path / "run" / "serving.sock", "no-such-group")


def test_behind_a_proxy_who_asks_is_whom_the_proxy_names():
    seen = {}

    def application(environ, start_response):
        seen.update(environ)
        return [b""]

    given = {"REMOTE_ADDR": "", "HTTP_X_REAL_IP": "10.77.0.3", "wsgi.url_scheme": "http"}
    BehindProxy(application)(given, lambda *_: None)
    assert seen["REMOTE_ADDR"] == "10.77.0.3"
    assert seen["wsgi.url_scheme"] == "https"
    assert "HTTP_X_REAL_IP" not in seen
