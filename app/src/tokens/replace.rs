//! Replacing a token of an obsolete type: describe the device, then show the secret once and take the
//! proof. All of it at one address; the secret is in the answer that made it and nowhere else.

use domain::Action as Deed;
use domain::tab::{Detail, Next};
use domain::token_type::DescriptionRule;
use leptos::prelude::*;

use super::call::{FindToken, Made, ProveEnrolment, ReplaceToken};
use super::secret::{again, scan};
use super::{action, head};
use crate::clock::Clock;
use crate::ui::form::{
    EnterButton, Field, FieldKind, Form, PageForm, SubmitButton, Weight, given, use_form,
};
use crate::ui::icon::Icon;
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load_once};
use crate::{paths, text};

/// *Replace token*
#[component]
pub fn ReplacePage(user: String, serial: String) -> impl IntoView {
    let (start, prove) = (use_form::<ReplaceToken>(""), use_form::<ProveEnrolment>(""));
    let load = use_load_once(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, move |seen| {
                let lead = "The old token is deleted when the new one is proven. If anything \
                            fails, it stays as it was.";
                let question = ("Replace token", lead.to_owned());
                let (clock, it) = (seen.clock.clone(), seen.it.clone());
                action::offered(&seen, Deed::Replace, question, move || {
                    stages(it, (start, prove), clock)
                })
            })}
        </Loaded>
    }
}

/// The enrolment that the page is at: its id, and its secret if that is in the answer.
type Stage = Option<(String, Option<Made>)>;

fn stages(it: Detail, (start, prove): (Form<Made>, Form<Made>), clock: Clock) -> AnyView {
    let Some(next) = it.next.clone() else {
        let words = "The type that follows cannot be enrolled here.".to_owned();
        return action::stands(&it, words, None);
    };
    let waiting = next.waiting.as_ref().map(|it| it.id.to_string());
    // what was made last; a wrong proof afterwards leaves it where it stands
    let stage: Memo<Stage> = Memo::new(move |before: Option<&Stage>| {
        let made = prove.shown().or_else(|| start.shown());
        made.map(|made| (made.enrolment.clone(), Some(made)))
            .or_else(|| before.cloned().flatten())
            .or_else(|| waiting.clone().map(|id| (id, None)))
    });
    live(move || match (stage.get(), &next.blocked) {
        (Some(stage), _) => proof(&it, &next, prove, stage),
        (None, Some(why)) => {
            let why = format!("{}: {}", next.token_type.name, text::enrol_blocked(why));
            action::stands(&it, why, None)
        }
        (None, None) => describe(&it, &next, start, &clock),
    })
}

fn describe(it: &Detail, next: &Next, form: Form<Made>, clock: &Clock) -> AnyView {
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, becomes) = (action::user_disabled(it), becomes(it, next));
    let works = it.token.may_sign_in(clock.now).then(|| {
        let name = text::first_name(&it.user);
        let words = format!("Until then {name} signs in with the old one as before.");
        view! { <p class="muted">{words}</p> }.into_any()
    });
    let (rule, old) = (next.token_type.description, it.token.description.clone());
    // Drawn by the form: a field looks for the form around it.
    let field = move || {
        let optional = rule == DescriptionRule::Optional;
        (rule != DescriptionRule::Hidden).then(|| {
            view! {
                <Field name="description" label="Describe the device" value=old maxlength=60
                    hint="The secret is made in the next step and shown once."
                    optional required=!optional autofocus=true/>
            }
            .into_any()
        })
    };
    view! {
        <PageForm form submit="Continue" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {note}
            {becomes}
            {works}
            {field()}
        </PageForm>
    }
    .into_any()
}

/// The old token, and the type that takes its place.
fn becomes(it: &Detail, next: &Next) -> impl IntoView + use<> {
    let token_type = &next.token_type;
    view! {
        <div class="stack" data-gap="sm">
            {head::token_card(&it.token)}
            <span class="note"><Icon icon=Icon::ArrowDown/>"becomes"</span>
            <div class="who">
                <span class="tile"><Icon icon=text::type_icon(&token_type.icon)/></span>
                <div>
                    <strong>{token_type.name.clone()}</strong>
                    <span class="second">{token_type.help.clone()}</span>
                </div>
            </div>
        </div>
    }
}

fn proof(
    it: &Detail,
    next: &Next,
    form: Form<Made>,
    (id, made): (String, Option<Made>),
) -> AnyView {
    let (user, name) = (it.user.id, text::first_name(&it.user));
    let who = it.user.display_name();
    let address = paths::replace_token(user, &it.token.serial);
    let (slug, digits) = (next.token_type.slug.clone(), next.token_type.digits.get());
    let scan = made.map(|made| scan(&made.secret, &next.token_type, &name, &who));
    view! {
        <PageForm form submit="Confirm token" action=address cancel=paths::tokens(user)
            cancel_label="Later">
            <EnterButton/>
            {given("user", user.to_string())}
            {given("slug", slug)}
            {given("enrolment", id)}
            <ol class="steps">
                // Its button is the form's, so the form draws it.
                {match scan {
                    Some(scan) => scan.into_any(),
                    None => again().into_any(),
                }}
                <li aria-current="step">
                    <Field name="code" label="Enter the code the app shows"
                        kind=FieldKind::Code(digits)
                        hint="Proves that the app and the server agree. The old token goes then."
                        required=true autofocus=true/>
                </li>
            </ol>
            <div class="row">
                <SubmitButton weight=Weight::Ghost name="then" value="cancel" small=true
                    skip_checks=true>
                    "Cancel enrolment"
                </SubmitButton>
            </div>
        </PageForm>
    }
    .into_any()
}
