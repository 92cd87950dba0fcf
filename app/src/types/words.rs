//! Why a type's settings were refused, each at its field.

use domain::type_settings::{BadSettings, Language, Settings, TypeRow};

use crate::clock::Clock;
use crate::problem::Problem;
use crate::text;
use crate::ui::time::date;

/// The field, and what to do there.
pub fn bad_settings(bad: BadSettings) -> (&'static str, &'static str) {
    match bad {
        BadSettings::NoName => ("name_en", "Enter a name. Nothing was saved."),
        BadSettings::GraceOver => ("until", "This day is over. Enter today or a later date."),
        BadSettings::GraceBeforeSince => (
            "until",
            "The type is not obsolete by then. Enter a later date.",
        ),
        BadSettings::FollowsItself => (
            "follows",
            "That type leads back to this one. Choose another. Nothing was saved.",
        ),
        BadSettings::FollowsNobody => ("follows", "This type is not there. Choose another."),
        BadSettings::LocksOut => (
            "obsolete",
            "Once these tokens have stopped working, you could not sign in yourself. Add an app of \
             another type to your account first. Nothing was saved.",
        ),
    }
}

/// What somebody else saved meanwhile, at each field where it differs from what was typed.
pub fn changed(
    typed: &Settings,
    theirs: &Settings,
    version: i64,
    types: &[TypeRow],
    clock: &Clock,
) -> Problem {
    let (mine, theirs) = (told(typed, types, clock), told(theirs, types, clock));
    let differing = mine.into_iter().zip(theirs);
    let fields = differing
        .filter(|((_, mine), (_, theirs))| mine != theirs)
        .map(|(_, (field, theirs))| (field.to_owned(), format!("Saved meanwhile: {theirs}.")));
    Problem {
        fields: fields.collect(),
        version: Some(version),
        ..Problem::conflict(
            "Somebody changed this type meanwhile. Nothing was saved, and what was typed is kept. \
             Where it differs, the field says what stands there now. Save again to replace it, or \
             cancel to keep it.",
        )
    }
}

/// Each field with its value in words.
fn told(settings: &Settings, types: &[TypeRow], clock: &Clock) -> Vec<(&'static str, String)> {
    let quoted = |words: &str| match words {
        "" => "empty".to_owned(),
        words => format!("“{words}”"),
    };
    let yes = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
    let name = |language| quoted(settings.named(language).map_or("", |it| it.name.as_str()));
    let help = |language| quoted(settings.named(language).map_or("", |it| it.help.as_str()));
    let ending = settings.obsolete;
    let next = ending.and_then(|it| it.follows);
    let next = types.iter().find(|row| Some(row.token_type.id) == next);
    let mut told = vec![
        ("name_en", name(Language::English)),
        ("help_en", help(Language::English)),
        ("name_de", name(Language::German)),
        ("help_de", help(Language::German)),
        ("name_fr", name(Language::French)),
        ("help_fr", help(Language::French)),
        ("icon", settings.icon.as_str().replace('-', " ")),
        ("position", settings.position.to_string()),
        (
            "description",
            super::form::rule(settings.description).to_owned(),
        ),
        (
            "maximum",
            settings
                .maximum
                .map_or("no limit".to_owned(), |it| it.to_string()),
        ),
        ("enrollable", yes(settings.enrollable)),
        ("obsolete", yes(ending.is_some())),
    ];
    if let Some(ending) = ending {
        let grace = match ending.grace_until {
            Some(end) => format!("until {}", text::day(end, clock)),
            None => "no longer".to_owned(),
        };
        told.extend([
            ("since", date(clock.at(ending.since))),
            ("grace", grace),
            (
                "follows",
                next.map_or("none".to_owned(), |row| quoted(&row.token_type.name)),
            ),
        ]);
    }
    told
}
