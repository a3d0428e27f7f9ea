"""Installs what the local stack stands on: MiniStack from PyPI in a virtual environment of its own, dynoxide from npm.

Both are pinned by hash. Nothing is installed outside the project's folder.
"""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
import venv
from pathlib import Path

from infra.local import dynoxide
from infra.local.stack import HOST, PROJECT

_HERE = PROJECT / ".emulator"
_REQUIREMENTS = Path(__file__).with_name("ministack-requirements.txt")
MINISTACK_PYTHON = _HERE / "ministack" / "bin" / "python"


class NotInstalled(Exception):
    """The text says what is missing."""


def install() -> None:
    """Does nothing when it is all there. Raises NotInstalled."""
    try:
        _install_ministack()
        if can_have_dynoxide():
            dynoxide.install()
        else:
            print("dynoxide is not published for this platform: MiniStack keeps the table. It survives stop and start,")
            print("but a MiniStack that is killed loses the last two seconds of it.", flush=True)
    except subprocess.CalledProcessError as error:
        raise NotInstalled(f"{' '.join(error.cmd[:4])} ... failed; is there a network?") from error
    except dynoxide.DynoxideUnavailable as error:
        raise NotInstalled(str(error)) from error


def can_have_dynoxide() -> bool:
    """It is published for Linux on x86-64 alone; elsewhere MiniStack's own table has to do."""
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def table_command(database: Path, port: int) -> list[str]:
    """Raises NotInstalled."""
    binary = dynoxide.find_binary()
    if binary is None:
        raise NotInstalled("dynoxide is not installed; `make run` does it.")
    return [str(binary), "--host", HOST, "--port", str(port), "--db-path", str(database)]


def _install_ministack() -> None:
    installed = _HERE / "ministack.installed"
    # The same Python as the project's, so that the functions run under the version they were packaged for.
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    if installed.exists() and installed.read_text() == wanted:
        return
    print("installing the AWS emulator (MiniStack) ...", flush=True)
    installed.unlink(missing_ok=True)
    venv.create(_HERE / "ministack", clear=True, with_pip=True)
    pip = [str(MINISTACK_PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(_REQUIREMENTS)], check=True)
    installed.write_text(wanted)
