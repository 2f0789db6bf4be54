# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # The study, from files to findings
#
# Four towns near Padova give families who leave second reception a home and a gradual way to one
# of their own. Does it work better than current services? This page walks from the towns'
# spreadsheets to a report that may leave the house.
#
# **Everything here is made up**: families, towns' files, effects. That is why the last section
# can do what no real study can, and compare the answers with the truth. Run it from top to
# bottom, change what you like, run it again. For a study of your own, change the one path below:
# `docs/getting_started.md` says how.
#
# In italiano: `it_studio`.

# %%
# %matplotlib inline
import tomllib
from pathlib import Path

import pandas as pd

import nextome_eval as ne

# %% [markdown]
# ## 1. First the plan
# What will be asked, of whom, and how, is written down before anybody looks at an outcome.
# `nextome plan freeze example` stamps it with a hash and a date; from then on each report says
# whether the plan was kept.

# %%
plan = ne.read_plan("data/raw/example/plan.toml")
plan

# %% [markdown]
# ## 2. The files, as the towns sent them
# Excel with title rows and a totals row, a CSV with semicolons and decimal commas, an ODS, a
# Google form: each in its own dialect, and none of them is tidied by hand. A *codebook* per file
# says where each thing stands, and the files stay as they are.

# %%
[path.name for path in sorted(plan.folder.iterdir()) if path.suffix in {".csv", ".xlsx", ".ods"}]

# %%
records, ledger = ne.load(plan)
records

# %% [markdown]
# Names and tax codes were replaced at the door by keyed pseudonyms; nobody gets back from them
# without the key.
#
# ### The ledger: what was odd, and where
# Nothing is guessed and nothing is repaired in silence. Whatever could not be read, or
# contradicts something else, is a line of the ledger with its file, sheet, row and column. The
# towns get it back as a workbook (`data/processed/example/ledger.xlsx`) and answer in it; the
# file itself is never touched.

# %%
(
    ledger.groupby(["severity", "rule"])
    .agg(lines=("rule", "size"), why=("reason", "first"))
    .sort_values("lines", ascending=False)
    .head(12)
)

# %%
ledger.loc[ledger["severity"] == "problem", ["file", "sheet", "row", "column", "rule"]].head(8)

# %% [markdown]
# ### The reconciliation: no row goes missing
# For every file and sheet: rows in = rows kept + rows set aside.

# %%
counts = pd.read_parquet("data/processed/example/reconciliation.parquet")
tally = counts.groupby("file")[["rows_in", "kept", "set_aside"]].sum()
tally.assign(adds_up=tally["rows_in"] == tally["kept"] + tally["set_aside"])

# %% [markdown]
# ## 3. What can this design tell us?
# Before any outcome: who was put in an arm, at which level, in how many ways. This decides which
# inference is honest.

# %%
check = ne.check_design(plan, records)
check

# %% [markdown]
# ## 4. Two doors
# A **panel** has households by wave (or month), for what is measured again and again.
# **Durations** have the months until something happens. Both start at the referral, in both arms:
# starting the clock at the move-in would give the pilot months in which nothing could go wrong.
# What passes a door was checked there; methods trust it.

# %%
panel = ne.Panel.from_records(records, plan)
panel

# %%
spells = ne.Durations.from_records(records, plan)
spells

# %% [markdown]
# ## 5. Were the arms alike at the beginning?
# Standardised differences, and no p-values: with few families a large difference passes unnoticed
# by a test, and with many a trifle does not. Differences are in standard deviations; beyond a
# quarter (outside the grey band of the picture) one deserves a thought.

# %%
from nextome_eval.evaluation.study import Study

names = Study(plan, records, ledger).labels
balance = ne.balance(
    panel, ["head_age_years", "minors_n", "years_in_italy", "isee_eur", "head_sex"]
)
ne.table(balance, labels=names)

# %%
ne.figure(balance, labels=names)

# %% [markdown]
# ## 6. Who was lost?
# Families move, refuse, cannot be found. If those lost differ between the arms, the comparison is
# no longer between like and like.

# %%
attrition = ne.attrition(panel)
ne.table(attrition)

# %%
ne.attrition_test(panel, "who5", seed=plan.seed)

# %% [markdown]
# ## 7. The primary question: do they reach a home of their own sooner?
# The programme itself hands out flats, so *what counts as a home of one's own* decides the
# result. The plan chose a lease in one's own name; the two neighbouring definitions stand beside
# it further down, always.
#
# The curve shows who is still **without**. It falls faster where families leave sooner; the shade
# is what the data are compatible with.

# %%
curve = ne.kaplan_meier(spells, by="arm")
ne.figure(
    curve,
    labels=names,
    title={"en": "Still without a home of their own", "it": "Ancora senza una casa propria"},
)

# %%
ne.table(curve, labels=names)

# %% [markdown]
# ### Could this be chance?
# The log-rank test compares the curves, town by town. Its p-value comes from dealing the arms
# again within each town, as they might have fallen: how often is the difference then at least as
# large? Numerator and denominator are shown, since that is all a permutation knows.


# %%
def towns_compared(door):
    return ne.logrank(door, by="arm", strata="strata")


chance = ne.permute(towns_compared, spells, within="strata", draws=plan.draws, seed=plan.seed)
chance

# %% [markdown]
# ### How much sooner?
# The restricted mean is the easiest effect to say aloud: of the 24 months after the referral, how
# many are spent without a home of one's own.

# %%
months = ne.rmst(spells, by="arm", tau=plan.tau)
ne.table(months, labels=names)

# %%
row = months.where(term="difference").tidy().iloc[0]
print(
    f"Over {plan.tau:g} months the difference is {row.estimate:.1f} months; the data are "
    f"compatible with differences from {row.conf_low:.1f} to {row.conf_high:.1f}."
)

# %% [markdown]
# The hazard ratio (Cox, each town with its own baseline) says how many times faster leaving goes
# at any moment. It is one number for the whole time, so it is worth asking whether one number
# will do.

# %%
ratio = ne.cox(spells, ["arm"], strata="strata")
ratio

# %%
ne.proportional_hazards(ratio)

# %% [markdown]
# ### Which of these numbers leads?
# Not the one we like best. `infer` reads the design off the door and takes the row of the table
# it falls in: what leads, what must stand beside it, what is refused, and why.

# %%
found = ne.infer(towns_compared, spells, tau=plan.tau, draws=plan.draws, seed=plan.seed)
found

# %% [markdown]
# ### The three definitions, always together

# %%
definitions = {
    name: ne.rmst(
        ne.Durations.from_records(records, plan, definition=name), by="arm", tau=plan.tau
    ).where(term="difference")
    for name in ("dwelling", "contract", "unsupported")
}
ne.Estimates.stack(definitions).tidy()[["term", "estimate", "conf_low", "conf_high"]].round(1)

# %% [markdown]
# ## 8. What is measured at every wave
# Days stably housed in the last six months. First the means of both arms: a change is never shown
# without the change of the others.

# %%
ne.figure(
    ne.arm_means(panel, "stable_days").where(term="mean"),
    labels=names | {"mean": {"en": " ", "it": " "}},
    title={
        "en": "Days stably housed, of the last six months",
        "it": "Giorni in casa stabile, negli ultimi sei mesi",
    },
    unit={"en": "days", "it": "giorni"},
)

# %% [markdown]
# **Difference in differences**: the change here minus the change there, within towns.

# %%
ne.did(panel, "stable_days")

# %%
days = ne.infer(lambda door: ne.did(door, "stable_days"), panel, draws=plan.draws, seed=plan.seed)
days

# %% [markdown]
# Well-being was asked before the beginning too, once. With one wave before, comparing later
# answers *given* the first (ANCOVA) is more precise than comparing changes, and just as honest.
# The plan's simulation put no effect here.

# %%
wellbeing = ne.ancova(panel, "who5")
ne.figure(
    wellbeing,
    title={
        "en": "Well-being: pilot less current services",
        "it": "Benessere: pilota meno servizi attuali",
    },
    unit={"en": "points, 0-100", "it": "punti, 0-100"},
)

# %%
wellbeing

# %% [markdown]
# Those lost at the end may be those who fared worst. Bounds say how far that could move the
# answer (Lee 2009).

# %%
ne.lee_bounds(panel, "who5")

# %% [markdown]
# ## 9. What may leave the house
# Everything above is internal. `release` is the only way out: counts under the plan's threshold
# are masked together with whatever would give them back, and curves are told at planned months
# only. The same table, internal and public:

# %%
ne.table(ne.release(attrition, plan, profile="internal"))

# %%
public = ne.release(attrition, plan)
ne.table(public)

# %%
pd.DataFrame(
    [(m.column, m.rule, m.cells) for m in public.log], columns=["column", "rule", "cells masked"]
)

# %%
ne.figure(
    ne.release(curve, plan),
    labels=names,
    title={
        "en": "Still without a home of their own (public)",
        "it": "Ancora senza una casa propria (pubblico)",
    },
)

# %% [markdown]
# ## 10. The report
# All of the plan's analyses, in both languages, as HTML, PDF and Word, with figures, tables and
# where each number came from. `make report` does the same from the command line.

# %%
folder = ne.report(plan, records, ledger=ledger, folder="reports/notebooks/en_study")
sorted(path.name for path in Path(folder).iterdir())

# %% [markdown]
# ## 11. And the truth?
# Nobody has this in a real study. Here the effects were chosen, and worked out by simulating very
# many households: does the interval hold the truth?

# %%
truth = tomllib.loads(Path("data/raw/example/truth.toml").read_text("utf-8"))
chosen = {
    "months without a home of one's own": (
        months.where(term="difference"),
        truth["independence"]["contract"],
    ),
    "days stably housed": (days.headline, truth["waves"]["stable_days"]["overall"]),
    "well-being": (wellbeing.where(term="overall"), truth["waves"]["who5"]["overall"]),
}
told = [
    (what, true["difference"], *answer.tidy()[["estimate", "conf_low", "conf_high"]].iloc[0])
    for what, (answer, true) in chosen.items()
]
result = pd.DataFrame(told, columns=["effect on", "truth", "estimate", "conf_low", "conf_high"])
result.assign(held=result["truth"].between(result["conf_low"], result["conf_high"])).round(1)

# %% [markdown]
# An interval of 95 % misses the truth one time in twenty, and this is one study.
# `ne.simulate_pilot(seed=2)` makes another one.
