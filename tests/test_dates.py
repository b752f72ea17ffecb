"""Dates and hours in every form that minutes use; what is not certain is marked."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labkit.language.vocabulary import plain
from labkit.minutes import dates

REFERENCE = "2014-06-01"

WHOLE = {
    "14.03.2024": ["2024-03-14"],
    "il 9/10/2014": ["2014-10-09"],
    "2023/11/15": ["2023-11-15"],
    "2023-11-15": ["2023-11-15"],
    "28.02.17": ["2017-02-28"],
    "20giugno2018": ["2018-06-20"],
    "1º ottobre 2013": ["2013-10-01"],
    "1° ottobre 2013": ["2013-10-01"],
    "primo agosto 2012": ["2012-08-01"],
    "addì due maggio 2014": ["2014-05-02"],
    "L’anno duemilaventitré, il giorno uno del mese di marzo": ["2023-03-01"],
    "Il giorno dodici del mese di maggio dell'anno duemilaquindici": ["2015-05-12"],
    "trentuno dicembre duemilaundici": ["2011-12-31"],
    "Verbale del giorno martedì 23 aprile 2013": ["2013-04-23"],
    "7 sett. 2013": ["2013-09-07"],
    "28 febbr. 2013": ["2013-02-28"],
    "5 del mese di maggio dell'anno 2015": ["2015-05-05"],
}
INFERRED = {
    "14 marzo u.s.": ["2014-03-14"],
    "9 maggio p.v.": ["2015-05-09"],
    "5 e 19 aprile e 3 maggio": ["2014-04-05", "2014-04-19", "2014-05-03"],
    "dal 20 al 28 aprile": ["2014-04-20", "2014-04-28"],
    "- 21/01 Ufficio di Piano": ["2014-01-21"],
    "entro il 30.09": ["2014-09-30"],
    "(01/02)": ["2014-02-01"],
}
NONE = [
    "ore 14.30/16.40",
    "alle ore 15 maggio",
    "il triennio 2015-2017",
    "Piano di zona 2012/2014",
    "euro 12.05",
    "art. 3/12",
    "30.01.1",
    "31 giugno 2014",
    "via Roma 16, Crema",
    "Marzo è lungo",
    "punto 4.2",
]


@pytest.mark.parametrize("text", WHOLE)
def test_whole_dates(text):
    found = list(dates.find(plain(text), reference=REFERENCE))
    assert [f.date for f in found] == WHOLE[text]
    assert not any(f.inferred for f in found)


@pytest.mark.parametrize("text", INFERRED)
def test_a_missing_year_is_inferred_and_marked(text):
    found = list(dates.find(plain(text), reference=REFERENCE))
    assert [f.date for f in found] == INFERRED[text]
    assert all(f.inferred for f in found)


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_date(text):
    assert list(dates.find(plain(text), reference=REFERENCE)) == []


def test_a_weekday_that_contradicts_its_date_is_marked():
    wrong, right = (next(dates.find(t)) for t in ("lunedì 19 giugno 2018", "martedì 19 giugno 2018"))
    assert wrong.weekday_wrong and not right.weekday_wrong


def test_a_weekday_chooses_the_year_where_it_can():
    found = next(dates.find("lunedì 12.06", reference="2017-06-14"))
    assert (found.date, found.weekday_wrong) == ("2017-06-12", False)


@given(st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)))
def test_every_day_is_read_in_each_form(day):
    month = next(m for m, n in dates.MONTHS.items() if n == day.month)
    weekday = next(w for w, n in dates.WEEKDAYS.items() if n == day.weekday())
    for text in (
        f"{day.day} {month} {day.year}",
        f"{weekday} {day.day} {month} {day.year}",
        f"{day:%d.%m.%Y}",
        f"{day:%d/%m/%Y}",
        f"{day:%Y-%m-%d}",
    ):
        found = list(dates.find(text))
        assert [f.date for f in found] == [day.isoformat()], text
        assert not found[0].weekday_wrong


@given(st.text(max_size=80))
def test_any_text_is_survived(text):
    for found in dates.find(plain(text), reference=REFERENCE):
        dt.date.fromisoformat(found.date)


HOURS = {
    "Orario: 14.30/16.40": ("14:30", "16:40"),
    "ore 14.30 - 16.40": ("14:30", "16:40"),
    "dalle 18 alle 21.30": ("18:00", "21:30"),
    "h. 20.30": ("20:30", None),
    "ore 21,14": ("21:14", None),
    "Inizio ore 14,30; fine ore 16,40": ("14:30", "16:40"),
    "Inizio: 14.30. Fine: 16.30": ("14:30", "16:30"),
    "La seduta è aperta alle ore 14:30 e si chiude alle 16:40": ("14:30", "16:40"),
    "Si apre alle 17.00, si finisce alle 19.00": ("17:00", "19:00"),
    "nessuna ora": (None, None),
}


@pytest.mark.parametrize("text", HOURS)
def test_hours(text):
    assert dates.hours(text) == HOURS[text]
