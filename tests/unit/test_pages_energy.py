"""The energy page: what was used and for what, each line apart, and no request to anywhere."""

import re

from appliance.steps.keep_energy import choose_energy
from tests.energy_rows import period_row, usual
from tests.page_visitor import drafted


def test_without_a_counter_the_page_says_not_measured_and_shows_no_zero(visitor):
    html = visitor.page("/energy")
    assert "not measured: no GPU counter was read" in html
    assert "Nothing was measured this month" in html
    assert "0.000 kWh" not in html


def test_active_idle_and_host_are_lines_of_their_own_with_their_cost(setting, visitor):
    usual(setting)
    choose_energy(setting.box, {"tariff": 1000.0 / 20, "state": "NC"})
    html = visitor.page("/energy")
    rows = dict(re.findall(r'<th scope="row">(\w+)</th><td>([\d.]+ kWh)', html))
    assert {"Active": "0.001 kWh", "Idle": "0.002 kWh", "Host": "0.001 kWh"}.items() <= rows.items()
    assert "0.03 USD" in html
    assert "1908 J" in html
    assert "92.0 J" in html
    assert "eGRID2023" in html
    assert "nobody measured it" in html


def test_the_chart_is_drawn_in_the_page_and_asks_nobody(setting, visitor):
    usual(setting)
    html = visitor.page("/energy")
    assert "<svg" in html
    assert "energy-gap" in html
    assert not re.search(r"https?://|style=|<script[^>]*>[^<]", html.split("<main")[1])


def test_the_draft_shows_its_share_and_the_note_and_its_print_do_not(setting, visitor, page):
    drafted(setting)
    usual(setting)
    assert "0.56 Wh, measured and shared by rule, ±10%" in visitor.page(page)


def test_gaps_are_said(setting, visitor):
    usual(setting)
    assert "1 s are missing, after 1 resets" in visitor.page("/energy")
    assert period_row().gap_seconds == 1.0
