"""The words in which each town fills in its forms: canonical value to what is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["ABANO", "CADONEGHE", "MONTEGROTTO", "PADOVA", "Dialect"]


@dataclass(frozen=True)
class Dialect:
    """One town's words; `missing` says how it writes each reason for a gap."""

    towns: tuple[Any, ...]
    arm: dict[str, str]
    home_type: dict[str, str]
    household_type: dict[str, str]
    sex: dict[str, str]
    permit: dict[str, str]
    origin: dict[str, str]
    flag: tuple[str, str]
    citizenship: str
    missing: dict[str, str] = field(default_factory=dict)


_PERMITS = ("refugee", "subsidiary", "special", "family", "work", "long_term", "other")
_KINDS = ("single_mother", "single_father", "couple_with_children", "couple", "single", "other")
_ORIGINS = ("sai", "cas", "shelter", "private", "other")


def _by(keys: tuple[str, ...], *words: str) -> dict[str, str]:
    return dict(zip(keys, words, strict=True))


PADOVA = Dialect(
    towns=("Padova", "Padova", "PADOVA", 28060),
    arm={"pilot": "Sperimentale", "control": "Controllo"},
    home_type={"cohousing": "Cohousing", "flat": "Appartamento", "none": "Nessuno"},
    household_type=_by(
        _KINDS, "Madre sola con figli", "Padre solo con figli", "Coppia con figli", "Coppia",
        "Persona sola", "Altro",
    ),
    sex={"F": "F", "M": "M"},
    permit=_by(
        _PERMITS, "Status di rifugiato", "Protezione sussidiaria", "Protezione speciale",
        "Motivi familiari", "Lavoro", "Lungo periodo UE", "Altro",
    ),
    origin=_by(_ORIGINS, "SAI", "CAS", "Comunità", "Alloggio privato", "Altro"),
    flag=("Sì", "No"),
    citizenship="adjective",
    missing={"not_asked": "n.d.", "refused": "non dichiara"},
)  # fmt: skip

ABANO = Dialect(
    towns=("Abano", "Abano Terme", "ABANO TERME (PD)"),
    arm={"pilot": "S", "control": "C"},
    home_type={"cohousing": "coabitazione", "flat": "alloggio", "none": "nessuno"},
    household_type=_by(
        _KINDS, "monogenitore (madre)", "monogenitore (padre)", "coppia con figli",
        "coppia senza figli", "singolo", "altro",
    ),
    sex={"F": "femmina", "M": "maschio"},
    permit=_by(
        _PERMITS, "asilo", "sussidiaria", "speciale", "famiglia", "lavoro subordinato",
        "carta di soggiorno UE", "altro",
    ),
    origin=_by(_ORIGINS, "SAI", "CAS", "comunità", "casa privata", "altro"),
    flag=("S", "N"),
    citizenship="name",
    missing={"not_asked": "non pervenuto", "refused": "rifiuta"},
)  # fmt: skip

CADONEGHE = Dialect(
    towns=("Cadoneghe",),
    arm={"pilot": "sperim.", "control": "controllo"},
    home_type={"cohousing": "cohousing", "flat": "appartamento", "none": "no"},
    household_type=_by(_KINDS, "MADRE+F", "PADRE+F", "COPPIA+F", "COPPIA", "SINGOLO", "ALTRO"),
    sex={"F": "F", "M": "M"},
    permit=PADOVA.permit,
    origin=PADOVA.origin,
    flag=("SI", "NO"),
    citizenship="istat",
    missing={"not_asked": "N.P.", "refused": "non dichiara"},
)

MONTEGROTTO = Dialect(
    towns=("Montegrotto", "Montegrotto Terme"),
    arm={"pilot": "Next to me", "control": "Servizi attuali"},
    home_type={
        "cohousing": "Cohousing, con altri nuclei",
        "flat": "Appartamento, da soli",
        "none": "Nessuno",
    },
    household_type=_by(
        _KINDS, "Madre con figli, senza altri adulti", "Padre con figli, senza altri adulti",
        "Coppia, con figli", "Coppia, senza figli", "Una persona sola", "Altro",
    ),
    sex={"F": "Donna", "M": "Uomo"},
    permit=_by(
        _PERMITS, "Asilo (rifugiato)", "Protezione sussidiaria", "Protezione speciale",
        "Motivi di famiglia", "Motivi di lavoro", "Soggiornante di lungo periodo", "Altro",
    ),
    origin=_by(_ORIGINS, "SAI", "CAS", "Comunità o dormitorio", "Casa privata", "Altro"),
    flag=("Sì", "No"),
    citizenship="belfiore",
    missing={"not_asked": "Non chiesto", "refused": "Preferisco non rispondere"},
)  # fmt: skip
