"""Write side: sources → figures → index → questions → a published edition."""

from goodwork.pipeline.publish import Material, default_store, own_material, publish, shipped_material, shipped_store

__all__ = ["Material", "default_store", "own_material", "publish", "shipped_material", "shipped_store"]
