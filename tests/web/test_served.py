"""How pages and files are served: the policy, what may be kept and for how long, nothing from elsewhere."""

import re

import pytest
from playwright.sync_api import expect

from api.routes.web import KEPT, PAGES, SCANNING
from tests.journeys.running import RunningService
from tests.web.visit import Visit

DIRECTIVES = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' blob: data:",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "'none'",
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_comes_with_a_policy_that_lets_nothing_in(service: RunningService, name: str) -> None:
    answer = service.http.get(f"/{name}")
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    own = {"script-src": "'self' 'wasm-unsafe-eval'"} if name in SCANNING else {}
    own |= {"trusted-types": name} if name in KEPT else {}
    assert (answer.status_code, policy) == (200, DIRECTIVES | own)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", answer.text)


def test_a_page_is_asked_for_again_and_not_sent_twice(service: RunningService) -> None:
    first = service.http.get("/prescrire")
    assert first.headers["cache-control"] == "no-cache"
    again = service.http.get("/prescrire", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "content-security-policy" in again.headers


def test_what_a_page_loads_is_kept_for_ever_under_the_digest_of_its_content(service: RunningService) -> None:
    loaded = re.findall(r'"(/static/[^"]+)"', service.http.get("/prescrire").text)
    assert [address.partition("?")[0] for address in loaded] == ["/static/prescrire.css", "/static/prescrire.js"]
    for address in loaded:
        answer = service.http.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "public, max-age=31536000, immutable")
        plain = service.http.get(address.partition("?")[0])
        assert (plain.content, plain.headers["cache-control"]) == (answer.content, "no-cache")
        known = service.http.get(address, headers={"If-None-Match": f'W/{answer.headers["etag"]}, "other"'})
        assert known.status_code == 304


def test_a_worker_may_keep_its_own_page_and_no_other(service: RunningService) -> None:
    for page, worker in KEPT.items():
        assert service.http.get(f"/static/{worker}").headers["service-worker-allowed"] == f"/{page}"
        assert "service-worker-allowed" not in service.http.get(f"/static/{page}.js").headers


def test_the_one_policy_of_trusted_types_gives_the_address_of_our_worker_and_cannot_be_made_again(visit: Visit) -> None:
    """Whatever a script that got in would ask for."""
    page = visit.open("/mon-ordonnance").page
    attempts = """name => {
      try { trustedTypes.createPolicy(name, { createScriptURL: (given) => given }); return "made"; }
      catch (error) { return error.name; }
    }"""
    assert [page.evaluate(attempts, name) for name in ("mon-ordonnance", "another")] == ["TypeError", "TypeError"]


@pytest.mark.parametrize("name", ["absent.js", "pages", "..%2Fapp.py", "pages%2Fprescrire.html", ".npmrc"])
def test_nothing_else_is_served_as_a_file(service: RunningService, name: str) -> None:
    assert service.http.get(f"/static/{name}").status_code == 404


def test_the_page_asks_nothing_of_anyone_but_the_service(visit: Visit) -> None:
    visit.open().sign_in()
    visit.scan()
    visit.add("nfs", "Numération formule sanguine")
    expect(visit.page.get_by_role("img", name="Projet de l’ordonnance")).to_be_visible()
    visit.sign()
    expect(visit.page.get_by_role("link", name="Ouvrir pour imprimer (PDF)")).to_be_visible()
    assert visit.origins <= {visit.url, "data", "blob"}
    assert visit.faults == []
    assert visit.page.context.cookies() == []
    assert visit.page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(
    ("attempt", "directive"),
    [
        ("document.body.innerHTML = '<b>x</b>'", "require-trusted-types-for"),
        ("document.createElement('script').textContent = 'x = 1'", "require-trusted-types-for"),
        ("fetch('http://127.0.0.1:9/').catch(() => 0)", "connect-src"),
        ("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))", "img-src"),
        ("document.body.setAttribute('style', 'color: red')", "style-src-attr"),
    ],
)
def test_what_is_injected_is_stopped_by_the_policy(visit: Visit, attempt: str, directive: str) -> None:
    stopped = visit.open().page.evaluate(
        f"""new Promise((resolve) => {{
          document.addEventListener("securitypolicyviolation", (event) => resolve(event.effectiveDirective));
          try {{ {attempt} }} catch {{ /* told by the event */ }}
        }})"""
    )
    assert stopped == directive
