"""Reads every GPU's energy counter through NVML, and opens the driver anew when it went away."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from appliance.adapters.gpu.faults import (
    CounterAbsent,
    GpuFault,
    NoGpu,
    SharedAsVgpu,
    SplitByMig,
    fault_for,
)
from appliance.adapters.gpu.vendor import pynvml
from appliance.domain.energy import CounterSample, Measured, NotMeasured

_SHARED_MODES = frozenset(
    {
        pynvml.NVML_GPU_VIRTUALIZATION_MODE_VGPU,
        pynvml.NVML_GPU_VIRTUALIZATION_MODE_HOST_VGPU,
        pynvml.NVML_GPU_VIRTUALIZATION_MODE_HOST_VSGA,
    }
)
Call = Callable[..., Any]
_SUPERCHIPS = ("GH200", "GB200", "GB300")
"""GPUs on one module with a processor: their counter is the GPU's part of the module."""
_SCOPES: dict[type[GpuFault], str] = {SplitByMig: "mig", SharedAsVgpu: "vgpu"}


@dataclass(frozen=True, kw_only=True)
class _Gpu:
    """A GPU as the open driver knows it; the handle dies with the driver."""

    uuid: str
    name: str
    handle: Any = None
    driver: str = ""
    fault: GpuFault | None = None
    """Why there is no handle; such a GPU is shown, so that it is not missed in silence."""


class NvmlCounters:
    """The counters of this machine's GPUs. Not safe for two threads at once: the meter locks.

    `reopen_after_seconds` spares a broken driver: opening it can take seconds.
    """

    def __init__(
        self,
        *,
        reopen_after_seconds: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._reopen_after_seconds = reopen_after_seconds
        self._monotonic = monotonic
        self._gpus: tuple[_Gpu, ...] = ()
        self._fault: GpuFault = NoGpu()
        self._wants_opening = True
        self._opened_last_at_seconds: float | None = None
        self._summed: dict[str, tuple[float, int, float]] = {}

    def read(self) -> tuple[CounterSample, ...] | NotMeasured:
        """One sample for each GPU; NotMeasured as a whole where there is no driver or no GPU."""
        if self._wants_opening and self._may_open():
            self._open()
        if not self._gpus:
            return self._fault.as_not_measured()
        return tuple(self._sample(gpu) for gpu in self._gpus)

    def close(self) -> None:
        """Lets go of the driver; a later `read` opens it again."""
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()
        self._gpus = ()
        self._wants_opening = True

    def _may_open(self) -> bool:
        now = self._monotonic()
        last = self._opened_last_at_seconds
        if last is not None and now - last < self._reopen_after_seconds:
            return False
        self._opened_last_at_seconds = now
        return True

    def _open(self) -> None:
        self.close()
        try:
            _call(pynvml.nvmlInit)
            self._gpus = tuple(_find(index) for index in range(_call(pynvml.nvmlDeviceGetCount)))
            self._fault = NoGpu()
        except GpuFault as fault:
            self._fault = fault
        self._wants_opening = not self._gpus or any(gpu.fault for gpu in self._gpus)

    def _sample(self, gpu: _Gpu) -> CounterSample:
        try:
            if gpu.fault:
                raise gpu.fault
            _refuse_if_shared(gpu.handle)
            counter, is_integrated = self._counter(gpu)
        except GpuFault as fault:
            self._wants_opening = self._wants_opening or fault.reopens
            self._summed.pop(gpu.uuid, None)
            return CounterSample(
                uuid=gpu.uuid,
                name=gpu.name,
                counter=fault.as_not_measured(),
                scope=_SCOPES.get(type(fault), scope_of(gpu.name)),
                driver=gpu.driver,
            )
        return CounterSample(
            uuid=gpu.uuid,
            name=gpu.name,
            counter=Measured(millijoules=counter),
            power_milliwatts=_power_milliwatts(gpu.handle),
            is_integrated=is_integrated,
            scope=scope_of(gpu.name),
            driver=gpu.driver,
        )

    def _counter(self, gpu: _Gpu) -> tuple[int, bool]:
        """Millijoules, and whether they are power added up because there is no counter."""
        try:
            return int(_call(pynvml.nvmlDeviceGetTotalEnergyConsumption, gpu.handle)), False
        except CounterAbsent:
            power = _power_milliwatts(gpu.handle)
            if power is None:
                raise
        now = self._monotonic()
        since, was, total = self._summed.get(gpu.uuid, (now, power, 0.0))
        total += (was + power) / 2 * (now - since)  # trapezoids
        self._summed[gpu.uuid] = (now, power, total)
        return int(total), True


def scope_of(name: str) -> str:
    """What the counter of a GPU of this name counts: "gpu", or "module" for a superchip's GPU."""
    return "module" if any(chip in name.upper() for chip in _SUPERCHIPS) else "gpu"


def _call(function: Call, *arguments: object) -> Any:
    """Calls the vendor's library; its error codes come out as named errors."""
    try:
        return function(*arguments)
    except pynvml.NVMLError as error:
        raise fault_for(error.value) from None


def _find(index: int) -> _Gpu:
    try:
        handle = _call(pynvml.nvmlDeviceGetHandleByIndex, index)
        uuid = str(_call(pynvml.nvmlDeviceGetUUID, handle))
        name = str(_call(pynvml.nvmlDeviceGetName, handle))
    except GpuFault as fault:
        return _Gpu(uuid=f"index-{index}", name="unknown GPU", fault=fault)
    return _Gpu(uuid=uuid, name=name, handle=handle, driver=_driver())


def _driver() -> str:
    try:
        return str(pynvml.nvmlSystemGetDriverVersion())
    except pynvml.NVMLError:
        return ""


def _refuse_if_shared(handle: Any) -> None:
    """Raises SplitByMig or SharedAsVgpu; a GPU that knows neither mode is whole."""
    mig = _mode(pynvml.nvmlDeviceGetMigMode, handle)
    if mig is not None and mig[0] == pynvml.NVML_DEVICE_MIG_ENABLE:
        raise SplitByMig
    if _mode(pynvml.nvmlDeviceGetVirtualizationMode, handle) in _SHARED_MODES:
        raise SharedAsVgpu


def _mode(function: Call, handle: Any) -> Any:
    try:
        return function(handle)
    except pynvml.NVMLError as error:
        if error.value in (pynvml.NVML_ERROR_NOT_SUPPORTED, pynvml.NVML_ERROR_FUNCTION_NOT_FOUND):
            return None
        raise fault_for(error.value) from None


def _power_milliwatts(handle: Any) -> int | None:
    try:
        return int(pynvml.nvmlDeviceGetPowerUsage(handle))
    except pynvml.NVMLError:
        return None
