//! Trying a code of a token, and what came out.

use domain::Action;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::{FindToken, TestToken, Tested};
use super::{action, kind, outcome, result};
use crate::clock::{Clock, Seen};
use crate::paths;
use crate::ui::action::{ActionPage, Dialog};
use crate::ui::focus::lead_to;
use crate::ui::form::{Form, use_form};
use crate::ui::live::{effect, heard, live};
use crate::ui::load::{Loaded, use_load_once};

/// *Test token*
#[component]
pub fn TestPage(user: String, serial: String) -> impl IntoView {
    let form = use_form::<TestToken>("");
    let load = use_load_once(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, move |seen| page(form, seen))}
        </Loaded>
    }
}

fn page(form: Form<Tested>, seen: Seen<Detail>) -> AnyView {
    let it = &seen.it;
    let lead = format!("{} · {}", it.token.name(), it.user.display_name());
    let blocked = outcome::blocked(it, Action::Test, seen.clock.now);
    // an answer is shown although the token may be blocked by now
    if untrack(|| form.shown()).is_some() || blocked.is_some() {
        let is_page = use_context::<Dialog>().is_none();
        let bar = is_page.then(|| super::head::topbar(&it.user, "Test token"));
        return view! {
            {bar}
            <ActionPage title="Test token" lead>{result_or_form(form, seen.clone(), blocked)}</ActionPage>
        }
        .into_any();
    }
    let again = seen.clone();
    action::offered(&seen, Action::Test, ("Test token", lead), move || {
        result_or_form(form, again, None)
    })
}

fn result_or_form(form: Form<Tested>, seen: Seen<Detail>, blocked: Option<Tested>) -> AnyView {
    let Seen { clock, it } = seen;
    let shown = Memo::new(move |_| form.shown().or_else(|| blocked.clone()));
    // a result that the page came with is read from its top
    effect(move |again| {
        if shown.with(Option::is_none) || again {
            lead_to("[data-again], [data-leave], [name=code]");
        }
    });
    live(move || match shown.get() {
        Some(tested) => came(form, &tested, &it, &clock),
        None => kind::tests(form, &it),
    })
}

fn came(form: Form<Tested>, tested: &Tested, it: &Detail, clock: &Clock) -> AnyView {
    let words = outcome::words(tested, it, clock);
    let worked = matches!(tested, Tested::Worked { .. });
    // The address is that of this page: without script it is loaded anew, else the form is emptied.
    let start_over = move |event: web_sys::MouseEvent| {
        event.prevent_default();
        form.forget();
    };
    let mut steps = outcome::try_again(tested, it, start_over);
    steps.extend(outcome::next_steps(tested, it, clock.now));
    let again = worked.then(|| {
        let href = paths::action(Action::Test, it.user.id, &it.token.serial);
        view! { <a class="btn" href=href on:click=heard(start_over)>"Test again"</a> }.into_any()
    });
    result::view(it, words, steps, again)
}
