"""What can be wrong with a GPU's counter, and which vendor code means it.

The docstring of each class is the reason as people read it after "not measured: ".
"""

from typing import ClassVar

from appliance.adapters.gpu.vendor import pynvml
from appliance.domain.energy import NotMeasured
from appliance.domain.errors import Unavailable


class GpuFault(Unavailable):
    """the GPU's counter could not be read"""

    code = "gpu_fault"
    reopens: ClassVar[bool] = False
    """True where only opening the driver anew can help."""

    def as_not_measured(self) -> NotMeasured:
        return NotMeasured(reason=self.message)


class DriverAbsent(GpuFault):
    """no NVIDIA driver on this machine"""

    code = "gpu_driver_absent"
    reopens = True


class DriverMismatched(GpuFault):
    """the NVIDIA driver was updated and the machine has not been restarted since"""

    code = "gpu_driver_mismatched"
    reopens = True


class DriverClosed(GpuFault):
    """the NVIDIA driver was reloaded"""

    code = "gpu_driver_closed"
    reopens = True


class NoGpu(GpuFault):
    """no NVIDIA GPU on this machine"""

    code = "gpu_absent"
    reopens = True


class GpuLost(GpuFault):
    """the GPU stopped answering; the machine needs a restart"""

    code = "gpu_lost"
    reopens = True


class CounterAbsent(GpuFault):
    """this GPU has no energy counter"""

    code = "gpu_counter_absent"


class NotPermitted(GpuFault):
    """the meter is not allowed to read this GPU"""

    code = "gpu_not_permitted"


class ReadTimedOut(GpuFault):
    """the GPU took too long to answer"""

    code = "gpu_read_timed_out"


class SplitByMig(GpuFault):
    """the GPU is split into slices (MIG), which have no counter of their own"""

    code = "gpu_split_by_mig"


class SharedAsVgpu(GpuFault):
    """the GPU is shared between virtual machines (vGPU), and a share has no counter of its own"""

    code = "gpu_shared_as_vgpu"


FAULT_BY_VENDOR_CODE: dict[int, type[GpuFault]] = {
    pynvml.NVML_ERROR_UNINITIALIZED: DriverClosed,
    pynvml.NVML_ERROR_INVALID_ARGUMENT: DriverClosed,
    pynvml.NVML_ERROR_NOT_SUPPORTED: CounterAbsent,
    pynvml.NVML_ERROR_FUNCTION_NOT_FOUND: CounterAbsent,
    pynvml.NVML_ERROR_NO_PERMISSION: NotPermitted,
    pynvml.NVML_ERROR_NOT_FOUND: NoGpu,
    pynvml.NVML_ERROR_DRIVER_NOT_LOADED: DriverAbsent,
    pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: DriverAbsent,
    pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: DriverMismatched,
    pynvml.NVML_ERROR_TIMEOUT: ReadTimedOut,
    pynvml.NVML_ERROR_GPU_IS_LOST: GpuLost,
    pynvml.NVML_ERROR_RESET_REQUIRED: GpuLost,
    pynvml.NVML_ERROR_IRQ_ISSUE: GpuLost,
}


def fault_for(vendor_code: int) -> GpuFault:
    """The named error for a vendor's return code; `GpuFault` itself for one not in the table."""
    return FAULT_BY_VENDOR_CODE.get(vendor_code, GpuFault)(details={"vendor_code": vendor_code})
