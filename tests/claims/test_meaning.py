"""A statement beside a passage: each capability where it fires and where it does not."""

from __future__ import annotations

import pytest

from claims import meaning
from claims.meaning import Likeness


def codes(like: Likeness) -> set[str]:
    return {o.code for o in like.objections if o.grave}


SAME = [  # claim, passage, why: enough is there, and nothing speaks against it
    ("Talks from German were slower.", "German–Dutch talks were slower.", "a dash that joins two words"),
    ("Owls were sleepier than jays.", "In winter owls were sleepier than jays.", "a comparative that no list has"),
    ("Patients with asthma were not included.", "Patients with asthma were excluded.", "a denial and an opposite"),
    ("The dose was independent of age.", "The dose did not depend on age.", "an opposite and a denial"),
    ("No damage was seen in plants at Velm.", "Plants at Velm were never damaged.", "denied by other words"),
    ("ZipTag is not pretrained.", "ZipTag is a tagger without pretraining.", "not, without"),
    ("Wages in mining remained unchanged.", "Wages in mining did not change.", "unchanged, did not change"),
    ("Prior to 2011 no duty was charged on cups.", "Before 2011 cups were free of duty.", "no duty, free of duty"),
    ("Frost in May is not uncommon.", "Frost in May is not rare.", "two denials of one thing"),
    ("Fewer types were on offer.", "The number of types on offer shrank.", "fewer, a number that shrank"),
    ("The effect is larger in villages than in cities.", "The effect is smaller in cities than in villages.", "turned"),
    ("Mist is outperformed by Dew.", "Dew is ahead of Mist.", "passive"),
    ("Neither dose improved sleep quality.", "Sleep quality improved in neither dose group.", "neither, moved"),
    ("Results hold despite seasonal effects.", "Results hold with and without seasonal effects.", "with and without"),
    ("Training brings 3 points.", "Training brings 3 points over no training.", "a baseline is no denial"),
    ("Retrieval helps (Odum and Vail, 2017) on long texts.", "Retrieval is helpful for long texts.", "a citation"),
    ("Dew is best for nine of the ten towns.", "Dew is best for nine of the ten towns.", "no more than there"),
    ("Orn, the driest town, lost most.", "All towns lost, most of all Orn, the driest.", "the same bearer"),
    ("The driest town, Orn, lost most.", "All towns lost, most of all Orn, the driest.", "named behind it"),
    ("The uncoated tiles were not held.", "The uncoated tiles were not held.", "a not at its head on both sides"),
    ("The pressed leaves left an impression.", "The pressed leaves left an impression.", "pressed, impression"),
    ("Without May, rent is lower.", "Leaving out May yields a lower rent.", "without, leaving out"),
    ("Dew gains in the first week.", "Dew gains in the first week, and later nothing is gained.", "another stretch"),
    ("Most of the towns grew.", "All towns grew.", "weaker than the source"),
    ("We cast six cubes for each mix.", "We cast six cubes per mix.", "per mix is for each mix"),
    ("Mist falls short of Dew on rain.", "Dew is better than Mist on rain.", "an idiom that ranks"),
    ("The tax left wages as they were.", "The tax did not change wages.", "left as it was, unchanged"),
    ("The tax left wages in mining intact.", "The tax did not change wages in mining.", "left intact, unchanged"),
    ("Shift work made no real difference to sleep.", "Shift work had no effect on sleep.", "an idiom that denies"),
    ("Night shifts were left out of the trial.", "Night shifts were not part of the trial.", "left out, not in"),
    ("The vast majority of the towns grew.", "Most towns grew.", "an idiom that counts"),
    ("No more than five doses were given.", "Up to five doses were given.", "no more than denies nothing"),
    ("The firm keeps records.", "The firm keeps records instead.", "an instead that points back"),
    ("The date had no influence on the yield.", "The yield did not depend on the date.", "a converse verb"),
    ("We did not enrol smokers.", "We excluded smokers.", "not enrolled, excluded"),
    ("Dew is better than none.", "Dew is better than none on all towns.", "a baseline called none"),
    ("Rain made up nearly half of all floods.", "Rain made up 46% of all floods.", "a share of all is no all"),
    ("The gate has little influence on wages.", "The gate hardly changes wages.", "little influence, hardly changes"),
    ("In each town two nurses read the forms.", "Two nurses per town read 7% of the forms.", "per is each"),
    ("Corvin gained most from it.", "Corvin gained the most from it.", "most of what is gained counts nothing"),
]
OTHER = [  # claim, passage, code, why
    (
        "Owls are sleepier than jays.",
        "Jays were sleepier than owls.",
        "N302",
        "a comparative that no list has, turned round",
    ),
    ("Sleet is more opaque than fog.", "Fog is more opaque than sleet.", "N302", "with more, turned round"),
    ("Patients with asthma were included.", "Patients with asthma were excluded.", "N302", "an opposite"),
    ("The dose depends on age.", "The dose did not depend on age.", "E401", "a denial"),
    ("The new layer improves accuracy.", "The new layer does not help accuracy.", "E401", "denied by other words"),
    ("The authors released neither code nor data.", "All code and data are released.", "E401", "a denial in the claim"),
    ("The role of age was not also compared.", "The role of age was also compared.", "E401", "behind an adverb"),
    ("It can not be, in part, reversed.", "It can be, in part, reversed.", "E401", "before a comma"),
    (
        "The tax raised wages in mining.",
        "The tax raised prices and left wages in mining unchanged.",
        "N302",
        "its verb",
    ),
    ("Dew outperforms Mist on rain.", "Mist outperforms Dew on rain.", "N302", "who is above whom"),
    ("Dew is better than Mist.", "Dew is worse than Mist.", "N302", "worse"),
    ("ZipTag is best on all towns.", "ZipTag is best on most towns, but not on Velm.", "E403", "all, most"),
    (
        "Dew is best for every one of the ten towns.",
        "Dew is best for nine of the ten towns; the exception is Orn.",
        "E403",
        "every one of",
    ),
    ("Velm, the driest town, lost most.", "All towns lost, most of all Orn, the driest.", "E402", "whose superlative"),
    ("The coated tiles held.", "The uncoated tiles held.", "N302", "a word with a not at its head"),
    ("Direct costs fell by 3 crowns.", "Indirect costs fell by 3 crowns.", "N302", "in- before a quality"),
    ("Joiners were affected by the tax.", "The tax lowered rents and left joiners unaffected.", "N302", "passive"),
    (
        "After the third week, Dew still gains on rain.",
        "Dew gains on rain in the first week, and after the third week nothing is gained.",
        "E401",
        "a whole stretch that denies, and other things besides",
    ),
    ("The tax changed wages in mining.", "The tax left wages in mining as they were.", "N302", "left as it was"),
    ("Dew falls short of Mist on rain.", "Dew is better than Mist on rain.", "N302", "an idiom, the other way round"),
    ("Rain had an effect on sleep.", "Rain made no difference to sleep: it had no effect.", "E401", "an idiom"),
    ("The trial was in adults with asthma.", "Adults with asthma were not included.", "E401", "who is not included"),
    ("Rain does not improve on hail.", "Rain is better than none, and better than hail.", "E401", "better than none"),
    ("Mothers of all six were asked.", "Of the six, only one mother was asked.", "E403", "an exception"),
]


@pytest.mark.parametrize(("claim", "passage", "why"), SAME, ids=[r[2] for r in SAME])
def test_other_words_for_the_same(claim: str, passage: str, why: str) -> None:
    like = meaning.compare(claim, passage)
    assert (codes(like), like.unsaid, like.unranked, like.open) == (set(), False, False, ""), why
    assert like.share >= 0.7, (why, like)


@pytest.mark.parametrize(("claim", "passage", "code", "why"), OTHER, ids=[r[3] for r in OTHER])
def test_nearly_the_same_words_for_something_else(claim: str, passage: str, code: str, why: str) -> None:
    assert code in codes(meaning.compare(claim, passage)), why


def test_what_is_said_of_all_is_doubted_where_the_passage_speaks_of_one() -> None:
    like = meaning.compare("All six layers thin the crop.", "With late sowing, the third layer thins the crop most.")
    assert [(o.code, o.claimed, o.grave) for o in like.objections] == [("E403", "all", False)]


OPEN = [
    ("The result holds for peas.", "Whether the result holds for peas remains to be seen.", True),
    ("The tariff protected jobs.", "The tariff was meant to protect jobs.", True),
    ("The drug may help children.", "The drug may help children.", False),
    ("The drug helps children.", "The drug helps children, though it may cause nausea.", False),
]


@pytest.mark.parametrize(("claim", "passage", "left_open"), OPEN)
def test_what_the_source_leaves_open(claim: str, passage: str, left_open: bool) -> None:
    assert bool(meaning.compare(claim, passage).open) == left_open


def test_what_is_compared_with_nothing_there_is_not_said() -> None:
    assert meaning.compare("Dew tags faster than Mist.", "Dew tags 40 sentences on the same machine.").unranked
    assert not meaning.compare("Dew tags faster than Mist.", "Dew is quicker than Mist.").unranked


FOREIGN = [
    (
        "Errors are clustered by region.",
        "Errors are clustered by importer.",
        {"region"},
        "in the place of another word",
    ),
    ("Errors are clustered by firm.", "Errors are clustered by company.", set(), "a word of the same meaning"),
    ("The trial ran at Velm and Marbach.", "The trial ran at Velm and Linden.", {"marbach"}, "a name of a list"),
    ("Role probing has the highest rate.", "Reference probing has the highest rate.", {"role"}, "another subject"),
    ("Sixty-one of the towns grew.", "The 61 small towns grew.", set(), "a number is no kind"),
    ("The rate of growth fell.", "Growth fell.", set(), "what is there is no other kind"),
    ("Quality of life improved.", "Sleep quality improved.", {"life"}, "of another kind"),
    ("The 30 mg capsule helped.", "The capsule helped.", set(), "a unit is no kind"),
    ("Two thousand towns grew.", "Two million small towns grew.", set(), "a magnitude is no kind"),
    ("Spending on health rose.", "Spending on health and on food rose.", set(), "the same kind"),
    ("The statistical analysis failed.", "The analysis failed.", set(), "a kind where none is told"),
    ("The trial ran at Linden and Velm.", "The trial ran at Velm and Linden.", set(), "a list in another order"),
]


@pytest.mark.parametrize(("claim", "passage", "foreign", "why"), FOREIGN, ids=[r[3] for r in FOREIGN])
def test_another_thing_in_the_same_place(claim: str, passage: str, foreign: set[str], why: str) -> None:
    assert set(meaning.compare(claim, passage).foreign) == foreign, why


def test_a_subject_may_be_named_in_the_sentence_before() -> None:
    alone = meaning.compare("ZipTag reads letters.", "It reads letters.")
    helped = meaning.compare("ZipTag reads letters.", "It reads letters.", "ZipTag is a tagger.")
    assert alone.foreign == ("ziptag",) and helped.foreign == () and helped.share > alone.share


def test_what_follows_a_pronoun_is_not_what_it_stands_for() -> None:
    """ "It damaged five plots. Plants at Velm were never damaged.": the plants at Velm are not those damaged."""
    claim, passage, other = "Plants at Velm were damaged.", "It damaged five plots.", "Plants at Velm grew."
    assert meaning.compare(claim, passage, other).share > meaning.compare(claim, passage, after=other).share


def test_a_verb_of_the_claims_own_is_missed_less_than_a_thing() -> None:
    never = lambda word: -1.0  # noqa: E731
    passage = "Nurses were asked about the clock."
    verb = meaning.compare("Nurses were begged about the clock.", passage, known=never)
    thing = meaning.compare("Nurses were asked about the pony.", passage, known=never)
    assert verb.share > thing.share


def test_what_is_pointed_at_may_be_told_in_the_sentence_before() -> None:
    claim, passage = (
        "Rain outdoes the slow alternatives of frost and hail.",
        "Rain did better than both of these alternatives.",
    )
    before = "Two slow alternatives were tried: frost and hail."
    assert meaning.compare(claim, passage, before).share >= 0.7 > meaning.compare(claim, passage).share


@pytest.mark.slow
def test_a_bomb_of_denials_is_read_in_time() -> None:
    claim = "not no never nothing " * 500
    assert 0 <= meaning.compare(claim, claim).share <= 1


DOUBTED = [  # claim, passage, code, why: noted, and neither found nor contradicted
    ("Visits took place in every village.", "Visits took place in 89% of the villages.", "E403", "a share is not all"),
    ("Rain harms trust in doctors.", "Rain is trusted better by doctors than hail.", "N302", "of two, one has more"),
    ("On Velm, Dew and Mist are equal.", "On Velm, whose roads differ, Dew and Mist draw.", "N302", "said of roads"),
    ("A second lamp brings no gain.", "With a second lamp added we read 41 pages.", "E401", "added is no gain"),
    ("The nine ponds do nothing for the flow.", "The nine ponds are useless for the flow.", "E401", "a word of lack"),
]


@pytest.mark.parametrize(("claim", "passage", "code", "why"), DOUBTED, ids=[r[3] for r in DOUBTED])
def test_what_is_doubted_and_accuses_nobody(claim: str, passage: str, code: str, why: str) -> None:
    like = meaning.compare(claim, passage)
    assert [(o.code, o.grave) for o in like.objections] == [(code, False)], why
