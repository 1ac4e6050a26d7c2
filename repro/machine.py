"""What there is to train on: device, precision, threads, and the other processes of a torchrun."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
from msgspec import Struct
from torch import Tensor, distributed

from repro.errors import ReproError

# Measured (benchmarks/training.py --precision): on a CPU with bf16 instructions autocast doubles the
# speed of an encoder of width 384 and halves that of one of width 96, whose matrices are too small to
# pay for the casts.
_WIDE_ENOUGH = 256


class Machine(Struct, frozen=True):
    """Where a phase is computed. Two runs are the same to the bit only on equal machines."""

    device: str = "cpu"
    precision: str = "fp32"  # or "bf16": the matrices' products in bf16, weights and sums in fp32
    threads: int = 1
    rank: int = 0
    ranks: int = 1

    @property
    def torch_device(self) -> torch.device:
        return torch.device(self.device)

    @property
    def first(self) -> bool:
        """Of several processes, the one that writes and speaks."""
        return self.rank == 0

    def describe(self) -> dict[str, Any]:
        """What belongs into the address of everything computed here."""
        kind = self.device.split(":")[0]
        name = torch.cuda.get_device_name(self.torch_device) if kind == "cuda" else cpu_name()
        return {
            "device": kind,
            "name": name,
            "precision": self.precision,
            "threads": self.threads if kind == "cpu" else 0,
            "ranks": self.ranks,
            "torch": str(torch.__version__),
        }


def find(device: str = "auto", precision: str = "auto", threads: int = 0, width: int = 0) -> Machine:
    """This machine. `width` is the model's hidden size, by which bf16 is chosen on a CPU."""
    rank, ranks = int(os.environ.get("RANK", "0")), int(os.environ.get("WORLD_SIZE", "1"))
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda":
        device = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:
        what = str(error).splitlines()[0]
        raise ReproError(f"--device {device}", what, "use cpu, cuda, cuda:1, or leave it out") from None
    if precision == "auto":
        precision = "bf16" if _bf16_pays(device, width) else "fp32"
    if precision not in ("fp32", "bf16"):
        raise ReproError(f"--precision {precision}", "is not known", "use auto, fp32 or bf16")
    threads = threads or int(os.environ.get("OMP_NUM_THREADS", "0")) or max(1, _cores())
    return Machine(device, precision, threads, rank, ranks)


def prepare(machine: Machine) -> None:
    """Set torch up so that the same work gives the same bits."""
    torch.set_num_threads(machine.threads)
    if machine.device.startswith("cuda"):
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
        torch.cuda.set_device(machine.torch_device)
        torch.backends.cuda.matmul.allow_tf32 = True
    if machine.ranks > 1 and not distributed.is_initialized():
        backend = "nccl" if machine.device.startswith("cuda") else "gloo"
        distributed.init_process_group(backend, timeout=timedelta(hours=2))


# --- the other processes ---------------------------------------------------------------------------


def add_up(tensors: Sequence[Tensor], machine: Machine) -> None:
    """Replace every tensor by its sum over all processes, some 32 million numbers at a time."""
    if machine.ranks == 1:
        return
    waiting: list[Tensor] = []
    size = 0
    for tensor in [*tensors, None]:
        if tensor is not None:
            waiting.append(tensor)
            size += tensor.numel()
        if waiting and (tensor is None or size >= 2**25):
            flat = torch.cat([t.reshape(-1) for t in waiting])
            distributed.all_reduce(flat)
            parts = torch.split(flat, [t.numel() for t in waiting])
            for t, part in zip(waiting, parts, strict=True):
                t.copy_(part.view_as(t))
            waiting, size = [], 0


def from_first(value: Any, machine: Machine) -> Any:
    """What the first process has, in every process."""
    if machine.ranks == 1:
        return value
    box = [value]
    distributed.broadcast_object_list(box, src=0)
    return box[0]


def wait(machine: Machine) -> None:
    """Until every process has come here."""
    if machine.ranks > 1:
        distributed.barrier()


# --- small facts -----------------------------------------------------------------------------------


def memory(machine: Machine) -> int:
    """The most bytes that this process has held so far."""
    if machine.device.startswith("cuda"):
        return int(torch.cuda.max_memory_allocated(machine.torch_device))
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "cpu")


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _bf16_pays(device: str, width: int) -> bool:
    if device.startswith("cuda"):
        return bool(torch.cuda.is_bf16_supported())
    if device != "cpu" or width < _WIDE_ENOUGH:
        return False
    try:
        flags = Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
