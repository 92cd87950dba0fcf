//! The questions before something of one's own goes: each takes the password and a fresh code.

use domain::account::Account;
use leptos::prelude::*;

use super::call::{EndSessions, OwnAccount, RemoveOwnApp};
use crate::clock::Seen;
use crate::paths;
use crate::problem::Problem;
use crate::tokens::token_card;
use crate::ui::action::ActionPage;
use crate::ui::badge::Tone;
use crate::ui::form::{Field, FieldKind, PageForm, Weight, given, use_form};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::Callout;
use crate::ui::problem::problem_page;

/// Password and code, as every deed on the own account asks for them. Drawn within its form.
pub(super) fn papers() -> impl IntoView {
    view! {
        <Field name="password" label="Password" kind=FieldKind::Password required=true
            autocomplete="current-password"/>
        <Field name="code" label="Code" kind=FieldKind::Code(6) required=true
            autocomplete="one-time-code" hint="A fresh code of a token of yours. It is spent."/>
    }
}

/// *End this session?*, or all others when none is named.
#[component]
pub(super) fn EndPage(session: String) -> impl IntoView {
    let form = use_form::<EndSessions>("");
    let (title, submit) = match session.is_empty() {
        true => ("End all other sessions?", "End all others"),
        false => ("End this session?", "End session"),
    };
    view! {
        <ActionPage title lead="It signs out at once, wherever it is.".to_owned()>
            <PageForm form submit=submit cancel=paths::account()>
                {given("session", session)}
                {papers()}
            </PageForm>
        </ActionPage>
    }
}

/// *Delete this token?*
#[component]
pub(super) fn RemovePage(serial: String) -> impl IntoView {
    let load = use_load_once(|| OwnAccount {});
    view! {
        <Loaded load what="token" let:seen>
            {remove(&seen, &serial)}
        </Loaded>
    }
}

fn remove(Seen { clock, it }: &Seen<Account>, serial: &str) -> AnyView {
    let token = it
        .tokens
        .iter()
        .find(|token| token.serial.as_str() == serial);
    let Some(token) = token else {
        return problem_page(Problem::not_found());
    };
    let (serial, card) = (serial.to_owned(), token_card(token));
    let body = if it.can_spare(token, clock.now) {
        let form = use_form::<RemoveOwnApp>("");
        view! {
            <PageForm form submit="Delete token" weight=Weight::Danger cancel=paths::account()>
                {given("serial", serial)}
                {card}
                {papers()}
            </PageForm>
        }
        .into_any()
    } else {
        view! {
            <div class="body stack">
                {card}
                <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                    <p>"You could not sign in without it. Add another one first."</p>
                    <a class="btn" data-size="sm" href=paths::add_own_token()>"Add new token"</a>
                </Callout>
            </div>
        }
        .into_any()
    };
    let lead = "It signs in no more, and all other sessions end.".to_owned();
    view! { <ActionPage title="Delete this token?" lead>{body}</ActionPage> }.into_any()
}
