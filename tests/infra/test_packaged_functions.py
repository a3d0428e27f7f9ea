"""Each packaged function, started in a fresh process that has nothing but the package: it works, and it loads only what
its kind needs, by the lists in `loaded/`. Counted in modules, because milliseconds depend on the machine.
"""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.slim import SERVICES
from tests.content.fax_documents import drawn_page, scanned_pdf, tiff, written_pdf
from tests.infra.starting import empty_account, run, start

pytestmark = pytest.mark.package


@dataclass(frozen=True)
class Budget:
    """Of one function after its first event: at most so many modules of any kind, and none of these (or below them)."""

    modules: int
    never: frozenset[str]


SIGNED_TOKENS = {"jwt", "cryptography"}
READING_MESSAGES = {"chalicelib.channels", "phonenumbers", "selectolax"}
OPENING_DOCUMENTS = {"PIL", "pypdfium2", "pypdfium2_raw"}  # read_fax, too, has them in child processes only
AWS = {"botocore.session", "pynamodb", "urllib3"}
# Slow to load and without use in any function that is up to date with docs/decisions.
NOWHERE = OPENING_DOCUMENTS | {
    "aws_lambda_powertools.event_handler",
    "aws_lambda_powertools.utilities.parser",
    "boto3",
    "reportlab",  # until a fax is sent, or shown
    "pydantic",
}

LISTS = Path(__file__).with_name("loaded")
# The budgets were counted under 3.11; the standard library of 3.13 is divided into more.
MORE_OF_PYTHONS_OWN = 4 if sys.version_info >= (3, 13) else 0

BUDGETS = {
    "APIHandler": Budget(592, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "AuthorizeRequest": Budget(270, frozenset(NOWHERE | AWS | READING_MESSAGES | {"chalicelib.storage", "msgspec"})),
    "ReceiveMessage": Budget(570, frozenset(NOWHERE | SIGNED_TOKENS)),
    "DeliverMessage": Budget(570, frozenset(NOWHERE | SIGNED_TOKENS)),
    "EscalateCases": Budget(470, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "RecordReceipt": Budget(570, frozenset(NOWHERE | SIGNED_TOKENS)),
    "EscalateOverdueCases": Budget(480, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "ReconcileIncoming": Budget(400, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES | {"pynamodb"})),
    "PublishChanges": Budget(480, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "ServeConnection": Budget(426, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "ReadFax": Budget(444, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
}


@pytest.fixture(scope="module")
def started(local_package):
    with empty_account() as account:
        return {name: start(local_package, name, account) for name in BUDGETS}


def below(modules, tops):
    return sorted(module for module in modules if any(f"{module}.".startswith(f"{top}.") for top in tops))


@pytest.mark.parametrize("name", BUDGETS)
def test_a_function_starts_from_the_package_alone(started, name):
    assert started[name]["callable"]
    assert not started[name]["debug"]
    assert "ModuleNotFoundError" not in started[name]["failure"]
    assert "KeyError" not in started[name]["failure"]


@pytest.mark.parametrize("name", BUDGETS)
def test_a_function_loads_only_what_its_kind_needs(started, name):
    loaded = started[name]["after_first_event"]
    assert below(loaded, BUDGETS[name].never) == []
    assert len(loaded) <= BUDGETS[name].modules + MORE_OF_PYTHONS_OWN, len(loaded)


@pytest.mark.parametrize("name", BUDGETS)
def test_what_a_function_loads_stands_in_its_list(started, name):
    """So that a review sees what a change brought in. `SPLOT_LISTS=1` writes the lists anew."""
    lines = "".join(f"{module}\n" for module in listed(started[name]["after_first_event"]))
    list_of_it = LISTS / f"{name}.txt"
    if os.environ.get("SPLOT_LISTS"):
        list_of_it.write_text(lines)
    assert lines.split() == list_of_it.read_text().split()


def listed(modules):
    """Ours by name, other people's by their package; Python's own differ from version to version, and are counted."""
    ours = {module for module in modules if module.partition(".")[0] in {"app", "chalicelib"}}
    others = {module.partition(".")[0] for module in {*modules} - ours}
    return sorted(ours | {other for other in others if other not in sys.stdlib_module_names and other[0] != "_"})


def test_no_function_compiles_what_the_package_holds_compiled(started):
    assert {name: report["compiled_at_start"] for name, report in started.items()} == dict.fromkeys(BUDGETS, 0)


def test_urllib3_is_loaded_where_the_stack_is_shallow(started):
    """Three functions once loaded it below 87 frames, and paid a fifth of their start for that:
    chalicelib/gateways/aws_libraries.py. Lambda's runtime interface adds some frames of its own.
    """
    depths = {name: report["depths_of_urllib3"] for name, report in started.items()}
    assert depths.pop("AuthorizeRequest") == []
    assert {name: depth for name, [depth] in depths.items() if depth > 60} == {}


@pytest.mark.parametrize("name", sorted({*BUDGETS} - {"APIHandler"}))
def test_only_the_api_runs_app_py(started, name):
    assert below(started[name]["after_first_event"], {"app", "chalicelib.api"}) == []


@pytest.mark.parametrize("name", sorted({*BUDGETS} - {"AuthorizeRequest", "PublishChanges"}))
def test_the_first_event_gets_as_far_as_aws(started, name):
    assert started[name]["asked"], started[name]["failure"]


def test_the_authorizer_asks_aws_for_nothing(started):
    assert started["AuthorizeRequest"]["asked"] == []


@pytest.mark.parametrize("document", [tiff(drawn_page()), scanned_pdf(drawn_page()), written_pdf("Zamawiam")])
def test_the_pages_of_a_fax_can_be_seen_with_the_package_alone(local_package, document):
    """Pillow and PDFium run in a child of read_fax; what was left out of them is not missed."""
    code = f"""
import sys
sys.path.insert(0, {str(local_package.unzipped)!r})
from chalicelib.gateways.page_process import PageProcess
document = bytes.fromhex({document.hex()!r})
opened, page = PageProcess().open(document), PageProcess().read(document, 0)
print(opened.pages, opened.preview[1:4].decode(), page.text or page.picture[1:4].decode())
"""
    assert run(["-c", code], {}).split()[:2] == ["1", "PNG"]
    assert run(["-c", code], {}).split()[2] in {"PNG", "Zamawiam"}


def test_a_fax_can_be_written_with_the_package_alone(local_package):
    code = f"""
import sys
sys.path.insert(0, {str(local_package.unzipped)!r})
from chalicelib.content.fax_rendering import Cover, render_fax
print(render_fax(Cover("FAKS", (("Do:", "+48221112233"),), "", "Firma", ""), "Zażółć")[:5].decode())
"""
    assert run(["-c", code], {}).split() == ["%PDF-"]


def test_the_pruned_models_are_enough_to_ask_every_service(local_package):
    calls = {
        "apigatewaymanagementapi": "GetConnection",
        "dynamodb": "ListTables",
        "events": "ListRules",
        "pinpoint-sms-voice-v2": "DescribePools",
        "s3": "ListBuckets",
        "sesv2": "GetAccount",
        "sns": "ListTopics",
        "sqs": "ListQueues",
        "ssm": "DescribeParameters",
        "sts": "GetCallerIdentity",
        "textract": "ListAdapters",
    }
    assert {*calls} == SERVICES
    code = f"""
import sys
sys.path.insert(0, {str(local_package.unzipped)!r})
import botocore.session
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError

session = botocore.session.get_session()
for service, operation in {calls!r}.items():
    once = Config(retries={{"total_max_attempts": 1}})
    client = session.create_client(service, endpoint_url="http://127.0.0.1:9", config=once)
    try:
        client._make_api_call(operation, {{"ConnectionId": "a"}} if service == "apigatewaymanagementapi" else {{}})
    except EndpointConnectionError:
        print(service)
"""
    environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}
    assert {*run(["-c", code], environment).split()} == SERVICES


def test_the_pruned_models_know_where_the_services_are(local_package):
    code = f"""
import sys
sys.path.insert(0, {str(local_package.unzipped)!r})
import botocore.session

session = botocore.session.get_session()
for service in {sorted(SERVICES)!r}:
    print(session.create_client(service, region_name="eu-central-1").meta.endpoint_url)
"""
    assert run(["-c", code], {}).split() == [
        "https://execute-api.eu-central-1.amazonaws.com",  # each API has an address of its own
        "https://dynamodb.eu-central-1.amazonaws.com",
        "https://events.eu-central-1.amazonaws.com",
        "https://sms-voice.eu-central-1.amazonaws.com",
        "https://s3.eu-central-1.amazonaws.com",
        "https://email.eu-central-1.amazonaws.com",
        "https://sns.eu-central-1.amazonaws.com",
        "https://sqs.eu-central-1.amazonaws.com",
        "https://ssm.eu-central-1.amazonaws.com",
        "https://sts.eu-central-1.amazonaws.com",
        "https://textract.eu-central-1.amazonaws.com",
    ]
