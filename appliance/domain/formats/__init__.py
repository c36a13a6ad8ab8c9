"""Note formats as data: each a TOML file beside this one, and any that a practice adds in that form.

```toml
key = "dap"            # small letters, figures and _
title = "DAP"
[[sections]]
key = "data"
title = "Data"
holds = ["reported", "observed", "intervention"]   # roles, most important first
only_observed = false  # true: nothing may stand here that was not observed or stated
guidance = "What was said, seen and done."
```
"""

import re
import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from appliance.domain.errors import FormatNotUsable
from appliance.domain.note import ROLES, NoteFormat, Section

LIMIT_CHARACTERS = 20_000
MOST_SECTIONS = 20
TITLE_LIMIT_CHARACTERS = 60
GUIDANCE_LIMIT_CHARACTERS = 400
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TITLE = re.compile(r"[\w][\w ,.'’&/()+–-]*")


def read_format(text: str) -> NoteFormat:
    """A format from its TOML. Raises FormatNotUsable, which says what is wrong and where."""
    if len(text) > LIMIT_CHARACTERS:
        raise FormatNotUsable(
            details={"reason": f"it is longer than {LIMIT_CHARACTERS} characters"}
        )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise FormatNotUsable(details={"reason": "it is not TOML"}) from None
    _require_known(data, {"key", "title", "place", "sections"}, "the format")
    given = data.get("sections")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_SECTIONS:
        raise FormatNotUsable(details={"reason": f"it needs 1 to {MOST_SECTIONS} sections"})
    sections = tuple(_section(number, one) for number, one in enumerate(given, start=1))
    keys = [section.key for section in sections]
    if len(set(keys)) < len(keys):
        raise FormatNotUsable(details={"reason": "two sections have the same key"})
    return NoteFormat(
        key=_key(data, "the format"), title=_title(data, "the format"), sections=sections
    )


def _section(number: int, data: Any) -> Section:
    where = f"section {number}"
    if not isinstance(data, dict):
        raise FormatNotUsable(details={"reason": f"{where} is not a table"})
    _require_known(data, {"key", "title", "holds", "only_observed", "guidance"}, where)
    holds = data.get("holds")
    if not isinstance(holds, list) or not holds or not set(map(str, holds)) <= set(ROLES):
        reason = f"{where} must hold one or more of {', '.join(ROLES)}"
        raise FormatNotUsable(details={"reason": reason})
    only_observed, guidance = data.get("only_observed", False), data.get("guidance", "")
    if not isinstance(only_observed, bool) or not isinstance(guidance, str):
        raise FormatNotUsable(details={"reason": f"{where}: only_observed is true or false"})
    if len(guidance) > GUIDANCE_LIMIT_CHARACTERS or "\n" in guidance:
        raise FormatNotUsable(details={"reason": f"{where}: the guidance is too long"})
    return Section(
        key=_key(data, where),
        title=_title(data, where),
        holds=tuple(dict.fromkeys(holds)),
        only_observed=only_observed,
        guidance=guidance,
    )


def _require_known(data: Mapping[str, Any], known: set[str], where: str) -> None:
    if set(data) - known:
        raise FormatNotUsable(details={"reason": f"{where} has a field that no format has"})


def _key(data: Mapping[str, Any], where: str) -> str:
    key = data.get("key")
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        reason = f"{where} needs a key of small letters, figures and _"
        raise FormatNotUsable(details={"reason": reason})
    return key


def _title(data: Mapping[str, Any], where: str) -> str:
    """Plain words: a title stands in the note, on paper and in what the model is sent."""
    title = data.get("title")
    is_plain = isinstance(title, str) and _TITLE.fullmatch(title) and "../" not in title
    if not is_plain or len(str(title)) > TITLE_LIMIT_CHARACTERS:
        reason = (
            f"{where} needs a title of plain words, at most {TITLE_LIMIT_CHARACTERS} characters"
        )
        raise FormatNotUsable(details={"reason": reason})
    return str(title)


def _shipped() -> dict[str, NoteFormat]:
    texts = [f.read_text("utf-8") for f in files(__name__).iterdir() if f.name.endswith(".toml")]
    in_place = sorted(texts, key=lambda text: int(tomllib.loads(text)["place"]))
    return {made.key: made for made in map(read_format, in_place)}


FORMATS: dict[str, NoteFormat] = _shipped()
"""Those that ship, in the order in which they are offered."""
