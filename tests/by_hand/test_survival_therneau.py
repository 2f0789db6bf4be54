"""Cox models worked out on paper: Therneau and Grambsch 2000, appendix E."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nextome_eval.estimates.estimates import Estimates
from nextome_eval.models.survival import cox, cox_curve, cox_residuals
from nextome_eval.numerics.cox_fit import CoxFit
from nextome_eval.numerics.partial_likelihood import Moments, event_steps, moments
from nextome_eval.numerics.risk_set import risk_set
from nextome_eval.study.durations import Durations

TEST1 = pd.DataFrame(
    {"time": [1, 1, 6, 6, 8, 9], "status": [1, 0, 1, 1, 0, 1], "x": [1, 1, 1, 0, 0, 0]}
)
TEST2 = pd.DataFrame(
    {
        "start": [1, 2, 5, 2, 1, 7, 3, 4, 8, 8],
        "stop": [2, 3, 6, 7, 8, 9, 9, 9, 14, 17],
        "event": [1, 1, 1, 1, 1, 1, 1, 0, 0, 0],
        "x": [1, 0, 0, 1, 0, 1, 1, 1, 0, 0],
    }
)
TESTW1 = pd.DataFrame(
    {
        "time": [1, 1, 2, 2, 2, 2, 3, 4, 5],
        "status": [1, 0, 1, 1, 1, 0, 0, 1, 0],
        "x": [2, 0, 1, 1, 0, 1, 0, 1, 0],
        "w": [1, 2, 3, 4, 3, 2, 1, 2, 1],
    }
)
BRESLOW1 = np.log((3 + np.sqrt(33)) / 2)
EFRON1 = 1.6768574855928968  # root of r / (r + 1) + r / (r + 3) + r / (r + 5) = 2


def fit1(ties: str) -> Estimates:
    return cox(Durations.from_frame(TEST1, time="time", event="status"), ["x"], ties=ties)


def at1(beta: float, ties: str) -> Moments:
    risk = risk_set(TEST1["time"], TEST1["status"])
    x = TEST1[["x"]].to_numpy(float)
    return moments(risk, x, np.array([beta]), steps=event_steps(risk, ties))


class TestOfTheFirstData:
    """Six people, ties at 1 (event and censoring) and at 6 (two events)."""

    @pytest.mark.parametrize("beta", [0.0, 0.7, BRESLOW1])
    def test_breslow_likelihood_score_information(self, beta: float) -> None:
        r = np.exp(beta)
        at = at1(beta, "breslow")
        likelihood = 2 * beta - np.log(3 * r + 3) - 2 * np.log(r + 3)
        assert at.log_likelihood == pytest.approx(likelihood, rel=1e-12)
        score = 2 - (3 * r / (3 * r + 3) + 2 * r / (r + 3))
        assert at.score[0] == pytest.approx(score, abs=1e-12)
        information = r / (r + 1) ** 2 + 6 * r / (r + 3) ** 2
        assert at.information[0, 0] == pytest.approx(information, rel=1e-12)

    @pytest.mark.parametrize("beta", [0.0, 0.7, EFRON1])
    def test_efron_likelihood_score_information(self, beta: float) -> None:
        r = np.exp(beta)
        at = at1(beta, "efron")
        halved = r / 2 + 2.5
        likelihood = 2 * beta - np.log(3 * r + 3) - np.log(r + 3) - np.log(halved)
        assert at.log_likelihood == pytest.approx(likelihood, rel=1e-12)
        score = 2 - (r / (r + 1) + r / (r + 3) + r / (r + 5))
        assert at.score[0] == pytest.approx(score, abs=1e-12)
        information = r / (r + 1) ** 2 + 3 * r / (r + 3) ** 2 + 5 * r / (r + 5) ** 2
        assert at.information[0, 0] == pytest.approx(information, rel=1e-12)

    def test_coefficients(self) -> None:
        assert fit1("breslow").value[0] == pytest.approx(BRESLOW1, abs=1e-12)
        assert fit1("efron").value[0] == pytest.approx(EFRON1, abs=1e-12)

    def test_breslow_martingale_residuals(self) -> None:
        r = np.exp(BRESLOW1)
        first, second = 1 / (3 * r + 3), 2 / (r + 3)
        expected = [
            1 - r * first, -r * first, 1 - r * (first + second),
            1 - (first + second), -(first + second), 1 - (first + second + 1),
        ]  # fmt: skip
        found = cox_residuals(fit1("breslow"))["martingale"]
        np.testing.assert_allclose(found, expected, atol=1e-12)
        assert found.sum() == pytest.approx(0, abs=1e-12)

    def test_efron_martingale_residuals(self) -> None:
        r = np.exp(EFRON1)
        first, one, two = 1 / (3 * r + 3), 1 / (r + 3), 2 / (r + 5)
        tied = first + one + two / 2  # the second of two tied deaths has left by half
        expected = [
            1 - r * first, -r * first, 1 - r * tied,
            1 - tied, -(first + one + two), 1 - (first + one + two + 1),
        ]  # fmt: skip
        found = cox_residuals(fit1("efron"))["martingale"]
        np.testing.assert_allclose(found, expected, atol=1e-12)

    def test_breslow_schoenfeld_and_score_residuals(self) -> None:
        est = fit1("breslow")
        r = np.exp(BRESLOW1)
        one, two = r / (r + 1), r / (r + 3)
        schoenfeld = cox_residuals(est, "schoenfeld")["x"]
        np.testing.assert_allclose(schoenfeld, [1 - one, 1 - two, -two, 0], atol=1e-12)
        first, second = 1 / (3 * r + 3), 2 / (r + 3)
        expected = [
            (1 - one) * (1 - r * first),
            -(1 - one) * r * first,
            (1 - two) - r * ((1 - one) * first + (1 - two) * second),
            -two + one * first + two * second,
            one * first + two * second,
            one * first + two * second,
        ]
        score = cox_residuals(est, "score")["x"]
        np.testing.assert_allclose(score, expected, atol=1e-12)
        assert score.sum() == pytest.approx(0, abs=1e-12)

    def test_breslow_hazard_and_its_variance(self) -> None:
        est = fit1("breslow")
        r = np.exp(BRESLOW1)
        rows = cox_curve(est, hazard=True)
        steps = np.array([1 / (3 * r + 3), 2 / (r + 3), 0, 1])
        np.testing.assert_allclose(rows.value, np.cumsum(steps), rtol=1e-12)
        information = r / (r + 1) ** 2 + 6 * r / (r + 3) ** 2
        pull = np.cumsum(-steps * np.array([r / (r + 1), r / (r + 3), 0, 0]))
        spread = np.cumsum([1 / (3 * r + 3) ** 2, 2 / (r + 3) ** 2, 0, 1])
        np.testing.assert_allclose(rows.std_error**2, spread + pull**2 / information, rtol=1e-11)


class TestOfDelayedEntry:
    """Ten people on (start, stop], where an entry ties an event."""

    SPELLS = Durations.from_frame(TEST2, time="stop", event="event", entry="start")

    def test_coefficients(self) -> None:
        breslow = cox(self.SPELLS, ["x"], ties="breslow").value[0]
        efron = cox(self.SPELLS, ["x"], ties="efron").value[0]
        assert breslow == pytest.approx(-0.0845260806613, abs=1e-12)
        assert efron == pytest.approx(-0.0211052095802, abs=1e-12)

    @pytest.mark.parametrize("beta", [0.0, -0.0845260806613, 1.0])
    def test_breslow_likelihood_score_information(self, beta: float) -> None:
        risk = risk_set(TEST2["stop"], TEST2["event"], entry=TEST2["start"])
        x = TEST2[["x"]].to_numpy(float)
        at = moments(risk, x, np.array([beta]), steps=event_steps(risk, "breslow"))
        r = np.exp(beta)
        # at risk with x = 1 and with x = 0 at 2, 3, 6, 7, 8 and twice at 9
        ones, zeros = np.array([1, 1, 3, 3, 3, 3, 3]), np.array([1, 2, 2, 1, 1, 2, 2])
        mean = ones * r / (ones * r + zeros)
        died = TEST2["event"].to_numpy() @ x[:, 0]
        likelihood = died * beta - np.log(ones * r + zeros).sum()
        assert at.log_likelihood == pytest.approx(likelihood, rel=1e-12)
        assert at.score[0] == pytest.approx(died - mean.sum(), abs=1e-12)
        assert at.information[0, 0] == pytest.approx((mean * (1 - mean)).sum(), rel=1e-12)

    def test_residuals_sum_to_nothing(self) -> None:
        for ties in ("efron", "breslow"):
            est = cox(self.SPELLS, ["x"], ties=ties)
            assert cox_residuals(est)["martingale"].sum() == pytest.approx(0, abs=1e-12)
            assert cox_residuals(est, "score")["x"].sum() == pytest.approx(0, abs=1e-12)


class TestOfWeights:
    """Nine rows with weights 1 to 4, worked out in the book's table E.3."""

    SPELLS = Durations.from_frame(TESTW1, time="time", event="status", weights="w")

    @staticmethod
    def kernel(est: Estimates) -> CoxFit:
        fit: CoxFit = est.fit.kernel
        return fit

    @pytest.mark.parametrize("beta", [0.0, 0.5, 0.85955744])
    def test_breslow_likelihood_score_information(self, beta: float) -> None:
        r = np.exp(beta)
        risk = risk_set(TESTW1["time"], TESTW1["status"], weights=TESTW1["w"])
        x = TESTW1[["x"]].to_numpy(float)
        at = moments(risk, x, np.array([beta]), steps=event_steps(risk, "breslow"))
        first, second, last = r * r + 11 * r + 7, 11 * r + 5, 2 * r + 1
        likelihood = 11 * beta - (np.log(first) + 10 * np.log(second) + 2 * np.log(last))
        assert at.log_likelihood == pytest.approx(likelihood, rel=1e-12)
        score = 11 - ((2 * r * r + 11 * r) / first + 10 * (11 * r / second) + 2 * (2 * r / last))
        assert at.score[0] == pytest.approx(score, abs=1e-11)
        means = [(2 * r * r + 11 * r) / first, 11 * r / second, 2 * r / last]
        seconds = [(4 * r * r + 11 * r) / first, 11 * r / second, 2 * r / last]
        pairs = zip([1, 10, 2], seconds, means, strict=True)
        information = sum(w * (s - m**2) for w, s, m in pairs)
        assert at.information[0, 0] == pytest.approx(information, rel=1e-11)

    def test_coefficients(self) -> None:
        assert cox(self.SPELLS, ["x"], ties="breslow").value[0] == pytest.approx(
            0.85955744, abs=5e-9
        )
        assert cox(self.SPELLS, ["x"], ties="efron").value[0] == pytest.approx(0.87260425, abs=5e-9)

    def test_weighted_residuals_sum_to_nothing(self) -> None:
        for ties in ("breslow", "efron"):
            est = cox(self.SPELLS, ["x"], ties=ties)
            left = cox_residuals(est)["martingale"].to_numpy()
            weights = self.kernel(est).risk.weights
            assert weights @ left == pytest.approx(0, abs=1e-12)
