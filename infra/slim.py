"""What of the installed libraries goes into the package, and in which form: each cold start pays for it again.

Pruning is by data in this file. Compiling is the largest gain of all: /var/task is read-only, so without .pyc files
inside the zip every cold start compiles every module again.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from chalicelib.start_up import DATACLASS_METHODS

# Botocore finds services by listing folders, and there are 440 of them. A test compares this list with the clients
# that chalicelib makes. `sts` stays for role credentials outside Lambda's own.
SERVICES = frozenset(
    {
        "apigatewaymanagementapi",
        "dynamodb",
        "events",
        "pinpoint-sms-voice-v2",
        "s3",
        "sesv2",
        "sns",
        "sqs",
        "ssm",
        "sts",
        "textract",
    }
)

# Where a service's name in endpoints.json is not the folder's.
ENDPOINT_NAMES = frozenset({"email", "sms-voice"})

# Never read while a function runs. The METADATA files stay: scanners for vulnerabilities know a package by them.
DROPPED = (
    "*.dist-info/[!M]*",
    "*/py.typed",
    "*/tests/*",
    "bin/*",
    *(f"*.{kind}" for kind in ("c", "h", "pxd", "pxi", "pyi", "pyx")),  # what extension modules were made of; stubs
    "aws_lambda_powertools/event_handler/openapi/swagger_ui/*",  # our API document is our own
    "botocore/data/*/examples-1.json*",
    "botocore/data/*/waiters-2.json*",  # nothing waits inside a function
    "dateutil/zoneinfo/*.tar.gz",  # another copy of tzdata
    # Of Pillow only TIFF and PNG are used: not its fonts, colour profiles, windows and other formats.
    *(
        f"PIL/_{part}.*.so"
        for part in ("avif", "imagingcms", "imagingft", "imagingmath", "imagingmorph", "imagingtk", "webp")
    ),
    *(f"pillow.libs/lib{part}-*" for part in ("avif", "brotli*", "freetype", "harfbuzz", "lcms2", "sharpyuv", "webp*")),
    "pypdfium2_cli/*",
    # Of ReportLab only the canvas and the reader of TrueType fonts are used: not its charts, layouts and own fonts.
    *(f"reportlab/{part}/*" for part in ("barcode", "fonts", "graphics", "platypus")),
    *(
        f"reportlab/lib/{part}.py"
        for part in (
            *("PyFontify", "arciv", "attrmap", "codecharts", "corp", "fontfinder", "formatters", "geomutils"),
            *("normalDate", "pdfencrypt", "pygments2xpre", "randomtext", "rparsexml", "sequencer", "styles"),
            *("testutils", "textsplit", "validators", "yaml"),
        )
    ),
    *(f"reportlab/pdfbase/{part}.py" for part in ("_can_cmap_data", "_cidfontdata", "acroform", "cidfonts", "pdfform")),
    "charset_normalizer/*",  # ReportLab asks it about text files that nobody gives it
    "pycparser/*",  # cffi parses C declarations only while something is being built
)


def prune(tree: Path) -> None:
    """Removes what no function reads, and rewrites botocore's data small."""
    for path in sorted(path for path in tree.rglob("*") if path.is_file()):
        name = path.relative_to(tree).as_posix()
        if any(fnmatch(name, pattern) for pattern in DROPPED) or _foreign_service(name):
            path.unlink()
        elif name.startswith("botocore/data/") and name.endswith((".json", ".json.gz")):
            _shrink(path)
    for folder in sorted((path for path in tree.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def compile_tree(tree: Path) -> None:
    """Puts a .pyc beside every module, that Python loads without looking at the source's date or content.

    In a process of its own with a fixed hash seed: what marshal writes depends a little on what is already in memory,
    and the package must be the same bytes every time.
    """
    command = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"]
    # Where this tree happens to lie must leave no trace in the bytes.
    command += ["-s", str(tree), "-p", "/var/task", str(tree)]
    subprocess.run(command, env={**os.environ, "PYTHONHASHSEED": "0"}, check=True, stdout=subprocess.DEVNULL)


_COLLECT = """
import dataclasses, importlib, json, pkgutil, sys
texts = set()
def note(text, names, found):
    texts.add(text)
    exec(text, names, found)
dataclasses.exec = note
import chalicelib
for module in sorted(one.name for one in pkgutil.walk_packages(chalicelib.__path__, "chalicelib.")):
    importlib.import_module(module)
print(json.dumps(sorted(texts)))
"""
_COMPILE = """
import json, marshal, sys
texts = json.load(sys.stdin)
sys.stdout.buffer.write(marshal.dumps({text: compile(text, "<dataclass>", "exec") for text in texts}))
"""


def compile_dataclasses(tree: Path) -> None:
    """Puts beside our modules what the methods of their dataclasses are when compiled (`start_up.py`).

    Collected in one process, that imports all modules, compiled in another, in which nothing else has been: the package
    must be the same bytes every time.
    """
    environment = {"PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
    collect = [sys.executable, "-c", _COLLECT]
    texts = subprocess.run(collect, env=environment, cwd=tree, capture_output=True, check=True).stdout
    command = [sys.executable, "-S", "-c", _COMPILE]
    compiled = subprocess.run(command, env=environment, input=texts, capture_output=True, check=True).stdout
    (tree / "chalicelib" / DATACLASS_METHODS.name).write_bytes(compiled)


def _foreign_service(name: str) -> bool:
    parts = name.split("/")
    return name.startswith("botocore/data/") and len(parts) > 3 and parts[2] not in SERVICES


def _shrink(path: Path) -> None:
    packed = path.suffix == ".gz"
    document = json.loads(gzip.decompress(path.read_bytes()) if packed else path.read_bytes())
    if path.name.startswith("service-2.json"):
        # Not elsewhere in it: botocore insists on the documentation of `clientContextParams`.
        document |= {part: _without_documentation(document[part]) for part in ("operations", "shapes")}
    if path.name.startswith("endpoints.json"):
        for partition in document["partitions"]:
            services = partition["services"]
            partition["services"] = {n: s for n, s in services.items() if n in SERVICES | ENDPOINT_NAMES}
    if packed:
        path.unlink()
        path = path.with_suffix("")
    path.write_text(json.dumps(document, separators=(",", ":")))


def _without_documentation(value: Any) -> Any:
    if isinstance(value, dict):
        # A shape may have a member of that name; its value is then not a text.
        kept = {
            k: v for k, v in value.items() if not (k in {"documentation", "documentationUrl"} and isinstance(v, str))
        }
        return {key: _without_documentation(member) for key, member in kept.items()}
    return [_without_documentation(member) for member in value] if isinstance(value, list) else value
