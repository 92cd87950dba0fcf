//! One-time links: the first administrator, and an operator who lost password and token.
#![expect(
    missing_docs,
    reason = "the arguments of a server function become fields that cannot hold a doc comment"
)]

use domain::enrolment::Secret;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use serde::{Deserialize, Serialize};

use crate::paths;
use crate::problem::Problem;
use crate::ui::form::{Field, FieldKind, Form, FormResult, Hidden, PageForm, Weight, use_form};
use crate::ui::gate::{Gate, GateHead};
use crate::ui::live::live;
use crate::ui::load::{Loaded, use_load_once};
use crate::wire::Wire;
#[cfg(feature = "ssr")]
use crate::{
    page::Notice,
    ui::form::{Reply, done},
};

/// The word of a link's purpose in its forms.
const FIRST: &str = "first";
const RESET: &str = "reset";

/// A link that may be used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Usable {
    /// Whose it is, once known.
    pub username: String,
    /// Whether the password was chosen, so that the app is next.
    pub waits_for_app: bool,
}

#[cfg(feature = "ssr")]
fn purpose(word: &str) -> Result<backend::links::Purpose, Problem> {
    match word {
        FIRST => Ok(backend::links::Purpose::FirstAdministrator),
        RESET => Ok(backend::links::Purpose::OperatorReset),
        _ => Err(Problem::not_found()),
    }
}

/// The state of a link; `None` when it no longer works.
#[server(prefix = "/call", endpoint = "link", output = Wire)]
pub async fn look_at_link(purpose: String, link: String) -> Result<Option<Usable>, Problem> {
    let (backend, caller) = crate::request::nobody()?;
    let purpose = self::purpose(&purpose)?;
    match backend::links::look(&backend, purpose, &link, caller.now).await {
        Ok(link) => Ok(Some(Usable {
            username: link.username.unwrap_or_default(),
            waits_for_app: link.waits_for_app,
        })),
        Err(backend::Error::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// The first step: what was chosen is laid down, and the answer holds the seed, once.
#[server(prefix = "/call", endpoint = "link-open", output = Wire)]
pub async fn open_link(
    #[server(default)] purpose: String,
    #[server(default)] link: String,
    #[server(default)] name: String,
    #[server(default)] username: String,
    #[server(default)] password: String,
) -> FormResult<Secret> {
    use backend::auth::password::Password;
    use backend::links::{Chosen, Purpose, open};
    use domain::{Name, Username};

    let (backend, caller) = crate::request::nobody()?;
    let purpose = self::purpose(&purpose)?;
    let mut problem = Problem::invalid();
    let password = problem.take("password", Password::chosen(&password), |bad| {
        crate::words::password_rule(bad).to_owned()
    });
    let chosen = if purpose == Purpose::FirstAdministrator {
        let name = problem.take("name", Name::parse(&name), |_| {
            "Use up to 80 printable characters.".to_owned()
        });
        let username = problem.take("username", Username::parse(&username), |_| {
            "Use 1 to 64 printable characters.".to_owned()
        });
        name.zip(username)
            .map(|(name, username)| Chosen { name, username })
    } else {
        None
    };
    problem.or(())?;
    let password = password.ok_or_else(|| Problem::broken(""))?;
    match open(
        &backend,
        &caller,
        (purpose, &link),
        chosen.as_ref(),
        &password,
    )
    .await
    {
        Ok(secret) => Ok(Reply::Show(secret)),
        Err(error) => Err(refused(error)),
    }
}

/// A new seed in the second step; the old one is void.
#[server(prefix = "/call", endpoint = "link-restart", output = Wire)]
pub async fn restart_link(
    #[server(default)] purpose: String,
    #[server(default)] link: String,
) -> FormResult<Secret> {
    let (backend, caller) = crate::request::nobody()?;
    let purpose = self::purpose(&purpose)?;
    match backend::links::restart(&backend, &caller, purpose, &link).await {
        Ok(secret) => Ok(Reply::Show(secret)),
        Err(error) => Err(refused(error)),
    }
}

/// The second step: a code of the app; the operator is signed in.
#[server(prefix = "/call", endpoint = "link-prove", output = Wire)]
pub async fn prove_link(
    #[server(default)] purpose: String,
    #[server(default)] link: String,
    #[server(default)] code: String,
) -> FormResult {
    use backend::links::{Proven, prove};
    use domain::Code;

    let (backend, caller) = crate::request::nobody()?;
    let purpose = self::purpose(&purpose)?;
    let code = Code::parse_typed(&code)
        .ok_or_else(|| Problem::invalid().at("code", "Enter the 6 digits of the app."))?;
    match prove(&backend, &caller, purpose, &link, &code).await {
        Ok(Proven::SignedIn { secret }) => {
            crate::session::set(&secret);
            done(
                paths::users(),
                Some(Notice::new("Password and app are set", "")),
            )
        }
        Ok(Proven::Wrong(_)) => Err(Problem::invalid().at("code", "Wrong code.")),
        Ok(Proven::Waits(_)) => {
            Err(Problem::invalid().at("code", "Too many wrong codes. Wait a while."))
        }
        Err(error) => Err(refused(error)),
    }
}

#[cfg(feature = "ssr")]
fn refused(error: backend::Error) -> Problem {
    match error {
        backend::Error::NotFound => Problem::new(410, "This link no longer works."),
        backend::Error::Taken(_) => {
            Problem::invalid().at("username", "Somebody has this username already.")
        }
        other => other.into(),
    }
}

/// The first administrator's password, then an app.
#[component]
pub fn FirstAdminPage() -> impl IntoView {
    view! { <LinkPage purpose=FIRST title="First administrator"/> }
}

/// A new password and app for an operator.
#[component]
pub fn OperatorResetPage() -> impl IntoView {
    view! { <LinkPage purpose=RESET title="New password and app"/> }
}

/// The forms of a link's page; they outlive its two steps.
#[derive(Clone, Copy)]
struct Forms {
    open: Form<Secret>,
    restart: Form<Secret>,
    prove: Form,
}

#[component]
fn LinkPage(purpose: &'static str, title: &'static str) -> impl IntoView {
    let params = use_params_map();
    let link = Signal::derive(move || params.with(|it| it.get("link").unwrap_or_default()));
    let load = use_load_once(move || LookAtLink {
        purpose: purpose.to_owned(),
        link: link.get(),
    });
    let forms = Forms {
        open: use_form::<OpenLink>(""),
        restart: use_form::<RestartLink>(""),
        prove: use_form::<ProveLink>(""),
    };
    view! {
        <Gate title>
            <Loaded load what="link" let:usable>
                {match usable {
                    None => view! { <NoLink purpose/> }.into_any(),
                    Some(usable) => live(move || steps(purpose, title, link, forms, &usable)),
                }}
            </Loaded>
        </Gate>
    }
}

fn steps(
    purpose: &'static str,
    title: &'static str,
    link: Signal<String>,
    forms: Forms,
    usable: &Usable,
) -> AnyView {
    let secret = forms.restart.shown().or_else(|| forms.open.shown());
    match (secret, usable.waits_for_app) {
        (None, false) => {
            let username = usable.username.clone();
            view! { <Step1 purpose title link form=forms.open username/> }.into_any()
        }
        (secret, _) => view! { <Step2 purpose link forms secret/> }.into_any(),
    }
}

#[component]
fn Step1(
    purpose: &'static str,
    title: &'static str,
    link: Signal<String>,
    form: Form<Secret>,
    username: String,
) -> impl IntoView {
    view! {
        <PageForm form submit="Continue" block=true class="card stack">
            <GateHead step="Step 1 of 2" title lead="This link works once, and for one hour."/>
            <Hidden name="purpose" value=purpose.to_owned()/>
            <Hidden name="link" value=link/>
            <Who purpose username/>
            <Field name="password" label="Password" kind=FieldKind::Password required=true
                maxlength=128 autocomplete="new-password"
                hint="12 characters or more, of any kind."/>
        </PageForm>
    }
}

/// Who the password is for. Its fields look for the form that they stand in.
#[component]
fn Who(purpose: &'static str, username: String) -> impl IntoView {
    if purpose == FIRST {
        view! {
            <Field name="name" label="Name" required=true maxlength=80 autocomplete="name"
                autofocus=true/>
            <Field name="username" label="Username" required=true maxlength=64
                autocomplete="username"/>
        }
        .into_any()
    } else {
        view! { <p class="muted">"For " <b>{username}</b></p> }.into_any()
    }
}

#[component]
fn Step2(
    purpose: &'static str,
    link: Signal<String>,
    forms: Forms,
    secret: Option<Secret>,
) -> impl IntoView {
    let again = secret.is_none();
    view! {
        <div class="card stack" data-gap="lg">
            <GateHead step="Step 2 of 2" title="Add an authenticator app"
                lead="Scan the code, then enter the 6 digits that the app shows."/>
            {secret.map(|secret| view! { <ShownSecret secret/> }.into_any())}
            <PageForm form=forms.prove submit="Finish and sign in" block=true class="stack">
                <Hidden name="purpose" value=purpose.to_owned()/>
                <Hidden name="link" value=link/>
                <Field name="code" label="Code" kind=FieldKind::Code(6) required=true/>
            </PageForm>
            {again.then(|| view! {
                <PageForm form=forms.restart submit="Start again" weight=Weight::Plain block=true
                    class="stack">
                    <p class="muted">
                        "The secret was shown once. If the app does not have it, start again: the \
                         old secret is then void."
                    </p>
                    <Hidden name="purpose" value=purpose.to_owned()/>
                    <Hidden name="link" value=link/>
                </PageForm>
            }.into_any())}
        </div>
    }
}

/// The picture and the text of a seed, in the one response that holds them.
#[component]
pub(crate) fn ShownSecret(secret: Secret) -> impl IntoView {
    view! {
        <div class="stack">
            <div class="qr" role="img" aria-label="QR code with the secret"
                inner_html=secret.qr_svg></div>
            <div class="field">
                <span class="label">"Secret"</span>
                <span class="code secret">{secret.text}</span>
                <p class="hint">
                    <a class="link" href=secret.uri rel="external">"Open the app on this device"</a>
                    ". Shown only now."
                </p>
            </div>
        </div>
    }
}

/// A link that was used, is over or never was.
#[component]
fn NoLink(purpose: &'static str) -> impl IntoView {
    let way_on = if purpose == FIRST {
        "While there is no administrator, each start of the server prints a new one."
    } else {
        "Ask for a new one."
    };
    view! {
        <section class="card stack" data-gap="lg">
            <GateHead title="This link no longer works"
                lead=format!("It was used, or an hour has passed. {way_on}")/>
            <a class="btn" data-block="" href=paths::sign_in("")>"Sign in"</a>
        </section>
    }
}
