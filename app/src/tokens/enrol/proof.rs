//! The steps of an enrolment that there is: its secret or what stands for it, and the proof.

use domain::Timestamp;
use domain::tab::Choices;
use domain::token_type::TokenType;
use leptos::prelude::*;

use super::super::call::Made;
use super::super::kind;
use super::steps::{chosen, described};
use super::summary::summary;
use crate::clock::Clock;
use crate::paths;
use crate::ui::form::{EnterButton, Form, Hidden, PageForm, SubmitButton, Weight, given};
use crate::ui::time::near;

/// What the device is called, and until when the proof is waited for: of the enrolment just made,
/// which the page did not load, or of one that waits.
pub(super) fn about(it: &Choices, id: &str, made: Option<&Made>) -> Option<(String, Timestamp)> {
    if let Some(made) = made {
        return Some((made.description.clone(), made.ends_at));
    }
    let waiting = it.enrolments.iter().find(|it| it.id.to_string() == id)?;
    Some((waiting.description.clone(), waiting.ends_at))
}

/// What is done so far, and the proof.
pub(super) fn proof(
    it: &Choices,
    token_type: &TokenType,
    form: Form<Made>,
    (id, (description, ends_at), made): (String, (String, Timestamp), Option<Made>),
    clock: &Clock,
) -> impl IntoView + use<> {
    let (user, slug) = (it.user.id, token_type.slug.clone());
    let proves = {
        let (token_type, user) = (token_type.clone(), it.user.clone());
        move || kind::proves(&token_type, &user, made.as_ref(), "")
    };
    let address = paths::enrolment(user, &slug, &id);
    let ends = near(clock.at(ends_at), clock.now());
    let chosen = chosen(token_type, user);
    let described = described(token_type.description, &description);
    view! {
        <div class="page-body">
            <div class="columns">
                <PageForm form class="stack form-wide" action=address>
                    <EnterButton/>
                    {given("user", user.to_string())}
                    {given("slug", slug)}
                    <Hidden name="enrolment" value=Signal::stored(id)/>
                    <ol class="steps">
                        {chosen}
                        {described}
                        // Its field and button are the form's, so the form draws them.
                        {proves()}
                    </ol>
                    <div class="form-end">
                        <SubmitButton weight=Weight::Primary>"Confirm token"</SubmitButton>
                        <SubmitButton weight=Weight::Plain name="then" value="cancel"
                            skip_checks=true>
                            "Cancel enrolment"
                        </SubmitButton>
                    </div>
                </PageForm>
                {summary(it, token_type, Some(description), Some(ends))}
            </div>
        </div>
    }
}
