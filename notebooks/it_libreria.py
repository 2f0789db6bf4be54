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
# # La libreria, su una tabella propria
#
# Nessun file di studio, nessun piano: una tabella, una porta, un metodo, una risposta. Questa
# pagina mostra come farvi entrare ciò che si ha in un data frame.
#
# - una **porta** legge una tabella una volta e la controlla: `Panel` per ciò che si misura più
# volte, `Durations` per il tempo fino a quando qualcosa accade;
# - un **metodo** è una funzione: prende una porta e dà una risposta;
# - una **risposta** ha righe: `risposta.tidy()` è un data frame, con i nomi di colonna del
# pacchetto broom di R; `ne.table(risposta, language="it")` la mostra in italiano.
#
# In English: `en_library`.

# %%
# %matplotlib inline
import numpy as np
import pandas as pd

import nextome_eval as ne

# %% [markdown]
# ## 1. Un panel: chi, quando, e chi ha iniziato
# Quaranta famiglie inventate in quattro comuni, alle quali ai mesi 0, 6 e 12 si chiede quante
# delle ultime 30 notti hanno dormito a casa. Metà di ogni comune è in una sperimentazione che
# inizia dopo la prima intervista e aggiunge in media 6 notti. Qualche risposta manca, come
# sempre.

# %%
rng = np.random.default_rng(7)
famiglie = pd.DataFrame(
    {
        "famiglia": [f"fam{numero:02}" for numero in range(40)],
        "comune": np.repeat(["Padova", "Abano", "Cadoneghe", "Montegrotto"], [16, 8, 8, 8]),
        "gruppo": np.tile(["sperimentale", "servizi attuali"], 20),
        "minori": rng.integers(1, 5, 40),
        "livello": rng.normal(15, 4, 40),
    }
)
ondate = famiglie.merge(pd.DataFrame({"mese": [0, 6, 12]}), how="cross")
aiutate = (ondate["gruppo"] == "sperimentale") & (ondate["mese"] > 0)
ondate["notti"] = (ondate["livello"] + 6 * aiutate + rng.normal(0, 3, len(ondate))).clip(0, 30)
ondate["notti"] = ondate["notti"].round().mask(rng.random(len(ondate)) < 0.08)
ondate.drop(columns="livello").head(6)

# %% [markdown]
# Gli argomenti sono i nomi delle colonne; tutte le altre restano, come variabili di controllo.
# Con una colonna categorica il primo livello è quello con cui si confronta. Senza `begins` i
# trattati iniziano alla seconda ondata; la si indica quando iniziano in momenti diversi, vuota (o
# infinito) per chi non inizia mai.

# %%
ondate["gruppo"] = pd.Categorical(ondate["gruppo"], ["servizi attuali", "sperimentale"])
panel = ne.Panel.from_frame(ondate, unit="famiglia", time="mese", arm="gruppo", strata="comune")
panel

# %% [markdown]
# ### Differenza nelle differenze, e ANCOVA

# %%
cambiamento = ne.did(panel, "notti")
for nota in cambiamento.notes:
    print("-", nota.text("it"))
ne.table(cambiamento, language="it")

# %%
data_la_prima = ne.ancova(panel, "notti", adjust=["minori"])
data_la_prima.tidy()

# %% [markdown]
# `tidy` dà le righe; il livello si sceglie, perché un intervallo si calcola quando lo si chiede e
# non si conserva mai.

# %%
cambiamento.tidy(level=0.8)[["term", "estimate", "conf_low", "conf_high", "p_value"]]

# %%
ne.figure(
    data_la_prima,
    language="it",
    title={"en": "Nights at home", "it": "Notti a casa, sperimentale meno servizi attuali"},
    unit={"en": "nights of 30", "it": "notti su 30"},
)

# %% [markdown]
# Dietro ogni numero sta ciò che ciascuna famiglia porta al suo errore (la sua *influenza*). Così
# i numeri di metodi diversi si possono mettere insieme, con la covarianza che li lega, e
# combinare.

# %%
insieme = ne.Estimates.stack({"did": cambiamento, "ancova": data_la_prima.where(term="overall")})
insieme.contrast([1, -1], ["did meno ancova"])

# %% [markdown]
# ### Distribuire di nuovo i gruppi
# `permute` prende qualunque funzione da una porta a una risposta, o a un semplice numero.
# Distribuisce di nuovo i gruppi entro i comuni, e conta.

# %%
ne.permute(lambda porta: ne.did(porta, "notti"), panel, within="strata", draws=1999, seed=1)


# %%
def differenza_fra_mediane(porta):
    notti = porta.wide("notti")[:, -1]
    return np.nanmedian(notti[porta.arm == 1]) - np.nanmedian(notti[porta.arm == 0])


ne.permute(differenza_fra_mediane, panel, within="strata", draws=1999, seed=1)

# %% [markdown]
# `jackknife` e `bootstrap` funzionano allo stesso modo, su qualunque cosa; qui, togliendo un
# comune alla volta.

# %%
ne.jackknife(lambda porta: ne.did(porta, "notti"), panel, by="strata")

# %% [markdown]
# ### Quale numero viene per primo?
# `infer` legge dalla porta chi è stato assegnato e a quale livello, prende l'inferenza valida per
# quel disegno, dice perché, e mette accanto ciò che si deve leggere insieme.

# %%
scelta = ne.infer(lambda porta: ne.did(porta, "notti"), panel, draws=1999)
print(scelta.reason.text("it"))
ne.table(scelta, language="it")

# %% [markdown]
# Le stesse famiglie, se fossero stati assegnati interi comuni: due contro due. Non cambia altro,
# e la risposta è un'altra.

# %%
interi = ondate.assign(
    gruppo=np.where(ondate["comune"].isin(["Padova", "Abano"]), "sperimentale", "servizi attuali"),
    inizio=np.where(ondate["comune"].isin(["Padova", "Abano"]), 6.0, np.inf),
)
per_comune = ne.Panel.from_frame(
    interi, unit="famiglia", time="mese", begins="inizio", arm="gruppo", cluster="comune"
)
scelta = ne.infer(lambda porta: ne.did(porta, "notti"), per_comune, draws=1999)
for motivo in (scelta.reason, *scelta.refusals):
    print("-", motivo.text("it"))
ne.table(scelta, language="it")

# %% [markdown]
# ## 2. Durate: il tempo fino a quando qualcosa accade
# Quarantadue bambini con leucemia, la tabella più famosa dell'analisi della sopravvivenza
# (Freireich e altri, 1963; Cox, 1972): settimane in remissione, con 6-mercaptopurina o placebo.
# Il `+` dell'articolo è qui 0: ancora in remissione all'ultimo contatto.

# %%
trattati = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
finita = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
remissione = pd.DataFrame(
    {
        "settimane": trattati + placebo,
        "ricaduta": finita + [1] * len(placebo),
        "farmaco": pd.Categorical(["6-MP"] * 21 + ["placebo"] * 21, ["placebo", "6-MP"]),
    }
)
durate = ne.Durations.from_frame(remissione, time="settimane", event="ricaduta", arm="farmaco")
durate

# %%
curva = ne.kaplan_meier(durate, by="arm")
ne.figure(
    curva,
    language="it",
    title={"en": "Still in remission", "it": "Ancora in remissione"},
    labels={"x": {"en": "Weeks", "it": "Settimane"}},
)

# %% [markdown]
# Il tempo mediano, il log-rank, il rapporto tra rischi istantanei, il tempo medio ristretto:

# %%
ne.table(ne.quantile(curva, 0.5), language="it")

# %%
ne.table(ne.logrank(durate, by="arm"), language="it")

# %%
ne.cox(durate, ["arm"])

# %%
ne.table(ne.rmst(durate, by="arm", tau=20), language="it")

# %%
ne.permute(lambda porta: ne.logrank(porta, by="arm"), durate, draws=1999, seed=1)

# %%
ne.table(
    ne.infer(lambda porta: ne.logrank(porta, by="arm"), durate, tau=20, draws=1999), language="it"
)

# %% [markdown]
# Ingresso ritardato, intervalli, più cause, alloggi condivisi sono proprietà dei dati: si dicono
# una volta alla porta (`entry=`, `upper=`, `causes=`, `cluster=`), e nessun metodo deve
# sentirselo ripetere.
#
# ## 3. Com'è fatto un rifiuto onesto
# Un risultato che non si può dare non si dà: niente NaN, niente avvisi che scorrono via. Ci sono
# tre modi di dire di no, ciascuno una frase che dice dove e che cosa fare, in due lingue:
# `DataProblem` (la tabella), `DesignProblem` (la domanda non si addice allo studio),
# `NotEstimable` (tutto è in ordine, ma una risposta onesta non c'è).


# %%
def rifiutata(domanda):
    try:
        domanda()
    except (ne.DataProblem, ne.DesignProblem, ne.NotEstimable) as no:
        print(f"{type(no).__name__}: {no.text('it')}")


# %% [markdown]
# Un'ondata due volte:

# %%
doppia = pd.concat([ondate, ondate.iloc[[4]]])
rifiutata(lambda: ne.Panel.from_frame(doppia, unit="famiglia", time="mese", arm="gruppo"))

# %% [markdown]
# Uno stato di cui nessuno ha dichiarato i codici. In metà dei file del mondo 1 vuol dire evento,
# nell'altra metà il contrario:

# %%
non_dichiarata = remissione.assign(ricaduta=remissione["ricaduta"] + 1)
rifiutata(lambda: ne.Durations.from_frame(non_dichiarata, time="settimane", event="ricaduta"))

# %% [markdown]
# Soltanto i dimessi: l'archivio delle uscite, senza chi è ancora dentro, fa sembrare veloce ogni
# servizio.

# %%
dimessi = remissione[remissione["ricaduta"] == 1]
rifiutata(lambda: ne.Durations.from_frame(dimessi, time="settimane", event="ricaduta"))

# %% [markdown]
# Un orizzonte fino al quale un gruppo non è stato seguito:

# %%
rifiutata(lambda: ne.rmst(durate, by="arm", tau=30))

# %% [markdown]
# Una mediana che una curva non raggiunge:

# %%
primo_periodo = remissione.assign(
    ricaduta=remissione["ricaduta"].where(remissione["settimane"] <= 10, 0),
    settimane=remissione["settimane"].clip(upper=10),
)
brevi = ne.Durations.from_frame(primo_periodo, time="settimane", event="ricaduta", arm="farmaco")
rifiutata(lambda: ne.quantile(ne.kaplan_meier(brevi, by="arm"), 0.5))

# %% [markdown]
# Una separazione perfetta, dove il programma consueto stampa un rapporto di milioni e un
# intervallo da zero a infinito; e che cosa chiedere invece.

# %%
nessuna = remissione.assign(
    ricaduta=remissione["ricaduta"].where(remissione["farmaco"] == "placebo", 0)
)
separate = ne.Durations.from_frame(nessuna, time="settimane", event="ricaduta", arm="farmaco")
rifiutata(lambda: ne.cox(separate, ["arm"]))

# %%
ne.cox(separate, ["arm"], firth=True)

# %% [markdown]
# Un comune contro gli altri. Qui il programma consueto stampa un errore standard, ed è troppo
# piccolo:

# %%
solo = ondate.assign(inizio=np.where(ondate["comune"] == "Padova", 6.0, np.inf))
un_comune = ne.Panel.from_frame(
    solo, unit="famiglia", time="mese", begins="inizio", cluster="comune"
)
scelta = ne.infer(lambda porta: ne.did(porta, "notti"), un_comune)
for motivo in (scelta.reason, *scelta.refusals):
    print("-", motivo.text("it"))
ne.table(scelta, language="it")

# %% [markdown]
# ## E poi
# `METHODS.md` ha una scheda per ogni metodo: che cosa stima, che cosa richiede, dove è stato
# controllato. `help(ne.did)` dice lo stesso. `it_studio` percorre uno studio intero;
# `ne.simulate_pilot` e `ne.power` aiutano a progettarne uno.
