//! Authenticator apps: nothing is asked but the description, the secret is shown once, and a code that the
//! app shows proves and tests it.

mod copy;
mod secret;

pub(crate) use secret::ShownSecret;

use domain::tab::Detail;
use domain::token_type::{DescriptionRule, TokenType};
use domain::{Moves, Token, User};
use leptos::prelude::*;

use super::super::action;
use super::super::call::{Made, Tested};
use crate::ui::form::{Field, FieldKind, Form, PageForm, given};
use crate::{paths, text};
use secret::{again, scan};

pub(super) fn asks(token_type: &TokenType, user: &User, description: String) -> AnyView {
    let rule = token_type.description;
    if rule == DescriptionRule::Hidden {
        return view! {
            <h2>"Secret"</h2>
            <p class="muted">"It is made in the next step and shown once."</p>
        }
        .into_any();
    }
    let hint = format!(
        "Helps {} to choose a token. The secret is made in the next step and shown once.",
        text::first_name(user)
    );
    let optional = rule == DescriptionRule::Optional;
    view! {
        <Field name="description" label="Describe the device" value=description hint=hint
            maxlength=60 optional required=!optional autofocus=true/>
    }
    .into_any()
}

pub(super) fn proves(
    token_type: &TokenType,
    user: &User,
    made: Option<&Made>,
    then: &'static str,
) -> AnyView {
    let secret = match made {
        Some(made) => scan(&made.secret, token_type, user).into_any(),
        None => again().into_any(),
    };
    let digits = token_type.digits.get();
    let hint = format!("Proves that the app and the server agree.{then}");
    view! {
        {secret}
        <li aria-current="step">
            <Field name="code" label="Enter the code the app shows" kind=FieldKind::Code(digits)
                hint=hint required=true autofocus=true/>
        </li>
    }
    .into_any()
}

pub(super) fn tests(form: Form<Tested>, it: &Detail) -> AnyView {
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, digits) = (action::user_disabled(it), it.token.token_type.digits.get());
    let hint = format!(
        "Ask {name} for the code that the app shows. A test spends it and does not sign {name} in.",
        name = text::first_name(&it.user)
    );
    let cancel = paths::token(user, &serial);
    view! {
        <PageForm form submit="Check code" cancel>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {note}
            <Field name="code" label="Code" hint=hint required=true autofocus=true
                kind=FieldKind::Code(digits) send_when_full=true/>
        </PageForm>
    }
    .into_any()
}

pub(super) fn settings(token: &Token) -> Vec<(&'static str, String)> {
    let token_type = &token.token_type;
    let mut settings = vec![
        ("Digits", token_type.digits.get().to_string()),
        ("Algorithm", token_type.algorithm.as_str().to_owned()),
    ];
    match token_type.kind.moves() {
        Some(Moves::Counter) => settings.push(("Next counter", token.counter.to_string())),
        Some(Moves::Clock) => {
            settings.push(("Period", format!("{} s", token_type.period)));
            settings.push(("Clock drift", drift(token)));
        }
        None => {}
    }
    settings
}

/// "+2 steps (60 s)".
fn drift(token: &Token) -> String {
    let drift = token.drift;
    let seconds = drift.unsigned_abs() * u32::from(token.token_type.period);
    match drift {
        0 => "None".to_owned(),
        1 | -1 => format!("{drift:+} step ({seconds} s)"),
        _ => format!("{drift:+} steps ({seconds} s)"),
    }
}
