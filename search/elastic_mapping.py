"""How exams lie in an index of Elasticsearch (terminology.md §4.5): fields normalised here, never analysed there.

Words, compact names and codes are stored as `search.documents` folds them. Each has a subfield `begin` that holds the
beginnings of its values (edge n-grams), so that what begins with some letters is one exact term away. Beginnings
longer than `LONGEST_BEGINNING` are rare and asked of the field itself.
"""

from search.documents import Document
from search.elastic_client import Body, ElasticConfig, Json

LONGEST_BEGINNING = 15

KEYWORD: Json = {"type": "keyword"}
_BEGINNINGS: Json = {"type": "text", "analyzer": "beginnings", "norms": False, "index_options": "docs"}
SEARCHED: Json = {"type": "keyword", "doc_values": False, "fields": {"begin": _BEGINNINGS}}

SEARCHED_FIELDS: Body = {"words": SEARCHED, "names": SEARCHED, "codes": SEARCHED}

EXAM_MAPPING: Body = {
    "dynamic": "strict",
    "_source": {"enabled": False},  # made again from the catalogue, never from the index
    "properties": {
        **SEARCHED_FIELDS,
        "place": {"type": "integer"},
        "retired": {"type": "boolean"},
        "restricted": {"type": "boolean"},
        "order_class": KEYWORD,
        "chapter": KEYWORD,
        "specimens": KEYWORD,
    },
}


def spread(config: ElasticConfig) -> Body:
    """Settings of any new index: its shards and their copies."""
    return {"number_of_shards": config.shards, "number_of_replicas": config.replicas}


def index_settings(config: ElasticConfig) -> Body:
    """Settings of an index of exams: its spread, and how beginnings are cut."""
    return {
        **spread(config),
        "refresh_interval": -1,  # refreshed once a build is written
        "analysis": {
            "tokenizer": {"beginnings": {"type": "edge_ngram", "min_gram": 1, "max_gram": LONGEST_BEGINNING}},
            "analyzer": {"beginnings": {"type": "custom", "tokenizer": "beginnings"}},
        },
    }


def searched(document: Document) -> Body:
    """The fields every search goes through."""
    return {"words": sorted(document.words), "names": sorted(document.names), "codes": sorted(document.codes)}


def exam_body(place: int, document: Document) -> Body:
    """One exam of the value set; `place` is its rank in the usual order."""
    request = document.request
    return {
        **searched(document),
        "place": place,
        "retired": document.retired,
        "restricted": request.restricted,
        "order_class": request.order_class,
        "chapter": request.chapter.code if request.chapter else None,
        "specimens": [specimen.code for specimen in request.specimens],
    }
