"""The `quietroom` command: reads the settings once, then hands over to one program."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from appliance.domain.encounter import RequirementProfile
from appliance.domain.errors import BrokenPromise, Misconfigured, QuietroomError
from appliance.domain.people import AccountRole, RecordKept
from appliance.settings import Settings, read_settings

NOT_CONFIGURED = 78
Command = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status (78: it must not start like this)."""
    chosen = _parser().parse_args(arguments)
    command: Command = chosen.command
    try:
        return command(chosen)
    except (BrokenPromise, Misconfigured) as error:
        print(error.message, file=sys.stderr)
        return NOT_CONFIGURED
    except QuietroomError as error:
        print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="quietroom", description="Progress notes for a group therapy practice, on its own box."
    )
    commands = parser.add_subparsers(required=True, metavar=None)
    _add_up(commands)
    _add_demo(commands)
    _program(commands, "web", _web, "pages and API, under gunicorn")
    _program(commands, "worker", _worker, "moves sessions along, sweeps and destroys")
    _program(commands, "keyring", _keyring, "the only holder of the root key")
    _program(commands, "serving", _serving, "speech recognition and drafting, on Ray Serve")
    _program(commands, "meter", _meter, "reads the GPU's energy counter")
    _add_doctor(commands)
    _add_verify(commands)
    _add_bench(commands)
    _add_mask(commands)
    _add_admin(commands)
    return parser


def _program(commands: Any, name: str, command: Command, says: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says)
    parser.set_defaults(command=command)
    return parser


def _settings(chosen: argparse.Namespace) -> Settings:
    """`--state` and `--port` are short for the settings of those names."""
    if getattr(chosen, "state", None) is not None:
        os.environ["QUIETROOM_STATE_DIRECTORY"] = str(chosen.state.resolve())
    if getattr(chosen, "port", None) is not None:
        os.environ["QUIETROOM_WEB_PORT"] = str(chosen.port)
    return read_settings()


def _be_discreet() -> None:
    """For what runs on: no dump of its memory, and no temporary file of it on a disk."""
    from appliance.adapters.machine.process import hide_memory
    from appliance.adapters.machine.scratch import keep_scratch_in_memory
    from appliance.adapters.telemetry.log import event

    hide_memory()
    if keep_scratch_in_memory() is None:
        event("scratch_not_in_memory")


def _add_state(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--state", type=Path, help="where everything is kept")


# The programs -------------------------------------------------------------------------------------


def _add_up(commands: Any) -> None:
    parser = _program(commands, "up", _up, "the whole box in the foreground")
    _add_state(parser)
    parser.add_argument("--port", type=int, help="the web port (8443)")
    parser.add_argument(
        "--demo-practice", action="store_true", help="with an invented practice to try it on"
    )


def _up(chosen: argparse.Namespace) -> int:
    from appliance.up import require_free_port, run_up

    settings = _settings(chosen)
    require_free_port(settings)
    if not chosen.demo_practice:
        run_up(settings)
        return 0
    from appliance.demo.practice import greeting, seed_when_ready

    run_up(settings, greeting(settings), beside=seed_when_ready)
    return 0


def _web(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.web_server import run_web

    run_web(_settings(chosen))
    return 0


def _worker(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.worker import run_worker

    run_worker(_settings(chosen))
    return 0


def _keyring(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.keyring import run_keyring

    run_keyring(_settings(chosen))
    return 0


def _meter(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.meter import run_meter

    settings = _settings(chosen)
    run_meter(settings.meter_door, settings.meter_interval_seconds)
    return 0


def _serving(_chosen: argparse.Namespace) -> int:
    """Become `python -m serving`: this side never imports Ray."""
    os.execv(sys.executable, [sys.executable, "-m", "serving"])  # noqa: S606 - no shell


# What people run ----------------------------------------------------------------------------------


def _add_demo(commands: Any) -> None:
    parser = _program(commands, "demo", _demo, "one invented session from start to certificates")
    _add_state(parser)
    parser.add_argument(
        "--formats", action="store_true", help="one summary in every format and verbosity instead"
    )


def _demo(chosen: argparse.Namespace) -> int:
    if chosen.formats:
        from appliance.demo.formats import show_formats

        return show_formats()
    from appliance.demo.show import run_demo

    return run_demo(chosen.state)


def _add_doctor(commands: Any) -> None:
    parser = _program(commands, "doctor", _doctor, "which promises this machine can keep")
    _add_state(parser)
    parser.add_argument("--json", action="store_true")


def _doctor(chosen: argparse.Namespace) -> int:
    from appliance.doctor import run_doctor

    return run_doctor(_settings(chosen), as_json_text=chosen.json)


def _add_verify(commands: Any) -> None:
    parser = _program(commands, "verify", _verify_egress, "try on this box what must fail")
    parts = parser.add_subparsers(required=True, metavar="what")
    _program(parts, "egress", _verify_egress, "no way out of the box")
    destruction = _program(
        parts, "destruction", _verify_destruction, "every certificate holds, nothing can be read"
    )
    _add_state(destruction)
    destruction.add_argument("--json", action="store_true")
    residue = _program(parts, "residue", _verify_residue, "nothing is left of what was destroyed")
    _add_state(residue)
    residue.add_argument("--json", action="store_true")
    residue.add_argument(
        "--stdin", action="store_true", help="hunt for the lines of standard input instead"
    )
    residue.add_argument("--recording", type=Path, help="a recording to hunt for as well")
    residue.add_argument("--postgres-directory", type=Path, help="PostgreSQL's data directory")
    residue.add_argument(
        "--device", type=Path, action="append", default=[], help="a disk to read as a whole as well"
    )


def _verify_egress(_chosen: argparse.Namespace) -> int:
    from appliance.verify import run_verify_egress

    return run_verify_egress()


def _verify_destruction(chosen: argparse.Namespace) -> int:
    from appliance.verify import run_verify_destruction

    return run_verify_destruction(_settings(chosen), as_json=chosen.json)


def _verify_residue(chosen: argparse.Namespace) -> int:
    from appliance.residue import run_verify_residue

    return run_verify_residue(
        _settings(chosen),
        as_json_text=chosen.json,
        from_stdin=chosen.stdin,
        recording=chosen.recording,
        postgres_directory=chosen.postgres_directory,
        devices=chosen.device,
    )


def _add_bench(commands: Any) -> None:
    parser = _program(commands, "bench", _bench, "measure this machine")
    parser.add_argument("what", choices=["flow", "retention", "resurrection", "crash", "masking"])
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--database",
        default="sqlite",
        help="sqlite, postgresql (a server of its own), or the URL of an empty database",
    )
    parser.add_argument("--kills", type=int, default=300, help="how often bench crash kills")
    parser.add_argument("--minutes", type=float, help="make a recording of this length instead")


def _bench(chosen: argparse.Namespace) -> int:
    if chosen.what == "retention":
        from appliance.bench.retention import bench_retention

        return bench_retention(as_json=chosen.json, database=chosen.database)
    if chosen.what == "resurrection":
        from appliance.bench.resurrection import bench_resurrection

        return bench_resurrection(as_json=chosen.json, database=chosen.database)
    if chosen.what == "crash":
        from appliance.bench.crash import bench_crash

        return bench_crash(as_json=chosen.json, database=chosen.database, kills=chosen.kills)
    if chosen.what == "masking":
        from appliance.masking_bench import bench_masking

        return bench_masking(as_json=chosen.json)
    from appliance.bench.flow import bench_flow

    return bench_flow(as_json=chosen.json, minutes=chosen.minutes)


def _add_mask(commands: Any) -> None:
    parser = _program(commands, "mask", _mask, "show what would be sent, or measure the masking")
    parser.add_argument("text", help='a text, "-" for standard input, "eval" or "report"')
    parser.add_argument("files", type=Path, nargs="*", help="labelled files, after eval")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--name", action="append", default=[], help="somebody the record knows")
    parser.add_argument("--as-speech", action="store_true", help="lower case, no punctuation")
    parser.add_argument("--without-record", action="store_true")
    parser.add_argument("--misspelled", action="store_true", help="each name misspelled once")
    parser.add_argument("--gate", action="store_true", help="measure the gate instead")
    _add_state(parser)


def _mask(chosen: argparse.Namespace) -> int:
    from appliance.domain.masking.evaluation import Manner
    from appliance.masking_tools import evaluate_files, report, show_masked

    if chosen.text == "report" and not chosen.files:
        return report(_settings(chosen), as_json=chosen.json)
    if chosen.text != "eval" or not chosen.files:
        return show_masked(chosen.text, chosen.name)
    manner = Manner(
        as_speech=chosen.as_speech,
        with_record=not chosen.without_record,
        with_misspellings=chosen.misspelled,
    )
    return evaluate_files(chosen.files, manner, of_gate=chosen.gate, as_json=chosen.json)


def _add_admin(commands: Any) -> None:
    admin = _program(commands, "admin", _list_accounts, "accounts of this box")
    _add_state(admin)
    admin.set_defaults(command=_list_accounts)
    parts = admin.add_subparsers()
    add = _program(parts, "add-account", _add_account, "let somebody sign in")
    add.add_argument("user_name")
    add.add_argument("--name", required=True, help="as it stands on notes")
    add.add_argument("--credentials", default="", help="e.g. LCSW")
    add.add_argument(
        "--role",
        choices=[r.value for r in AccountRole if r is not AccountRole.BOX],
        default="clinician",
    )
    add.add_argument("--supervisor", help="user name of who co-signs")
    password = _program(parts, "set-password", _set_password, "give a new password")
    password.add_argument("user_name")
    _program(parts, "accounts", _list_accounts, "list who can sign in")
    practice = _program(parts, "practice", _practice, "show or change the practice's settings")
    practice.add_argument("--name")
    practice.add_argument("--record-kept", choices=[k.value for k in RecordKept])
    practice.add_argument("--requirement-profile", choices=[p.value for p in RequirementProfile])
    practice.add_argument("--transcript-days", type=int, help="1 to 7")
    practice.add_argument("--draft-days", type=int, help="1 to 30")
    practice.add_argument("--copied-note-days", type=int)

    _add_client_commands(parts)


def _add_client_commands(parts: Any) -> None:
    inventory = _program(parts, "inventory", _inventory, "what exists about a client")
    inventory.add_argument("client_id", help="stands in the address of the client's page")
    _program(parts, "accept-time", _accept_time, "the clock is right after a jump")
    destroy = _program(parts, "destroy-client", _destroy_client, "destroy everything of a client")
    destroy.add_argument("client_id")
    destroy.add_argument("--yes", action="store_true", help="do it; without, say what would go")


def _inventory(chosen: argparse.Namespace) -> int:
    from appliance.admin import show_inventory

    return show_inventory(_settings(chosen), chosen.client_id)


def _accept_time(chosen: argparse.Namespace) -> int:
    from appliance.admin import accept_new_time

    return accept_new_time(_settings(chosen))


def _destroy_client(chosen: argparse.Namespace) -> int:
    from appliance.admin import destroy_all_of

    return destroy_all_of(_settings(chosen), chosen.client_id, is_confirmed=chosen.yes)


def _add_account(chosen: argparse.Namespace) -> int:
    from appliance.admin import add_account

    return add_account(
        _settings(chosen),
        user_name=chosen.user_name,
        display_name=chosen.name,
        credentials=chosen.credentials,
        role=chosen.role,
        supervisor=chosen.supervisor,
    )


def _practice(chosen: argparse.Namespace) -> int:
    from appliance.admin import set_practice

    days = ("transcript_days", "draft_days", "copied_note_days")
    fields = ("name", "record_kept", "requirement_profile", *days)
    return set_practice(_settings(chosen), {name: getattr(chosen, name) for name in fields})


def _set_password(chosen: argparse.Namespace) -> int:
    from appliance.admin import change_password

    return change_password(_settings(chosen), chosen.user_name)


def _list_accounts(chosen: argparse.Namespace) -> int:
    from appliance.admin import list_accounts

    return list_accounts(_settings(chosen))


if __name__ == "__main__":
    sys.exit(main())
