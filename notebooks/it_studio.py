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
# # Lo studio, dai file ai risultati
#
# Quattro comuni vicino a Padova offrono alle famiglie che escono dalla seconda accoglienza una
# casa e un passaggio graduale verso una casa propria. Funziona meglio dei servizi attuali? Questa
# pagina va dai fogli di calcolo dei comuni a un rapporto che può uscire di casa.
#
# **Qui tutto è inventato**: famiglie, file dei comuni, effetti. Per questo l'ultima sezione può
# fare ciò che nessuno studio vero può fare: confrontare le risposte con la verità. Eseguire
# dall'alto in basso, cambiare ciò che si vuole, eseguire di nuovo. Per uno studio proprio si
# cambia soltanto il percorso qui sotto: `docs/per_iniziare.md` spiega come.
#
# I nomi delle funzioni, e ciò che un oggetto dice di sé, sono in inglese; `ne.table`, `ne.figure`
# e `.text("it")` parlano italiano.
#
# In English: `en_study`.

# %%
# %matplotlib inline
import tomllib
from pathlib import Path

import pandas as pd

import nextome_eval as ne

# %% [markdown]
# ## 1. Prima il piano
# Che cosa si chiede, di chi e come, si scrive prima di guardare gli esiti. `nextome plan freeze
# example` vi mette un'impronta e una data; da allora ogni rapporto dice se il piano è stato
# rispettato.

# %%
plan = ne.read_plan("data/raw/example/plan.toml")
print(plan.text["question"]["it"])
plan

# %% [markdown]
# ## 2. I file, come li mandano i comuni
# Un Excel con righe di titolo e una riga di totali, un CSV con punti e virgola e virgole
# decimali, un ODS, un modulo Google: ognuno nel suo dialetto, e nessuno viene ritoccato a mano.
# Un *codebook* per file dice dove sta ogni cosa; i file restano come sono.

# %%
[path.name for path in sorted(plan.folder.iterdir()) if path.suffix in {".csv", ".xlsx", ".ods"}]

# %%
records, ledger = ne.load(plan)
records

# %% [markdown]
# Nomi e codici fiscali sono stati sostituiti all'ingresso da pseudonimi con chiave: senza la
# chiave nessuno torna indietro.
#
# ### Il registro delle anomalie: che cosa non torna, e dove
# Nulla è indovinato e nulla è corretto in silenzio. Ciò che non si legge, o contraddice
# qualcos'altro, è una riga del registro con file, foglio, riga e colonna. I comuni lo ricevono
# come cartella di lavoro (`data/processed/example/ledger.xlsx`) e vi rispondono; il file non si
# tocca.

# %%
from nextome_eval.loaders.ledger import rule_sentence

rules = ledger.groupby(["severity", "rule"]).size().sort_values(ascending=False).head(12)
rules = rules.rename("righe").reset_index()
rules.assign(perché=[rule_sentence(rule, "it") for rule in rules["rule"]])

# %%
ledger.loc[ledger["severity"] == "problem", ["file", "sheet", "row", "column", "rule"]].head(8)

# %% [markdown]
# ### La quadratura: nessuna riga si perde
# Per ogni file e foglio: righe in ingresso = righe tenute + righe messe da parte.

# %%
counts = pd.read_parquet("data/processed/example/reconciliation.parquet")
tally = counts.groupby("file")[["rows_in", "kept", "set_aside"]].sum()
tally.assign(quadra=tally["rows_in"] == tally["kept"] + tally["set_aside"])

# %% [markdown]
# ## 3. Che cosa può dirci questo disegno?
# Prima di ogni esito: chi è stato messo in un gruppo, a quale livello, in quanti modi. Questo
# decide quale inferenza è onesta.

# %%
check = ne.check_design(plan, records)
print(check.text("it"))
check.towns

# %% [markdown]
# ## 4. Due porte
# Un **panel** ha i nuclei per ondata (o per mese), per ciò che si misura più volte. Le **durate**
# hanno i mesi fino a quando qualcosa accade. L'orologio parte dalla segnalazione in entrambi i
# gruppi: farlo partire dall'ingresso in alloggio regalerebbe alla sperimentazione mesi in cui
# nulla poteva andare storto. Ciò che passa una porta è stato controllato lì; i metodi se ne
# fidano.

# %%
panel = ne.Panel.from_records(records, plan)
panel

# %%
spells = ne.Durations.from_records(records, plan)
spells

# %% [markdown]
# ## 5. I gruppi si somigliavano all'inizio?
# Differenze standardizzate, e nessun valore p: con poche famiglie una differenza grande sfugge a
# un test, con molte non gli sfugge un'inezia. Le differenze sono in deviazioni standard; oltre un
# quarto (fuori dalla fascia grigia della figura) meritano un pensiero.

# %%
from nextome_eval.evaluation.study import Study

names = Study(plan, records, ledger).labels
balance = ne.balance(
    panel, ["head_age_years", "minors_n", "years_in_italy", "isee_eur", "head_sex"]
)
ne.table(balance, language="it", labels=names)

# %%
ne.figure(balance, language="it", labels=names)

# %% [markdown]
# ## 6. Chi si è perso?
# Le famiglie traslocano, rifiutano, non si trovano. Se chi si perde è diverso nei due gruppi, il
# confronto non è più tra simili.

# %%
attrition = ne.attrition(panel)
ne.table(attrition, language="it")

# %% [markdown]
# Chi si è perso partiva da un benessere diverso da chi è rimasto, entro gruppo e comune?

# %%
ne.table(ne.attrition_test(panel, "who5", seed=plan.seed), language="it")

# %% [markdown]
# ## 7. La domanda principale: arrivano prima a una casa propria?
# È il progetto stesso a dare alloggi, quindi *che cosa conta come casa propria* decide il
# risultato. Il piano ha scelto il contratto a nome proprio; le due definizioni vicine stanno
# sempre accanto, più sotto.
#
# La curva mostra chi è **ancora senza**. Scende più in fretta dove le famiglie escono prima; la
# fascia è ciò con cui i dati sono compatibili.

# %%
curve = ne.kaplan_meier(spells, by="arm")
ne.figure(
    curve,
    language="it",
    labels=names,
    title={"en": "Still without a home of their own", "it": "Ancora senza una casa propria"},
)

# %%
ne.table(curve, language="it", labels=names)

# %% [markdown]
# ### Può essere il caso?
# Il log-rank confronta le curve, comune per comune. Il suo valore p viene dal distribuire di
# nuovo i gruppi entro ciascun comune, come sarebbe potuto andare: quante volte la differenza è
# almeno così grande? Si mostrano numeratore e denominatore, perché una permutazione non sa altro.


# %%
def towns_compared(door):
    return ne.logrank(door, by="arm", strata="strata")


chance = ne.permute(towns_compared, spells, within="strata", draws=plan.draws, seed=plan.seed)
ne.table(chance, language="it")

# %% [markdown]
# ### Quanto prima?
# Il tempo medio ristretto è l'effetto più facile da dire a voce: dei mesi che seguono la
# segnalazione, quanti si passano senza una casa propria.

# %%
months = ne.rmst(spells, by="arm", tau=plan.tau)
ne.table(months, language="it", labels=names)

# %%
row = months.where(term="difference").tidy().iloc[0]
sentence = (
    f"In {plan.tau:g} mesi la differenza è di {row.estimate:.1f} mesi; i dati sono "
    f"compatibili con differenze da {row.conf_low:.1f} a {row.conf_high:.1f}."
)
print(sentence.replace(".", ",").removesuffix(",") + ".")

# %% [markdown]
# Il rapporto tra rischi istantanei (Cox, ogni comune con il proprio rischio di base) dice quante
# volte più in fretta si esce in ogni momento. È un numero solo per tutto il periodo: conviene
# chiedere se un numero solo basta.

# %%
ratio = ne.cox(spells, ["arm"], strata="strata")
ne.table(ratio, language="it")

# %%
ne.table(ne.proportional_hazards(ratio), language="it")

# %% [markdown]
# ### Quale di questi numeri viene per primo?
# Non quello che ci piace di più. `infer` legge il disegno dalla porta e prende la riga della
# tabella in cui questo studio ricade: che cosa viene per primo, che cosa deve stargli accanto,
# che cosa si rifiuta, e perché.

# %%
found = ne.infer(towns_compared, spells, tau=plan.tau, draws=plan.draws, seed=plan.seed)
print(found.reason.text("it"))
for refusal in found.refusals:
    print("-", refusal.text("it"))
ne.table(found, language="it")

# %% [markdown]
# ### Le tre definizioni, sempre insieme
# Alloggio ordinario, contratto a nome proprio, contratto senza quota pubblica: ognuna contiene la
# successiva.

# %%
definitions = {
    name: ne.rmst(
        ne.Durations.from_records(records, plan, definition=name), by="arm", tau=plan.tau
    ).where(term="difference")
    for name in ("dwelling", "contract", "unsupported")
}
ne.table(ne.Estimates.stack(definitions), language="it")

# %% [markdown]
# ## 8. Ciò che si misura a ogni ondata
# Giorni in casa stabile negli ultimi sei mesi. Prima le medie di entrambi i gruppi: un
# cambiamento non si mostra mai senza quello degli altri.

# %%
ne.figure(
    ne.arm_means(panel, "stable_days").where(term="mean"),
    language="it",
    labels=names | {"mean": {"en": " ", "it": " "}},
    title={
        "en": "Days stably housed, of the last six months",
        "it": "Giorni in casa stabile, negli ultimi sei mesi",
    },
    unit={"en": "days", "it": "giorni"},
)

# %% [markdown]
# **Differenza nelle differenze**: il cambiamento qui meno il cambiamento là, entro comune.

# %%
effect = ne.did(panel, "stable_days")
for note in effect.notes:
    print("-", note.text("it"))
ne.table(effect, language="it")

# %%
days = ne.infer(lambda door: ne.did(door, "stable_days"), panel, draws=plan.draws, seed=plan.seed)
print(days.reason.text("it"))
for refusal in days.refusals:
    print("-", refusal.text("it"))
ne.table(days, language="it", labels=names)

# %% [markdown]
# Del benessere si è chiesto anche prima dell'inizio, una volta. Con una sola ondata prima,
# confrontare le risposte successive *data* la prima (ANCOVA) è più preciso che confrontare i
# cambiamenti, e altrettanto onesto. La simulazione qui non ha messo alcun effetto.

# %%
wellbeing = ne.ancova(panel, "who5")
ne.figure(
    wellbeing,
    language="it",
    title={
        "en": "Well-being: pilot less current services",
        "it": "Benessere: sperimentale meno servizi attuali",
    },
    unit={"en": "points, 0-100", "it": "punti, 0-100"},
)

# %%
ne.table(wellbeing, language="it")

# %% [markdown]
# Chi si perde alla fine può essere chi stava peggio. I limiti di Lee (2009) dicono di quanto
# potrebbe spostare la risposta.

# %%
ne.table(ne.lee_bounds(panel, "who5"), language="it")

# %% [markdown]
# ## 9. Che cosa può uscire di casa
# Tutto ciò che precede è interno. `release` è l'unica uscita: i conteggi sotto la soglia del
# piano sono mascherati insieme a tutto ciò che li restituirebbe, e le curve si dicono soltanto ai
# mesi pianificati. La stessa tabella, interna e pubblica:

# %%
ne.table(ne.release(attrition, plan, profile="internal"), language="it")

# %%
public = ne.release(attrition, plan)
ne.table(public, language="it")

# %%
pd.DataFrame(
    [(m.column, m.rule, m.cells) for m in public.log], columns=["colonna", "regola", "celle"]
)

# %%
ne.figure(
    ne.release(curve, plan),
    language="it",
    labels=names,
    title={
        "en": "Still without a home of their own (public)",
        "it": "Ancora senza una casa propria (pubblico)",
    },
)

# %% [markdown]
# ## 10. Il rapporto
# Tutte le analisi del piano, in due lingue, come HTML, PDF e Word, con figure, tabelle e la
# provenienza di ogni numero. `make report` fa lo stesso dalla riga di comando.

# %%
folder = ne.report(plan, records, ledger=ledger, folder="reports/notebooks/it_studio")
sorted(path.name for path in Path(folder).iterdir())

# %% [markdown]
# ## 11. E la verità?
# In uno studio vero non l'ha nessuno. Qui gli effetti sono stati scelti, e calcolati simulando
# moltissimi nuclei: l'intervallo contiene la verità?

# %%
truth = tomllib.loads(Path("data/raw/example/truth.toml").read_text("utf-8"))
chosen = {
    "mesi senza una casa propria": (
        months.where(term="difference"),
        truth["independence"]["contract"],
    ),
    "giorni in casa stabile": (days.headline, truth["waves"]["stable_days"]["overall"]),
    "benessere": (wellbeing.where(term="overall"), truth["waves"]["who5"]["overall"]),
}
told = [
    (what, true["difference"], *answer.tidy()[["estimate", "conf_low", "conf_high"]].iloc[0])
    for what, (answer, true) in chosen.items()
]
result = pd.DataFrame(told, columns=["effetto su", "verità", "stima", "da", "a"])
result.assign(contenuta=result["verità"].between(result["da"], result["a"])).round(1)

# %% [markdown]
# Un intervallo al 95 % manca la verità una volta su venti, e questo è un solo studio.
# `ne.simulate_pilot(seed=2)` ne fa un altro.
