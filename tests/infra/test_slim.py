"""infra/slim.py on a small tree."""

import ast
import gzip
import importlib.util
import json
from pathlib import Path

import pytest

from infra.package import ROOT
from infra.slim import SERVICES, compile_tree, prune


def write(tree: Path, name: str, content: bytes | str | dict) -> Path:
    path = tree / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names_in(tree: Path) -> set[str]:
    return {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    "name",
    [
        "botocore/data/ec2/2016-11-15/service-2.json.gz",
        "botocore/data/s3/2006-03-01/examples-1.json.gz",
        "jwt/py.typed",
        "jwt-2.dist-info/RECORD",
        "jwt-2.dist-info/licenses/LICENSE",
        "msgspec/core.pyi",
        "selectolax/lexbor.c",
        "selectolax/lexbor.pxd",
    ],
)
def test_what_no_function_reads_is_left_out(tmp_path, name):
    write(tmp_path, name, gzip.compress(b"{}"))
    prune(tmp_path)
    assert not names_in(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "jwt/api_jwt.py",
        "jwt/_native.abi3.so",
        "jwt-2.dist-info/METADATA",
        "tzdata/zoneinfo/Europe/Warsaw",
        "botocore/cacert.pem",
    ],
)
def test_what_functions_and_scanners_read_stays_as_it_is(tmp_path, name):
    path = write(tmp_path, name, "content")
    prune(tmp_path)
    assert path.read_text() == "content"


def test_botocores_models_are_stored_plain_and_without_their_documentation(tmp_path):
    model = {
        "clientContextParams": {"ForcePathStyle": {"documentation": "read by botocore"}},
        "operations": {"Send": {"documentation": "<p>long</p>", "name": "Send"}},
        "shapes": {"A": {"documentation": "<p>long</p>", "members": {"documentation": {"shape": "B"}}}},
    }
    write(tmp_path, "botocore/data/sqs/2012-11-05/service-2.json.gz", gzip.compress(json.dumps(model).encode()))
    prune(tmp_path)
    assert names_in(tmp_path) == {"botocore/data/sqs/2012-11-05/service-2.json"}
    shrunk = json.loads((tmp_path / "botocore/data/sqs/2012-11-05/service-2.json").read_text())
    assert shrunk == {
        "clientContextParams": {"ForcePathStyle": {"documentation": "read by botocore"}},
        "operations": {"Send": {"name": "Send"}},
        "shapes": {"A": {"members": {"documentation": {"shape": "B"}}}},
    }


def test_the_list_of_endpoints_keeps_every_partition_but_only_our_services(tmp_path):
    partitions = [{"partition": name, "services": {"sqs": {}, "email": {}, "ec2": {}}} for name in ("aws", "aws-cn")]
    path = write(tmp_path, "botocore/data/endpoints.json", {"partitions": partitions})
    prune(tmp_path)
    assert [[*p["services"]] for p in json.loads(path.read_text())["partitions"]] == [["sqs", "email"]] * 2


def test_a_compiled_module_is_loaded_without_a_look_at_its_source(tmp_path):
    source = write(tmp_path, "package/module.py", "VALUE = 'compiled'\n")
    compile_tree(tmp_path)
    source.write_text("VALUE = 'changed'\n")
    spec = importlib.util.spec_from_file_location("compiled_module", source)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.VALUE == "compiled"


def test_where_the_tree_lay_when_it_was_compiled_leaves_no_trace(tmp_path):
    trees = [tmp_path / "one", tmp_path / "another" / "place"]
    for tree in trees:
        write(tree, "package/module.py", "def f():\n    return 1\n")
        compile_tree(tree)
    one, two = (next(tree.rglob("*.pyc")).read_bytes() for tree in trees)
    assert one == two


def test_every_service_that_the_code_makes_a_client_of_is_in_the_package():
    used = {
        call.args[0].value
        for path in (ROOT / "chalicelib").rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and getattr(call.func, "id", getattr(call.func, "attr", "")) in {"client", "sending_client", "create_client"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    }
    assert used
    assert used | {"dynamodb"} <= SERVICES  # PynamoDB names its service itself
