"""What was done otherwise than planned, T12."""

from __future__ import annotations

from typing import Any

import pandas as pd

from nextome_eval.estimates.summary import Summary
from nextome_eval.evaluation.study import Study
from nextome_eval.reporting.exhibit import Exhibit

__all__ = ["deviations"]


def deviations(study: Study) -> list[Exhibit]:
    """T12: the deviations that the plan lists."""
    listed: list[dict[str, Any]] = study.plan.text.get("deviations", [])
    if not listed:
        return []
    rows = pd.DataFrame(
        [
            {"term": f"deviation_{i}"}
            | {f"{part}_{lang}": entry[part][lang] for part in _PARTS for lang in ("it", "en")}
            for i, entry in enumerate(listed)
        ]
    )
    labels = {f"deviation_{i}": entry["what"] for i, entry in enumerate(listed)}
    summary = Summary(rows, {}, "text")
    return [Exhibit.of_words("T12", kind="text", answers={"rows": summary}, labels=labels)]


_PARTS = ("planned", "done", "why")
