"""The shipped lists are small, quick to read, and say which words are names."""

import subprocess
import sys
from importlib import resources

from appliance.adapters.identifiers.lists import load
from appliance.adapters.identifiers.similarity import SpellingAndSound


def test_no_list_is_larger_than_a_megabyte_and_the_name_model_is_small():
    sizes = {entry.name: entry.stat().st_size for entry in _files()}
    assert 100_000 < sizes.pop("name_model.bin") < 4_000_000
    assert len(sizes) > 10
    assert max(sizes.values()) < 1_000_000


def _files():
    with resources.as_file(resources.files("models") / "names") as folder:
        return [entry for entry in folder.iterdir() if entry.is_file()]


def test_the_lists_load_within_half_a_second_of_work():
    code = (
        "import time; from appliance.adapters.identifiers.lists import load; "
        "s = time.process_time(); load(); print(time.process_time() - s)"
    )
    seconds = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout
    assert float(seconds) < 0.75  # 0.3 s on an idle core


def test_word_names_are_everyday_words_and_plain_names_are_not():
    lists = load()
    assert all(map(lists.is_everyday, ["hope", "will", "mark", "rose", "dots", "gonna"]))
    assert not any(map(lists.is_everyday, ["tamika", "john", "peter", "fresno"]))
    assert {"cambridge", "yuba city"} <= lists.cities
    assert "liz" in lists.nicknames["elizabeth"]
    assert "elizabeth" in lists.nicknames["liz"]


def test_misspellings_are_close_and_other_names_are_not():
    close = SpellingAndSound().is_close
    assert close("rajish", "rajesh")
    assert close("kathryn", "catherine") or close("katherine", "catherine")
    assert close("venkatraman", "venkataraman")
    assert not close("dana", "hanna")
    assert not close("minh", "linh")
    assert not close("marcus", "martin")
