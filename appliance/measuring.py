"""The commands that measure, and the one that shows what the note model would be sent."""

import argparse
from pathlib import Path
from typing import Any

from appliance.command_line import add_state, program, settings_of


def add_bench(commands: Any) -> None:
    parser = program(commands, "bench", _bench, "measure this machine")
    parser.add_argument(
        "what", choices=["flow", "live", "retention", "resurrection", "crash", "masking"]
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--database",
        default="sqlite",
        help="sqlite, postgresql (a server of its own), or the URL of an empty database",
    )
    parser.add_argument("--kills", type=int, default=300, help="how often bench crash kills")
    parser.add_argument("--minutes", type=float, help="make a recording of this length instead")
    parser.add_argument("--speed", type=float, default=3.0, help="bench live: times real time")
    parser.add_argument(
        "--sessions", type=int, help="bench live: so many at once, with kill -9 of each program"
    )


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
    if chosen.what == "live":
        from appliance.bench.live import bench_live

        return bench_live(
            as_json=chosen.json,
            minutes=chosen.minutes,
            speed=chosen.speed,
            sessions=chosen.sessions,
        )
    from appliance.bench.flow import bench_flow

    return bench_flow(as_json=chosen.json, minutes=chosen.minutes)


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
