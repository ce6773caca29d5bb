"""Set Headway up and run it, with nothing but Python: the environment is made once, in .venv.

python3 make.py run england      any headway command: run, check, measures, phases, ...
python3 make.py test             the tests; what follows is passed to pytest
python3 make.py lint             the checks that a change must pass besides the tests
python3 make.py bases            the tests of what rests on Mesa, on each supported pair of Python and Mesa that is to be had, and
                                 those of what rests on other libraries too, on the lowest versions that pyproject.toml admits
python3 make.py lock             resolve the dependencies anew (needs uv on the path)
"""

import sys

if not (3, 11) <= sys.version_info[:2] <= (3, 13):
    this = ".".join(str(part) for part in sys.version_info[:2])
    sys.exit(
        f"Headway needs Python 3.11, 3.12 or 3.13; this is Python {this} ({sys.executable}). "
        "Start make.py with another, for example: python3.12 make.py run england"
    )

import hashlib
import json
import os
import shutil
import subprocess
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"
STAMP = VENV / "headway.json"
"""Written when an installation is complete: what it was made from."""
LOCK, LOCK_DEV = ROOT / "requirements" / "lock.txt", ROOT / "requirements" / "lock-dev.txt"
LOWEST = ROOT / "requirements" / "lowest.txt"
"""The lowest versions that pyproject.toml admits, development tools included, for the oldest Python."""


def fingerprint() -> str:
    """Digest of all that the environment is made from; a change of it calls for a new one."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    sources = [LOCK.read_bytes(), LOCK_DEV.read_bytes(), repr((project["project"], project["build-system"])).encode()]
    where = [sys.version.encode(), str(ROOT).encode()]
    return hashlib.sha256(b"\0".join(sources + where)).hexdigest()


def installed() -> dict[str, object]:
    """What the stamp says, or nothing when there is no environment that works."""
    try:
        return json.loads(STAMP.read_text(encoding="utf-8")) if shutil.which(PYTHON) else {}
    except (OSError, ValueError):
        return {}


def child_environment() -> dict[str, str]:
    """Environment for the programs that are started: bytecode is cached, or every start takes three times as long."""
    dropped = ("PYTHONDONTWRITEBYTECODE", "PYTHONHOME", "PYTHONPATH")
    return {name: value for name, value in os.environ.items() if name not in dropped}


def call(*command: object, cwd: Path | None = None, aside: bool = False) -> int:
    """Run a command and return its exit code; ``aside``, what it prints is none of the output that was asked for.

    Control-C goes to the command, which ends in its own way.
    """
    output = sys.stderr if aside else None
    process = subprocess.Popen([str(part) for part in command], env=child_environment(), cwd=cwd, stdout=output)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def pip(*arguments: object) -> None:
    """Install; stop with pip's exit code if it fails."""
    code = call(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *arguments)
    if code:
        sys.exit(
            "make.py: the installation failed; pip's message is above. "
            "It needs the internet, this once. Run the same command to try again."
        )


def set_up(dev: bool) -> None:
    """Make .venv from the lock files and compile the model, unless it is there and up to date."""
    now, want = installed(), fingerprint()
    current = now.get("fingerprint") == want
    if current and (now.get("dev") or not dev):
        return
    if not current:
        print("Setting up .venv (once, a minute or two) ...", file=sys.stderr)
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
    else:
        print("Adding the development tools to .venv (once) ...", file=sys.stderr)
    pip("--require-hashes", "--only-binary", ":all:", "-r", LOCK_DEV if dev else LOCK)
    if not current:
        pip("--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(json.dumps({"fingerprint": want, "dev": dev}), encoding="utf-8")
    if not current:
        call(BIN / "headway", "warm-up", aside=True)


def lock() -> int:
    """Resolve the dependencies for every supported Python and system, with hashes."""
    uv = [
        "uv",
        "pip",
        "compile",
        "--quiet",
        "--upgrade",
        "--universal",
        "--python-version",
        "3.11",
        "--generate-hashes",
    ]
    plain = ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    sources = [ROOT / "pyproject.toml", ROOT / "requirements" / "build.in"]
    base = [*uv, *plain, "--only-binary", ":all:"]
    dev = ("--extra", "dev", *sources)
    return (
        call(*base, "--extra", "all", *sources, "-o", LOCK)
        or call(*base, *dev, "-c", LOCK, "-o", LOCK_DEV)
        or call(*base, *dev, "--resolution", "lowest-direct", "-o", LOWEST)
    )


BASES = (("3.11", "3.3.1"), ("3.13", "3.5.1"), ("3.13", "4.0.0a0"), ("3.11", None))
"""Pairs of Python and Mesa that are tried: the oldest, the newest that is locked, and what is to come; None: all of :data:`LOWEST`."""
ON_MESA = ("tests/mesa_own", "tests/simulation/test_mesa_agents.py", "tests/simulation/test_mesa_agentset.py",
           "tests/simulation/test_mesa_collector.py", "tests/simulation/test_mesa_copies.py", "tests/simulation/test_mesa_model.py")  # fmt: skip
"""Tests of what rests on Mesa; ``make.py bases`` takes others in their place."""
ON_LIBRARIES = ("tests/analysis/test_store.py", "tests/analysis/test_charts.py", "tests/analysis/test_display.py",
                "tests/analysis/output/office", "tests/analysis/app/test_app_pages.py")  # fmt: skip
"""Tests of what rests on the other libraries, for their lowest versions."""


def interpreter(wanted: str) -> str | None:
    """A Python of the version ``wanted``, from the path or from pyenv; None if there is none that runs."""
    found = [
        shutil.which(f"python{wanted}"),
        *sorted(map(str, Path.home().glob(f".pyenv/versions/{wanted}.*/bin/python"))),
    ]
    ask = ("-c", "import sys; print('.'.join(map(str, sys.version_info[:2])))")
    for path in filter(None, found):
        told = subprocess.run([path, *ask], capture_output=True, text=True, check=False)
        if told.stdout.strip() == wanted:
            return path
    return None


def bases(tests: list[str]) -> int:
    """Run ``tests`` on each of :data:`BASES` in an environment of its own, kept in .bases; return the first failure's code."""
    codes = {}
    for wanted, mesa in BASES:
        base, python = f"Python {wanted} with {f'Mesa {mesa}' if mesa else 'the lowest versions'}", interpreter(wanted)
        if python is None:
            print(f"{base}: skipped, there is no Python {wanted} on this machine", flush=True)
            continue
        folder = ROOT / ".bases" / f"{wanted}-{mesa or 'lowest'}"
        inside = folder / BIN.relative_to(VENV) / "python"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            install = (inside, "-m", "pip", "install", "-qq", "--disable-pip-version-check")
            code = (
                call(python, "-m", "venv", folder)
                or call(*install, "--require-hashes", "--only-binary", ":all:", "-r", LOCK_DEV if mesa else LOWEST)
                or (call(*install, "--no-deps", f"mesa=={mesa}") if mesa else 0)
                or call(*install, "--no-deps", "--no-build-isolation", "--editable", ROOT)
            )
            if code:
                print(f"{base}: skipped, its libraries could not be installed", flush=True)
                continue
            (folder / "complete").touch()
        print(f"{base}:", flush=True)
        usual = ON_MESA if mesa else (*ON_MESA, *ON_LIBRARIES)
        codes[base] = call(inside, "-m", "pytest", "-q", *(tests or usual), cwd=ROOT)
    print("\n".join(f"{base}: {'passed' if code == 0 else 'FAILED'}" for base, code in codes.items()))
    return next((code for code in codes.values() if code), 0)


def lint() -> int:
    """Style, format, types and the direction of imports; all are run, and the first failure's code is returned."""
    set_up(dev=True)
    checks = (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"])
    codes = [call(PYTHON, "-m", *check, cwd=ROOT) for check in checks]
    return next((code for code in codes if code), 0)


def main(arguments: list[str]) -> int:
    """Do what the command line asks and return the exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("--help", [])
    if command == "test":
        set_up(dev=True)
        # Two processes, a file each at a time: the blocks of a page of documentation build on each other.
        return call(
            PYTHON, "-m", "pytest", "-q", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", *rest, cwd=ROOT
        )
    if command == "lint":
        return lint()
    if command == "bases":
        return bases(rest)
    if command == "lock":
        return lock()
    if command in ("--help", "-h"):
        print(__doc__)
    set_up(dev=False)
    return call(BIN / "headway", *(arguments or ["--help"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
