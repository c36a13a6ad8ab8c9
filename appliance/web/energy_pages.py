"""The energy page: month to date, three lines apart, by model and over time; no request to anywhere."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, Response

from appliance.domain.metering.carbon import (
    HOURS_A_YEAR,
    MILLIJOULES_A_KILOWATT_HOUR,
    EnergyChoices,
    carbon_of,
    location_intensity,
    market_intensity,
)
from appliance.domain.metering.ledger import EnergySummary, HourUse
from appliance.domain.metering.rows import Mode
from appliance.steps.keep_energy import EnergyView, view_energy
from appliance.web.desk import Desk, account

CHART_WIDTH, CHART_HEIGHT = 640, 160
WORKING_HOURS_A_WEEK = 60
HOURS_A_WEEK = 168
_HOST_SAYS: dict[Mode | None, str] = {
    Mode.RAPL: "the processor's own counters; not the power supply, disks and fans",
    Mode.DECLARED: "a constant that your administrator declared; nobody measured it",
    None: "not measured: no processor counter can be read here",
}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the month: kilowatt-hours, or why there are none. `cost` is empty without tariff."""

    name: str
    kilowatt_hours: float | None
    cost: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One day of the chart, in its own units; active stands on idle. `gap`: something is missing."""

    day: str
    x: float
    width: float
    idle_y: float
    idle_height: float
    active_y: float
    active_height: float
    has_gap: bool
    says: str


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the page of this file."""

    @blueprint.get("/energy")
    def show_energy() -> Response:
        today = desk.local.of(desk.box.clock.now()).date()
        start = desk.local.start_of(today.replace(day=1))
        end = desk.local.day_bounds(today)[1]
        view = view_energy(desk.box, account(), start, end)
        return desk.page(
            "energy.html",
            view=view,
            summary=view.summary,
            month=f"{today:%B %Y}",
            lines=lines_of(view.summary, view.choices),
            bars=bars_of(desk, view.hours, today),
            chart=(CHART_WIDTH, CHART_HEIGHT),
            carbon=_carbon(view),
            place=location_intensity(view.choices),
            market=market_intensity(view.choices),
            clinicians=_clinicians(view),
            saving=saving_kilowatt_hours(view.summary),
            now_line=desk.energy_line(),
        )


def lines_of(summary: EnergySummary, choices: EnergyChoices) -> tuple[Line, ...]:
    """Active, idle and host are three lines, never one; what nobody explains is a fourth."""
    measured = summary.is_measured

    def line(name: str, millijoules: int | None, says: str) -> Line:
        if millijoules is None:
            return Line(name=name, kilowatt_hours=None, cost="", says=says)
        used = millijoules / MILLIJOULES_A_KILOWATT_HOUR
        cost = "" if choices.tariff is None else f"{used * choices.tariff:.2f} {choices.currency}"
        return Line(name=name, kilowatt_hours=used, cost=cost, says=says)

    return (
        line(
            "Active",
            summary.active if measured else None,
            "the GPU's work for sessions" if measured else "not measured: no GPU counter was read",
        ),
        line(
            "Idle",
            summary.idle if measured else None,
            "the GPU at rest with its models loaded" if measured else "not measured",
        ),
        line(
            "Unattributed",
            summary.unattributed if measured else None,
            "work that no request explains" if measured else "not measured",
        ),
        line(
            "Host",
            summary.host,
            _HOST_SAYS[summary.host_mode],
        ),
    )


def saving_kilowatt_hours(summary: EnergySummary) -> float | None:
    """What a year would save if models were unloaded outside of 60 working hours a week: this box's
    own idle then. None where idle is not measured. What the GPU draws without models is not known,
    so this is at most."""
    if summary.idle_watts is None:
        return None
    return summary.idle_watts / 1000 * HOURS_A_YEAR * (1 - WORKING_HOURS_A_WEEK / HOURS_A_WEEK)


def bars_of(desk: Desk, hours: tuple[HourUse, ...], today: date) -> tuple[Bar, ...]:
    """A bar for each day of the month up to today."""
    days = [today.replace(day=1) + timedelta(days=n) for n in range(today.day)]
    active, idle = dict.fromkeys(days, 0), dict.fromkeys(days, 0)
    gaps = dict.fromkeys(days, 0.0)
    for hour in hours:
        day = desk.local.of(hour.hour_at).date()
        if day in active and hour.mode in (Mode.COUNTER, Mode.POWER):
            active[day] += hour.requests_millijoules + hour.unattributed_millijoules
            idle[day] += hour.idle_millijoules
            gaps[day] += hour.gap_seconds
    most = max((active[day] + idle[day] for day in days), default=0)
    if not most:
        return ()
    step = CHART_WIDTH / len(days)
    bars = []
    for number, day in enumerate(days):
        idle_height = idle[day] / most * CHART_HEIGHT
        active_height = active[day] / most * CHART_HEIGHT
        used = (active[day] + idle[day]) / MILLIJOULES_A_KILOWATT_HOUR
        bars.append(
            Bar(
                day=f"{day.day}",
                x=round(number * step, 1),
                width=round(step * 0.8, 1),
                idle_y=round(CHART_HEIGHT - idle_height, 1),
                idle_height=round(idle_height, 1),
                active_y=round(CHART_HEIGHT - idle_height - active_height, 1),
                active_height=round(active_height, 1),
                has_gap=gaps[day] > 0,
                says=f"{day:%d %b}: {used:.3f} kWh"
                + (f", {gaps[day]:.0f} s missing" if gaps[day] else ""),
            )
        )
    return tuple(bars)


def _carbon(view: EnergyView) -> object:
    summary = view.summary
    hours = summary.covered_seconds / 3600 / max(1, summary.gpus)
    return carbon_of(summary.gpu + (summary.host or 0), hours, summary.notes, view.choices)


def _clinicians(view: EnergyView) -> list[tuple[str, float]]:
    found = [
        (view.names.get(account_id, "the box itself"), millijoules / MILLIJOULES_A_KILOWATT_HOUR)
        for account_id, millijoules in view.summary.by_clinician.items()
    ]
    return sorted(found, key=lambda pair: -pair[1])
