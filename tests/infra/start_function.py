"""Starts one packaged function as Lambda does, in this fresh process; its last line of output is a report, as JSON.

`python -S -I start_function.py RUNTIME UNZIPPED HANDLER EVENT`: nothing but the standard library and the package can be
imported. RUNTIME is the folder with awslambdaric, which Lambda loads before and does not count. EVENT is the first
event, JSON; whether handling it succeeds does not matter here.
"""

import importlib
import json
import sys
import time
from traceback import walk_stack
from types import SimpleNamespace

runtime, unzipped, handler, event = sys.argv[1:]
sys.path.append(runtime)
importlib.import_module("awslambdaric.bootstrap")
sys.path.remove(runtime)
sys.path.insert(0, unzipped)
compiled, depths_of_urllib3 = [], []


def note(event, arguments):
    """https://docs.python.org/3/library/audit_events.html"""
    if event == "compile" and "__create_fn__" in str(arguments[0]):
        compiled.append(str(arguments[0]))
    if event == "import" and arguments[0] == "urllib3.util.url":
        depths_of_urllib3.append(sum(1 for _ in walk_stack(None)))


sys.addaudithook(note)
before = set(sys.modules)
started = time.process_time()
module_name, _, function_name = handler.rpartition(".")
function = getattr(importlib.import_module(module_name), function_name)
import_ms = (time.process_time() - started) * 1000
at_start, dataclass_methods = sorted(set(sys.modules) - before), len(compiled)
failure = ""
context = SimpleNamespace(aws_request_id="request", function_name="function", memory_limit_in_mb=1024)
try:
    function(json.loads(event), context)
except Exception as error:  # noqa: BLE001  # told to whoever reads a failing test
    failure = f"{type(error).__name__}: {error}"
report = {
    "callable": callable(function),
    "debug": bool(getattr(function, "debug", False)),
    "at_start": at_start,
    "compiled_at_start": dataclass_methods,
    "depths_of_urllib3": depths_of_urllib3,
    "after_first_event": sorted(set(sys.modules) - before),
    "cpu_ms": {"import": import_ms, "with_first_event": (time.process_time() - started) * 1000},
    "failure": failure,
}
sys.stdout.write("\n" + json.dumps(report))
