"""`croissant.json`: the dataset described for machines (MLCommons Croissant 1.1), made from the columns.

Source: http://mlcommons.org/croissant/1.1 and, for the datasheet's part, http://mlcommons.org/croissant/RAI/1.0.
Of `records` only what is no list is declared: its lists hold lists, which mlcroissant can't load; what they hold is all
in the flat tables. File sets have paths relative to this file.
"""

from typing import Any

from msgspec.json import encode, format

from ..dataset.columns import arrow_schema, describe, nested
from ..dataset.standoff import mapped
from ..files.record_files import CorpusInfo
from .escaping import address, plain

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in """arrayShape citeAs column containedIn equivalentProperty extract field fileProperty fileObject
        fileSet format includes isArray isLiveDataset jsonPath key md5 parentField path recordSet references regex
        repeated replace samplingRate separator source subField transform""".split()
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}
_TYPES = {"string": "sc:Text", "int32": "cr:Int32", "int64": "cr:Int64", "bool": "sc:Boolean", "double": "cr:Float64"}
_SPLITS = "splits"
_IN_HTML = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"}
"""What would end or begin an element of the page in which such a description is put, as JSON writes it otherwise."""


def _source(config: str, column: str, inner: str | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {"fileSet": {"@id": f"{config}-files"}, "extract": {"column": column}}
    return found | ({"transform": {"jsonPath": inner}} if inner else {})


def _field(config: str, name: str, type_: Any, description: str) -> dict[str, Any]:
    """A column of a flat table as a field: a scalar, a list of scalars, or a list of structs of scalars."""
    import pyarrow as pa

    found: dict[str, Any] = {"@type": "cr:Field", "@id": f"{config}/{name}", "name": name, "description": description}
    inner = type_.value_type if pa.types.is_list(type_) else type_
    if pa.types.is_list(type_):
        found |= {"isArray": True, "arrayShape": "-1"}
    if not pa.types.is_struct(inner):
        return {**found, "dataType": _TYPES[str(inner)], "source": _source(config, name)}
    parts = [
        {
            "@type": "cr:Field",
            "@id": f"{config}/{name}/{part.name}",
            "name": part.name,
            "description": f"`{part.name}` of `{name}`.",
            "dataType": _TYPES[str(part.type)],
            "source": _source(config, name, part.name),
        }
        for part in inner
    ]
    return {**found, "repeated": True, "source": _source(config, name), "subField": parts}


def _plain() -> list[dict[str, Any]]:
    """What is no list in `records`, as fields: `metadata.language` is a path into the column `metadata`."""
    found = []
    for c in nested():
        column, _, path = c.name.partition(".")
        if c.type in _TYPES and "[]" not in c.name:
            found.append(
                {
                    "@type": "cr:Field",
                    "@id": f"records/{c.name}",
                    "name": c.name,
                    "description": c.description,
                    "dataType": _TYPES[c.type],
                    "source": _source("records", column, path or None),
                }
            )
    return found


def _split_field(config: str) -> dict[str, Any]:
    """The split, from the file's name; the pattern fits its own result, as mlcroissant applies it twice."""
    return {
        "@type": "cr:Field",
        "@id": f"{config}/split",
        "name": "split",
        "description": "The split, from the file's name.",
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": f"{config}-files"},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": r"^(?:.*[/\\])?([^/\\]+?)(?:-\d+-of-\d+\.parquet)?$"},
        },
        "references": {"field": {"@id": f"{_SPLITS}/name"}},
    }


def _record_set(config: str, about: str) -> dict[str, Any]:
    schema = arrow_schema(config)
    flat = (
        [_field(config, c.name, schema.field(c.name).type, c.description) for c in describe(config)]
        if config != "records"
        else []
    )
    fields = flat or _plain()
    return {
        "@type": "cr:RecordSet",
        "@id": config,
        "name": config,
        "description": about,
        "key": {"@id": f"{config}/id"},
        "field": [*fields, _split_field(config)],
    }


def croissant(
    info: CorpusInfo,
    about: dict[str, str],
    splits: list[str],
    *,
    licence: str,
    published: str,
    languages: list[str],
    keywords: list[str],
    citation: str,
    rai: dict[str, str],
) -> str:
    """The description as JSON-LD.

    Args:
        about: the configs that have rows, with what each holds.
        licence: an address.
        published: ISO 8601 date of this version.
        rai: properties of the responsible-AI vocabulary, without prefix.
    """
    creators = info.authors or (f"The makers of {info.title}",)
    made: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": info.name,
        "alternateName": info.title,
        "description": info.description or info.title,
        "version": info.version,
        "license": licence,
        "datePublished": published,
        "inLanguage": languages,
        "keywords": keywords,
        "creator": [{"@type": "sc:Organization", "name": name} for name in creators],
        "citeAs": citation,
        **({"url": url} if (url := address(info.url)) else {}),
        **{f"rai:{name}": text for name, text in rai.items() if text},
        "distribution": [
            {
                "@type": "cr:FileSet",
                "@id": f"{config}-files",
                "name": f"{config}-files",
                "description": f"The Parquet files of `{config}`.",
                "encodingFormat": "application/x-parquet",
                "includes": f"{config}/*.parquet",
            }
            for config in about
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": _SPLITS,
                "name": _SPLITS,
                "description": "The splits.",
                "dataType": "cr:Split",
                "key": {"@id": f"{_SPLITS}/name"},
                "field": [
                    {
                        "@type": "cr:Field",
                        "@id": f"{_SPLITS}/name",
                        "name": "name",
                        "description": "The split's name.",
                        "dataType": "sc:Text",
                    }
                ],
                "data": [{f"{_SPLITS}/name": split} for split in splits],
            },
            *(_record_set(config, text) for config, text in about.items()),
        ],
    }
    text = format(encode(mapped(made, plain)), indent=2).decode()
    return "".join(_IN_HTML.get(c, c) for c in text) + "\n"
