"""A COINr pair of tables made into a project of one's own: framework, catalogue, areas, figures."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import tomli_w

from goodwork.errors import StoreError
from goodwork.model.method import Method, Sampling
from goodwork.report.export import csv
from goodwork.sources.coinr import CoinrPair, read_coinr
from goodwork.store.tables import write_bytes


def write_project(data: Path, meta: Path, directory: Path) -> list[Path]:
    """Read the pair and write the project's four files; nothing is written when the pair is faulty or the folder is not
    empty. COINr's tables hold no sampling errors, so no intervals are drawn unless the framework file asks for them."""
    name = re.sub(r"[^a-z0-9]+", "_", directory.name.lower()).strip("_")
    without_draws = Method(sampling=Sampling(draws=0))
    pair = read_coinr(data, meta, name if name[:1].isalpha() else f"index_{name}".rstrip("_"), without_draws)
    if directory.exists() and any(directory.iterdir()):
        raise StoreError(f"{directory} is not empty", remedy="choose a new folder: nothing is ever overwritten")
    files = {
        "framework.toml": tomli_w.dumps(_said(pair.framework)),
        "indicators.toml": tomli_w.dumps(_said(pair.catalogue)),
        "areas.csv": _areas(pair),
        "data.csv": _figures(pair),
    }
    for name, text in files.items():
        write_bytes(directory / name, text.encode())
    return [directory / name for name in files]


def _said(declaration: Any) -> dict[str, Any]:
    """What differs from the defaults: the rest need not stand in a file."""
    plain: dict[str, Any] = declaration.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return plain


def _areas(pair: CoinrPair) -> str:
    import pandas as pd

    table = pd.DataFrame([{"code": a.code, "name": a.name} for a in pair.geography.areas])
    for group, labels in pair.panel.groups.items():
        table[group] = labels
    return csv(table)


def _figures(pair: CoinrPair) -> str:
    import pandas as pd

    panel = pair.panel
    p, a, m = np.nonzero(~np.isnan(panel.value))
    table = pd.DataFrame(
        {
            "indicator": np.array(panel.indicators)[m],
            "area": np.array(panel.areas)[a],
            "period": np.array(panel.periods)[p],
            "value": panel.value[p, a, m],
        }
    )
    text = io.StringIO()
    table.to_csv(text, index=False, lineterminator="\n", float_format="%.17g")
    return text.getvalue()
