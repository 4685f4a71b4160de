"""Names that are nearly those of accounts: words put right, weighed by how rare they are, compared.

Nothing is compared with everything. Names meet where they share one of their two rarest words; a word that no account
has is first put right, if one letter put in, left out, exchanged or swapped makes it one of theirs (in long words two).
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from accountlens.accounts.clues import batches, insert
from accountlens.accounts.names import legal_words

SHORTEST = 4  # letters of a word that may be put right: among shorter ones too many are alike
LETTERS = 7  # of a name that may be sure: of Bold and Bolt a person says whether they are one
CHANCE = 0.1  # of a company that is no account to come as near by chance, up to which a name may be sure
USUAL = 0.05  # of words to be near another, before any were counted
SAMPLE = 5000  # words that tell how often a word is near another
LONG = 9  # letters from which on two faults are allowed
MOST_ACCOUNTS = 1000  # a word that more accounts share brings no two names together
FEWEST_TOLD = 0.6  # likeness from which on a person is asked
AHEAD = 0.05  # how much likelier a name must be than that of the next account
COMPLETE = 0.9  # confidence at least, where every word has its other
MOST_TOLD = 5  # accounts for one name

_WORDS = """
CREATE OR REPLACE TABLE _name_words AS
SELECT DISTINCT key, unnest(string_split(key, ' ')) AS word FROM (SELECT DISTINCT key FROM {names} WHERE level = 3);
CREATE OR REPLACE TABLE _words AS
SELECT word, count(DISTINCT w.key) AS accounts, min(n.account_id) AS first, max(n.account_id) AS last,
    ln(1 + (SELECT count(DISTINCT key) FROM _name_words) / count(DISTINCT w.key)) AS weight
FROM _name_words w JOIN {names} n ON n.level = 3 AND n.key = w.key GROUP BY word;
CREATE OR REPLACE TABLE _name_weights AS
SELECT n.key, sum(w.weight) AS weight, count(*) AS words
FROM _name_words n JOIN _words w ON w.word = n.word GROUP BY n.key;
CREATE OR REPLACE TABLE _legal AS SELECT unnest({legal}) AS word;
CREATE OR REPLACE TABLE _shortened AS {shortened}
"""
# A word itself, and without each of its letters.
_SHORTENED = """
SELECT DISTINCT word, CASE WHEN place = 0 THEN word ELSE word[:place - 1] || word[place + 1:] END AS shortened
FROM (SELECT word, unnest(range(0, length(word) + 1)) AS place FROM {words}
    WHERE length(word) >= {shortest} AND regexp_full_match(word, '[^0-9]+'))
"""
_UNKNOWN = """
CREATE OR REPLACE TABLE _asked_words AS
SELECT key, unnest(string_split(key, ' ')) AS word FROM (SELECT DISTINCT key FROM _asked_keys k
    WHERE level = 3 AND value NOT IN (SELECT value FROM _settled_names));
CREATE OR REPLACE TABLE _unknown AS
SELECT DISTINCT word FROM _asked_words WHERE word NOT IN (SELECT word FROM _words);
CREATE OR REPLACE TABLE _put_right (word VARCHAR, known VARCHAR, likeness DOUBLE)
"""
# A misspelled form of law or country tells nothing, unless it could be a word of an account.
_SAYS_NOTHING = """
DELETE FROM _asked_words WHERE word IN (SELECT word FROM _put_right WHERE known IN (SELECT word FROM _legal))
    AND word NOT IN (SELECT word FROM _put_right WHERE known NOT IN (SELECT word FROM _legal));
DELETE FROM _put_right WHERE known IN (SELECT word FROM _legal)
"""
_NEAR = """
SELECT DISTINCT u.word, s.word AS known FROM ({shortened}) u JOIN _shortened s ON s.shortened = u.shortened
WHERE u.word <> s.word
"""
# How often, among words of so many letters, one that is right is near another: so often is a new one, by chance.
_CROWD = """
CREATE OR REPLACE TABLE _sampled AS SELECT word FROM _words
WHERE length(word) >= {shortest} AND regexp_full_match(word, '[^0-9]+') ORDER BY md5(word) LIMIT {sample};
CREATE OR REPLACE TABLE _neighbours (word VARCHAR, known VARCHAR, likeness DOUBLE)
"""
_CROWDED = """
CREATE OR REPLACE TABLE _crowded AS
SELECT length(s.word) AS letters, (count(n.word) + 1) / (count(*) + 1 / {usual}) AS share
FROM _sampled s LEFT JOIN (
    SELECT DISTINCT n.word FROM _neighbours n JOIN _words w ON w.word = n.word JOIN _words k ON k.word = n.known
    WHERE w.first <> k.last OR k.first <> w.last  -- else both are ways to write one account's name
) n ON n.word = s.word GROUP BY letters
"""
# What each word may mean: itself, or a known word it is nearly. Unknown ones weigh as much as the rarest.
_MEANT = """
CREATE OR REPLACE TABLE _meant AS
SELECT a.key, a.word, w.word AS known, 1.0 AS likeness, w.weight AS own, w.weight, w.accounts, -w.weight AS chance
FROM _asked_words a JOIN _words w ON w.word = a.word
UNION ALL
SELECT a.key, a.word, p.known, p.likeness, (SELECT max(weight) FROM _words), w.weight, w.accounts,
    ln(coalesce(c.share, {usual}))
FROM _asked_words a JOIN _put_right p ON p.word = a.word JOIN _words w ON w.word = p.known
LEFT JOIN _crowded c ON c.letters = length(p.known);
CREATE OR REPLACE TABLE _asked_weights AS
SELECT a.key, sum(coalesce(w.weight, (SELECT max(weight) FROM _words))) AS weight, count(*) AS words
FROM _asked_words a LEFT JOIN _words w ON w.word = a.word GROUP BY a.key
"""
_PAIRS = """
CREATE OR REPLACE TABLE _pairs AS
WITH seeds AS (
    SELECT key, known, dense_rank() OVER (PARTITION BY key ORDER BY accounts, word) AS place
    FROM _meant WHERE accounts <= {most}
)
SELECT DISTINCT s.key AS asked, n.key AS name FROM seeds s JOIN _name_words n ON n.word = s.known WHERE s.place <= 2
"""
# `chance`: the logarithm of how often a company that is no account has all these words, or one near them.
# `shared`: weight of the words both have, by their likeness. A word meets one other: the likest.
_SCORED = """
CREATE OR REPLACE TABLE _scored AS
WITH met AS (
    SELECT p.asked, p.name, m.word, max(m.likeness) AS likeness, max(m.own) AS own,
        arg_max(m.weight, m.likeness) AS weight, arg_max(m.chance, m.likeness) AS chance
    FROM _pairs p JOIN _meant m ON m.key = p.asked JOIN _name_words n ON n.key = p.name AND n.word = m.known
    GROUP BY p.asked, p.name, m.word
), summed AS (
    SELECT asked, name, sum(weight * likeness) AS shared, sum(weight) AS weight, sum(own) AS own, count(*) AS words,
        sum(chance) AS chance
    FROM met GROUP BY asked, name
)
SELECT s.asked, s.name, s.shared / (s.weight + (a.weight - s.own) + greatest(n.weight - s.weight, 0)) AS likeness,
    s.words = a.words AND s.words = n.words AND length(s.asked) >= {letters} AND s.chance <= ln({chance}) AS complete
FROM summed s JOIN _asked_weights a ON a.key = s.asked JOIN _name_weights n ON n.key = s.name
"""
# Sure is only a name whose every word has its other, and to which no second account comes near.
_ALIKE = """
WITH found AS (
    SELECT k.value, a.account_id, max(s.likeness) AS likeness, arg_max(s.complete, s.likeness)
        AND arg_max(a.country IN ('', k.country), s.likeness) AS complete
    FROM _scored s JOIN _asked_keys k ON k.key = s.asked AND k.level = 3
    JOIN {names} a ON a.key = s.name AND a.level = 3
    WHERE s.likeness >= {fewest} AND k.value NOT IN (SELECT value FROM _settled_names) GROUP BY k.value, a.account_id
), placed AS (
    SELECT *, row_number() OVER best AS place, lead(likeness) OVER best AS next
    FROM found WINDOW best AS (PARTITION BY value ORDER BY likeness DESC, complete DESC, account_id)
)
SELECT value, account_id, 'likeness' AS method,
    CASE WHEN complete AND place = 1 AND likeness >= coalesce(next, 0) + {ahead}
        THEN {complete} + (1 - {complete}) * (likeness - {fewest}) ELSE {complete} * likeness END AS confidence
FROM placed WHERE place <= {most}
"""


def make_words(con: duckdb.DuckDBPyConnection, names: str) -> None:
    """The words of the accounts' names, how rare each is, and by which shortened forms it is found."""
    both = "(SELECT word FROM _words UNION SELECT word FROM _legal)"
    shortened = _SHORTENED.format(words=both, shortest=SHORTEST)
    con.execute(_WORDS.format(names=names, shortened=shortened, legal=sorted(legal_words())))
    con.execute(_CROWD.format(shortest=SHORTEST, sample=SAMPLE))
    _put_right(con, "_sampled", "_neighbours")
    con.execute(_CROWDED.format(usual=USUAL))


def find_alike(con: duckdb.DuckDBPyConnection, names: str) -> str:
    """Compare what is asked and not settled; SQL of value, account, method and confidence."""
    con.execute(_UNKNOWN)
    _put_right(con, "_unknown", "_put_right")
    con.execute(_SAYS_NOTHING)
    con.execute(_MEANT.format(usual=USUAL))
    con.execute(_PAIRS.format(most=MOST_ACCOUNTS))
    con.execute(_SCORED.format(letters=LETTERS, chance=CHANCE))
    return _ALIKE.format(names=names, complete=COMPLETE, fewest=FEWEST_TOLD, ahead=AHEAD, most=MOST_TOLD)


def _put_right(con: duckdb.DuckDBPyConnection, words: str, target: str) -> None:
    """For the words of a table the known ones that are few enough faults away, with their likeness."""
    near = _NEAR.format(shortened=_SHORTENED.format(words=words, shortest=SHORTEST))
    for asked, known in batches(con, near):
        insert(con, target, ("word", "known", "likeness"), _few_faults(asked, known))


def _few_faults(words: Sequence[str], known: Sequence[str]) -> list[tuple[str, str, float]]:
    """The pairs that may be one word, with their likeness: 1 − faults / letters."""
    faults = cpdist(words, known, scorer=OSA.distance, score_cutoff=2).tolist()
    return [
        (word, other, 1 - count / max(len(word), len(other)))
        for word, other, count in zip(words, known, faults, strict=True)
        if count <= (2 if min(len(word), len(other)) >= LONG else 1)
    ]
