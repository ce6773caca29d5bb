"""How the model's loops are compiled, and where they are kept, so that whoever comes next need not compile them.

Numba can keep what it compiles. But it looks for changes in one file at a time, and would go on using a loop after a change
of a function that is compiled into it from another file; and it needs a folder that it can write to, even if all is there.
So loops are kept here, under a digest of all of the model's source and of what compiles it, in the first place that can be
written: beside the source, as Python keeps its bytecode; the user's cache; a temporary folder that is the user's alone.
They are read from any of these, so that an installation that nobody may write to can come with all that it needs.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps
from numba.extending import register_jitable

njit: Any = numba.njit  # stubs know few of its options, and none of the settings
config: Any = numba.config
SOURCE = Path(__file__).parent
VERSIONS_KEPT = 8
"""Versions of the model whose loops a place holds; the oldest go when another comes."""

KERNELS: list[Any] = []
"""The compiled loops of those modules of the model that are loaded, as Numba's dispatchers."""


def kernel(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """A loop that Python calls: compiled for each set of types when it is first called with them, and kept on disk.

    ``options`` are Numba's own, where a loop needs others: ``@kernel(error_model="numpy")``.
    """
    if function is None:
        return partial(kernel, **options)
    loop = njit(no_cfunc_wrapper=True, **options)(function)
    loop._cache = _Kept(f"{function.__module__}.{function.__qualname__}")
    KERNELS.append(loop)
    return loop


def part(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """A function that kernels call: compiled once for each set of types, then inlined. From Python it is called as it stands.

    ``options`` are as those of :func:`kernel`; with ``forceinline=False`` it stays a function of its own.
    """
    if function is None:
        return partial(part, **options)
    return register_jitable(**{"no_cfunc_wrapper": True, "forceinline": True, **options})(function)


@dataclass(frozen=True)
class Place:
    """A folder where loops may be kept; it need not exist."""

    folder: Path
    private: bool = False
    """The folder is to be the user's alone: what it lies in may be anybody's, as a temporary folder or a home given as /tmp is."""

    def is_safe(self) -> bool:
        """Whether what lies here can be trusted: it is code, and will be run."""
        if not self.private or os.name == "nt":
            return True
        try:
            status = self.folder.lstat()
        except OSError:
            return False
        return stat.S_ISDIR(status.st_mode) and status.st_uid == os.getuid() and not status.st_mode & 0o077

    def read(self, name: str) -> bytes | None:
        """What is kept under ``name``; None if nothing is, or if it is damaged."""
        try:
            content = (self.folder / name).read_bytes() if self.is_safe() else b""
        except OSError:
            return None
        digest, kept = content[:32], content[32:]
        return kept if hashlib.sha256(kept).digest() == digest else None

    def write(self, name: str, kept: bytes) -> None:
        """Keep ``kept`` under ``name``. Raise :exc:`OSError` if that cannot be done."""
        if not self.folder.exists():
            self.folder.mkdir(mode=0o700 if self.private else 0o777, parents=True, exist_ok=True)
            _drop_old(self.folder)
        if not self.is_safe():
            raise PermissionError(f"{self.folder} belongs to somebody else")
        unfinished = self.folder / f"{name}.{os.getpid()}.tmp"
        unfinished.write_bytes(hashlib.sha256(kept).digest() + kept)
        unfinished.replace(self.folder / name)


def _drop_old(newest: Path) -> None:
    """Remove all but the newest few folders of the kind of ``newest``. That another process may use them does no harm."""
    kind = newest.name.removesuffix(VERSION) + "?" * len(VERSION)
    of_kind = sorted(newest.parent.glob(kind), key=lambda folder: folder.stat().st_mtime)
    for folder in of_kind[:-VERSIONS_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def places() -> list[Place]:
    """Where loops of this version may be kept, the one to write to first: what NUMBA_CACHE_DIR names, or else several."""
    name = f"headway-kernels-{VERSION}"
    if chosen := config.CACHE_DIR:
        return [Place(Path(chosen).absolute() / name)]
    found = [Place(Path(cache_from_source(__file__)).parent / name)]
    if (own := _user_cache()).is_absolute():  # it is not if nobody knows where the user is at home
        found.append(Place(own / name, private=True))
    user = os.getuid() if hasattr(os, "getuid") else "user"
    with suppress(OSError):  # where no temporary folder is to be had
        found.append(Place(Path(tempfile.gettempdir()) / f"headway-{user}-kernels-{VERSION}", private=True))
    return found


def _user_cache() -> Path:
    """Where this system has its users' caches."""
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", ""))
    usual = "~/Library/Caches" if sys.platform == "darwin" else "~/.cache"
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser(usual))


def _version() -> str:
    """Digest of the model's source as it lies there, and of all else that compiled code depends on but the processor."""
    tools = (sys.implementation.cache_tag, numba.__version__, np.__version__)
    settings = (config.OPT, config.BOUNDSCHECK)
    found = hashlib.sha256(repr((tools, settings)).encode())
    for path in sorted(SOURCE.rglob("*.py")):
        content = path.read_bytes()
        found.update(f"{path.relative_to(SOURCE).as_posix()} {len(content)}\n".encode() + content)
    return found.hexdigest()[:32]


VERSION = _version()
"""Of the model that this process has loaded."""


class _Kept(NullCache):
    """What Numba asks for a loop when it is first called with arguments of some types, and gives what it has compiled.

    Numba keeps nothing for functions without a cache; this stands in for such a "null cache" and keeps all the same.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._folder: Path | None = None

    @property
    def cache_path(self) -> str | None:
        """The folder where the loop was last found or put, if there is one."""
        return None if self._folder is None else str(self._folder)

    def load_overload(self, sig: Any, target_context: Any) -> CompileResult | None:
        """The loop compiled for the types ``sig``, if it is kept somewhere."""
        target_context.refresh()
        machine = target_context.codegen().magic_tuple()
        for place in places():
            kept = place.read(self._file(sig, machine))
            if kept is not None:
                kept_sig, result = pickle.loads(kept)
                if kept_sig == sig:  # types of the same names can differ
                    self._folder = place.folder
                    return CompileResult._rebuild(target_context, *result)
        return None

    def save_overload(self, sig: Any, data: CompileResult) -> None:
        """Keep the loop as compiled for the types ``sig``, unless the source has changed since it was loaded."""
        if _version() != VERSION:
            return
        name = self._file(sig, data.codegen.magic_tuple())
        kept = dumps((sig, data._reduce()))
        for place in places():
            try:
                place.write(name, kept)
            except OSError:
                continue
            self._folder = place.folder
            return

    def _file(self, sig: Any, machine: tuple[str, ...]) -> str:
        """A name that tells types and processors apart."""
        return f"{self._name}-{hashlib.sha256(repr((sig, machine)).encode()).hexdigest()[:16]}.kernel"
