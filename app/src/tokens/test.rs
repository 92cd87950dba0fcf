//! Trying a code of a token, and what came out.

use domain::Action as Deed;
use domain::Kind;
use domain::check::Refusal;
use domain::tab::Detail;
use leptos::prelude::*;

use super::call::{FindToken, TestToken, Tested};
use super::{action, menu};
use crate::clock::{Clock, Seen};
use crate::ui::action::Dialog;
use crate::ui::form::{Field, FieldKind, Form, PageForm, use_form};
use crate::ui::icon::Icon;
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
            {action::here(found, |seen| page(form, seen))}
        </Loaded>
    }
}

fn page(form: Form<Tested>, seen: Seen<Detail>) -> AnyView {
    let it = &seen.it;
    let lead = format!("{} · {}", it.token.name(), it.user.display_name());
    // an answer is shown although the token may be blocked by now
    if untrack(|| form.shown()).is_some() {
        let is_page = use_context::<Dialog>().is_none();
        let bar = is_page.then(|| super::head::topbar(&it.user, "Test token"));
        return view! {
            {bar}
            <crate::ui::action::Action title="Test token" lead>
                {result_or_form(form, seen.clone())}
            </crate::ui::action::Action>
        }
        .into_any();
    }
    let again = seen.clone();
    action::offered(&seen, Deed::Test, ("Test token", lead), move || {
        result_or_form(form, again)
    })
}

fn result_or_form(form: Form<Tested>, Seen { clock, it }: Seen<Detail>) -> AnyView {
    let shown = Memo::new(move |_| form.shown());
    (move || match shown.get() {
        Some(tested) => result(form, &tested, &it, &clock),
        None => code_form(form, &it),
    })
    .into_any()
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
            <input type="hidden" name="user" value=user.to_string()/>
            <input type="hidden" name="serial" value=serial/>
            {note}
            <Field name="code" label="Code" hint=hint required=true autofocus=true
                kind=FieldKind::Code(digits)/>
        </PageForm>
    }
    .into_any()
}

/// The mark, the heading and the sentence of a result.
fn words(tested: &Tested, it: &Detail, clock: &Clock) -> (&'static str, Icon, String, String) {
    let (refusal, failures) = match tested {
        Tested::Refused { refusal, failures } => (refusal, failures),
        Tested::Worked { at } => {
            let at = crate::ui::time::clock(clock.at(*at));
            let about = format!("Code accepted at {at}.");
            return ("success", Icon::Check, "The token works".to_owned(), about);
        }
    };
    let codes = match failures {
        1 => "1 wrong code".to_owned(),
        failures => format!("{failures} wrong codes"),
    };
    let (tone, icon, about) = match refusal {
        Refusal::WrongCode => {
            let about = format!("{codes} since the last success. From 5 on the token waits.");
            ("danger", Icon::X, about)
        }
        Refusal::CodeUsed => {
            let about = "Each code works once. Wait until the app shows the next one.";
            ("warning", Icon::RotateCw, about.to_owned())
        }
        Refusal::Waits(_) => {
            let about = format!("{codes} in a row. No code is looked at before then.");
            ("warning", Icon::ClockAlert, about)
        }
        Refusal::Locked => {
            let about = format!(
                "{codes} in a row. No code is looked at until an operator unlocks the token."
            );
            ("danger", Icon::Lock, about)
        }
        Refusal::UserWaits(_) | Refusal::UserLocked => (
            "warning",
            Icon::ClockAlert,
            "The code was not looked at.".to_owned(),
        ),
        Refusal::Expired => (
            "danger",
            Icon::CalendarX2,
            "The token verifies nothing.".to_owned(),
        ),
        Refusal::Disabled
        | Refusal::UserDisabled
        | Refusal::Obsolete
        | Refusal::NoToken
        | Refusal::Unknown => ("danger", Icon::X, "The code was not looked at.".to_owned()),
    };
    let heading = match (refusal, it.token.expires_at) {
        (Refusal::Expired, Some(at)) => format!("Expired on {}", text::day(at, clock)),
        (refusal, _) => text::refusal(*refusal, clock),
    };
    (tone, icon, heading, about)
}

fn result(form: Form<Tested>, tested: &Tested, it: &Detail, clock: &Clock) -> AnyView {
    let (tone, icon, heading, about) = words(tested, it, clock);
    let worked = matches!(tested, Tested::Worked { .. });
    let role = if worked { "status" } else { "alert" };
    let next = next_steps(form, tested, it);
    let (again, done) = (
        paths::test_token(it.user.id, &it.token.serial),
        ways_out(it),
    );
    let again = worked.then(|| {
        view! {
            <a class="btn" href=again on:click=move |event| start_over(form, &event)>
                "Test again"
            </a>
        }
    });
    view! {
        <div class="body">
            <div class="stack" data-gap="lg">
                <div class="result" role=role>
                    <span class="mark" data-tone=tone><Icon icon/></span>
                    <h3>{heading}</h3>
                    <p class="muted">{about}</p>
                </div>
                {next}
            </div>
        </div>
        <footer class="row">{again}{done}</footer>
    }
    .into_any()
}

/// The way out of a result: the dialog's own, or the token's page.
fn ways_out(it: &Detail) -> AnyView {
    match use_context::<Dialog>() {
        Some(dialog) => view! {
            <button class="btn" data-variant="primary" type="button"
                on:click=move |_| dialog.close.run(())>
                "Done"
            </button>
        }
        .into_any(),
        None => view! {
            <a class="btn" data-variant="primary"
                href=paths::token(it.user.id, &it.token.serial)>"Done"</a>
        }
        .into_any(),
    }
}

/// The address is that of this page: without script it is loaded anew, else the form is emptied.
fn start_over(form: Form<Tested>, event: &web_sys::MouseEvent) {
    event.prevent_default();
    form.forget();
}

fn next_steps(form: Form<Tested>, tested: &Tested, it: &Detail) -> Option<AnyView> {
    let Tested::Refused { refusal, .. } = tested else {
        return None;
    };
    let (user, may) = (&it.user, &it.may);
    let name = text::first_name(user);
    let next = |href: String, icon: Icon, label: &'static str, about: String| {
        view! {
            <a href=href>
                <Icon icon/>
                <span><b>{label}</b><small>{about}</small></span>
                <Icon icon=Icon::ChevronRight/>
            </a>
        }
        .into_any()
    };
    let steps = match refusal {
        Refusal::WrongCode | Refusal::CodeUsed => {
            let about = match it.token.token_type.kind {
                Kind::Totp => {
                    format!("Ask {name} for a new code. The phone’s clock must be right.")
                }
                _ => format!("Ask {name} for a new code."),
            };
            let href = paths::test_token(user.id, &it.token.serial);
            Some(
                view! {
                    <a href=href on:click=move |event| start_over(form, &event)>
                        <Icon icon=Icon::RotateCw/>
                        <span><b>"Try again"</b><small>{about}</small></span>
                        <Icon icon=Icon::ChevronRight/>
                    </a>
                }
                .into_any(),
            )
        }
        Refusal::Disabled if may.actions.contains(&Deed::Enable) => {
            let href = menu::address(Deed::Enable, user, &it.token);
            Some(next(
                href,
                Icon::CirclePlay,
                "Enable",
                "Then test it again.".to_owned(),
            ))
        }
        Refusal::Expired | Refusal::Obsolete | Refusal::Locked if may.enrol => {
            let about = "Of the same or another type.".to_owned();
            Some(next(
                paths::new_token(user.id),
                Icon::Plus,
                "Add new token",
                about,
            ))
        }
        _ => None,
    }?;
    Some(
        view! {
            <div class="stack" data-gap="sm">
                <h3>"What to do next"</h3>
                <div class="next">{steps}</div>
            </div>
        }
        .into_any(),
    )
}
