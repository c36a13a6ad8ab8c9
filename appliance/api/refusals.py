"""What can be wrong with a request before the record is asked: the docstring is the message."""

from werkzeug.exceptions import HTTPException

from appliance.domain.errors import Absent, QuietroomError, Refused, Unusable


class NotJson(Unusable):
    """This is not a JSON object in UTF-8. Check the quotes and commas and how the text is
    encoded, then send it again."""

    code = "not_json"


class WrongMediaType(Unusable):
    """Send this as {expected}."""

    code = "wrong_media_type"


class LengthNeeded(Unusable):
    """Say how many bytes are coming (Content-Length); the box looks before it reads."""

    code = "length_needed"


class BodyTooLarge(Unusable):
    """This is larger than the {limit_kib} KiB that may be sent here. Send less at once."""

    code = "body_too_large"


class BodyCutShort(Unusable):
    """The recording stopped arriving in the middle. What came whole is safe: ask where to go on,
    and send the rest."""

    code = "body_cut_short"


class NoBodyHere(Unusable):
    """Nothing is sent along with this request. Send it without a body."""

    code = "no_body_here"


class OtherProtocol(Unusable):
    """Uploads speak version {version} of the tus protocol here. Say so in the header
    Tus-Resumable."""

    code = "other_protocol"


class ChecksumUnknown(Unusable):
    """The box cannot check this checksum. Use {algorithms}, with the sum in base64."""

    code = "checksum_unknown"


class ChecksumMismatch(Unusable):
    """This piece of the recording was damaged on its way, so it was not kept. Send it again."""

    code = "checksum_mismatch"


class RequestUnclear(Unusable):
    """The box could not make sense of this request. Reload the page and try again."""

    code = "request_unclear"


class WrongMethod(Unusable):
    """This address cannot be asked in this way."""

    code = "wrong_method"


class ForgedOrStale(Refused):
    """This did not come from a page of the box that you have open, so nothing was changed.
    Reload the page and try again."""

    code = "csrf_missing"


class NotFromHere(Refused):
    """Numbers about the box are shown on the box itself and to the addresses that the
    administrator allowed."""

    code = "not_from_here"


class Unexpected(QuietroomError):
    """Something went wrong inside the box. Nothing half-done was kept. Try again; if it happens
    again, give your administrator the number of this request."""

    code = "unexpected"


_BY_STATUS: dict[int, type[QuietroomError]] = {
    404: Absent,
    405: WrongMethod,
    411: LengthNeeded,
    413: BodyTooLarge,
    415: WrongMediaType,
}


def refusal_of(error: HTTPException, limit_bytes: int) -> QuietroomError:
    """What Flask refused by itself, in our words."""
    status = error.code or 500
    if status >= 500:
        return Unexpected()
    kind = _BY_STATUS.get(status, RequestUnclear)
    return kind(details={"limit_kib": limit_bytes // 1024} if kind is BodyTooLarge else {})
