"""Sets of exams as numbers: the same as sets of places, whatever the size."""

from hypothesis import given
from hypothesis import strategies as st

from search.postings import Entries, Postings, begun_by, exams_at, first_of, places_of

PLACES = st.sets(st.integers(0, 400))
KEYS = st.text("ab", max_size=4) | st.text("a", max_size=8)


@given(PLACES, st.integers(1, 50))
def test_a_set_of_exams_gives_its_places_back_in_order(places: set[int], most: int) -> None:
    exams = exams_at(places, 401)
    assert list(places_of(exams)) == sorted(places)
    assert list(places_of(first_of(exams, most))) == sorted(places)[:most]


@given(
    st.lists(
        st.dictionaries(KEYS.filter(bool), st.lists(st.integers(0, 400), max_size=30, unique=True)),
        min_size=1,
        max_size=3,
    ),
    KEYS,
)
def test_what_holds_a_key_or_its_beginning_is_found_in_each_layer(layers: list[dict[str, list[int]]], key: str) -> None:
    entries = Entries(len(layers))
    for number, layer in enumerate(layers):
        for place in range(401):
            entries.add(place, [held for held, places in layer.items() if place in places], number)
    postings = Postings(entries, 401)
    whole, begun = postings.find(key)
    for layer, own, longer in zip(layers, whole, begun, strict=True):
        assert set(places_of(own)) == set(layer.get(key, ()))
        assert set(places_of(longer)) == {p for held, places in layer.items() if held.startswith(key) for p in places}
    assert (postings.whole(key), postings.begun(key)) == (whole, begun)
    keys = sorted({held for layer in layers for held in layer})
    assert keys[slice(*begun_by(keys, key))] == sorted(
        {held for layer in layers for held in layer if held.startswith(key)}
    )
