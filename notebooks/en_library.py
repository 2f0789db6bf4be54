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
# # The library, on your own table
#
# No study files, no plan: a table, a door, a method, an answer. Whatever you have in a data
# frame, this page is how to bring it in.
#
# - a **door** reads a table once and checks it: `Panel` for what is measured again and again,
# `Durations` for the time until something happens;
# - a **method** is a function: it takes a door and gives an answer;
# - an **answer** has rows: `answer.tidy()` is a plain data frame, with the names that R's broom
# uses.
#
# In italiano: `it_libreria`.

# %%
# %matplotlib inline
import numpy as np
import pandas as pd

import nextome_eval as ne

# %% [markdown]
# ## 1. A panel: who, when, and who began
# Forty made-up families in four towns, asked at months 0, 6 and 12 how many of the last 30 nights
# they slept at home. Half of each town is in a pilot that starts after the first interview and
# adds 6 nights on average. Some answers are missing, as always.

# %%
rng = np.random.default_rng(7)
families = pd.DataFrame(
    {
        "family": [f"fam{number:02}" for number in range(40)],
        "town": np.repeat(["Padova", "Abano", "Cadoneghe", "Montegrotto"], [16, 8, 8, 8]),
        "group": np.tile(["pilot", "current services"], 20),
        "children": rng.integers(1, 5, 40),
        "level": rng.normal(15, 4, 40),
    }
)
waves = families.merge(pd.DataFrame({"month": [0, 6, 12]}), how="cross")
helped = (waves["group"] == "pilot") & (waves["month"] > 0)
waves["nights"] = (waves["level"] + 6 * helped + rng.normal(0, 3, len(waves))).clip(0, 30)
waves["nights"] = waves["nights"].round().mask(rng.random(len(waves)) < 0.08)
waves.drop(columns="level").head(6)

# %% [markdown]
# The arguments name your columns; all the others stay, as covariates. Without `begins` the
# treated begin at the second time; give it where they begin at different times, with nothing (or
# infinity) for those who never do.

# %%
panel = ne.Panel.from_frame(waves, unit="family", time="month", arm="group", strata="town")
panel

# %% [markdown]
# ### Difference in differences, and ANCOVA

# %%
change = ne.did(panel, "nights")
change

# %%
given_baseline = ne.ancova(panel, "nights", adjust=["children"])
given_baseline.tidy()

# %% [markdown]
# `tidy` gives the rows; the level is yours to choose, since an interval is computed when it is
# asked for, never stored.

# %%
change.tidy(level=0.8)[["term", "estimate", "conf_low", "conf_high", "p_value"]]

# %%
ne.figure(
    given_baseline,
    title={"en": "Nights at home, pilot less current services", "it": "Notti a casa"},
    unit={"en": "nights of 30", "it": "notti su 30"},
)

# %% [markdown]
# Behind each number stands what each family contributes to its error (its *influence*). So
# numbers of different methods can be put together, with the covariance between them, and
# combined.

# %%
both = ne.Estimates.stack({"did": change, "ancova": given_baseline.where(term="overall")})
both.contrast([1, -1], ["did less ancova"])

# %% [markdown]
# ### Deal the arms again
# `permute` takes any function from a door to an answer, or to a plain number. It deals the arms
# anew within towns, and counts.

# %%
ne.permute(lambda door: ne.did(door, "nights"), panel, within="strata", draws=1999, seed=1)


# %%
def difference_in_medians(door):
    nights = door.wide("nights")[:, -1]
    return np.nanmedian(nights[door.arm == 1]) - np.nanmedian(nights[door.arm == 0])


ne.permute(difference_in_medians, panel, within="strata", draws=1999, seed=1)

# %% [markdown]
# `jackknife` and `bootstrap` work the same way, on anything; here, leaving out a town at a time.

# %%
ne.jackknife(lambda door: ne.did(door, "nights"), panel, by="strata")

# %% [markdown]
# ### Which number leads?
# `infer` reads from the door who was assigned and at what level, takes the inference that is
# valid for that design, says why, and puts beside it what must be read with it.

# %%
chosen = ne.infer(lambda door: ne.did(door, "nights"), panel, draws=1999)
chosen

# %%
chosen.case, chosen.reason.text("it")

# %% [markdown]
# The same families, had whole towns been assigned: two towns against two. Nothing else changes,
# and the answer is another one.

# %%
towns = waves.assign(
    group=np.where(waves["town"].isin(["Padova", "Abano"]), "pilot", "current services")
)
by_town = ne.Panel.from_frame(towns, unit="family", time="month", arm="group", cluster="town")
ne.infer(lambda door: ne.did(door, "nights"), by_town, draws=1999)

# %% [markdown]
# ## 2. Durations: the time until something happens
# Forty-two children with leukaemia, the most famous table of survival analysis (Freireich and
# others, 1963; Cox, 1972): weeks in remission, with 6-mercaptopurine or placebo. `+` in the
# paper, 0 here: still in remission when last seen.

# %%
treated = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ended = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
remission = pd.DataFrame(
    {
        "weeks": treated + placebo,
        "relapse": ended + [1] * len(placebo),
        "drug": pd.Categorical(["6-MP"] * 21 + ["placebo"] * 21, ["placebo", "6-MP"]),
    }
)
spells = ne.Durations.from_frame(remission, time="weeks", event="relapse", arm="drug")
spells

# %%
curve = ne.kaplan_meier(spells, by="arm")
ne.figure(
    curve,
    title={"en": "Still in remission", "it": "Ancora in remissione"},
    labels={"x": {"en": "Weeks", "it": "Settimane"}},
)

# %%
ne.quantile(curve, 0.5)

# %%
ne.logrank(spells, by="arm")

# %% [markdown]
# With a categorical, its first level is what the others are compared with: here placebo.

# %%
ne.cox(spells, ["arm"])

# %%
ne.rmst(spells, by="arm", tau=20)

# %%
ne.permute(lambda door: ne.logrank(door, by="arm"), spells, draws=1999, seed=1)

# %%
ne.infer(lambda door: ne.logrank(door, by="arm"), spells, tau=20, draws=1999)

# %% [markdown]
# Late entry, intervals, several causes, shared flats are properties of the data, said once at the
# door (`entry=`, `upper=`, `causes=`, `cluster=`); no method has to be told again.
#
# ## 3. What an honest refusal looks like
# A result that cannot be given is not given: no NaN, no warning that scrolls by. There are three
# ways of saying no, each a sentence that says where and what to do, in two languages:
# `DataProblem` (the table), `DesignProblem` (the question does not fit the study), `NotEstimable`
# (all is in order, but there is no honest answer).


# %%
def refused(ask):
    try:
        ask()
    except (ne.DataProblem, ne.DesignProblem, ne.NotEstimable) as no:
        print(f"{type(no).__name__}: {no}\n{' ' * len(type(no).__name__)}  {no.text('it')}")


# %% [markdown]
# A wave twice:

# %%
twice = pd.concat([waves, waves.iloc[[4]]])
refused(lambda: ne.Panel.from_frame(twice, unit="family", time="month", arm="group"))

# %% [markdown]
# A status whose coding nobody declared. In half of the world's files 1 means dead, in the other
# half alive:

# %%
undeclared = remission.assign(relapse=remission["relapse"] + 1)
refused(lambda: ne.Durations.from_frame(undeclared, time="weeks", event="relapse"))

# %% [markdown]
# Only those who left: the file of discharges, without anybody who is still there, makes every
# service look quick.

# %%
leavers = remission[remission["relapse"] == 1]
refused(lambda: ne.Durations.from_frame(leavers, time="weeks", event="relapse"))

# %% [markdown]
# A horizon that nobody of one arm was followed to:

# %%
refused(lambda: ne.rmst(spells, by="arm", tau=30))

# %% [markdown]
# A median that a curve does not reach:

# %%
first_months = remission.assign(
    relapse=remission["relapse"].where(remission["weeks"] <= 10, 0),
    weeks=remission["weeks"].clip(upper=10),
)
short = ne.Durations.from_frame(first_months, time="weeks", event="relapse", arm="drug")
refused(lambda: ne.quantile(ne.kaplan_meier(short, by="arm"), 0.5))

# %% [markdown]
# A perfect separation, where the usual program prints a hazard ratio of some millions and an
# interval from nought to infinity; and what to ask instead.

# %%
none_relapse = remission.assign(
    relapse=remission["relapse"].where(remission["drug"] == "placebo", 0)
)
separated = ne.Durations.from_frame(none_relapse, time="weeks", event="relapse", arm="drug")
refused(lambda: ne.cox(separated, ["arm"]))

# %%
ne.cox(separated, ["arm"], firth=True)

# %% [markdown]
# One town against the others. The usual program prints a standard error here, and it is far too
# small:

# %%
single = waves.assign(group=np.where(waves["town"] == "Padova", "pilot", "current services"))
one_town = ne.Panel.from_frame(single, unit="family", time="month", arm="group", cluster="town")
alone = ne.infer(lambda door: ne.did(door, "nights"), one_town)
alone

# %% [markdown]
# ## Where next
# `METHODS.md` has a card for each method: what it estimates, what it needs, where it was checked.
# `help(ne.did)` says the same at the prompt. `en_study` walks a whole study, and
# `ne.simulate_pilot` and `ne.power` help to plan one.
