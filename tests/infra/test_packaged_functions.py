"""Each packaged function, started in a fresh process that has nothing but the package: it works, and it loads only what
its kind needs. Counted in modules, because milliseconds depend on the machine.
"""

from dataclasses import dataclass

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

BUDGETS = {
    "APIHandler": Budget(570, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "AuthorizeRequest": Budget(270, frozenset(NOWHERE | AWS | READING_MESSAGES | {"chalicelib.storage", "msgspec"})),
    "ReceiveMessage": Budget(560, frozenset(NOWHERE | SIGNED_TOKENS)),
    "DeliverMessage": Budget(555, frozenset(NOWHERE | SIGNED_TOKENS)),
    "EscalateCases": Budget(470, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "RecordReceipt": Budget(550, frozenset(NOWHERE | SIGNED_TOKENS)),
    "EscalateOverdueCases": Budget(470, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "ReconcileIncoming": Budget(400, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES | {"pynamodb"})),
    "PublishChanges": Budget(455, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
    "ReadFax": Budget(440, frozenset(NOWHERE | SIGNED_TOKENS | READING_MESSAGES)),
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
    assert len(loaded) <= BUDGETS[name].modules, len(loaded)


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
print(render_fax(Cover("FAKS", (("Do:", "+48221112233"),), "", "Firma"), "Zażółć")[:5].decode())
"""
    assert run(["-c", code], {}).split() == ["%PDF-"]


def test_the_pruned_models_are_enough_to_ask_every_service(local_package):
    calls = {
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
        client._make_api_call(operation, {{}})
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
