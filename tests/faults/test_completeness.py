"""Whatever runs in Lambda runs in the simulated world: a function that is missing there fails here."""

from __future__ import annotations

import importlib
import inspect
import json
from datetime import timedelta
from functools import cached_property
from pathlib import Path

import pytest

import app
from chalicelib import wiring
from chalicelib.domain.feed import FeedKind
from infra.template import join_templates
from tests.faults.exhaustive import try_plan
from tests.faults.functions import HANDLERS
from tests.faults.invariants.judging import INVARIANTS
from tests.faults.schedules import run_seed
from tests.faults.simulation import QUEUES
from tests.faults.stories import STORIES
from tests.faults.stream import MOST_RETRIES, READER_GIVES_UP_AFTER

ROOT = Path(__file__).parents[2]
CONFIGURED = json.loads((ROOT / ".chalice/config.json").read_text())["lambda_functions"]
TEMPLATE = join_templates(ROOT / "infra/template")["Resources"]
IMAGES = ("NewImage", "OldImage")
ENTRYPOINTS = {path.stem for path in (ROOT / "chalicelib/entrypoints").glob("[!_]*.py")}


@pytest.fixture(scope="module")
def told():
    """Every story, told without trouble."""
    return [try_plan(story, {}).outside.simulation for story in STORIES]


def test_every_lambda_function_is_in_the_simulator():
    handlers = {
        one.name for one in (*app.app.event_sources, *app.app.builtin_auth_handlers, *app.app.pure_lambda_functions)
    }
    assert {*HANDLERS} == {*CONFIGURED} == ENTRYPOINTS | {"api_handler"} == handlers | {"api_handler"}


def test_every_function_is_woken_by_a_story(told):
    assert {function for simulation in told for function in simulation.invoked} == {*HANDLERS}


def test_every_use_case_is_used_by_a_story(told):
    """A use case without a story meets no fault, even where its function is woken for another one."""
    use_cases = {name for name, made in vars(wiring.Hub).items() if not name.startswith("_")}
    assert use_cases - {name for simulation in told for name in simulation.used} == set()


def test_every_port_of_the_product_has_its_double_in_the_world(told):
    """Else a function would reach for AWS in the middle of a story."""
    product = {name for name, made in vars(wiring.Ports).items() if isinstance(made, cached_property)} - {"table"}
    world = told[0].ports
    doubled = {*vars(world)} | {name for kind in type(world).__mro__[:-2] for name in vars(kind)}
    assert product <= doubled


def test_queues_are_those_of_the_template():
    for kind in QUEUES:
        (function,) = (source for source in app.app.event_sources if source.name == kind.function)
        logical_id = "".join(part.title() for part in kind.function.split("_"))
        (event,) = TEMPLATE[logical_id]["Properties"]["Events"].values()
        queue = TEMPLATE[event["Properties"]["Queue"]["Fn::GetAtt"][0]]["Properties"]
        assert kind.batch_size == function.batch_size
        assert kind.hidden_for == timedelta(seconds=queue["VisibilityTimeout"])
        assert kind.most_receives == queue["RedrivePolicy"]["maxReceiveCount"]


def test_every_function_that_reads_a_queue_has_it_in_the_world():
    reads = {source.name for source in app.app.event_sources if type(source).__name__ == "SQSEventConfig"}
    assert {kind.function for kind in QUEUES} == reads


def test_the_stream_is_read_as_the_template_says():
    (event,) = TEMPLATE["PublishChanges"]["Properties"]["Events"].values()
    assert event["Properties"]["MaximumRetryAttempts"] == MOST_RETRIES
    assert timedelta(seconds=event["Properties"]["MaximumRecordAgeInSeconds"]) == READER_GIVES_UP_AFTER


def test_the_stream_wakes_its_reader_for_what_it_reads_and_for_nothing_else():
    """Those of `storage/stream.py`; rows of the audit, of most of the feed and of words would wake it in vain."""
    (event,) = TEMPLATE["PublishChanges"]["Properties"]["Events"].values()
    patterns = [json.loads(one["Pattern"])["dynamodb"] for one in event["Properties"]["FilterCriteria"]["Filters"]]
    presence = {"type": {"S": ["feed"]}, "kind": {"S": [FeedKind.PRESENCE]}}
    assert patterns.pop(1) == {"NewImage": presence}
    written, deleted = (pattern[image]["type"]["S"] for pattern, image in zip(patterns, IMAGES, strict=True))
    assert {*written} == {"broadcast", "case", "customer", "entry", "incident"}
    assert {*deleted} == {"case", "customer", "entry"}


def test_every_invariant_is_judged():
    """Every function of the folder that has no underscore, but for what puts them together."""
    names = sorted(path.stem for path in Path(__file__).with_name("invariants").glob("*.py"))
    modules = [importlib.import_module(f"tests.faults.invariants.{name}") for name in names if name != "judging"]
    written = {
        function
        for module in modules
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }
    assert written == {*INVARIANTS}


def test_random_schedules_wake_every_function():
    """But for the one on which nothing hangs: whoever is not connected asks by themselves."""
    invoked: set[str] = set()
    for seed in range(200):
        invoked |= run_seed(seed).outside.simulation.invoked
    assert invoked == {*HANDLERS} - {"serve_connection"}
