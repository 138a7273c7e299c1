"""The shipped figures: small, checked, and replaced in one step."""

from __future__ import annotations

import pandas as pd
import pytest

from goodwork.errors import ChecksumMismatch, StoreError
from goodwork.store import shipped
from goodwork.store.shipped import TABLES, read_shipped, shipped_folder, write_shipped


def some(value: int) -> dict[str, pd.DataFrame]:
    return {name: pd.DataFrame({"value": [value]}) for name in TABLES}


def test_what_ships_is_whole_and_small() -> None:
    figures = read_shipped()
    assert len(figures.tables["observations"]) == figures.manifest["figures"] > 100_000
    assert sum(p.stat().st_size for p in shipped_folder().glob("*.parquet")) <= 3_000_000
    assert (shipped_folder() / "boundaries.topojson").stat().st_size <= 400_000


def test_every_figure_has_its_origin_and_a_known_marker() -> None:
    from goodwork.model.observation import Status
    from goodwork.pipeline.material import shipped_declarations

    _, _, _, origins = shipped_declarations()
    figures = read_shipped().tables["observations"]
    assert set(figures["source"]) <= {o.id for o in origins}
    assert {Status(s) for s in figures["status"].unique()}
    assert set(figures["basis"]) == {"published", "derived", "inherited"}
    assert all(o.publisher and o.licence and o.release for o in origins)


def test_writing_replaces_in_one_step(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_shipped(tmp_path, some(1), {"what": "first"})
    real = shipped.write_bytes
    calls = []

    def stop_at_the_manifest(path, content):
        calls.append(path.name)
        if path.name == "manifest.json":
            raise OSError(28, "No space left on device")
        real(path, content)

    monkeypatch.setattr(shipped, "write_bytes", stop_at_the_manifest)
    with pytest.raises(StoreError):
        write_shipped(tmp_path, some(2), {"what": "second"})
    monkeypatch.undo()
    assert len(calls) == len(TABLES) + 1
    assert read_shipped(tmp_path).tables["areas"]["value"].tolist() == [1]
    write_shipped(tmp_path, some(3), {"what": "third"})
    assert read_shipped(tmp_path).tables["areas"]["value"].tolist() == [3]
    assert len(list(tmp_path.glob("*.parquet"))) == len(TABLES)


def test_a_changed_file_is_refused(tmp_path) -> None:
    write_shipped(tmp_path, some(1), {})
    next(tmp_path.glob("areas-*.parquet")).write_bytes(b"other")
    with pytest.raises(ChecksumMismatch):
        read_shipped(tmp_path)
    with pytest.raises(StoreError, match="no compiled figures"):
        read_shipped(tmp_path / "nowhere")
