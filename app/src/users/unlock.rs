//! The question before a user is unlocked.

use domain::people::Overview;
use domain::{TryState, User};
use leptos::prelude::*;

use super::call::{UnlockUser, UserOverview};
use super::head::{UserTab, topbar};
use crate::clock::{Clock, Seen};
use crate::problem::Problem;
use crate::ui::action::{ActionPage, Dialog};
use crate::ui::avatar::Avatar;
use crate::ui::badge::Tone;
use crate::ui::form::{PageForm, given, use_form};
use crate::ui::icon::Icon;
use crate::ui::load::{Loaded, use_load_once};
use crate::ui::notice::Callout;
use crate::ui::problem::problem_page;
use crate::{paths, reason, text};

/// *Unlock this user?*
#[component]
pub fn UnlockUserPage(
    /// The user's id, as it stands in the address.
    user: String,
) -> impl IntoView {
    let load = use_load_once(move || UserOverview { user: user.clone() });
    view! {
        <Loaded load what="user" let:seen>
            {page(seen)}
        </Loaded>
    }
}

fn page(Seen { clock, it }: Seen<Overview>) -> AnyView {
    if !it.may.actions.contains(&domain::Action::Unlock) {
        let words = "Your roles do not allow this for this user. Nothing was changed.";
        return problem_page(Problem::forbidden(words));
    }
    let user = &it.user;
    let lead = "The failures are cleared. Codes are looked at again at once.";
    let body = match user.try_state(clock.now) {
        TryState::Open => nothing(user),
        TryState::Waits(until) => form(
            user,
            format!("Waits until {}", text::time(until, &clock)),
            &clock,
        ),
        TryState::Locked => form(user, "Locked".to_owned(), &clock),
    };
    view! {
        {use_context::<Dialog>().is_none().then(|| topbar(user, UserTab::Overview))}
        <ActionPage title="Unlock this user?" lead>{body}</ActionPage>
    }
    .into_any()
}

fn nothing(user: &User) -> AnyView {
    let (who, tokens) = (who(user), paths::tokens(user.id));
    view! {
        <div class="body stack" data-gap="lg">
            {who}
            <Callout tone=Tone::Neutral icon=Icon::Info>
                <p>"Nothing to unlock: the user neither waits nor is locked."</p>
                <div class="row">
                    <a class="btn" data-size="sm" href=tokens>"Show the tokens"</a>
                </div>
            </Callout>
        </div>
    }
    .into_any()
}

fn form(user: &User, stands: String, clock: &Clock) -> AnyView {
    let form = use_form::<UnlockUser>("");
    let (id, who) = (user.id, who(user));
    let wrong = format!("{} in a row, over all tokens", user.tries.failures);
    let disabled = user.disabled_at.map(|at| {
        let since = crate::ui::time::date(clock.at(at));
        view! {
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>{format!("Disabled since {since}. No token of this user verifies until that ends.")}</p>
            </Callout>
        }.into_any()
    });
    view! {
        <PageForm form submit="Unlock" cancel=paths::user(id)>
            {given("user", id.to_string())}
            {disabled}
            {who}
            <dl class="facts">
                <div><dt>"Wrong codes"</dt><dd>{wrong}</dd></div>
                <div><dt>"Now"</dt><dd>{stands}</dd></div>
            </dl>
            <Callout tone=Tone::Warning icon=Icon::TriangleAlert>
                <p>
                    <strong>"Were the codes entered by somebody else?"</strong>
                    " The activity says from where. Unlocking lets them go on."
                </p>
            </Callout>
            {reason::field()}
        </PageForm>
    }
    .into_any()
}

fn who(user: &User) -> AnyView {
    let name = user.display_name();
    view! {
        <div class="card">
            <div class="body who">
                <Avatar name=name.clone()/>
                <div><strong>{name}</strong><span class="second">{user.username.clone()}</span></div>
            </div>
        </div>
    }
    .into_any()
}
