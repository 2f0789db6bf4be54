"""What a curve says at a month at which households leave."""

from __future__ import annotations

import pandas as pd

from nextome_eval.reporting.curves import standing_at

CURVE = pd.DataFrame(
    {
        "time": [6.0, 12.0, 24.0],
        "n_event": [2.0, 1.0, 0.0],
        "n_censor": [0.0, 0.0, 9.0],
        "estimate": [0.9, 0.8, 0.8],
        "conf_low": [0.6, 0.5, 0.0],
    }
)


def test_those_who_leave_at_the_month_were_seen_up_to_it() -> None:
    assert standing_at(CURVE, 24.0)["conf_low"].tolist() == [0.5]


def test_an_event_at_the_month_counts() -> None:
    assert standing_at(CURVE, 12.0)["estimate"].tolist() == [0.8]


def test_before_the_first_time_nothing_is_known_to_have_happened() -> None:
    assert standing_at(CURVE, 3.0).empty
