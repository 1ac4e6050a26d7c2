"""claimcheck: is what this report claims true?

    import claims
    report = claims.parse("report.txt")
    verification = claims.verify(report, papers=["papers/"], offline=True)

The verbs are here and load what they need when called; the rooms behind them are nouns.
"""

__version__ = "0.1.0"
