//! Choosing the type of a new token.

use domain::Status;
use domain::tab::Choices as Types;
use domain::token_type::{EnrolBlocked, TokenType};
use leptos::prelude::*;

use super::call::{ChooseType, EnrolChoices};
use super::head;
use super::owned::owned;
use crate::clock::Seen;
use crate::ui::badge::Tone;
use crate::ui::form::{Choice, Choices, PageForm, given, use_form};
use crate::ui::frame::PageHeader;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::{Art, Empty};
use crate::{paths, text};

/// The types that the user can be given a token of.
#[component]
pub fn AddToken(user: String) -> impl IntoView {
    let load = use_load_once(move || EnrolChoices { user: user.clone() });
    view! {
        <Loaded load what="token types" let:seen>
            {choose(&seen)}
        </Loaded>
    }
}

fn choose(Seen { it, clock }: &Seen<Types>) -> AnyView {
    let user = &it.user;
    let tokens = paths::tokens(user.id);
    let lead = format!("For {}. Choose a type.", user.display_name());
    let first = it.types.iter().find(|(_, blocked)| blocked.is_none());
    let body = match first {
        Some((first, _)) => form(it, first.slug.clone()).into_any(),
        None => view! {
            <Empty art=Art::NothingYet title="No type can be added now"
                text="Each type is obsolete, or as many of it exist as may.">
                <a class="btn" href=tokens>"Tokens"</a>
            </Empty>
        }
        .into_any(),
    };
    view! {
        {head::topbar(user, "Add new token")}
        <PageHeader title="Add new token" lead/>
        <div class="page-body stack" data-gap="lg">
            {crate::users::disabled_note(user)}
            <div class="columns">{body} {owned(user, &it.tokens, clock)}</div>
        </div>
    }
    .into_any()
}

fn form(it: &Types, first: String) -> impl IntoView + use<> {
    let user = it.user.id;
    let form = use_form::<ChooseType>("");
    let types = it.types.iter();
    let choices = types.map(|(token_type, blocked)| type_choice(token_type, blocked.as_ref()));
    let choices = choices.collect::<Vec<_>>();
    view! {
        <PageForm form class="stack form-wide" submit="Continue" cancel=paths::tokens(user)
            leads_on=true>
            {given("user", user.to_string())}
            <Choices name="slug" legend="Type" choices value=first/>
        </PageForm>
    }
}

/// A type as it stands among the others to choose from.
pub(crate) fn type_choice(token_type: &TokenType, blocked: Option<&EnrolBlocked>) -> Choice {
    Choice {
        value: token_type.slug.clone(),
        name: token_type.name.clone(),
        about: about(token_type, blocked),
        icon: Some(text::type_icon(&token_type.icon)),
        badge: obsolete(blocked),
        disabled: blocked.is_some(),
    }
}

/// What is said of a type, or why it cannot be had now; that it is obsolete its badge says.
fn about(token_type: &TokenType, blocked: Option<&EnrolBlocked>) -> String {
    match blocked {
        Some(EnrolBlocked::Obsolete {
            followed_by: Some(next),
        }) => format!("Next type: {next}."),
        Some(EnrolBlocked::Obsolete { followed_by: None }) | None => token_type.help.clone(),
        Some(why) => text::enrol_blocked(why),
    }
}

fn obsolete(blocked: Option<&EnrolBlocked>) -> Option<(Tone, &'static str)> {
    let (tone, _, word) = text::status(Status::Obsolete);
    matches!(blocked, Some(EnrolBlocked::Obsolete { .. })).then_some((tone, word))
}
