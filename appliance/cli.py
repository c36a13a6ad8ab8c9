"""The `quietroom` command: reads the settings once, then hands over to one program."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from appliance.command_line import Command, add_state, program, settings_of
from appliance.domain.encounter import RequirementProfile
from appliance.domain.errors import BrokenPromise, FieldsInvalid, Misconfigured, QuietroomError
from appliance.domain.people import AccountRole, RecordKept
from appliance.measuring import add_bench, add_energy, add_mask, verify_energy
from appliance.noting import add_notes

NOT_CONFIGURED = 78


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
    program(commands, "web", _web, "pages and API, under gunicorn")
    program(commands, "worker", _worker, "moves sessions along, sweeps and destroys")
    _add_keyring(commands)
    program(commands, "serving", _serving, "speech recognition and drafting, on Ray Serve")
    program(commands, "meter", _meter, "reads the GPU's energy counter")
    _add_doctor(commands)
    _add_verify(commands)
    add_energy(commands)
    _add_backup(commands)
    add_bench(commands)
    add_mask(commands)
    add_notes(commands)
    _add_models(commands)
    _add_admin(commands)
    return parser


# The programs -------------------------------------------------------------------------------------


def _be_discreet() -> None:
    """For what runs on: no dump of its memory, and no temporary file of it on a disk."""
    from appliance.adapters.machine.process import hide_memory
    from appliance.adapters.machine.scratch import keep_scratch_in_memory
    from appliance.adapters.telemetry.log import event

    hide_memory()
    if keep_scratch_in_memory() is None:
        event("scratch_not_in_memory")


def _add_up(commands: Any) -> None:
    parser = program(commands, "up", _up, "the whole box in the foreground")
    add_state(parser)
    parser.add_argument("--port", type=int, help="the web port (8443)")
    parser.add_argument(
        "--demo-practice", action="store_true", help="with an invented practice to try it on"
    )


def _up(chosen: argparse.Namespace) -> int:
    from appliance.up import require_free_port, run_up

    settings = settings_of(chosen)
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

    run_web(settings_of(chosen))
    return 0


def _worker(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.worker import run_worker

    run_worker(settings_of(chosen))
    return 0


def _add_keyring(commands: Any) -> None:
    parser = program(commands, "keyring", _keyring, "the only holder of the root key")
    parser.add_argument(
        "--move",
        action="store_true",
        help="seal the root as QUIETROOM_KEYRING_PROVIDER says, and end",
    )


def _keyring(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.keyring import move_keyring, run_keyring

    if chosen.move:
        print(f"The proof rests on {move_keyring(settings_of(chosen))}.")
    else:
        run_keyring(settings_of(chosen))
    return 0


def _meter(chosen: argparse.Namespace) -> int:
    _be_discreet()
    from appliance.meter import run_meter_of

    run_meter_of(settings_of(chosen))
    return 0


def _serving(_chosen: argparse.Namespace) -> int:
    """Become `python -m serving`: this side never imports Ray."""
    os.execv(sys.executable, [sys.executable, "-m", "serving"])  # noqa: S606 - no shell


# What people run ----------------------------------------------------------------------------------


def _add_demo(commands: Any) -> None:
    parser = program(commands, "demo", _demo, "one invented session from start to certificates")
    add_state(parser)
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
    parser = program(commands, "doctor", _doctor, "which promises this machine can keep")
    add_state(parser)
    parser.add_argument("--json", action="store_true")


def _doctor(chosen: argparse.Namespace) -> int:
    from appliance.doctor import run_doctor

    return run_doctor(settings_of(chosen), as_json_text=chosen.json)


def _add_models(commands: Any) -> None:
    parser = program(commands, "models", _models, "the shelf of model weights")
    parts = parser.add_subparsers(required=True, metavar="what", dest="what")
    listing = program(parts, "list", _models, "every model the box knows, and where it is")
    pull = program(parts, "pull", _models, "fetch one from its hub, on a connected machine only")
    bring = program(parts, "import", _models, "from a medium onto the shelf, checked and recorded")
    verify = program(parts, "verify", _models, "is every file still the same?")
    for part in (pull, bring, verify):
        part.add_argument("name", help="the manifest's name")
    pull.add_argument("--to", type=Path, required=True, help="the folder to put it in")
    bring.add_argument("--from", type=Path, dest="source", help="the folder with its files")
    for part in (bring, verify):
        part.add_argument("--shelf", type=Path, required=True, help="the models directory")
    listing.add_argument("--shelf", type=Path, help="the models directory")


def _models(chosen: argparse.Namespace) -> int:
    from appliance.model_tools import import_model, list_models, pull_model, verify_model

    if chosen.what == "list":
        return list_models(chosen.shelf)
    if chosen.what == "pull":
        return pull_model(chosen.name, chosen.to)
    if chosen.what == "verify":
        return verify_model(chosen.name, chosen.shelf)
    if chosen.source is None:
        raise FieldsInvalid(details={"fields": ["--from"]})
    return import_model(chosen.name, chosen.source, chosen.shelf)


def _add_verify(commands: Any) -> None:
    parser = program(commands, "verify", _verify_egress, "try on this box what must fail")
    parts = parser.add_subparsers(required=True, metavar="what")
    program(parts, "egress", _verify_egress, "no way out of the box")
    destruction = program(
        parts, "destruction", _verify_destruction, "every certificate holds, nothing can be read"
    )
    add_state(destruction)
    destruction.add_argument("--json", action="store_true")
    energy = program(parts, "energy", verify_energy, "an energy statement is as it was signed")
    add_state(energy)
    energy.add_argument("file", type=Path)
    residue = program(parts, "residue", _verify_residue, "nothing is left of what was destroyed")
    add_state(residue)
    residue.add_argument("--json", action="store_true")
    way = residue.add_mutually_exclusive_group()
    way.add_argument(
        "--stdin", action="store_true", help="hunt for the lines of standard input instead"
    )
    way.add_argument(
        "--hand-back",
        action="store_true",
        help="once for each canary: hunt, and hand the result to the worker (the timer's way)",
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

    return run_verify_destruction(settings_of(chosen), as_json=chosen.json)


def _verify_residue(chosen: argparse.Namespace) -> int:
    from appliance.residue import run_hand_back, run_verify_residue

    if chosen.hand_back:
        return run_hand_back(settings_of(chosen))
    return run_verify_residue(
        settings_of(chosen),
        as_json_text=chosen.json,
        from_stdin=chosen.stdin,
        recording=chosen.recording,
        postgres_directory=chosen.postgres_directory,
        devices=chosen.device,
    )


def _add_backup(commands: Any) -> None:
    says = "the practice's record under a recovery passphrase, and back"
    parser = program(commands, "backup", _backup, says)
    add_state(parser)
    parts = parser.add_subparsers(required=True, metavar="what")
    for what, does in (("create", "write a new file"), ("restore", "put one into an empty box")):
        part = program(parts, what, _backup, does)
        part.set_defaults(is_restored=what == "restore")
        part.add_argument("file", type=Path)


def _backup(chosen: argparse.Namespace) -> int:
    from appliance.backup import create_backup, restore_backup

    work = restore_backup if chosen.is_restored else create_backup
    return work(settings_of(chosen), chosen.file)


def _add_admin(commands: Any) -> None:
    admin = program(commands, "admin", _list_accounts, "accounts of this box")
    add_state(admin)
    admin.set_defaults(command=_list_accounts)
    parts = admin.add_subparsers()
    add = program(parts, "add-account", _add_account, "let somebody sign in")
    add.add_argument("user_name")
    add.add_argument("--name", required=True, help="as it stands on notes")
    add.add_argument("--credentials", default="", help="e.g. LCSW")
    add.add_argument(
        "--role",
        choices=[r.value for r in AccountRole if r is not AccountRole.BOX],
        default="clinician",
    )
    add.add_argument("--supervisor", help="user name of who co-signs")
    password = program(parts, "set-password", _set_password, "give a new password")
    password.add_argument("user_name")
    program(parts, "accounts", _list_accounts, "list who can sign in")
    practice = program(parts, "practice", _practice, "show or change the practice's settings")
    practice.add_argument("--name")
    practice.add_argument("--record-kept", choices=[k.value for k in RecordKept])
    practice.add_argument("--requirement-profile", choices=[p.value for p in RequirementProfile])
    practice.add_argument("--transcript-days", type=int, help="1 to 7")
    practice.add_argument("--draft-days", type=int, help="1 to 30")
    practice.add_argument("--copied-note-days", type=int)
    years = "signed notes, after the last session or for minors after turning 18; 0: kept"
    practice.add_argument("--record-years", type=int, help=years)

    _add_client_commands(parts)


def _add_client_commands(parts: Any) -> None:
    inventory = program(parts, "inventory", _inventory, "what exists about a client")
    inventory.add_argument("client_id", help="stands in the address of the client's page")
    program(parts, "accept-time", _accept_time, "the clock is right after a jump")
    destroy = program(parts, "destroy-client", _destroy_client, "destroy everything of a client")
    destroy.add_argument("client_id")
    destroy.add_argument("--yes", action="store_true", help="do it; without, say what would go")


def _inventory(chosen: argparse.Namespace) -> int:
    from appliance.admin import show_inventory

    return show_inventory(settings_of(chosen), chosen.client_id)


def _accept_time(chosen: argparse.Namespace) -> int:
    from appliance.admin import accept_new_time

    return accept_new_time(settings_of(chosen))


def _destroy_client(chosen: argparse.Namespace) -> int:
    from appliance.admin import destroy_all_of

    return destroy_all_of(settings_of(chosen), chosen.client_id, is_confirmed=chosen.yes)


def _add_account(chosen: argparse.Namespace) -> int:
    from appliance.admin import add_account

    return add_account(
        settings_of(chosen),
        user_name=chosen.user_name,
        display_name=chosen.name,
        credentials=chosen.credentials,
        role=chosen.role,
        supervisor=chosen.supervisor,
    )


def _practice(chosen: argparse.Namespace) -> int:
    from appliance.admin import set_practice

    days = ("transcript_days", "draft_days", "copied_note_days", "record_years")
    fields = ("name", "record_kept", "requirement_profile", *days)
    return set_practice(settings_of(chosen), {name: getattr(chosen, name) for name in fields})


def _set_password(chosen: argparse.Namespace) -> int:
    from appliance.admin import change_password

    return change_password(settings_of(chosen), chosen.user_name)


def _list_accounts(chosen: argparse.Namespace) -> int:
    from appliance.admin import list_accounts

    return list_accounts(settings_of(chosen))


if __name__ == "__main__":
    sys.exit(main())
