"""What the administrator sees: how the box is, without any client's content."""

from flask import Blueprint, Response, request

from appliance.domain.canary import sentence_of
from appliance.domain.errors import Absent
from appliance.domain.people import AccountRole
from appliance.domain.residue import Outcome
from appliance.steps.read_canary import last_canary
from appliance.steps.run_practice import view_record_rule
from appliance.steps.watch_clock import accept_time, clock_marks
from appliance.web.desk import Desk, account, go


def register(blueprint: Blueprint, desk: Desk) -> None:
    """Add the pages of this file."""

    @blueprint.post("/accept-time")
    def take_time() -> Response:
        if account().role is not AccountRole.ADMINISTRATOR:
            raise Absent
        accept_time(desk.box, account())
        return go("/?did=accepted")


def show_administration(desk: Desk) -> Response:
    """The administrator's first page."""
    canary = last_canary(desk.box)
    record_years, first_due_at = view_record_rule(desk.box)
    return desk.page(
        "administrator.html",
        canary=sentence_of(canary, desk.box.clock.now()),
        is_broken=canary is not None and canary.outcome is Outcome.FOUND,
        clock=clock_marks(desk.box),
        record_years=record_years,
        first_due_at=first_due_at,
        is_accepted=request.args.get("did") == "accepted",
    )
