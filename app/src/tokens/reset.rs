//! Two codes in a row, with or without unlocking, and what came of them.

use domain::Action;
use domain::check::Refusal;
use domain::tab::Detail;
use domain::{Moves, Token};
use leptos::prelude::*;

use super::call::{FindToken, InStep, ResetToken, Tested};
use super::{action, head, outcome, result};
use crate::clock::{Clock, Seen};
use crate::ui::action::{ActionPage, Dialog};
use crate::ui::focus::lead_to;
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
    let action = match unlocks {
        true => Action::UnlockAndReset,
        false => Action::Reset,
    };
    view! {
        <Loaded load what="token" let:found>
            {action::here(found, move |seen| page(form, action, seen))}
        </Loaded>
    }
}

fn page(form: Form<InStep>, action: Action, seen: Seen<Detail>) -> AnyView {
    let (it, title) = (&seen.it, text::action(action));
    let lead = format!("{} · {}", it.token.name(), it.user.display_name());
    let blocked = outcome::blocked(it, action, seen.clock.now);
    // an answer is shown although the token may be blocked, or have nothing to unlock, by now
    if untrack(|| form.shown()).is_some() || blocked.is_some() {
        let is_page = use_context::<Dialog>().is_none();
        let bar = is_page.then(|| head::topbar(&it.user, title));
        return view! {
            {bar}
            <ActionPage title lead>{result_or_form(form, action, seen.clone(), blocked)}</ActionPage>
        }
        .into_any();
    }
    let again = seen.clone();
    action::offered(&seen, action, (title, lead), move || {
        result_or_form(form, action, again, None)
    })
}

fn result_or_form(
    form: Form<InStep>,
    action: Action,
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
        (Some(InStep::Again), _) => in_step(action, &it),
        (Some(InStep::Refused { refusal, failures }), _) => {
            refused(&Tested::Refused { refusal, failures }, &it, &clock)
        }
        (None, Some(blocked)) => refused(blocked, &it, &clock),
        (None, None) => codes_form(form, action, &it),
    })
}

fn codes_form(form: Form<InStep>, action: Action, it: &Detail) -> AnyView {
    let (user, serial) = (it.user.id, it.token.serial.to_string());
    let (note, name) = (action::user_disabled(it), text::first_name(&it.user));
    let kind = FieldKind::Code(it.token.token_type.digits.get());
    let (when, submit, unlock) = match action {
        Action::UnlockAndReset => (
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
    match token.token_type.kind.moves() {
        Some(Moves::Clock) => format!("Wait with {name} until the app shows the next code."),
        Some(Moves::Counter) | None => {
            format!("Ask {name} for the next code. Do not skip one.")
        }
    }
}

fn in_step(action: Action, it: &Detail) -> AnyView {
    let title = match action {
        Action::UnlockAndReset => "The token is unlocked and back in step",
        _ => "The token is back in step",
    };
    let about = match it.user.disabled_at {
        None => "Both codes are spent and the failures are cleared. The next code works.",
        Some(_) => "Both codes are spent and the failures are cleared.",
    };
    let words = ("success", Icon::Check, title.to_owned(), about.to_owned());
    let test = it.may.actions.contains(&Action::Test).then(|| {
        let href = paths::action(Action::Test, it.user.id, &it.token.serial);
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
