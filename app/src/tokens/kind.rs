//! What differs between kinds on the pages: the matches that pick a kind's file. A new kind adds its arms
//! here, and a file below.
#![deny(clippy::wildcard_enum_match_arm)]

mod app;

pub(crate) use app::ShownSecret;

use domain::tab::Detail;
use domain::token_type::TokenType;
use domain::{Kind, Token, User};
use leptos::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

use super::call::{Made, Tested};
use crate::ui::form::Form;
#[cfg(feature = "ssr")]
use {
    crate::problem::Problem, crate::text::bad_line, domain::Description, domain::enrolment::Fields,
};

/// What the forms of all kinds ask for, as typed: each kind shows the fields that are its own.
#[derive(Clone, Debug, Default, Schema, Serialize, Deserialize)]
pub struct Typed {
    /// What the device is called.
    #[serde(default)]
    pub description: String,
}

#[cfg(feature = "ssr")]
impl Typed {
    /// What it says, or what is wrong at which field.
    pub(crate) fn parse(&self) -> Result<Fields, Problem> {
        let mut problem = Problem::invalid();
        let description = Description::parse(&self.description);
        let description = problem.take("description", description, bad_line);
        Ok(Fields {
            description: problem.or(description)?.unwrap_or_default(),
        })
    }
}

/// How a kind works, in a few words.
pub(crate) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Totp => "TOTP",
        Kind::Hotp => "HOTP",
    }
}

/// The fields of an enrolment's form. Drawn by the form: a field looks for the form around it.
pub(super) fn asks(token_type: &TokenType, user: &User, description: String) -> AnyView {
    match token_type.kind {
        Kind::Totp | Kind::Hotp => app::asks(token_type, user, description),
    }
}

/// The steps up to the proof: what was made, if this answer holds it, and the field for its proof, whose
/// hint ends with `then`. Drawn by the form.
pub(super) fn proves(
    token_type: &TokenType,
    user: &User,
    made: Option<&Made>,
    then: &'static str,
) -> AnyView {
    match token_type.kind {
        Kind::Totp | Kind::Hotp => app::proves(token_type, user, made, then),
    }
}

/// The form that tries a code.
pub(super) fn tests(form: Form<Tested>, it: &Detail) -> AnyView {
    match it.token.token_type.kind {
        Kind::Totp | Kind::Hotp => app::tests(form, it),
    }
}

/// What the token's page says of how its codes are made: names and values.
pub(super) fn settings(token: &Token) -> Vec<(&'static str, String)> {
    match token.token_type.kind {
        Kind::Totp | Kind::Hotp => app::settings(token),
    }
}
