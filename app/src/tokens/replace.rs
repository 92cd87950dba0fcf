//! Replacing a token of an obsolete type: what the kind that follows asks for, then what was made and the
//! proof. All of it at one address; what was made is in the answer that made it and nowhere else.

use domain::Action;
use domain::tab::{Detail, Next};
use leptos::prelude::*;

use super::call::{FindToken, Made, ProveEnrolment, ReplaceToken};
use super::{action, head, kind};
use crate::clock::Clock;
use crate::ui::form::{EnterButton, Form, PageForm, SubmitButton, Weight, given, use_form};
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
                action::offered(&seen, Action::Replace, question, move || {
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
    // Drawn by the form: a field looks for the form around it.
    let asks = {
        let (token_type, user) = (next.token_type.clone(), it.user.clone());
        let old = it.token.description.clone();
        move || kind::asks(&token_type, &user, old)
    };
    view! {
        <PageForm form submit="Continue" cancel=paths::tokens(user)>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {note}
            {becomes}
            {works}
            {asks()}
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
    let (user, slug) = (it.user.id, next.token_type.slug.clone());
    let address = paths::action(Action::Replace, user, &it.token.serial);
    let proves = {
        let (token_type, user) = (next.token_type.clone(), it.user.clone());
        move || {
            kind::proves(
                &token_type,
                &user,
                made.as_ref(),
                " The old token goes then.",
            )
        }
    };
    view! {
        <PageForm form submit="Confirm token" action=address cancel=paths::tokens(user)
            cancel_label="Later">
            <EnterButton/>
            {given("user", user.to_string())}
            {given("slug", slug)}
            {given("enrolment", id)}
            <ol class="steps">
                // Its field and button are the form's, so the form draws them.
                {proves()}
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
