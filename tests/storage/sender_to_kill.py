"""Processes that send documents and are killed while they do. They take the address of a base, the folder of
the mails, a place, and how many times that place is passed before it is the end."""

from pathlib import Path

from storage.database import Database
from tests.storage.documents import Mailbox, sender
from tests.storage.orders import fixed_peppers
from tests.storage.victims import fork_on_demand, wait_for_the_end


def send(url: str, folder: str, stage: str, times: str) -> None:
    left = int(times)

    def reached(place: str) -> None:
        nonlocal left
        if place == stage:
            left -= 1
            if left < 0:
                wait_for_the_end()

    database = Database.open(url, fixed_peppers())
    sender(database, mailer=Mailbox(Path(folder)), reached=reached).run()


if __name__ == "__main__":
    fork_on_demand(send)
