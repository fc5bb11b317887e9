"""The QĐ 766/QĐ-TTg index: six groups, 100 points, computed from counts by rules that are data.

``layouts`` holds the rules by version and variant, ``inputs`` the counts, ``scoring`` the arithmetic, ``scorecard``
the answer, ``units`` what may be summed over departments and communes, ``display`` the only rounding. Everything is
exact (Fraction). No rule was read in the appendix of QĐ 766 itself: docs/qd766.md says where each one comes from.
"""
