"""Claims that hold in a part of the ranges only: the condition that is printed, against one derived by hand."""

import hedging_games as hg
from hedging_games.report.region_answers import claims_table


# Words cost nothing: both types of the small state send what is tolerated with the larger probability, unless autonomy = 0, where they do
# not care. If autonomy > 0 and both replies were answered differently, both types would pool on the better one; so what is played is
# tolerated with positive probability only if Ally tolerates at its prior, p*trust_gain >= (1 - p)*betrayal. If autonomy = 0, the reliable
# type alone may contribute and be tolerated, for any p > 0; p = 1 is in the first part already.
def test_words_alone():
    (finding,) = (f for f in hg.examine(hg.load("cherry-picking")) if f.verdict == "conditional")
    prior, indifferent = finding.condition.split(" or ")
    assert prior == "(p*trust_gain + p*betrayal - betrayal >= 0)"
    assert set(indifferent.strip("()").split(" and ")) == {"p > 0", "-p + 1 > 0", "-autonomy >= 0"}
    (row,) = claims_table([finding]).rows
    assert row[-2:] == ("conditional", finding.condition)
