//! Who has a word, but not at the beginning of the name that lists are sorted by.
//!
//! Of a common family name the trigram index of all that is searched gives thousands, for usernames hold it
//! too. `searched_inside` is the same text with each occurrence of the user's own name, as far as its first
//! space, cut behind its first letter, the second one standing on both sides: `m.meier7` of a Meier is
//! `m.me` and `eier7`. Whoever has a word (of three letters or more) still has it there, unless it reaches
//! over a cut: then name and word agree from some letter of the word on, as far as both go.

use sqlx::{Postgres, QueryBuilder};

/// The shortest name that is cut, as in the migration.
const CUT: usize = 3;

/// The longest word that is looked for so: of a longer one the parts are too many.
const LONGEST: usize = 12;

/// The last letter there is.
const LAST: char = '\u{10FFFF}';

/// Whether it can be looked for so.
pub(super) fn is_cut(word: &str) -> bool {
    (CUT..=LONGEST).contains(&word.chars().count())
}

/// From where to where, without the end, the names stand that a cut of can hide this word: those that begin
/// with what the word ends with, and those that are a part of it. Not those that begin with all of it.
fn joined(word: &str) -> Vec<(String, String)> {
    let letters: Vec<char> = word.chars().collect();
    let mut names = Vec::new();
    for from in 0..letters.len() {
        for to in from + CUT..=letters.len() {
            let name: String = letters[from..to].iter().collect();
            let end = match (from, to == letters.len()) {
                (0, true) => continue,
                (_, true) => format!("{name}{LAST}"),
                // the name itself, and the same with a space and more
                (_, false) => format!("{name}!"),
            };
            names.push((name, end));
        }
    }
    names
}

/// Adds that it is one of those, and has the word.
pub(super) fn push_joined(query: &mut QueryBuilder<Postgres>, word: &str) {
    // not `like`: the trigram index would give many more
    query
        .push(" and strpos(u.search, ")
        .push_bind(word.to_owned());
    query.push(") > 0 and (false");
    for (name, end) in joined(word) {
        query.push(" or u.sort_name >= ").push_bind(name);
        query.push(" and u.sort_name < ").push_bind(end);
    }
    query.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As the migration says it.
    fn searched_inside(search: &str, sort_name: &str) -> String {
        let name = sort_name.split(' ').next().unwrap_or_default();
        match name.chars().count() < CUT {
            true => search.to_owned(),
            false => search.replace(name, &format!("{}\n{}", &name[..2], &name[1..])),
        }
    }

    proptest! {
        /// Of few letters, so that names and words meet in every way.
        #[test]
        fn nobody_is_lost_by_the_cut(
            name in "[ab]{1,6}", given in "( [ab]{1,3})?", before in "[ab.]{0,3}", behind in "[ab.]{0,3}",
            from in 0_usize..9, length in 3_usize..7,
        ) {
            let username = format!("{before}{name}{behind}");
            let (sort_name, search) = (format!("{name}{given}"), format!("{name}\n{username}"));
            let word: String = username.chars().skip(from).take(length).collect();
            let begins = sort_name.starts_with(&word);
            let inside = searched_inside(&search, &sort_name).contains(&word);
            let mut names = joined(&word).into_iter();
            let joined = names.any(|(from, end)| from <= sort_name && sort_name < end);
            prop_assert!(word.len() < CUT || begins || inside || joined);
        }
    }

    #[test]
    fn a_cut_hides_a_word_from_names_that_agree_with_it() {
        let last = |name: &str| (name.to_owned(), format!("{name}{LAST}"));
        let whole = |name: &str| (name.to_owned(), format!("{name}!"));
        assert_eq!(
            joined("meier"),
            [
                whole("mei"),
                whole("meie"),
                whole("eie"),
                last("eier"),
                last("ier")
            ]
        );
        assert_eq!(joined("mei"), []);
    }
}
