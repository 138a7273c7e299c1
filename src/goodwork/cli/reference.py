"""Write the generated pages of the documentation: ``python -m goodwork.cli.reference DOCS``."""

from __future__ import annotations

import sys
from pathlib import Path

from goodwork.report.methods import methods_page
from goodwork.store.tables import write_bytes

if __name__ == "__main__":
    write_bytes(Path(sys.argv[1]) / "reference" / "methods.md", methods_page().encode())
