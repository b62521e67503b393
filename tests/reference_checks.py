"""What makes a reference agree with itself, as checks of one entry.

Whether an address answers needs the network. What is checked here needs
none: an entry's year, volume, arXiv number and DOI have to fit each other.
An entry is a flat dict of what stands in the BibTeX file.
"""

import re
from collections import Counter
from urllib.parse import urlsplit

from pybtex.database import parse_file

REQUIRED = {
    "article": {"journal", "volume"},
    "inproceedings": {"booktitle"},
    "incollection": {"booktitle", "publisher", "pages"},
    "book": {"publisher"},
    "mastersthesis": {"school"},
    "misc": set(),
}
"""What an entry needs besides authors, title and year, by its type."""

LAG = 3
"""Years that may pass between a preprint and the publication."""

REGISTRANTS = {
    "10.1002": r"Pure and Applied Mathematics",
    "10.1007": r"Lecture Notes|Biological Cybernetics|Control, Signals",
    "10.1016": r"Neural Networks|USSR Computational Mathematics",
    "10.1073": r"National Academy of Sciences",
    "10.1080": r"Technometrics",
    "10.1109": r"IEEE",
    "10.1111": r"Royal Statistical Society",
    "10.1117": r"SPIE",
    "10.1137": r"SIAM",
    "10.1142": r"International Journal of Uncertainty",
    "10.1162": r"Neural Computation",
    "10.1207": r"Cognitive Science",
    "10.1214": r"Annals of Mathematical Statistics",
    "10.23915": r"Distill",
    "10.3115": r"Empirical Methods in Natural Language",
    "10.4208": r"Communications in Computational Physics",
}
"""Where a DOI of each registrant may lead."""

PMLR_YEARS = {9: 2010, 15: 2011, 28: 2013, 37: 2015, 48: 2016, 49: 2016}
PMLR_YEARS[97] = 2019


def read_entries(path):
    """Returns the entries of a BibTeX file as flat dicts."""
    return [
        {
            "key": key,
            "kind": entry.type,
            "authors": entry.persons["author"],
            "year": int(entry.fields["year"]),
            **{n: v for n, v in entry.fields.items() if n != "year"},
        }
        for key, entry in parse_file(str(path)).entries.items()
    ]


def cited_keys(texts):
    """Returns the keys that pages cite."""
    groups = re.findall(r"\{cite:\w+\}`([^`]+)`", "\n".join(texts))
    return {key.strip() for group in groups for key in group.split(",")}


def venue_of(entry):
    names = ("journal", "booktitle", "series", "publisher")
    return " ".join(entry[name] for name in names if name in entry)


def fits_year(entry):
    """Whether a volume that counts years is that of the entry's year."""
    venue, year = venue_of(entry), entry["year"]
    volume = int(entry.get("volume", 0))
    if "Journal of Machine Learning Research" in venue:
        return volume == year - 1999
    if "Neural Information Processing Systems" in venue:
        return volume + 1987 in (year, year - 1)  # some appear in spring
    if "Proceedings of Machine Learning Research" in venue:
        number = re.search(r"(\d+)\w\w International Conference on M", venue)
        edition = number is None or int(number[1]) == year - 1983
        return PMLR_YEARS.get(volume) == year and edition
    return True


def posted(entry):
    """Returns the year of an arXiv number, or None if it is none."""
    number = entry["eprint"]
    found = re.fullmatch(r"(\d\d)(0[1-9]|1[0-2])\.(\d{4,5})", number)
    if found is None or len(found[3]) != (4 if number < "1501" else 5):
        return None
    return 2000 + int(found[1])


def check_fields(entry):
    missing = REQUIRED[entry["kind"]] - entry.keys()
    reachable = {"doi", "eprint", "url"} & entry.keys()
    return not missing and entry["title"] and bool(reachable)


def check_key(entry):
    name = "".join(entry["authors"][0].last_names)
    name = re.sub(r"\\\W|[{}]", "", name).lower()  # accents in BibTeX
    return re.fullmatch(rf"{name}{entry['year']}[a-z]*", entry["key"])


def check_pages(entry):
    pages = re.fullmatch(r"(\d+)--(\d+)", entry.get("pages", "1--2"))
    return pages and int(pages[1]) < int(pages[2])


def check_arxiv(entry):
    if "eprint" not in entry:
        return "archiveprefix" not in entry
    year = posted(entry)
    lag = 0 if entry["kind"] == "misc" else LAG
    return (
        entry.get("archiveprefix") == "arXiv"
        and year is not None
        and 0 <= entry["year"] - year <= lag
    )


def check_doi(entry):
    if "doi" not in entry:
        return True
    found = re.fullmatch(r"(10\.\d{4,5})/[^\s{}]+", entry["doi"])
    place = found and REGISTRANTS.get(found[1])
    return place and re.search(place, venue_of(entry))


def check_url(entry):
    return is_address(entry.get("url", "https://example.org/"))


def check_volume(entry):
    return fits_year(entry)


def is_address(url):
    """Whether a link is https to a host, without blanks or a final dot."""
    parts = urlsplit(url)
    return (
        parts.scheme == "https"
        and re.fullmatch(r"[\w-]+(\.[\w-]+)+", parts.netloc) is not None
        and re.search(r"\s|\.$", url) is None
    )


def repeated(entries, name):
    """Returns values of a field that two entries share."""
    plain = (re.sub(r"\W", "", e[name]).lower() for e in entries if name in e)
    return [value for value, count in Counter(plain).items() if count > 1]
