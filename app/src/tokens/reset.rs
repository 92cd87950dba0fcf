//! Two codes in a row, with or without unlocking, and what came of them.

use domain::Action as Deed;
use domain::check::Refusal;
use domain::tab::Detail;
use domain::{Kind, Token};
use leptos::prelude::*;

use super::call::{FindToken, InStep, ResetToken, Tested};
use super::steps::lead_to;
use super::{action, head, outcome, result};
use crate::clock::{Clock, Seen};
use crate::ui::action::{Action, Dialog};
use crate::ui::form::{Field, FieldKind, Form, PageForm, given, use_form};
use crate::ui::icon::Icon;
use crate::ui::live::{effect, live};
use crate::ui::load::{Loaded, use_load_once};
use crate::{paths, text};

/// *Reset token*, or *Unlock and reset*.
#[component]
pub fn ResetPage(user: String, serial: String, unlocks: bool) -> impl IntoView {
    let form = use_form::<ResetToken>("");
    let load = use_load_once(move || FindToken {
        user: user.clone(),
        serial: serial.clone(),
    });
    let deed = match unlocks {
        true => Deed::UnlockAndReset,
        false => Deed::Reset,
    };
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, move |seen| page(form, deed, seen))}
        </Loaded>
    }
}

fn page(form: Form<InStep>, deed: Deed, seen: Seen<Detail>) -> AnyView {
    let (it, title) = (&seen.it, text::action(deed));
    let lead = format!("{} · {}", it.token.name(), it.user.display_name());
    let blocked = outcome::blocked(it, deed, seen.clock.now);
    // an answer is shown although the token may be blocked, or have nothing to unlock, by now
    if untrack(|| form.shown()).is_some() || blocked.is_some() {
        let is_page = use_context::<Dialog>().is_none();
        let bar = is_page.then(|| head::topbar(&it.user, title));
        return view! {
            {bar}
            <Action title lead>{result_or_form(form, deed, seen.clone(), blocked)}</Action>
        }
        .into_any();
    }
    let again = seen.clone();
    action::offered(&seen, deed, (title, lead), move || {
        result_or_form(form, deed, again, None)
    })
}

fn result_or_form(
    form: Form<InStep>,
    deed: Deed,
    Seen { clock, it }: Seen<Detail>,
    blocked: Option<Tested>,
) -> AnyView {
    let shown = Memo::new(move |_| form.shown());
    effect(move |again| {
        if shown.with(Option::is_none) || again {
            lead_to("[data-leave], [name=first]");
        }
    });
    live(move || match (shown.get(), &blocked) {
        (Some(InStep::Again), _) => in_step(deed, &it),
        (Some(InStep::Refused { refusal, failures }), _) => {
            refused(&Tested::Refused { refusal, failures }, &it, &clock)
        }
        (None, Some(blocked)) => refused(blocked, &it, &clock),
        (None, None) => codes_form(form, deed, &it),
    })
}

fn codes_form(form: Form<InStep>, deed: Deed, it: &Detail) -> AnyView {
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, name) = (action::user_disabled(it), text::first_name(&it.user));
    let kind = FieldKind::Code(it.token.token_type.digits.get());
    let (when, submit, unlock) = match deed {
        Deed::UnlockAndReset => (
            "Clears the failures and brings the token and the server back in step.",
            "Unlock and reset",
            "yes",
        ),
        _ => (
            "Use this when the token and the server are out of step.",
            "Reset",
            "",
        ),
    };
    let hint = next_code(&it.token, &name);
    let cancel = paths::token(user, &serial);
    view! {
        <PageForm form submit cancel>
            {given("user", user.to_string())}
            {given("serial", serial)}
            {given("unlock", unlock.to_owned())}
            {note}
            <p class="muted">
                {format!("{when} Ask {name} for two codes, one right after the other, and enter \
                    them in that order. Both are spent.")}
            </p>
            <ol class="steps" data-gap="sm">
                <li><Field name="first" label="First code" kind required=true autofocus=true/></li>
                <li><Field name="second" label="Second code" kind required=true hint/></li>
            </ol>
        </PageForm>
    }
    .into_any()
}

fn next_code(token: &Token, name: &str) -> String {
    match token.token_type.kind {
        Kind::Totp => format!("Wait with {name} until the app shows the next code."),
        _ => format!("Ask {name} for the next code. Do not skip one."),
    }
}

fn in_step(deed: Deed, it: &Detail) -> AnyView {
    let title = match deed {
        Deed::UnlockAndReset => "The token is unlocked and back in step",
        _ => "The token is back in step",
    };
    let about = match it.user.disabled_at {
        None => "Both codes are spent and the failures are cleared. The next code works.",
        Some(_) => "Both codes are spent and the failures are cleared.",
    };
    let words = ("success", Icon::Check, title.to_owned(), about.to_owned());
    let test = it.may.actions.contains(&Deed::Test).then(|| {
        let href = paths::test_token(it.user.id, &it.token.serial);
        view! { <a class="btn" href=href>"Test token"</a> }.into_any()
    });
    result::view(it, words, Vec::new(), test)
}

fn refused(tested: &Tested, it: &Detail, clock: &Clock) -> AnyView {
    let (tone, icon, mut title, about) = outcome::words(tested, it, clock);
    let wrong = matches!(
        tested,
        Tested::Refused {
            refusal: Refusal::WrongCode,
            ..
        }
    );
    if wrong {
        "These codes do not follow each other".clone_into(&mut title);
    }
    let steps = outcome::next_steps(tested, it, clock.now);
    result::view(it, (tone, icon, title, about), steps, None)
}
