"""People who do not exist: names, codici fiscali, employers and social workers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from nextome_eval.simulate.cohort import stream
from nextome_eval.simulate.spreadsheets.sheet import rows_of
from nextome_eval.study.records import Records

__all__ = ["COUNTRIES", "Country", "Invented", "double_of", "encode", "invent", "provisional_code"]


@dataclass(frozen=True)
class Country:
    """How one country is written in Italian files: adjective, name, ISTAT and Belfiore code."""

    feminine: str
    masculine: str
    name: str
    istat: int
    belfiore: str


COUNTRIES = {
    "NG": Country("nigeriana", "nigeriano", "Nigeria", 443, "Z335"),
    "MA": Country("marocchina", "marocchino", "Marocco", 436, "Z330"),
    "CI": Country("ivoriana", "ivoriano", "Costa d'Avorio", 404, "Z313"),
    "SO": Country("somala", "somalo", "Somalia", 453, "Z345"),
    "UA": Country("ucraina", "ucraino", "Ucraina", 243, "Z138"),
    "SY": Country("siriana", "siriano", "Siria", 348, "Z240"),
    "CM": Country("camerunese", "camerunese", "Camerun", 411, "Z306"),
    "AF": Country("afghana", "afghano", "Afghanistan", 301, "Z200"),
    "BD": Country("bengalese", "bengalese", "Bangladesh", 305, "Z249"),
    "TN": Country("tunisina", "tunisino", "Tunisia", 460, "Z352"),
    "PK": Country("pakistana", "pakistano", "Pakistan", 344, "Z236"),
    "GH": Country("ghanese", "ghanese", "Ghana", 423, "Z318"),
    "ER": Country("eritrea", "eritreo", "Eritrea", 466, "Z368"),
}

# citizenship -> surnames, women's and men's first names
_NAMES = {
    "NG": ("Okoro Adeyemi Eze Osagie Balogun Igwe Omoruyi", "Blessing Joy Grace Esther Faith",
           "Emmanuel Victor Samuel Daniel"),
    "MA": ("Benali Idrissi Tazi Bouzid Ziani Alaoui", "Fatima Nadia Khadija Salma Samira",
           "Youssef Karim Hamza Rachid"),
    "CI": ("Kouassi Koffi Traorè N'Guessan Ouattara Konan", "Aya Mariam Adjoua Awa",
           "Moussa Serge Ibrahim Yao"),
    "SO": ("Warsame Hassan Abdi Farah Jama", "Hodan Amina Sahra Ifrah", "Ahmed Omar Abdullahi Ali"),
    "UA": ("Kovalenko Shevchuk Bondar Tkachenko Melnyk", "Olena Iryna Oksana Natalia",
           "Andrii Serhii Taras Ivan"),
    "SY": ("Haddad Khoury Nassar Sabbagh", "Rasha Lina Hiba Maya", "Omar Bilal Majd Rami"),
    "CM": ("Mbarga Ngono Fotso Tchoua", "Mireille Solange Clarisse", "Hervé Patrice Alain"),
    "AF": ("Ahmadi Rahimi Noori Karimi", "Zahra Mariam Shabnam", "Rashid Farid Hamid"),
    "BD": ("Rahman Hossain Akter Chowdhury", "Nasrin Sultana Rina", "Rafiq Kamal Tanvir"),
    "TN": ("Trabelsi Gharbi Mejri", "Amel Olfa Leila", "Bilel Walid Sami"),
    "PK": ("Khan Malik Butt", "Ayesha Sana Nazia", "Imran Usman Adnan"),
    "GH": ("Mensah Owusu Boateng", "Abena Akosua Comfort", "Kwame Kofi Kwabena"),
    "ER": ("Tesfay Habte Ghebremedhin", "Selam Senait Luwam", "Yonas Filmon Dawit"),
}  # fmt: skip
SOCIAL_WORKERS = ["dott.ssa Bertin", "dott.ssa Zanella", "dott. Meneghetti", "dott.ssa Favaro"]


@dataclass(frozen=True)
class Invented:
    """Names and codes by simulated id: person -> (surname, first name), code; employer -> code."""

    names: dict[str, tuple[str, str]]
    codes: dict[str, str]
    employers: dict[str, str]


def invent(records: Records, seed: int) -> Invented:
    """Give every simulated person a name and a code, every employer a code."""
    rng = stream(seed, "names")
    names: dict[str, tuple[str, str]] = {}
    codes: dict[str, str] = {}
    family: dict[str, str] = {}
    for row in rows_of(records.members):
        surnames, women, men = (words.split() for words in _NAMES[row["citizenship"]])
        surname = family.setdefault(row["household"], str(rng.choice(surnames)))
        first = str(rng.choice(women if row["sex"] == "F" else men))
        names[row["person"]] = (surname, first)
        here = row["relation"] == "child" and rng.random() < 0.4
        birthplace = "G224" if here else COUNTRIES[row["citizenship"]].belfiore
        codes[row["person"]] = encode(surname, first, row["sex"], row["birth_date"], birthplace)
    employers = {
        str(employer): _employer(str(employer), rng)
        for employer in sorted(records.jobs["employer"].dropna().unique())
    }
    return Invented(names, codes, employers)


def encode(surname: str, first: str, sex: Literal["F", "M"], born: Any, birthplace: str) -> str:
    """Return the codice fiscale of a person who does not exist."""
    from codicefiscale import codicefiscale

    day = date(born.year, born.month, born.day)
    return str(
        codicefiscale.encode(
            lastname=surname,
            firstname=first,
            gender=sex,
            birthdate=day.strftime("%d/%m/%Y"),
            birthplace=birthplace,
        )
    )


def double_of(code: str) -> str:
    """Return the code that the tax office gives to the second person of one code (omocodia)."""
    from codicefiscale import codicefiscale

    return str(codicefiscale.decode(code)["omocodes"][1])


def _employer(name: str, rng: np.random.Generator) -> str:
    if name.startswith("F"):  # a family that employs domestic help
        born = date(
            int(rng.integers(1938, 1965)), int(rng.integers(1, 13)), int(rng.integers(1, 28))
        )
        surname = str(rng.choice(["Schiavon", "Pavan", "Rampazzo", "Galeazzo", "Toniolo"]))
        return encode(surname, str(rng.choice(["Lucia", "Teresa", "Anna"])), "F", born, "G224")
    return provisional_code(f"04{int(rng.integers(10000, 99999)):05d}028")


def provisional_code(ten: str) -> str:
    """Add the check digit to ten digits: a provisional code, or an employer's VAT number."""
    digits = [int(c) for c in ten]
    doubled = [2 * d - 9 * (d > 4) for d in digits[1::2]]
    return ten + str(-(sum(digits[::2]) + sum(doubled)) % 10)
