//! The question before a token is switched off.

use domain::Action;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::DisableToken;
use super::{action, head, last};
use crate::clock::Clock;
use crate::ui::form::{Choice, Choices, Field, FieldKind, PageForm, given, use_form};
use crate::{paths, reason};

/// *Disable this token?*
#[component]
pub fn DisablePage(user: String, serial: String) -> impl IntoView {
    let lead = |_: &Detail| "It verifies nothing until it is enabled again.".to_owned();
    action::ask(
        (user, serial),
        Action::Disable,
        ("Disable this token?", lead),
        form,
    )
}

fn form(it: &Detail, clock: &Clock) -> AnyView {
    let form = use_form::<DisableToken>("");
    let warning = last::warning(it, None);
    let others = last::others(it, clock);
    let tick = last::tick(it, form, "Disable");
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, card) = (action::user_disabled(it), head::token_card(&it.token));
    let ends = ends(clock);
    view! {
        <PageForm form submit="Disable temporarily" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {warning}
            {note}
            {card}
            <Choices name="until" legend="Until" choices=ends value="" plain=true/>
            <div class="if-date">
                <Field name="date" label="Date" kind=FieldKind::Date
                    hint="It ends at midnight, at the end of this day."/>
            </div>
            {reason::field()}
            {others}
            {tick}
        </PageForm>
    }
    .into_any()
}

fn ends(clock: &Clock) -> Vec<Choice> {
    let tomorrow = clock.now.after(std::time::Duration::from_secs(86_400));
    let tomorrow = crate::ui::time::date(clock.at(tomorrow));
    let choice = |value: &str, name: String| Choice {
        value: value.to_owned(),
        name,
        ..Choice::default()
    };
    vec![
        choice("", "Someone enables it".to_owned()),
        choice("tomorrow", format!("Tomorrow, {tomorrow}")),
        choice("date", "A date you choose".to_owned()),
    ]
}
