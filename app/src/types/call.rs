//! The doormen of the token types: who asks, what they ask, pass it on.
#![expect(
    missing_docs,
    clippy::too_many_arguments,
    reason = "a server function's arguments are a form's fields, and become those of a struct"
)]

use domain::type_settings::TypeRow;
use leptos::prelude::*;

use crate::clock::Seen;
use crate::problem::Problem;
use crate::ui::form::FormResult;
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use {
    super::typed,
    crate::clock::Clock,
    crate::page::Notice,
    crate::paths,
    crate::request::signed_in,
    crate::ui::form::done,
    backend::token_types::{self, Edited},
    domain::token_type::DescriptionRule,
    domain::type_settings::{Ending, Language, Settings, TypeIcon},
};

/// All types, with what may be changed of them.
#[server(prefix = "/call", endpoint = "token-types", output = Wire)]
pub async fn token_types() -> Result<Seen<Vec<TypeRow>>, Problem> {
    let (backend, caller) = signed_in().await?;
    let clock = Clock::new(&backend, &caller);
    let it = token_types::rows(&backend, &caller).await?;
    Ok(Seen { clock, it })
}

/// Saves a type's settings over the version that the form was made for.
#[server(prefix = "/call", endpoint = "edit-token-type", output = Wire)]
pub async fn edit_token_type(
    slug: String,
    #[server(default)] version: String,
    #[server(default)] name_en: String,
    #[server(default)] help_en: String,
    #[server(default)] name_de: String,
    #[server(default)] help_de: String,
    #[server(default)] name_fr: String,
    #[server(default)] help_fr: String,
    #[server(default)] icon: String,
    #[server(default)] position: String,
    #[server(default)] description: String,
    #[server(default)] maximum: String,
    #[server(default)] enrollable: String,
    #[server(default)] obsolete: String,
    #[server(default)] since: String,
    #[server(default)] grace: String,
    #[server(default)] until: String,
    #[server(default)] follows: String,
) -> FormResult {
    let (backend, caller) = signed_in().await?;
    let rows = token_types::rows(&backend, &caller).await?;
    let row = rows.iter().find(|row| row.token_type.slug == slug);
    let row = row.ok_or_else(Problem::not_found)?;
    let version: i64 = version.parse().map_err(|_| Problem::incomplete())?;
    let clock = Clock::new(&backend, &caller);
    let mut problem = Problem::invalid();
    let typed = [
        (Language::English, [&name_en, &help_en]),
        (Language::German, [&name_de, &help_de]),
        (Language::French, [&name_fr, &help_fr]),
    ];
    let names = typed.map(|(language, typed)| typed::named(&mut problem, language, typed));
    let icon = TypeIcon::parse(&icon).ok_or("Choose one of these.");
    let icon = problem.take("icon", icon, str::to_owned);
    let position = typed::number(&mut problem, "position", &position, 0..=Settings::LAST);
    let rule = DescriptionRule::parse(&description).ok_or("Choose one of these.");
    let rule = problem.take("description", rule, str::to_owned);
    let maximum = match maximum.trim() {
        "" => Some(None),
        it => typed::number(&mut problem, "maximum", it, 1..=Settings::MAXIMUM).map(Some),
    };
    let ending = (obsolete == "yes").then(|| {
        let dates = [&since, &grace, &until].map(|it| it.trim());
        let (since, grace_until) = typed::dates(&mut problem, row, dates, (&backend, &clock));
        Ending {
            since,
            grace_until,
            follows: typed::follows(&mut problem, &rows, &follows),
        }
    });
    let (Some(icon), Some(position), Some(description), Some(maximum)) =
        (icon, position, rule, maximum)
    else {
        return Err(problem);
    };
    let wanted = problem.or(Settings {
        names: names.into_iter().flatten().collect(),
        icon,
        position,
        enrollable: enrollable == "yes",
        description,
        maximum,
        obsolete: ending,
    })?;
    let edited = token_types::edit(&backend, &caller, &slug, version, &wanted).await?;
    let title = match edited {
        Edited::Saved => "Token type saved",
        Edited::Unchanged => "Nothing to save",
        Edited::Changed { theirs, version } => {
            return Err(super::words::changed(
                &wanted, &theirs, version, &rows, &clock,
            ));
        }
    };
    done(
        paths::token_types(),
        Some(Notice::new(title, wanted.name())),
    )
}
