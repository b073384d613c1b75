"""The suite holds itself to its own rules."""

import socket

import pytest


def test_a_test_that_leaves_this_machine_is_stopped() -> None:
    with socket.socket() as outgoing, pytest.raises(RuntimeError, match="may not leave this machine"):
        outgoing.connect(("192.0.2.1", 80))


def test_the_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=1).close()
