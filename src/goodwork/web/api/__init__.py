"""The interface for programs: an edition's resources under ``/api/v1``."""
