"""How long each packaged function takes to start: `python -m tests.bench.cold_start`, about a minute.

CPU time of fresh processes that have only the package, as a multiple of the least that any function with a table needs:
botocore's DynamoDB client. The multiples can be compared between machines, the milliseconds cannot. Not in it: what
Lambda itself takes to start a sandbox and to fetch the zip.
"""

import json
import sys

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


def main() -> None:
    package = make_package("local")
    record = json.loads((package.folder / "package.json").read_text())
    floor, reports = [], {name: [] for name in FIRST_EVENTS}
    with empty_account() as account:
        for done in range(ROUNDS):
            sys.stderr.write(f"round {done + 1} of {ROUNDS} ...\n")
            floor.append(json.loads(run(["-c", BASELINE, RUNTIME, package.unzipped], {})))
            for name, of_function in reports.items():
                of_function.append(start(package, name, account))
    sys.stdout.write("\n".join(table(record, floor, reports)) + "\n")


def table(record, floor, reports):
    least = min(sample["cpu_ms"] for sample in floor)
    zipped, unzipped = (record[size] / 1e6 for size in ("zipped_bytes", "unzipped_bytes"))
    yield f"Zip: {zipped:.1f} MB, {unzipped:.1f} MB unzipped. Python {sys.version_info.major}.{sys.version_info.minor}."
    yield ""
    yield "| function | modules at start | CPU at start | x | modules after the first event | CPU until then | x |"
    yield "|---|---|---|---|---|---|---|"
    yield f"| botocore's DynamoDB client | {floor[0]['modules']} | {least:.0f} ms | 1.0 | | | |"
    for name, samples in reports.items():
        cells = [name]
        for modules, cpu in (("at_start", "import"), ("after_first_event", "with_first_event")):
            fastest = min(sample["cpu_ms"][cpu] for sample in samples)
            cells += [str(len(samples[0][modules])), f"{fastest:.0f} ms", f"{fastest / least:.1f}"]
        yield f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
