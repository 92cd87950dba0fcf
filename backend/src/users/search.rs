//! What the search looks in, and what it looks for. Both are folded by the same functions, so that no
//! spelling of a name or a number keeps a user from being found.

use crate::fold::{digits, username_key, words};
use sqlx::{Postgres, QueryBuilder};

/// The searchable text of a user. Parts stand on lines of their own, so that none runs into the next.
pub(crate) fn text<'a>(
    names: impl IntoIterator<Item = &'a str>,
    serials: impl IntoIterator<Item = &'a str>,
    phones: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut parts: Vec<String> = names.into_iter().map(words).collect();
    parts.extend(serials.into_iter().map(words));
    parts.extend(phones.into_iter().map(digits));
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

/// What was typed, ready to be compared.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Search {
    terms: Vec<Term>,
    /// Set when no word is long enough for the trigram index: prefixes of username or family name.
    short: Option<(String, String)>,
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
        let short = (!long && !terms.is_empty()).then(|| {
            let first = folded.split_whitespace().next().unwrap_or_default();
            let typed = typed.split_whitespace().next().unwrap_or_default();
            (username_key(typed), first.to_owned())
        });
        Self { terms, short }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Adds its conditions on `app_user u`.
    pub(super) fn push(&self, query: &mut QueryBuilder<Postgres>) {
        if let Some((username, family_name)) = &self.short {
            query.push(" and (u.id in (select user_id from user_auth where username_key like ");
            query.push_bind(format!("{}%", escape(username)));
            query.push(") or u.sort_name like ");
            query.push_bind(format!("{}%", escape(family_name)));
            query.push(")");
        }
        for term in &self.terms {
            match term {
                Term::Word(word) => occurs(query.push(" and "), word),
                Term::Number { words, digits } => {
                    query.push(" and ((true");
                    for word in words {
                        occurs(query.push(" and "), word);
                    }
                    query.push(")");
                    if !digits.is_empty() {
                        occurs(query.push(" or "), digits);
                    }
                    query.push(")");
                }
            }
        }
    }
}

fn occurs(query: &mut QueryBuilder<Postgres>, text: &str) {
    query.push("u.search like ");
    query.push_bind(format!("%{}%", escape(text)));
}

fn is_number(word: &str) -> bool {
    word.chars()
        .all(|c| c.is_ascii_digit() || "+-()/.".contains(c))
        && word.chars().any(|c| c.is_ascii_digit())
}

/// `%` and `_` are letters like any other.
fn escape(text: &str) -> String {
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
        assert_eq!(search.short, None);
    }

    #[test]
    fn what_is_short_is_a_prefix() {
        assert_eq!(Search::parse("ÉD").short, Some(("éd".into(), "ed".into())));
        assert_eq!(Search::parse("  "), Search::default());
        assert_eq!(escape(r"50%_\"), r"50\%\_\\");
    }

    #[test]
    fn parts_do_not_run_together() {
        let text = text(
            ["Zoë", "Dvořák", ""],
            ["TOTP-7K3M9QXA"],
            ["+41 79 555 01 12"],
        );
        assert_eq!(text, "zoe\ndvorak\ntotp-7k3m9qxa\n41795550112");
    }
}
