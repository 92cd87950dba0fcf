//! Signing in, in two steps, and out.
#![expect(
    missing_docs,
    reason = "the arguments of a server function become fields that cannot hold a doc comment"
)]

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[cfg(feature = "ssr")]
use crate::page::Notice;
use crate::paths;
use crate::problem::Problem;
#[cfg(feature = "ssr")]
use crate::ui::form::done;
use crate::ui::form::{Field, FieldKind, FormResult, Hidden, PageForm, use_form};
use crate::ui::gate::{Gate, GateHead};
use crate::ui::load::{Loaded, use_load_once};
use crate::wire::Wire;

/// The first step: a right password makes half a session.
#[server(prefix = "/call", endpoint = "sign-in", output = Wire)]
pub async fn sign_in(
    #[server(default)] username: String,
    #[server(default)] password: String,
    #[server(default)] next: String,
) -> FormResult {
    use backend::auth::password::Password;
    use backend::sign_in::Step1;

    let (backend, caller) = crate::request::nobody()?;
    let password = Password::typed(&password);
    match backend::sign_in::password(&backend, &caller, &username, &password).await? {
        Step1::Code { secret } => {
            crate::session::set(&secret);
            done(paths::sign_in_code(&next), None)
        }
        // one answer for unknown, wrong, disabled and waiting
        Step1::Refused => Err(Problem::new(
            422,
            "Username or password is wrong. After several wrong tries each must wait a while.",
        )),
    }
}

/// The second step: a right code makes the session whole.
#[server(prefix = "/call", endpoint = "sign-in-code", output = Wire)]
pub async fn sign_in_code(
    #[server(default)] code: String,
    #[server(default)] next: String,
) -> FormResult {
    use backend::sign_in::Step2;

    let (backend, caller) = crate::request::nobody()?;
    let half = crate::session::cookie().unwrap_or_default();
    match backend::sign_in::code(&backend, &caller, &half, &code).await? {
        Step2::SignedIn { secret } => {
            crate::session::set(&secret);
            done(paths::after_sign_in(&next), None)
        }
        Step2::Refused(refusal) => {
            let clock = crate::clock::Clock::new(&backend, &caller);
            Err(Problem::invalid().at("code", refused(refusal, &clock)))
        }
        Step2::Ended => Err(Problem::new(401, "More than five minutes have passed.")),
    }
}

/// Ends the session.
#[server(prefix = "/call", endpoint = "sign-out", output = Wire)]
pub async fn sign_out() -> FormResult {
    // a session that has ended already is as good
    if let Ok((backend, caller)) = crate::request::signed_in().await {
        backend::sign_in::sign_out(&backend, &caller).await?;
    }
    crate::session::clear();
    let said = Notice::new("You are signed out.", "");
    done(paths::sign_in(""), Some(said))
}

/// Whose password was right a moment ago, if the second step may follow.
#[server(prefix = "/call", endpoint = "sign-in-half", output = Wire)]
pub async fn sign_in_half() -> Result<Option<String>, Problem> {
    let (backend, caller) = crate::request::nobody()?;
    let cookie = crate::session::cookie().unwrap_or_default();
    match backend::sessions::half(&backend, &cookie, caller.now).await {
        Ok(half) => Ok(Some(half.name)),
        Err(backend::Error::NotSignedIn) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The operator's own code, so the true reason may be said.
#[cfg(feature = "ssr")]
pub(crate) fn refused(refusal: domain::check::Refusal, clock: &crate::clock::Clock) -> String {
    use domain::check::Refusal;
    let words = match refusal {
        Refusal::WrongCode => "Wrong code.",
        Refusal::CodeUsed => "This code was used already. Wait for the next one.",
        Refusal::Waits(until) | Refusal::UserWaits(until) => {
            return crate::text::too_many_wrong("code", until, clock);
        }
        Refusal::Locked | Refusal::UserLocked => "Locked after too many wrong codes.",
        Refusal::Disabled
        | Refusal::UserDisabled
        | Refusal::Expired
        | Refusal::Obsolete
        | Refusal::NoToken
        | Refusal::Unknown => "There is no token that can sign in. Ask for a new link.",
    };
    words.to_owned()
}

/// Name and password.
#[component]
pub fn SignInPage() -> impl IntoView {
    let form = use_form::<SignIn>("");
    let next = next();
    view! {
        <Gate title="Sign in">
            <PageForm form submit="Continue" block=true class="card stack">
                <GateHead step="Step 1 of 2" title="Sign in"/>
                <Hidden name="next" value=next/>
                <Field name="username" label="Username" required=true autocomplete="username"
                    autofocus=true/>
                <Field name="password" label="Password" kind=FieldKind::Password required=true
                    autocomplete="current-password"/>
            </PageForm>
        </Gate>
    }
}

/// The code.
#[component]
pub fn SignInCodePage() -> impl IntoView {
    let load = use_load_once(|| SignInHalf {});
    let form = use_form::<SignInCode>("");
    let next = next();
    view! {
        <Gate title="Enter your code">
            <Loaded load what="sign-in" let:half>
                {match half {
                    Some(name) => view! {
                        <PageForm form submit="Sign in" block=true class="card stack">
                            <GateHead step="Step 2 of 2" title="Enter your code"
                                lead="Open your authenticator app and enter the 6 digits."/>
                            <Hidden name="next" value=next/>
                            <Field name="code" label="Code" kind=FieldKind::Code(6) required=true
                                autocomplete="one-time-code" autofocus=true
                                hint="Changes every 30 seconds."/>
                            <p class="gate-who">
                                <span>{name}</span>
                                <a class="link" href=paths::sign_in("")>"Not you?"</a>
                            </p>
                        </PageForm>
                    }
                    .into_any(),
                    None => view! { <Ended/> }.into_any(),
                }}
            </Loaded>
        </Gate>
    }
}

/// More than five minutes lie between the steps.
#[component]
fn Ended() -> impl IntoView {
    let next = next();
    view! {
        <section class="card stack" data-gap="lg">
            <GateHead title="Sign in again"
                lead="A code may follow its password for five minutes."/>
            <a class="btn" data-variant="primary" data-block="" href=move || {
                paths::sign_in(&next.get())
            }>"Sign in again"</a>
        </section>
    }
}

/// The answer to a sign-out that could not be done, and its page without JavaScript.
#[component]
pub fn SignOutPage() -> impl IntoView {
    let form = use_form::<SignOut>("");
    view! {
        <Gate title="Sign out">
            <PageForm form submit="Sign out" block=true class="card stack">
                <GateHead title="Sign out"/>
            </PageForm>
        </Gate>
    }
}

/// Where to go afterwards.
fn next() -> Signal<String> {
    let query = use_query_map();
    Signal::derive(move || query.with(|query| query.get("next").unwrap_or_default()))
}
