"""Every reader of publishers' files: importing this module makes them known to ``READER`` by name.

>>> "els-csv" in READER, "nomis-xlsx" in READER
(True, True)
"""

from goodwork.sources import (
    ashe,
    els,
    feature_services,
    fingertips,
    fingertips_forms,
    gbd,
    hmrc,
    jsonstat,
    mapped,
    neighbourhoods,
    nomis,
    nomis_exports,
    nomis_forms,
    ons_api,
    ons_tables,
    sparql,
    statxplore,
)
from goodwork.sources.reading import READER, Reading

__all__ = [
    "READER",
    "Reading",
    "ashe",
    "els",
    "feature_services",
    "fingertips",
    "fingertips_forms",
    "gbd",
    "hmrc",
    "jsonstat",
    "mapped",
    "neighbourhoods",
    "nomis",
    "nomis_exports",
    "nomis_forms",
    "ons_api",
    "ons_tables",
    "sparql",
    "statxplore",
]
