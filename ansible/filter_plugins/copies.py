"""The filter that knows backup programs by their names: the same table as `quietroom doctor`."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2]))
from appliance.adapters.machine.copies import backup_agents_among


class FilterModule:
    """What Ansible looks for in this file."""

    def filters(self) -> dict[str, Callable[[Iterable[str]], list[str]]]:
        return {"quietroom_backup_agents": backup_agents_among}
