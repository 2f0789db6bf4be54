"""Which doors stand already."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
collect_ignore = [] if (ROOT / "METHODS.md").exists() else ["test_methods_cards.py"]
