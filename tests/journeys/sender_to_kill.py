"""Processes that write, feed and mail documents as the service does, and are killed at a step of a mail. They take the
data folder, the address of a base, and the settings of a messaging server as a JSON object."""

import json
from dataclasses import replace

from circuitbio.database import opened_database
from circuitbio.documents import document_sender
from circuitbio.settings import Settings
from tests.storage.victims import fork_on_demand, wait_for_the_end


def send(data: str, url: str, messaging: str, stage: str) -> None:
    settings = Settings.model_validate({"data": data, "database_url": url, **json.loads(messaging)})
    steps: list[str] = []

    def reached(step: str) -> None:
        steps.append(step)
        if (stage == "dmp" and step == "arrived") or (stage == "mail" and steps.count("arrived") == 2):
            wait_for_the_end()

    with opened_database(settings) as database:
        replace(document_sender(settings, database), reached=reached).run()


if __name__ == "__main__":
    fork_on_demand(send)
