//! How the form of a type is read: each field with its message.

use std::ops::RangeInclusive;

use backend::Backend;
use backend::instant::{end_of_typed, start_of_typed};
use domain::type_settings::{Help, Language, Named, TypeRow};
use domain::{Name, Timestamp, TokenTypeId};

use crate::clock::Clock;
use crate::problem::Problem;
use crate::text::bad_line;
use crate::ui::time::typed_date;

/// Name and help text in one language. Without a name there is no help text either; that English has one,
/// the backend sees to.
pub fn named(problem: &mut Problem, language: Language, typed: [&String; 2]) -> Option<Named> {
    let [at_name, at_help] = match language {
        Language::English => ["name_en", "help_en"],
        Language::German => ["name_de", "help_de"],
        Language::French => ["name_fr", "help_fr"],
    };
    let name = problem.take(at_name, Name::parse(typed[0]), bad_line);
    let help = problem.take(at_help, Help::parse(typed[1]), bad_line);
    let (name, help) = (name?, help?);
    if !name.is_empty() {
        return Some(Named {
            language,
            name,
            help,
        });
    }
    if !help.is_empty() && language != Language::English {
        let words = "A help text needs a name in its language.";
        problem.fields.push((at_name.to_owned(), words.to_owned()));
    }
    None
}

/// A whole number within these bounds.
pub fn number(
    problem: &mut Problem,
    field: &str,
    typed: &str,
    bounds: RangeInclusive<u16>,
) -> Option<u16> {
    let number = typed.trim().parse().ok().filter(|it| bounds.contains(it));
    let (least, most) = bounds.into_inner();
    problem.take(field, number.ok_or(()), |()| {
        format!("Enter a number from {least} to {most}.")
    })
}

/// Since when a type is obsolete, and until when its tokens work. A date that was not touched stays the
/// instant it was.
pub fn dates(
    problem: &mut Problem,
    row: &TypeRow,
    [since, grace, until]: [&str; 3],
    (backend, clock): (&Backend, &Clock),
) -> (Timestamp, Option<Timestamp>) {
    let bad = || "Enter a date as 2026-05-31.".to_owned();
    let start = match (since, row.settings.obsolete) {
        ("", _) => Ok(clock.now),
        (typed, Some(it)) if typed == typed_date(clock.at(it.since)) => Ok(it.since),
        (typed, _) if typed == typed_date(clock.now()) => Ok(clock.now),
        (typed, _) => start_of_typed(&backend.zone, typed).ok_or_else(bad),
    };
    let (field, end) = match grace {
        "once" => ("grace", Ok(None)),
        "date" => {
            let end = end_of_typed(&backend.zone, until);
            ("until", end.map(Some).ok_or_else(bad))
        }
        _ => ("grace", Err("Choose one of these.".to_owned())),
    };
    let start = problem.take("since", start, |words| words);
    let end = problem.take(field, end, |words| words);
    (start.unwrap_or(clock.now), end.flatten())
}

/// The type that follows; nothing when none is chosen.
pub fn follows(problem: &mut Problem, rows: &[TypeRow], slug: &str) -> Option<TokenTypeId> {
    let next = rows.iter().find(|row| row.token_type.slug == slug);
    if next.is_none() && !slug.is_empty() {
        let words = "This type is not there. Choose another.";
        problem
            .fields
            .push(("follows".to_owned(), words.to_owned()));
    }
    next.map(|row| row.token_type.id)
}
