"""Ports, files and environment of a local stack."""

from __future__ import annotations

import os
import socket

import pytest

from infra.local.programs import move_ministack
from infra.local.stack import (
    DEFAULT_PORTS,
    HOST,
    LocalStack,
    NotDeployed,
    any_free,
    choose_ports,
    is_free,
    write_whole,
)


def nothing_is_taken(_port):
    return True


def no_other_port():
    raise AssertionError


def test_ports_that_nobody_has_are_taken():
    assert choose_ports(DEFAULT_PORTS, nothing_is_taken, no_other_port) == DEFAULT_PORTS


def test_a_port_that_another_program_has_is_replaced_by_a_free_one():
    ports = choose_ports(DEFAULT_PORTS, lambda port: port != DEFAULT_PORTS["smtp"], lambda: 40_000)
    assert ports == {**DEFAULT_PORTS, "smtp": 40_000}


def test_two_programs_that_were_given_the_same_port_get_two():
    """The console once took the emulator's at a restart, and the stack did not come up."""
    given = {"aws": 40_000, "table": 40_001, "console": 40_000}
    others = iter((40_001, 40_000, 40_002))
    ports = choose_ports(given, nothing_is_taken, lambda: next(others))
    assert ports == {"aws": 40_000, "table": 40_001, "console": 40_002}


def test_a_free_port_that_is_another_ones_is_not_taken_from_it():
    others = iter((DEFAULT_PORTS["console"], 40_000, 40_000, 40_001))
    ports = choose_ports(DEFAULT_PORTS, lambda port: port not in {4566, 8000}, lambda: next(others))
    assert ports == {**DEFAULT_PORTS, "aws": 40_000, "table": 40_001}


def test_a_port_somebody_listens_on_is_not_free():
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        assert not is_free(taken.getsockname()[1])


def test_a_port_nobody_has_is_free():
    assert is_free(any_free())


def test_nothing_of_the_operators_own_aws_settings_reaches_the_stack(tmp_path):
    stack = LocalStack(tmp_path)
    stack.keep_ports(DEFAULT_PORTS)
    environment = stack.environment({"AWS_PROFILE": "production", "AWS_ENDPOINT_URL_S3": "https://x", "PATH": "/bin"})
    assert environment["PATH"] == "/bin"
    ours = {name: value for name, value in environment.items() if name.startswith("AWS_")}
    assert "AWS_PROFILE" not in ours
    assert ours["AWS_CONFIG_FILE"] == os.devnull
    endpoints = {name: value for name, value in ours.items() if name.startswith("AWS_ENDPOINT_URL")}
    assert len(endpoints) == 6
    assert all(value.startswith(f"http://{HOST}:") for value in endpoints.values())


def test_a_stack_that_was_never_deployed_says_so(tmp_path):
    assert LocalStack(tmp_path).deployed is None
    with pytest.raises(NotDeployed):
        LocalStack(tmp_path).get_deployed()


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "new" / "file"
    write_whole(path, "first")
    write_whole(path, b"second")
    assert path.read_text() == "second"
    assert [p.name for p in path.parent.iterdir()] == ["file"]


def test_when_the_port_of_the_emulator_changes_its_queues_move_along(tmp_path):
    state = tmp_path / "aws" / "sqs.json"
    write_whole(state, '{"http://127.0.0.1:4566/000000000000/receive": {"port": 4566}}')
    move_ministack(LocalStack(tmp_path), 4566, 40_000)
    assert state.read_text() == '{"http://127.0.0.1:40000/000000000000/receive": {"port": 4566}}'
