"""Makes languages/cldr.z: what the things and places that prompts name are called in other languages.

    python3 make_languages.py CLDR_DIR

CLDR_DIR is the folder of npm cldr-annotations-full 48.2.0: for each language, each emoji's short name and keywords. A
foreign word is given the English word of ours (a name or alias of a prop, a place, a time, a weather, a colour, an idea)
that stands at the same emoji: the one whose emoji are most like its own. What lies thin there is in languages/own.txt,
written by hand. Needs Python 3.11.
"""

import collections
import json
import pathlib
import re
import sys
import tomllib
import zlib

HERE = pathlib.Path(__file__).parent
# The short name says what the emoji shows, keywords what it has to do with.
SHORT_NAME, KEYWORD = 3.0, 1.0
# Least likeness (weighted Jaccard index) of the emoji of a word and of its translation.
# Words that only share an emoji are near to the thing that it shows, but mean no place, time, colour or idea.
LEAST, LEAST_NO_THING = 0.3, 0.45
# Of equals, a thing's own name is taken before what else it is called.
NAME_BONUS = 0.02
# A phrase of more words is a description.
LONGEST_WORDS = 3
LONGEST_LETTERS = 28
# Shorter words are articles and prepositions as well.
SHORTEST_LATIN = 3


def code(emoji):
    return "-".join(f"{ord(c):x}" for c in emoji if ord(c) != 0xFE0F)


def annotations(folder, language):
    """Of each emoji (short name, keywords)."""
    path = folder / "annotations" / language / "annotations.json"
    entries = json.loads(path.read_text(encoding="utf8"))["annotations"]["annotations"]
    return {code(e): (v.get("tts", [""])[0], v.get("default", [])) for e, v in entries.items()}


def plain(phrase):
    phrase = re.sub(r"[’`ʼ]", "'", phrase.lower())
    return " ".join(re.findall(r"[\w'\u0300-\u036f\u0590-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u200c]+", phrase))


def is_latin(phrase):
    return all(ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in phrase)


def english_phrases():
    """What the tables of meaning understand, and at which emoji of ours it stands."""
    at = collections.defaultdict(dict)
    known = set()
    for prop in json.loads((HERE / "fluent/props.json").read_text(encoding="utf8")):
        own = prop["code"].replace("-fe0f", "")
        for phrase in [prop["name"], *prop["aliases"]]:
            known.add(plain(phrase))
            at[plain(phrase)][own] = SHORT_NAME
        for phrase in prop["keywords"]:
            at[plain(phrase)].setdefault(own, KEYWORD)
    table = lambda name: tomllib.loads((HERE / f"meaning/{name}.toml").read_text(encoding="utf8"))
    words = table("words")
    for kind in ("daytime", "daytime_hint", "weather", "weather_hint"):
        known |= {plain(p) for list_ in words[kind].values() for p in list_}
    for entry in table("sets").values():
        known |= {plain(p) for p in entry["words"] + entry.get("inside", [])}
    known |= {plain(p) for p in [*table("colours")["colour"], *table("concepts"), *table("people")["person"]]}
    known |= {plain(p) for entry in table("people")["activity"] for p in entry["words"]}
    known |= {plain(p) for mood in words["mood"] for p in mood["words"]}
    return known, at


def emoji_of(entries):
    """Of each phrase, the emoji that it stands at, with weights."""
    at = collections.defaultdict(dict)
    for emoji, (name, keywords) in entries.items():
        for phrase in keywords:
            at[plain(phrase)].setdefault(emoji, KEYWORD)
        at[plain(name)][emoji] = SHORT_NAME
    at.pop("", None)
    return at


def likeness(a, b):
    both = set(a) | set(b)
    least = sum(min(a.get(c, 0.0), b.get(c, 0.0)) for c in both)
    return least / sum(max(a.get(c, 0.0), b.get(c, 0.0)) for c in both)


def main(folder):
    own = (HERE / "languages/own.txt").read_text(encoding="utf8")
    languages = re.findall(r"^\[([\w-]+)", own, re.MULTILINE)
    known, english = english_phrases()
    for phrase, emoji in emoji_of(annotations(folder, "en")).items():
        for emoji, weight in emoji.items():
            english[phrase][emoji] = max(weight, english[phrase].get(emoji, 0.0))
    english = {phrase: emoji for phrase, emoji in english.items() if phrase in known}
    here = collections.defaultdict(set)
    for phrase, emoji in english.items():
        for one in emoji:
            here[one].add(phrase)
    english_names = {emoji: plain(name) for emoji, (name, _) in annotations(folder, "en").items()}
    props = json.loads((HERE / "fluent/props.json").read_text(encoding="utf8"))
    own_names = {plain(prop["name"]) for prop in props}
    things = own_names | {plain(alias) for prop in props for alias in prop["aliases"]}
    lines, total = [], 0
    for language in languages:
        made = collections.defaultdict(list)
        for phrase, emoji in sorted(emoji_of(annotations(folder, language)).items()):
            is_name = SHORT_NAME in emoji.values()
            if len(phrase.split()) > (LONGEST_WORDS if is_name else 1) or len(phrase) > LONGEST_LETTERS:
                continue
            if is_latin(phrase) and len(phrase) < SHORTEST_LATIN:
                continue
            if any(c.isdigit() for c in phrase):
                continue
            near = {word for one in emoji for word in here[one]}
            named = {english_names[one] for one, weight in emoji.items() if weight == SHORT_NAME and one in english_names}
            score = lambda word: likeness(emoji, english[word]) + (word in named) + NAME_BONUS * (word in own_names)
            best = max(((score(word), word) for word in near), default=(0.0, ""))
            if best[0] >= (LEAST if best[1] in things else LEAST_NO_THING):
                made[best[1], not is_name].append(phrase)
        lines.append(f"={language}")
        for word in sorted({word for word, _ in made}):
            names, keywords = ("|".join(made[word, is_keyword]) for is_keyword in (False, True))
            lines.append("\t".join([word, names, keywords]).rstrip("\t"))
        total += sum(map(len, made.values()))
    text = "\n".join(lines) + "\n"
    packed = zlib.compress(text.encode(), 9)
    (HERE / "languages/cldr.z").write_bytes(packed)
    print(len(languages), "languages,", total, "phrases,", len(text.encode()), "bytes, packed", len(packed))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]))
