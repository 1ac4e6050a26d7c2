"""Every pattern of the reader, named, with examples of what it takes and what it leaves (a test holds them to it).

None looks further than a bounded stretch, so that reading is linear in the text. Those that end in `$` are searched in
the stretch before a number, the others are matched at a place. All but the few that are told so see lower case.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
NUMERALS = {w: i for i, w in enumerate(SMALL)} | {w: 10 * i for i, w in enumerate(TENS, 2)}
MAGNITUDES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
DENOMINATORS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8,
    "ninth": 9, "tenth": 10, "hundredth": 100,
}  # fmt: skip
VULGAR = dict(
    zip(
        "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒",
        "1/2 1/3 2/3 1/4 3/4 1/5 2/5 3/5 4/5 1/6 5/6 1/8 3/8 5/8 7/8 1/7 1/9 1/10".split(),
        strict=True,
    )
)
MULTIPLES = {
    "twice": ("2", ""), "thrice": ("3", ""), "doubles": ("2", "up"), "doubled": ("2", "up"), "doubling": ("2", "up"),
    "triples": ("3", "up"), "tripled": ("3", "up"), "tripling": ("3", "up"), "quadruples": ("4", "up"),
    "quadrupled": ("4", "up"), "halves": ("0.5", "down"), "halved": ("0.5", "down"), "halving": ("0.5", "down"),
}  # fmt: skip

_small = "(?:" + "|".join(TENS) + ")(?:[ -](?:" + "|".join(SMALL[1:10]) + r")\b)?|" + "|".join(reversed(SMALL))
_group = rf"(?:(?:{_small}|an?)[ -]hundred(?:[ -](?:and[ -])?(?:{_small})\b)?|(?:{_small}))"
_magnitude = "(?:thousand|million|billion|trillion)"
_cardinal = rf"an? {_magnitude}|{_group}\b(?:[ -]{_magnitude}\b(?:,? (?:and )?{_group}\b)?){{0,3}}|an?(?=[ -]dozen\b)"
_denominator = (
    "(?:half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)"
)

PATTERNS: dict[str, tuple[str, list[str], list[str]]] = {
    "european": (
        r"\d{1,3}(?:\.\d{3}){1,6},\d++|\d{1,3}(?:\.\d{3}){2,6}(?![\d.]*\d)",
        ["1.234,5", "1.234.567"],
        ["1.234", "1,234.5"],
    ),
    "english": (
        r"\d{1,3}(?:(?:,|\{,\})\d{3}){1,8}(?!\d)(?:\.\d++)?|\d{1,2}(?:,\d{2}){1,4},\d{3}(?!\d)(?:\.\d++)?",
        ["87,599", "1,234,567.8", "87{,}599", "12,34,567"],
        ["87,59", "8759"],
    ),
    "spaced": (
        r"\d{1,3}(?:[\u00a0\u2009\u202f'’]\d{3}){1,6}(?!\d)(?:\.\d++)?"
        r"|\d{1,3}(?: \d{3}){2,5}(?![\d,.%])|\d{1,3} \d{3}(?= [a-z]{3})",
        ["87\u2009599", "1'234", "1 000 000", "12 345 patients"],
        ["12 34", "88 500"],
    ),
    "comma": (r"\d++,\d{1,2}(?![\d,])|0,\d{3,8}(?!\d)", ["27,5", "0,27"], ["27,500", "1,2,3"]),
    "plain": (r"\d++(?:\.\d++)?|\.\d++", ["8.2", "8", ".05"], ["x"]),
    "exponent": (r"[eE][+\-−–]?\d{1,4}(?![\w.]*\d)(?![A-Za-z])", ["e-5", "E6"], ["e", "ex"]),
    "power": (
        r"\s?(?:[×x*·⋅]|\\times|\\cdot)\s?10(?:\^\{?([+\-−–]?\d{1,4})\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}))",
        [" × 10^5", "×10⁻⁴", " \\times 10^{5}"],
        [" x 10", "x3"],
    ),
    "raised": (r"\^\{?([+\-−–]?\d{1,4})\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})", ["^5", "^{10}", "⁵"], ["5"]),
    "error": (r"\s?(?:±|\+/-|\+/−|\+-|\\pm)\s?(\d++(?:\.\d++)?|\.\d++)", ["±0.3", " +/- 0.3"], ["+0.3"]),
    "cardinal": (_cardinal, ["nine", "twenty-one", "two hundred and fifty", "fifty thousand"], ["first", "a"]),
    "fraction": (
        rf"(?:(an?|{_group})[ -])?({_denominator})\b",
        ["two thirds", "a quarter", "three-quarters", "half"],
        ["thirdly"],
    ),
    "spelt_decimals": (
        r" point ((?:" + "|".join(SMALL[:10]) + r")(?: (?:" + "|".join(SMALL[:10]) + r")){0,3})\b",
        [" point two", " point zero five"],
        [" points", " point of"],
    ),
    "multiple": (
        r"(?:(an?|" + _group + r")[ -]?fold|" + "|".join(MULTIPLES) + r"|double(?= the\b)|triple(?= the\b))\b",
        ["three-fold", "fivefold", "twice", "doubled"],
        ["double-blind", "fold"],
    ),
    "some_in": (
        r"(\d{1,3}|" + _small + r") in (\d{1,3}|" + _small + r")(?= [a-z]{3})",
        ["1 in 5 adults", "one in five adults"],
        ["1 in 2019"],
    ),
    "quotient": (r"(\d)/(\d{1,2})(?= of\b)", ["2/3 of them"], ["8.2/7.5", "2/3.5"]),
    "date": (
        r"\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{1,2}([/.])\d{1,2}\1(?:\d{4}|\d{2})(?![\d/])|\d{1,2}:\d{2}(?::\d{2})?(?![\d:])",
        ["2026-06-30", "06/30/2026", "10:30"],
        ["3:1", "8.2/7.5"],
    ),
    "identifier": (r"\d{2}(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d{1,2})?(?![\d.]*\d)", ["2005.13013v2"], ["2013.5", "8.2"]),
    "dimensions": (r"\d{1,6}(?:\s?[x×]\s?\d{1,6}){1,3}(?![\d^⁰¹²³⁴⁵⁶⁷⁸⁹-])", ["224x224", "3×3"], ["3 × 10^5", "8x"]),
    "chain": (
        r"(?:\s?(?:[-–—,/&]|,?\s?(?:and|or|to))\s?\(?\d{1,4}(?:\.\d{1,3}){0,3}[a-z]?\b\)?){0,9}",
        [" and 2", "–4", ", 3 and 5"],
        ["x"],
    ),
    # --- what stands around a number ---
    "candidate": (
        r"[0-9½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒]|(?<![\w.])\.[0-9]"
        r"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|th?irteen|fourteen|fifteen|sixteen|seventeen"
        r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|zero|an? (?:hundred|thousand|million"
        r"|billion|dozen|half|third|quarter|fourth|fifth|sixth|seventh|eighth|ninth|tenth|hundredth)\b|half|twice|thrice"
        r"|doubl|tripl|quadrupl|halv)",
        ["8", "½", ".05", "nine", "a dozen", "half"],
        ["x", "anine"],
    ),
    "address": (
        "(?i:"
        r"(?:https?://|ftp://|www\.|doi:\s?|\b10\.\d{4,9}/|\b[\w-]{1,40}\.(?:org|com|net|edu|io|gov|ai|de|uk)/)\S*"
        ")",
        ["https://example.org/1", "doi:10.1000/x", "example.org/1"],
        ["8.2/7.5"],
    ),
    "separators": (
        r"[,{}\s'’]",
        [",", " "],
        ["."],
    ),
    "number_end": (
        r"(?:^|[^\w.-])[(\[$€£]?[-+−]?\d[\d.,]*\s?(?:%|[kKMB])?\s?$",
        ["3", "about 5%", "$4"],
        ["GPT-4", "x"],
    ),
    "ordinal": (
        r"(?:st|nd|rd|th)\b",
        ["th"],
        ["x"],
    ),
    "devices": (
        r"[x×](?=[A-Z])",
        ["×A"],
        ["x3", "×"],
    ),
    "mixed": (
        r"\d{1,4} ?[" + "".join(VULGAR) + "]",
        ["2½"],
        ["2"],
    ),
    "idiom": (
        r"24/7\b|\d{2,4}s\b(?<=0s)(?!\s?(?:per|latency))",
        ["24/7", "1990s"],
        ["24", "12s"],
    ),
    "version": (
        r"\d{1,2}(?:\.\d{1,2})?",
        ["3.11", "2"],
        ["71.325", "x"],
    ),
    "size": (
        r"[ -]\d{1,3}(?:\.\d)?[BM]\b",
        [" 7B", "-70B"],
        [" 7 bears"],
    ),
    "squad": (
        r"squad[ -]v?$",
        ["squad v", "squad "],
        ["mnli "],
    ),
    "points": (
        r"(?:[\s-]+(?!(?:of|in|on|at|for|from|to|by|with|and|or|than|that|which|is|are|was|were|the|an?)\b)[a-z][a-z0-9+]*){1,2}[\s-]points?\b",
        [" bleu points", " accuracy points"],
        [" of points", " points"],
    ),
    "likert": (
        r"[\s-](?:likert|scale|rating|ordinal)",
        [" likert", " scale"],
        [" gain"],
    ),
    "folds": (
        r"-fold(?=s?\s(?:cross|stratified|cv\b|nested))",
        ["-fold cross-validation"],
        ["-fold increase"],
    ),
    "gap": (
        r"[\s-]",
        [" ", "-"],
        ["x"],
    ),
    "dimension": (
        r"\s?\d",
        ["3", " 3"],
        ["a"],
    ),
    "kind_of_time": (
        r"(?:gpu|cpu|tpu|core|machine|person|working|wall-clock)[\s-](?=(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b)",
        ["gpu hours", "person-years"],
        ["gpus ", "hours"],
    ),
    "hyphened": (
        r"-([a-z]{3,20})\b(?!-(?:of|to)\b)",
        ["-layer"],
        ["-to"],
    ),
    "of_the": (
        r" of (?:all )?(?:the|these|those|our|their)(?= )",
        [" of the tasks"],
        [" of tasks"],
    ),
    "word": (
        r"\s([a-z][a-z0-9+'’-]{0,30})(?![\w])",
        [" tasks"],
        ["tasks", " 9"],
    ),
    "joined": (
        r"(?<=ing|ent|ion|ial) and [a-z]{4,20} [a-z]{3,20}s\b",
        ["training and development examples"],
        ["training and tasks"],
    ),
    "slashed_name": (r"(?:^|[\s(\[,])[A-Za-z][\w/-]*/$", ["SMC5/", "virus A/PR/"], ["8.2/", "points /"]),
    "spaced_scale": (
        r" (?:K|M|B|bn)(?![\w-])",
        [" K"],
        ["K", " Kelvin"],
    ),
    "bracket_left": (
        r"\[(?:[\d ,;–-]*)$",
        ["see [", "[3, "],
        ["[a "],
    ),
    "bracket_right": (
        r"[\d ,;–-]{0,40}\]",
        ["]", ", 5–7]"],
        [")"],
    ),
    "level": (
        r"\b(?:ci|interval|range|iqr)\b[^\w]{0,4}\[?[\d ,;–-]*$",
        ["95% ci ["],
        ["see ["],
    ),
    "degrees_of_freedom": (
        r"(?:^|[^A-Za-z])(?:[tFrzHUQ]|χ[2²]|chi2|X2|df)\s?\([\d., ]*$",
        ["t(", "F(2, ", "χ2("],
        ["BLEU (", "("],
    ),
    "list_label": (
        r"\d{1,2}[.)](?=\s)|\d{1,2}(?=\)\s)",
        ["1. ", "2) "],
        ["1.5"],
    ),
    "heading": (
        r"\d{1,2}(?:\.\d{1,2}){1,3}\s(?=[A-Z][a-z])[A-Z]",
        ["3.1 Data"],
        ["3.1 points"],
    ),
    "year_end": (
        r"[a-h]?(?:[–—/-]\d\d(?!\d))?",
        ["a", "/19", "–20"],
        ["x"],
    ),
    "small_to": (
        r"(?:^|[^\d.,])(?:[-−–]\s?\d{1,9}|\d{1,3}|(?!1[5-9]|20)\d{4}|[\d,]{5,12}|\d{0,9}\.\d{1,9})(?:\s(?:to|and|or)\s|[-–])$",
        ["0 to ", "5–"],
        ["1990 to "],
    ),
    "year_span": (
        r"\b(?:18|19|20)\d\d\s?[–—/-]\s?$",
        ["2018–"],
        ["18–"],
    ),
    "name_before": (
        r"\b[A-Z][A-Za-z]*[A-Z]\w*[ ’']$|\bet al\.?,?\s?\(?$",
        ["at EMNLP ", "Phang et al., "],
        ["on average "],
    ),
    "label_word": (
        r"\b(?:section|table|figure|chapter|phase|type|part|stage|appendix)\s$",
        ["phase ", "section "],
        ["phases "],
    ),
    "p_value": (
        r"(?:^|[^a-z@])p(?:[ -]?val(?:ue)?s?)?(?: for (?:the )?[a-z-]{4,16})?\s?(?:(?:of|was|is|were)\s?)?"
        r"(<=|>=|[<>=≤≥])\s?$"
        r"|(?:^|[^a-z])p[ -]val(?:ue)?s?(?: for (?:the )?[a-z-]{4,16})?\s(?:of|was|is|were)\s$()"
        r"|(?:^|[^a-z])p for (?:the )?(?:interaction|trend|heterogeneity|difference)\s(?:(?:of|was|is)\s)?$()",
        ["p < ", "(p=", "p-value of ", "p for interaction = ", "(p for trend ", "p-value for interaction was "],
        ["map = ", "p ", "p for "],
    ),
    "multiplied": (
        r"\bmultipl(?:y|ies|ied|ying) (?:[\w'-]+ ){0,5}by (?:a factor of )?$",
        ["multiplied life by ", "multiplies the cost of it by a factor of "],
        ["multiplied ", "divided by "],
    ),
    "full_stop": (r"[.!?]\s", [". "], [".5"]),
    "by": (r"\bby (?:only |just |about |some |a mere )?$", ["wages by ", "by only "], ["by the ", "nearby"]),
    "of_its_own": (r"\s+of (?:its|their|his|her)\b", [" of their", " of its"], [" of the"]),
    "sample": (
        r"(?:^|[^a-z])(?:n\s?=\s?|sample sizes? (?:of|was|is)\s|sample size\s?[=:]\s?)$",
        ["n = ", "sample size of "],
        ["mean = "],
    ),
    "schedule": (
        r"[ -](?:daily|weekly|a (?:day|week|month|year)|per (?:day|week)|monthly|yearly)",
        [" daily", " a day"],
        [" as fast"],
    ),
    "and": (
        r"\b(\d{1,4}|" + "|".join(SMALL[1:]) + r") and $",
        ["two and ", "12 and "],
        ["and "],
    ),
    "unit_and": (
        r"\ban? (year|month|week|day|hour|minute|decade|mile|metre|meter|kilometre|kilometer|litre|liter|tonne) and $",
        ["a year and ", "an hour and "],
        ["two and ", "a dog and "],
    ),
    "time_behind": (
        r" (?:after|before|later|earlier|preceding|following|ago|prior|since|until)\b",
        [" after the reform", " later"],
        [" as many", ", then"],
    ),
    "other_half": (
        r"\b(?:first|second|latter|other|upper|lower|better|last|third)(?: and (?:second|third))?\s$|-$",
        ["first ", "latter "],
        ["about "],
    ),
    "half_of": (
        r" (?:of|the|as|an?)\b|$|[.,;)]",
        [" of", " the"],
        ["-hearted", " time"],
    ),
    "comparative": (
        r" (?:more|less|fewer|lower|higher|larger|smaller|longer|shorter|faster|slower|greater|cheaper|quicker)\b",
        [" fewer", " less often"],
        [" of", " as much"],
    ),
    "by_hedge": (
        r"\bby (?:(?:about|almost|nearly|roughly|around|approximately|over|just over|just under|more than|less than"
        r"|at least|at most|up to|some|only|close to|well over|a good) )?$",
        ["by ", "by more than "],
        ["with ", "by the "],
    ),
    "part_ends": (
        r"\s?(?:$|[.,;:)\]])|\s(?:in|on|at|for|from|to|and|or|but|with|without|when|while|after|before|between|during|over"
        r"|than|within|as|since|under|per|by|whereas|relative|compared|through|if|because|among|across|until)\b",
        [".", " in", ""],
        [" of", " party"],
    ),
    "part_of": (
        r" of\b|-",
        [" of"],
        [" approach"],
    ),
    "mean_over": (
        r"\b(?:averag\w*|mean|means|comput\w*|aggregat\w*|summ\w*|pooled|measured|calculated|macro-average\w*)\s(?:\w+\s)?$",
        ["averaged ", "the mean "],
        ["gains "],
    ),
    "gain_over": (
        r"\b(?:gain\w*|improv\w*|result\w*|score\w*|perform\w*|accurac\w*|evaluat\w*|trained|test\w*|run|runs|experiment\w*|average"
        r"|transfer)\s$",
        ["gains ", "results "],
        ["spans "],
    ),
    "after": (
        r"(?:[\s-][a-z-]+){1,3}",
        [" points higher", "-fold"],
        ["."],
    ),
    "aside": (
        r",\s(?:on average|in turn|however|overall|in total|respectively|on the whole|in contrast|for example|e\.g\."
        r"|namely|i\.e\.|that is|specifically|roughly),?(?=\s)",
        [", on average, by", ", namely 8"],
        ["on average"],
    ),
    "clause": (
        r"[;:!?()\[\]]|\.\s|,\s|\b(?:whereas|while|but|although|though|because|than the|and that)\b",
        ["; ", ", ", "while "],
        ["x"],
    ),
    "words": (
        r"up by|down by|[a-z][a-z-]*|\d[\d.,]*",
        ["up by", "gain", "8.2"],
        ["("],
    ),
    "cut_tail": (
        r"[.,]?|[eE][+\-−]?",
        [".", "e-"],
        ["%"],
    ),
    "list_gap": (
        r"\s?(?:\)\s?)?(?:,|/|&|[,;]?\s?\b(?:and|or|to|vs\.?|versus|against)\b|\s?[-–—−]\s?)\s?\(?",
        [", ", " and ", ", and ", "–", "/"],
        [" on "],
    ),
    "is_level": (r"\s?(?:ci|cri|confidence|credible)\b", [" ci", "confidence"], [" points"]),
    "setting_before": (
        r"\b(?:batch|size|sizes|length|rate|dimension|temperature|depth|width|rank|seed)\s(?:of|=|is|was)\s$",
        ["a batch of ", "size = "],
        ["gains of "],
    ),
    "gapped_same": (
        r"(?:[,;]|[,;]?\sand)\s(?:and\s)?(?:(?!\.\s)[^,;()]){1,40}\sby\s",
        [", B by ", " and C by "],
        [" but B by "],
    ),
    "adjective_gap": (
        r"\s(?:train|test|dev|(?:fe)?male|[a-z]{3,14}(?:ing|ment|ion|ive))(?:,|,?\s(?:and|or))\s",
        [" training and ", " male and ", " negative, "],
        [" overall and ", " tasks and "],
    ),
    "out_of": (
        r"\s(?:out\s)?of\s(?:the\s|all\s)?",
        [" of ", " out of the "],
        [" for "],
    ),
    "named_gap": (
        r"\s(?:on|for|in|with|to|at|from)\s(?:(?!\.\s)[^,;()]){1,40}(?:[,;]|[,;]?\s(?:and|or|but|while))\s",
        [" on SQuAD, ", " for MNLI and "],
        [", ", " on SQuAD. "],
    ),
    "round_gap": (
        r"\)\s?(?:[,;]|[,;]?\s?(?:and|or|vs\.?))?\s?(?:(?!\.\s)[^,;()]){1,40}\s?\(",
        ["), MNLI (", ") and HellaSwag ("],
        [", "],
    ),
    "gapped_verb": (
        r"(?:[,;]|[,;]?\s(?:and|while|whereas|but))\s(?:and\s)?(?:(?!\.\s)[^,;()]){1,40}\sby\s",
        [", B by ", " and C by "],
        [" by "],
    ),
    "compound": (r"\s(?:and\s)?", [" and ", " "], [", ", " of "]),
    "other_end": (
        r"\s(?:on|for|in|with|at|of|without|under)\s(?:(?!\.\s)[^,;()]){1,40}\sto\s|\sto\s",
        [" in the reference to ", " to "],
        [" and ", ", then to "],
    ),
    "counts_on": (
        r"\s(?:on|for|in|with|at|among)\s",
        [" on placebo"],
        [" and", " points"],
    ),
    "list_end": (
        r"\s(?:on|for|in|with|at|and|or)\b|\s?[.,;)]|\Z",
        [" on", "."],
        [" layers"],
    ),
    "between_left": (
        r"\bbetween\s$",
        ["lies between "],
        ["from "],
    ),
    "from_left": (
        r"\bfrom\s$",
        ["rises from "],
        ["between "],
    ),
    "ranging": (
        r"\b(?:rang\w+|var(?:y|ies|ied|ying)|anywhere|anything|values?|spann?\w*)\b[^.;]{0,20}$",
        ["ranging ", "varies "],
        ["rises "],
    ),
    "in_brackets": (
        r"\b(?:ci|interval|iqr|range)\b[^\w]{0,4}[\[(]$",
        ["ci [", "range ("],
        ["see ["],
    ),
    "spread": (
        r"\s\((?:sd|s\.d\.|se|sem|std)\s?[=:]?\s?",
        [" (sd ", " (sem = "],
        [" ("],
    ),
    "level_gap": (
        r"[\s-]?(?:cr?is?|(?:confidence|credible|uncertainty|prediction)[\s-](?:intervals?|limits?))\b\)?"
        r"[\s,:;=]{0,2}(?:of |was |is )?[\[(]?",
        [" ci ", " ci: ", "-ci [", " confidence interval of ", " credible interval, "],
        [" of the ci machines ", " "],
    ),
    "interval_left": (
        r"\bci\b\)?[,:;]?\s?[\[(]?$",
        ["ci ", "ci, ", "ci: "],
        ["icing "],
    ),
}


@cache
def pattern(name: str) -> re.Pattern[str]:
    return re.compile(PATTERNS[name][0])


def _any(words: Iterable[str]) -> str:
    """One alternative per word, the longest first; a blank in a word stands for any white space."""
    ordered = sorted(set(words), key=lambda w: (-len(w), w))
    return "(?:" + "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in ordered) + ")"


@cache
def _facts() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("claims").joinpath("quantities/facts.toml").read_text("utf-8"))


class Grammar:
    """The patterns that need facts.toml. Built on the first call, not on import."""

    def __init__(self) -> None:
        facts = _facts()
        self.unit_of: dict[str, str] = {}
        self.family: dict[str, tuple[str, Decimal]] = {}
        words, symbols = [], []
        for unit, known in facts["unit"].items():
            self.family[unit] = (known["family"], Decimal(known["size"]))
            for writing in known.get("words", ()):
                self.unit_of[writing.lower()] = unit
                words.append(writing.lower())
            for writing in known.get("symbols", ()):
                self.unit_of[writing] = unit
                symbols.append(writing)
        self.words = re.compile(_any(words) + r"(?![a-z0-9])")
        self.symbols = re.compile(_any(symbols) + r"(?![A-Za-z0-9])|" + re.escape("%"))
        self.unit_words = tuple(sorted(w for w in words if w.isascii()))
        self.per_of = {w: unit for unit, known in facts["per"].items() for w in known}
        self.per = re.compile(rf"(?:/|\sper\s|\sa\s(?=day|year)|\s?/\s?)({_any(list(self.per_of))})(?![A-Za-z0-9])")
        scale = facts["scale"]
        self.scale_symbols, self.scale_words = scale["symbols"], scale["words"]
        self.scale_symbol = re.compile(_any(list(scale["symbols"])) + r"(?![A-Za-z0-9/²])")
        self.scale_word = re.compile(r"[\s-](" + _any(list(scale["words"])) + r")\b")
        self.money_of = {w: unit for unit, known in facts["money"].items() for w in known}
        self.currencies = frozenset(facts["money"])
        self.money = re.compile(r"(?:^|(?<=[^A-Za-z]))" + _any(list(self.money_of)) + r"\s?$")
        self.hedge_of = {" ".join(w.split()): hedge for hedge, known in facts["hedge"].items() for w in known}
        self.hedge = re.compile(r"(?:^|(?<=[^a-z]))(" + _any(list(self.hedge_of)) + r")\s?$")
        self.after_of = {w: hedge for hedge, known in facts["hedge_after"].items() for w in known}
        self.hedge_after = re.compile(r"\s?(" + _any(list(self.after_of)) + r")\b")
        turn = facts["direction"]
        self.up, self.down = frozenset(turn["up"]), frozenset(turn["down"])
        self.loss, self.change, self.cost = (frozenset(turn[k]) for k in ("loss", "change", "cost"))
        self.up_after, self.down_after = frozenset(turn["up_after"]), frozenset(turn["down_after"])
        leave = facts["leave"]
        self.label = re.compile(r"(?:^|(?<=[^a-z]))" + _any(leave["labels"]) + r"\s?[(a-z]?$")
        self.soft_label = re.compile(r"(?:^|(?<=[^a-z-]))" + _any(leave["soft_labels"]) + r"\s$")
        self.versioned = re.compile(r"(?:^|(?<=[^A-Za-z]))" + _any(leave["versioned"]) + r"[ -]v?$")
        self.names = re.compile(_any(leave["names"]))
        self.year_word = re.compile(
            r"(?:^|(?<=[^a-z]))(?:"
            + _any(leave["years"])
            + r"|q[1-4]|[(,;]|(?:18|19|20)\d\d[a-z]?\s?(?:and|or|to|-|–|—|/|,|&))\s?$"
        )
        months = _any(leave["months"])
        self.month_before = re.compile(r"(?:^|(?<=[^A-Za-z]))" + months + r"\.?\s(?:\d{1,2},?\s)?$")
        self.month_after = re.compile(r"(?:st|nd|rd|th)?\s(?:of\s)?" + months + r"\b\.?(?:,?\s\d{4}\b)?")
        self.ordinal_of = re.compile(r"(?:^|(?<=[^a-z-]))(" + _any(leave["ordinal_of"]) + r")\s$")
        noun = facts["noun"]
        self.irregular, self.not_plural = frozenset(noun["irregular"]), frozenset(noun["not_plural"])
        self.stop, self.before_points = frozenset(noun["stop"]), frozenset(noun["before_points"])


@cache
def grammar() -> Grammar:
    return Grammar()
