"""Codes from a hand-held scanner and from a person who types, with what goes wrong in each."""

import pytest
from playwright.sync_api import expect

from tests.api.service import example
from tests.journeys.running import RunningService
from tests.web.counter import BIOLOGIST, Counter, grouped, sent
from tests.web.visit import SCAN, Visit

FRENCH = str.maketrans("0123456789AQWZMaqwzm-.'", "à&é\"'(-è_çQAZW?qazw,):ù")
"""What a scanner set for an American keyboard writes on a French machine."""
AMERICAN = str.maketrans("0123456789AQWZMaqwzm.-'", ")!@#$%^&*(QAZW:qazw;<64")
"""What one set for a French keyboard writes on an American machine."""


@pytest.fixture
def counter(visit: Visit) -> Counter:
    return Counter(visit).open()


@pytest.fixture(scope="module")
def code(service: RunningService) -> str:
    return sent(service, example(3))


def test_a_machine_without_camera_says_so(counter: Counter) -> None:
    counter.press("Lire avec la caméra")
    expect(counter.page.locator("cb-scanner")).to_contain_text("Ce poste n’a pas de caméra.")


@pytest.mark.parametrize(
    "write",
    [
        lambda code: code,
        lambda code: grouped(code).lower(),
        lambda code: code.replace("0", "O").replace("1", "l"),
        lambda code: code.translate(FRENCH),
        lambda code: code.translate(AMERICAN),
        lambda code: f"https://exemple.invalid/o?c={code}&x=1",
        lambda code: "‐".join(code),
    ],
    ids=["plain", "as printed", "O and l", "French machine", "American machine", "in an address", "dashes"],
)
def test_a_code_is_read_however_it_is_written(counter: Counter, code: str, write: object) -> None:
    assert callable(write)
    counter.enter(write(code))
    expect(counter.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()
    expect(counter.field).to_have_value("")


def test_a_scanner_is_heard_wherever_the_cursor_is(counter: Counter, code: str) -> None:
    button = counter.page.get_by_role("button", name="Lire avec la caméra")
    button.focus()
    counter.page.keyboard.type(code)
    counter.page.keyboard.press("Enter")
    expect(counter.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()
    expect(counter.page.get_by_role("heading", name="Ordonnance", exact=True)).to_be_focused()
    expect(counter.page.locator("cb-scanner").get_by_role("status")).to_be_empty()


@pytest.mark.parametrize("separator", ["\x1d", "<GS>", "{GS}", "^]", "␝"])
def test_an_ins_is_read_whatever_its_separator_became(counter: Counter, separator: str) -> None:
    counter.enter(SCAN.replace("\x1d", separator))
    expect(counter.identity).to_contain_text("PAT-TROIS DOMINIQUE MARIE-LOUISE")


@pytest.mark.parametrize("keys", [FRENCH, AMERICAN], ids=["French machine", "American machine"])
def test_an_ins_is_read_on_another_keyboard(counter: Counter, keys: dict[int, int]) -> None:
    counter.enter(SCAN.translate(keys))
    expect(counter.identity).to_contain_text("PAT-TROIS DOMINIQUE MARIE-LOUISE")


def test_the_separator_of_a_scanner_is_taken_though_a_field_refuses_it(counter: Counter) -> None:
    counter.field.focus()
    for part, last in zip(SCAN.split("\x1d"), (False, False, True), strict=True):
        counter.page.keyboard.insert_text(part)
        if not last:
            counter.page.keyboard.press("Control+BracketRight")
    counter.field.press("Enter")
    expect(counter.identity).to_contain_text("PAT-TROIS")


def test_what_is_typed_is_checked_as_it_goes(counter: Counter) -> None:
    field = counter.page.locator("cb-code-field")
    counter.field.fill("01S2 TB")
    expect(field).to_contain_text("6 caractères sur 18")
    counter.field.fill("01S2 TBU")
    expect(field).to_contain_text("U n’existe pas dans ce code : est-ce un V ?")
    expect(counter.field).to_have_attribute("aria-invalid", "true")
    assert counter.visit.barriers() == []
    counter.field.fill("01S2 TB#")
    expect(field).to_contain_text("« # » n’existe pas dans ce code")
    counter.field.fill("01S2 TBPZ 2JCN ZZYG HZ4")
    expect(field).to_contain_text("1 caractère de trop")
    counter.field.fill("o1s2tbpz2jcnzzyghz")
    expect(field).to_contain_text("Code complet : 01S2 TBPZ 2JCN ZZYG HZ")
    counter.enter("01S2 TBPZ 2JCN ZZYG")
    expect(field).to_contain_text("Il manque 2 caractères")
    expect(counter.field).to_be_focused()


def test_a_slip_that_the_service_mends_is_compared_with_the_paper_first(
    counter: Counter, service: RunningService
) -> None:
    code, wrong = _mendable(service)
    counter.enter(grouped(wrong))
    expect(counter.dialog).to_contain_text("Un caractère a été corrigé")
    expect(counter.dialog).to_contain_text(grouped(code).replace(" ", "\xa0"))
    expect(counter.order).to_be_hidden()
    assert counter.visit.barriers() == []
    counter.press("Ce n’est pas ce code", counter.dialog)
    expect(counter.order).to_be_hidden()
    expect(counter.page.locator("cb-code-field")).to_contain_text("Comparez le code saisi avec la feuille.")
    counter.enter(grouped(wrong))
    counter.press("C’est le code de la feuille", counter.dialog)
    expect(counter.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()


def _mendable(service: RunningService) -> tuple[str, str]:
    """A code, and the same with two different neighbours swapped."""
    code = sent(service, example(1))
    at = next(at for at in range(2, 17) if code[at] != code[at + 1])
    return code, code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def test_signing_in_comes_after_the_scan(visit: Visit, code: str) -> None:
    counter = Counter(visit).open(sign_in=False)
    counter.enter(code)
    counter.press("Se connecter", counter.dialog)
    expect(counter.page.get_by_text(BIOLOGIST)).to_be_visible()
    expect(counter.order.get_by_text(f"{code[:4]}…{code[-2:]}")).to_be_visible()
