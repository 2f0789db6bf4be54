"""The effects we choose for a made-up study, and what stays the same in both arms."""

from __future__ import annotations

from dataclasses import dataclass, replace

__all__ = ["TOWNS", "WAVES", "Effects"]

TOWNS = {"028060": (12, 12), "028001": (3, 4), "028016": (3, 4), "028057": (3, 4)}
"""Town (ISTAT code) -> (pilot households, control households)."""

WAVES = (0, 6, 12, 18, 24)


@dataclass(frozen=True)
class Effects:
    """What being in the pilot changes.

    Attributes
    ----------
    hazard_ratio : float
        Ratio of the hazards of a contract in the household's own name, the same at all times.
    home : bool
        The project hands out a flat or cohousing while the household waits for its own.
    job_finding : float
        Ratio of the rates at which adults out of work find a job, after referral.
    neighbour_help : float
        Points (0-10) added to help from neighbours, from the first wave after referral.
    wellbeing : float
        Points (0-100) added to WHO-5, from the first wave after referral: none by choice.

    Examples
    --------
    >>> Effects().scaled(0.0)
    Effects(hazard_ratio=1.0, home=False, job_finding=1.0, neighbour_help=0.0, wellbeing=0.0)
    """

    hazard_ratio: float = 2.6
    home: bool = True
    job_finding: float = 1.8
    neighbour_help: float = 1.5
    wellbeing: float = 0.0

    def scaled(self, share: float) -> Effects:
        """Return a share of every effect; 0 deletes them, and the project hands out no home."""
        return replace(
            self,
            hazard_ratio=self.hazard_ratio**share,
            home=self.home and share > 0,
            job_finding=self.job_finding**share,
            neighbour_help=self.neighbour_help * share,
            wellbeing=self.wellbeing * share,
        )
