"""A bare Debian, really booted, becomes the box: applied, applied again, mended, rebooted, used."""

import re

import pytest

from tests.deployment.clinic import BOX, BOX_6, OUTSIDE, OUTSIDE_6
from tests.deployment.story import PROGRAMS

LOOPBACK = re.compile(r"127\.|::1$|::ffff:127\.")
# Where nginx's error log and its worker's signals go; nothing of a request is in either.
TOLD = {"/dev/null", "pipe"}

pytestmark = [
    pytest.mark.deployment,
    pytest.mark.slow,
    pytest.mark.needs_root,
    pytest.mark.needs_program("systemd-nspawn"),
    pytest.mark.needs_program("tcpdump"),
    pytest.mark.timeout(2400),
]


def test_the_road_out_is_open_before_the_playbook(story):
    assert story.seen["bare machine reaches outside"] == "[True, True]"


def test_a_check_of_a_bare_machine_works_and_changes_nothing(story):
    assert story.plays["check"].changed > 10
    assert story.seen["after check"].strip() == ""


def test_a_second_apply_changes_nothing(story):
    assert story.plays["again"].changes == []
    assert story.plays["again"].changed == 0


def test_rules_that_were_flushed_are_put_back_and_nothing_else_changes(story):
    assert story.plays["mend"].changed == 1
    assert "policy drop" in story.seen["rules"]


def test_the_demo_session_goes_from_the_clinics_pc_to_signed_notes(story):
    assert story.demo["recorded"]["refused_before_consent"] == "consent_missing"
    assert story.demo["recorded"]["utterances"] > 3
    assert "Dana Whitfield" in story.demo["recorded"]["note"]
    assert story.demo["typed"]["author_line"] == "Amara Reyes, LCSW"


def test_everything_but_the_signed_notes_is_destroyed_with_certificates(story):
    common = ["draft", "mask_map", "masked_text"]
    assert story.demo["recorded"]["destroyed_kinds"] == [*common, "recording", "transcript"]
    assert story.demo["typed"]["destroyed_kinds"] == [*common, "transcript"]


def test_a_recording_is_destroyed_when_consent_is_taken_back(story):
    assert story.demo["withdrawn"]["destroyed_kinds"] == ["recording"]


def test_the_proxy_holds_bodies_in_memory_and_writes_no_file(story):
    """A piece of 1 MiB went through it; it opened nothing and wrote to sockets alone."""
    calls = story.seen["proxy calls"]
    assert calls.count("/run/quietroom-web.sock") > 10
    assert re.findall(r"(?:open|openat|creat)\(.*O_(?:WRONLY|RDWR|CREAT).*", calls) == []
    written = re.findall(r"(?:p?writev?|pwrite64|pwritev)\(\d+<([^>]*)>", calls)
    assert {where for where in written if not where.startswith(("socket:", "anon_inode"))} <= TOLD
    assert story.machine.ssh("find /var/lib/nginx /run -name '00*'").stdout == ""


def test_the_note_writer_on_the_box_was_not_told_who(story):
    assert "Marcus" not in story.demo["typed"]["shown_to_the_writer"]


def test_nothing_from_the_clinic_arrived_outside(story):
    assert story.seen["captured"] == ""


def test_the_capture_would_have_seen_a_packet(story):
    assert OUTSIDE in story.seen["control"]


def test_no_packet_had_to_be_stopped_during_the_demo(story):
    assert story.seen["dropped during the demo"] == "0"


def test_no_program_tried_to_connect_anywhere_but_loopback(story):
    calls = story.seen["network calls"]
    assert calls.count("\n") > 100  # the trace saw the programs at work
    targets = set(re.findall(r'(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"', calls))
    assert {target for target in targets if not LOOPBACK.match(target)} == set()


@pytest.mark.parametrize("address", [OUTSIDE, OUTSIDE_6])
def test_a_planted_attempt_is_stopped_and_counted(story, address):
    before = story.counter()
    assert not story.box_reaches(address)
    assert story.counter() > before


def test_verify_egress_finds_every_way_closed(story):
    said = story.machine.ssh("quietroom verify egress").stdout
    assert "All 24 ways out that were tried are closed." in said
    assert "FAIL" not in said


def test_verify_egress_says_so_where_the_firewall_is_gone(story):
    story.machine.ssh("nft flush ruleset")
    try:
        done = story.machine.ssh("quietroom verify egress", check=False)
    finally:
        story.machine.ssh("systemctl reload quietroom-firewall")
    assert done.returncode == 78
    assert "firewall is not loaded" in done.stderr


@pytest.mark.parametrize("address", [BOX, BOX_6])
def test_the_practice_reaches_the_pages_and_ssh_over_both_protocols(story, address):
    assert story.reaches("pc", address, 443)
    assert story.reaches("pc", address, 22)


@pytest.mark.parametrize("port", [22, 443])
def test_nobody_outside_the_practice_reaches_anything(story, port):
    assert not story.reaches("outside", BOX, port)


def test_programs_run_as_users_of_their_own_with_no_network(story):
    told = story.machine.ssh(
        f"for unit in {' '.join(PROGRAMS)}; do "
        "pid=$(systemctl show -P MainPID quietroom-$unit); "
        "echo $unit $(stat -c %U /proc/$pid) $(nsenter -t $pid -n ip -o link | wc -l) "
        "$(readlink /proc/$pid/ns/net); done"
    ).stdout.split("\n")
    lines = [line.split() for line in told if line]
    assert [(unit, user) for unit, user, *_ in lines] == [(p, f"quietroom-{p}") for p in PROGRAMS]
    assert {links for _, _, links, _ in lines} == {"1"}
    assert len({network for *_, network in lines}) == len(PROGRAMS)


def test_only_the_worker_and_web_can_open_the_record_and_only_the_keyring_its_keys(story):
    told = story.machine.ssh(
        "for user in quietroom-worker quietroom-web quietroom-keyring quietroom-serving "
        "quietroom-meter www-data nobody; do for path in /var/lib/quietroom/record.sqlite "
        "/var/lib/quietroom-keyring /etc/quietroom/secrets/serving /var/lib/quietroom-tls; do "
        "setpriv --reuid $user --regid $(id -g $user) --init-groups test -r $path "
        "&& echo $user $path; done; done; true"
    ).stdout
    assert set(told.splitlines()) == {
        "quietroom-worker /var/lib/quietroom/record.sqlite",
        "quietroom-web /var/lib/quietroom/record.sqlite",
        "quietroom-keyring /var/lib/quietroom-keyring",
    }


def test_no_log_on_the_box_holds_a_word_of_the_session(story):
    """Names, and words that only the client's record and the typed summary have."""
    searched = "journalctl --no-pager -o cat; cat /var/log/* 2> /dev/null"
    words = "Whitfield|Marcus|Asheville|Harbor Freight|three walks"
    found = story.machine.ssh(f"({searched}) | grep -cE '{words}'", check=False).stdout
    assert found.strip() == "0"


def test_the_confined_workers_canary_is_complete_after_roots_hunt(story):
    assert story.seen["canary by the worker"] == "incomplete"
    assert "every place was looked at" in story.seen["root's hunt"], story.seen["root's hunt"]
    said = story.seen["doctor on the canary"]
    assert said.startswith("ok: Nothing of the box's own trial session was left on"), said


def test_roots_hunt_is_on_time_and_the_canarys_words_are_on_no_disk(story):
    timers = story.machine.ssh("systemctl list-timers --no-legend quietroom-residue.timer").stdout
    assert "quietroom-residue.service" in timers
    where = "find /var/lib/quietroom /run/quietroom-worker -name 'canary-order*'"
    assert story.machine.ssh(where).stdout.split() == ["/run/quietroom-worker/canary-order"]
    kind = story.machine.ssh("stat -f -c %T /run/quietroom-worker").stdout.strip()
    assert kind == "tmpfs"


def test_nothing_waits_failed_after_the_reboot(story):
    assert story.machine.ssh("systemctl is-system-running", check=False).stdout.strip() == "running"
