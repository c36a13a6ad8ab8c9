"""The commands that measure, energy's among them, and the one that shows what the note model is sent."""

import argparse
import sys
from pathlib import Path
from typing import Any

from appliance.command_line import add_state, program, settings_of


def add_bench(commands: Any) -> None:
    parser = program(commands, "bench", _bench, "measure this machine")
    parser.add_argument(
        "what",
        choices=[
            *("flow", "live", "speech", "decoding", "fuzz", "masking", "energy"),
            *("retention", "resurrection", "crash"),
        ],
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--database",
        default="sqlite",
        help="sqlite, postgresql (a server of its own), or the URL of an empty database",
    )
    parser.add_argument("--kills", type=int, default=300, help="how often bench crash kills")
    parser.add_argument("--short", action="store_true", help="bench energy in a minute")
    parser.add_argument("--minutes", type=float, help="make a recording of this length instead")
    parser.add_argument("--speed", type=float, default=3.0, help="bench live: times real time")
    parser.add_argument(
        "--sessions", type=int, help="bench live: so many at once, with kill -9 of each program"
    )
    parser.add_argument("--shelf", type=Path, help="bench speech: the models directory")
    parser.add_argument("--model", default="pocketsphinx", help="bench speech: which of them")
    parser.add_argument("--window-seconds", type=float, default=6.0, help="bench speech")
    parser.add_argument("--rounds", type=int, default=3, help="bench speech")
    own = Path(sys.executable)
    parser.add_argument("--python", type=Path, default=own, help="bench speech: has the engines")
    parser.add_argument("--inputs", type=int, help="how many damaged files bench fuzz decodes")
    parser.add_argument("--seed", type=int, default=1, help="other damage for bench fuzz")


def _bench(chosen: argparse.Namespace) -> int:
    ways = {
        "flow": _bench_flow,
        "live": _bench_live,
        "decoding": _bench_decoding,
        "fuzz": _bench_fuzz,
        "speech": _bench_speech,
        "masking": _bench_masking,
        "energy": _bench_energy,
        "retention": _bench_retention,
        "resurrection": _bench_resurrection,
        "crash": _bench_crash,
    }
    return ways[chosen.what](chosen)


def _bench_energy(chosen: argparse.Namespace) -> int:
    from appliance.bench.energy import SHORT, bench_energy

    return bench_energy(as_json=chosen.json, extent=SHORT if chosen.short else None)


def _bench_flow(chosen: argparse.Namespace) -> int:
    from appliance.bench.flow import bench_flow

    return bench_flow(as_json=chosen.json, minutes=chosen.minutes)


def _bench_live(chosen: argparse.Namespace) -> int:
    from appliance.bench.live import bench_live

    return bench_live(
        as_json=chosen.json,
        minutes=chosen.minutes,
        speed=chosen.speed,
        sessions=chosen.sessions,
    )


def _bench_decoding(chosen: argparse.Namespace) -> int:
    from appliance.bench.decoding import bench_decoding

    return bench_decoding(as_json=chosen.json, minutes=chosen.minutes)


def _bench_fuzz(chosen: argparse.Namespace) -> int:
    from appliance.bench.fuzzing import bench_fuzz

    return bench_fuzz(as_json=chosen.json, inputs=chosen.inputs, seed=chosen.seed)


def _bench_masking(chosen: argparse.Namespace) -> int:
    from appliance.masking_bench import bench_masking

    return bench_masking(as_json=chosen.json)


def _bench_retention(chosen: argparse.Namespace) -> int:
    from appliance.bench.retention import bench_retention

    return bench_retention(as_json=chosen.json, database=chosen.database)


def _bench_resurrection(chosen: argparse.Namespace) -> int:
    from appliance.bench.resurrection import bench_resurrection

    return bench_resurrection(as_json=chosen.json, database=chosen.database)


def _bench_crash(chosen: argparse.Namespace) -> int:
    from appliance.bench.crash import bench_crash

    return bench_crash(as_json=chosen.json, database=chosen.database, kills=chosen.kills)


def _bench_speech(chosen: argparse.Namespace) -> int:
    from appliance.bench.serving_alone import Measured
    from appliance.bench.speech import bench_speech

    measured = Measured(python=chosen.python, model=chosen.model, shelf=chosen.shelf)
    return bench_speech(
        as_json=chosen.json,
        measured=measured,
        window_seconds=chosen.window_seconds,
        rounds=chosen.rounds,
        minutes=chosen.minutes or 60.0,
    )


def add_mask(commands: Any) -> None:
    parser = program(commands, "mask", _mask, "show what would be sent, or measure the masking")
    parser.add_argument("text", help='a text, "-" for standard input, "eval" or "report"')
    parser.add_argument("files", type=Path, nargs="*", help="labelled files, after eval")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--name", action="append", default=[], help="somebody the record knows")
    parser.add_argument("--as-speech", action="store_true", help="lower case, no punctuation")
    parser.add_argument("--without-record", action="store_true")
    parser.add_argument("--misspelled", action="store_true", help="each name misspelled once")
    parser.add_argument("--gate", action="store_true", help="measure the gate instead")
    add_state(parser)


def _mask(chosen: argparse.Namespace) -> int:
    from appliance.domain.masking.evaluation import Manner
    from appliance.masking_tools import evaluate_files, report, show_masked

    if chosen.text == "report" and not chosen.files:
        return report(settings_of(chosen), as_json=chosen.json)
    if chosen.text != "eval" or not chosen.files:
        return show_masked(settings_of(chosen), chosen.text, chosen.name)
    manner = Manner(
        as_speech=chosen.as_speech,
        with_record=not chosen.without_record,
        with_misspellings=chosen.misspelled,
    )
    return evaluate_files(
        settings_of(chosen), chosen.files, manner, of_gate=chosen.gate, as_json=chosen.json
    )


def add_energy(commands: Any) -> None:
    parser = program(commands, "energy", _choose_energy, "what the box used, and for what")
    parts = parser.add_subparsers(required=True, metavar="what")
    statement = program(parts, "statement", _state_energy, "a month's statement, signed")
    add_state(statement)
    statement.add_argument("--month", required=True, help="e.g. 2026-11")
    statement.add_argument("--to", type=Path, default=Path(), help="the folder (this one)")
    add_state(program(parts, "calibrate", _calibrate, "measure what requests cost on this GPU"))
    choose = program(parts, "choose", _choose_energy, "show or set tariff, state and the like")
    add_state(choose)
    choose.add_argument("--tariff", type=float, help="money a kilowatt-hour")
    choose.add_argument("--currency", help="e.g. USD")
    choose.add_argument("--grid-state", help="two letters: whose grid the box is on (eGRID2023)")
    choose.add_argument("--contract-grams", type=float, help="CO2e a kilowatt-hour, by contract")
    choose.add_argument("--contract-source", help="where that figure stands")
    choose.add_argument("--embodied-kilograms", type=float, help="CO2e of making the hardware")
    choose.add_argument("--lifetime-years", type=float)
    offset = program(parts, "offset", _note_offset, "note an offset that was retired")
    add_state(offset)
    for name in ("registry", "project", "vintage", "serials"):
        offset.add_argument(f"--{name}", required=True)
    offset.add_argument("--kilograms", required=True, type=int, help="of CO2e")
    offset.add_argument("--certificate", required=True, type=Path, help="the registry's file")


def _state_energy(chosen: argparse.Namespace) -> int:
    from appliance.energy_tools import write_statement

    return write_statement(settings_of(chosen), chosen.month, chosen.to)


def verify_energy(chosen: argparse.Namespace) -> int:
    from appliance.energy_tools import check_statement

    return check_statement(settings_of(chosen), chosen.file)


def _calibrate(chosen: argparse.Namespace) -> int:
    from appliance.energy_tools import calibrate

    return calibrate(settings_of(chosen))


_CHOICES = (
    "tariff",
    "currency",
    "contract_grams",
    "contract_source",
    "embodied_kilograms",
    "lifetime_years",
)


def _choose_energy(chosen: argparse.Namespace) -> int:
    from appliance.energy_tools import show_choices

    given = {name: getattr(chosen, name) for name in _CHOICES}
    return show_choices(settings_of(chosen), given | {"state": chosen.grid_state})


def _note_offset(chosen: argparse.Namespace) -> int:
    from appliance.energy_tools import add_offset

    names = ("registry", "project", "vintage", "serials", "kilograms")
    said = {name: getattr(chosen, name) for name in names}
    return add_offset(settings_of(chosen), said, chosen.certificate)
