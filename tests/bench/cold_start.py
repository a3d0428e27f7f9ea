"""How long each packaged function takes to start: `python -m tests.bench.cold_start`, about a minute.

CPU time of fresh processes that have only the package, as a multiple of what any function with a table pays that does
nothing about it: botocore's DynamoDB client, made with all of botocore's data, and with bytecode. What Lambda's runtime
interface loads is loaded before, in both, and not counted. The multiples can be compared between machines, the
milliseconds cannot. Not in it: what Lambda itself takes to start a sandbox and to fetch the zip.
"""

import json
import re
import shutil
import sys
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from infra.slim import compile_tree
from tests.infra.conftest import make_package
from tests.infra.starting import FIRST_EVENTS, RUNTIME, empty_account, run, start

ROUNDS = 7  # of each the fastest counts: what else runs on the machine only ever adds

BASELINE = """
import importlib, json, sys, time
runtime, unzipped = sys.argv[1:]
sys.path.append(runtime)
importlib.import_module("awslambdaric.bootstrap")
sys.path.remove(runtime)
sys.path.insert(0, unzipped)
before, started = set(sys.modules), time.process_time()
import botocore.session
botocore.session.get_session().create_client("dynamodb", region_name="eu-central-1")
print(json.dumps({"cpu_ms": (time.process_time() - started) * 1000, "modules": len(set(sys.modules) - before)}))
"""

# What the start may cost at most, as a multiple of that client's.
AIMS = {"AuthorizeRequest": 0.6, "ReceiveMessage": 1.9, "DeliverMessage": 1.9, "RecordReceipt": 1.9, "ReadFax": 1.9}
OTHERS_AIM = 1.5
BOTOCORE = ("botocore", "jmespath", "python-dateutil", "six", "urllib3")


def unpruned(tree: Path) -> Path:
    """Botocore and what it needs, as pip installs them, compiled."""
    for name in BOTOCORE:
        for file in distribution(name).files:
            if ".." not in file.parts and file.suffix != ".pyc":
                (tree / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file.locate(), tree / file)
    compile_tree(tree)
    return tree


def main() -> None:
    package = make_package("local")
    record = json.loads((package.folder / "package.json").read_text())
    floor, reports = [], {name: [] for name in FIRST_EVENTS}
    with empty_account() as account, tempfile.TemporaryDirectory() as temporary:
        botocore = unpruned(Path(temporary))
        for done in range(ROUNDS):
            sys.stderr.write(f"round {done + 1} of {ROUNDS} ...\n")
            floor.append(json.loads(run(["-c", BASELINE, RUNTIME, botocore], {})))
            for name, of_function in reports.items():
                of_function.append(start(package, name, account))
    sys.stdout.write("\n".join(table(record, floor, reports)) + "\n")


def table(record, floor, reports):
    least = min(sample["cpu_ms"] for sample in floor)
    zipped, unzipped = (record[size] / 1e6 for size in ("zipped_bytes", "unzipped_bytes"))
    yield f"Zip: {zipped:.1f} MB, {unzipped:.1f} MB unzipped. Python {sys.version_info.major}.{sys.version_info.minor}."
    yield ""
    yield (
        "| function | modules at start | CPU at start | x | modules after the first event | CPU until then | x "
        "| x at start, aim |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    yield f"| botocore's DynamoDB client, data not pruned | {floor[0]['modules']} | {least:.0f} ms | 1.0 | | | | |"
    for name, samples in reports.items():
        cells = [f"`{'api_handler' if name == 'APIHandler' else re.sub('(?<!^)(?=[A-Z])', '_', name).lower()}`"]
        for modules, cpu in (("at_start", "import"), ("after_first_event", "with_first_event")):
            fastest = min(sample["cpu_ms"][cpu] for sample in samples)
            cells += [str(len(samples[0][modules])), f"{fastest:.0f} ms", f"{fastest / least:.1f}"]
        yield f"| {' | '.join(cells)} | {AIMS.get(name, OTHERS_AIM)} |"


if __name__ == "__main__":
    main()
