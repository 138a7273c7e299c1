"""Write side: sources → figures → index → questions → a published edition."""

from goodwork.pipeline.material import Material, own_material, shipped_material
from goodwork.pipeline.publish import default_store, publish, shipped_store

__all__ = ["Material", "default_store", "own_material", "publish", "shipped_material", "shipped_store"]
