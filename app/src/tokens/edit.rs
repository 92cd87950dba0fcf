//! The form that changes what a token is called.

use domain::Action;
use domain::tab::Detail;
use domain::token_type::DescriptionRule;
use leptos::prelude::*;

use super::action;
use super::call::EditToken;
use crate::clock::Clock;
use crate::ui::form::{Field, Hidden, PageForm, given, use_form};
use crate::{paths, text};

/// *Edit token*
#[component]
pub fn EditPage(user: String, serial: String) -> impl IntoView {
    let lead = |it: &Detail| format!("{} · {}", it.token.name(), it.user.display_name());
    action::ask((user, serial), Action::Edit, ("Edit token", lead), form)
}

fn form(it: &Detail, _: &Clock) -> AnyView {
    let form = use_form::<EditToken>("");
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let seen = it.token.version;
    // whoever was told of another version saves over that one
    let version = Signal::derive(move || {
        let told = form.problem().and_then(|problem| problem.version);
        told.unwrap_or(seen).to_string()
    });
    let required = it.token.token_type.description == DescriptionRule::Required;
    let hint = format!(
        "Shown to {} when choosing a token. 60 characters at most.",
        text::first_name(&it.user)
    );
    let (note, description) = (action::user_disabled(it), it.token.description.clone());
    view! {
        <PageForm form submit="Save" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            <Hidden name="version" value=version/>
            {note}
            <Field name="description" label="Description" value=description hint=hint
                maxlength=60 required=required autofocus=true/>
        </PageForm>
    }
    .into_any()
}
