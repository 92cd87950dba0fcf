//! Trying a code of a token, and what came out.

use domain::Action as Deed;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::{FindToken, TestToken, Tested};
use super::steps::lead_to;
use super::{action, outcome, result};
use crate::clock::{Clock, Seen};
use crate::ui::action::{Action, Dialog};
use crate::ui::form::{Field, FieldKind, Form, PageForm, given, use_form};
use crate::ui::live::{effect, heard, live};
use crate::ui::load::{Loaded, use_load_once};
use crate::{paths, text};

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
    let blocked = outcome::blocked(it, Deed::Test, seen.clock.now);
    // an answer is shown although the token may be blocked by now
    if untrack(|| form.shown()).is_some() || blocked.is_some() {
        let is_page = use_context::<Dialog>().is_none();
        let bar = is_page.then(|| super::head::topbar(&it.user, "Test token"));
        return view! {
            {bar}
            <Action title="Test token" lead>{result_or_form(form, seen.clone(), blocked)}</Action>
        }
        .into_any();
    }
    let again = seen.clone();
    action::offered(&seen, Deed::Test, ("Test token", lead), move || {
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
        None => code_form(form, &it),
    })
}

fn code_form(form: Form<Tested>, it: &Detail) -> AnyView {
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
        let href = paths::test_token(it.user.id, &it.token.serial);
        view! { <a class="btn" href=href on:click=heard(start_over)>"Test again"</a> }.into_any()
    });
    result::view(it, words, steps, again)
}
