//! What the search looks in, and what it looks for. Both are folded by the same functions, so that no
//! spelling of a name or a number keeps a user from being found.

use super::inside;
use super::source::Source;
use super::wanted::Share;
use crate::error::Result;
use crate::fold::{digits, username_key, words};
use domain::Kind;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use uuid::Uuid;

/// The searchable text of a user. Parts stand on lines of their own, so that none runs into the next.
pub(crate) fn text<'a>(
    names: impl IntoIterator<Item = &'a str>,
    serials: impl IntoIterator<Item = &'a str>,
) -> String {
    lines(names.into_iter().chain(serials).map(words))
}

/// The searchable digits of a user's phone numbers: apart, for not everybody may see them.
pub(crate) fn phones<'a>(phones: impl IntoIterator<Item = &'a str>) -> String {
    lines(phones.into_iter().map(digits))
}

fn lines(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.filter(|part| !part.is_empty()).collect();
    parts.join("\n")
}

/// What was typed, ready to be compared.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Search {
    terms: Vec<Term>,
    /// Set when no word is long enough for the trigram index: one of these must begin the username or
    /// the family name.
    prefixes: Vec<(String, String)>,
}

/// One thing that must occur.
#[derive(Debug, PartialEq, Eq)]
enum Term {
    Word(String),
    /// Words in a row that look like a number: as they are, or by their digits.
    Number {
        words: Vec<String>,
        digits: String,
    },
}

/// The shortest word that the trigram index finds.
const TRIGRAM: usize = 3;

impl Search {
    pub(super) fn parse(typed: &str) -> Self {
        let folded = words(typed);
        let mut terms = Vec::new();
        for word in folded.split_whitespace() {
            if !is_number(word) {
                terms.push(Term::Word(word.to_owned()));
                continue;
            }
            if let Some(Term::Number { words, .. }) = terms.last_mut() {
                words.push(word.to_owned());
            } else {
                let words = vec![word.to_owned()];
                terms.push(Term::Number {
                    words,
                    digits: String::new(),
                });
            }
        }
        for term in &mut terms {
            if let Term::Number {
                words,
                digits: joined,
            } = term
            {
                *joined = digits(&words.concat());
            }
        }
        let long = terms.iter().any(|term| match term {
            Term::Word(word) => word.chars().count() >= TRIGRAM,
            Term::Number { digits, .. } => digits.len() >= TRIGRAM,
        });
        let mut prefixes: Vec<(String, String)> = if long {
            Vec::new()
        } else {
            let typed = typed.split_whitespace();
            typed
                .map(|word| (username_key(word), words(word)))
                .collect()
        };
        prefixes.sort();
        prefixes.dedup();
        Self { terms, prefixes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether the trigram index finds what is looked for.
    pub(super) fn has_long_word(&self) -> bool {
        !self.is_empty() && self.prefixes.is_empty()
    }

    /// The only thing that must occur, where that is a word. Whoever's family name begins with it has it:
    /// both are folded alike.
    fn one_word(&self) -> Option<&str> {
        match self.terms.as_slice() {
            [Term::Word(word)] => Some(word),
            _ => None,
        }
    }

    /// Those whose family name begins with all that was typed.
    pub(super) fn beginning(&self) -> Option<Source> {
        self.one_word()
            .map(|word| Source::FamilyName(format!("{}%", escape(word))))
    }

    /// All who can match, where many family names begin with the word: these in their order, and apart from
    /// them the others, of whom as many are known as `share` says.
    pub(super) fn begun(&self, share: Share) -> Option<Vec<Source>> {
        let word = self.one_word().filter(|word| inside::is_cut(word))?;
        Some(vec![
            self.beginning()?,
            Source::Inside(word.to_owned(), share),
            Source::Joined(word.to_owned()),
        ])
    }

    /// Whether whoever is of this source has all words.
    pub(super) fn is_told_by(&self, source: &Source) -> bool {
        match source {
            Source::Inside(..) | Source::Joined(_) => true,
            Source::FamilyName(_) => self.beginning().as_ref() == Some(source),
            Source::Everybody | Source::Username(_) => false,
        }
    }

    /// From here on long words are looked up in the trigram index, or as the planner likes. How rare a word
    /// is, it can only guess.
    pub(super) async fn by_trigrams(&self, tx: &mut PgConnection, so: bool) -> Result<()> {
        if self.has_long_word() {
            let others = if so { "off" } else { "on" };
            sqlx::query!("select set_config('enable_indexscan', $1, true)", others)
                .fetch_one(tx)
                .await?;
        }
        Ok(())
    }

    /// The users of all of them together are all who can match, each source to be read by an index.
    pub(super) fn sources(&self) -> Vec<Source> {
        if self.prefixes.is_empty() {
            return vec![Source::Everybody];
        }
        let mut sources = Vec::new();
        for (username, family_name) in &self.prefixes {
            sources.push(Source::Username(format!("{}%", escape(username))));
            sources.push(Source::FamilyName(format!("{}%", escape(family_name))));
        }
        sources
    }

    /// Adds that one of the prefixes begins a name, to be tried on each user who is looked at.
    pub(super) fn push_prefixes(&self, query: &mut QueryBuilder<Postgres>) {
        if self.prefixes.is_empty() {
            return;
        }
        query.push(" and (false");
        for (username, family_name) in &self.prefixes {
            query.push(" or u.sort_name like ");
            query.push_bind(format!("{}%", escape(family_name)));
            query.push(" or (select x.username_key from user_auth x where x.user_id = u.id) like ");
            query.push_bind(format!("{}%", escape(username)));
        }
        query.push(")");
    }

    /// Adds that all words occur in `app_user u`. Phone numbers are looked at in the realms `phones_in`
    /// only.
    pub(super) fn push_words(&self, query: &mut QueryBuilder<Postgres>, phones_in: &[Uuid]) {
        for term in &self.terms {
            match term {
                Term::Word(word) => {
                    let rare = rare(word);
                    occurs(query.push(" and "), "u.search", rare);
                    if rare != word {
                        query.push(" and strpos(u.search, ");
                        query.push_bind(word.clone()).push(") > 0");
                    }
                }
                Term::Number { words, digits } => {
                    query.push(" and ((true");
                    for word in words {
                        occurs(query.push(" and "), "u.search", word);
                    }
                    query.push(")");
                    if !digits.is_empty() {
                        occurs(query.push(" or "), "u.search", digits);
                    }
                    if !digits.is_empty() && !phones_in.is_empty() {
                        occurs(query.push(" or ("), "u.phones", digits);
                        query.push(" and u.realm_id = any(");
                        query.push_bind(phones_in.to_vec()).push("))");
                    }
                    query.push(")");
                }
            }
        }
    }
}

fn occurs(query: &mut QueryBuilder<Postgres>, column: &str, text: &str) {
    query.push(column).push(" like ");
    query.push_bind(format!("%{}%", escape(text)));
}

/// What the trigram index looks for: of a serial of ours not what nearly everybody has.
fn rare(word: &str) -> &str {
    let rest = Kind::ALL.into_iter().find_map(|kind| {
        let (prefix, rest) = word.split_once('-')?;
        prefix
            .eq_ignore_ascii_case(kind.serial_prefix())
            .then_some(rest)
    });
    rest.filter(|rest| rest.chars().count() >= TRIGRAM)
        .unwrap_or(word)
}

fn is_number(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_digit() || "+-()/.".contains(c))
        && word.chars().any(|c| c.is_ascii_digit())
}

/// `%` and `_` are letters like any other.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_a_row_that_look_like_a_number_are_one_number() {
        let search = Search::parse("Keller 079 555-01 12");
        let words = ["079", "555-01", "12"].map(str::to_owned).to_vec();
        let number = Term::Number {
            words,
            digits: "795550112".into(),
        };
        assert_eq!(search.terms, [Term::Word("keller".into()), number]);
        assert!(search.prefixes.is_empty());
    }

    #[test]
    fn what_is_short_is_a_prefix() {
        assert_eq!(Search::parse("ÉD").prefixes, [("éd".into(), "ed".into())]);
        assert_eq!(Search::parse("  "), Search::default());
        assert_eq!(escape(r"50%_\"), r"50\%\_\\");
    }

    #[test]
    fn of_a_serial_the_index_looks_for_what_is_its_own() {
        assert_eq!(rare("totp-7k3m9qxa"), "7k3m9qxa");
        assert_eq!(rare("hotp-7k3"), "7k3");
        for whole in ["hotp-7k", "totp-", "smith-jones", "totp", "stotp-7k3m"] {
            assert_eq!(rare(whole), whole);
        }
    }

    #[test]
    fn parts_do_not_run_together() {
        let text = text(["Zoë", "Dvořák", ""], ["TOTP-7K3M9QXA"]);
        assert_eq!(text, "zoe\ndvorak\ntotp-7k3m9qxa");
        let phones = phones(["+41 79 555 01 12", "-", "044 555 01 13"]);
        assert_eq!(phones, "41795550112\n445550113");
    }
}
