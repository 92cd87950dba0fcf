//! The operator's own account: the password.
#![expect(
    missing_docs,
    reason = "the arguments of a server function become fields that cannot hold a doc comment"
)]

use leptos::prelude::*;
use leptos_meta::Title;

use crate::ui::form::{Field, FieldKind, FormResult, PageForm, use_form};
use crate::ui::frame::{PageHeader, Topbar};
#[cfg(feature = "ssr")]
use crate::{page::Notice, paths, problem::Problem, ui::form::done, words::password_rule};

/// Sets a new password, given the old one and a fresh code.
#[server(prefix = "/call", endpoint = "change-password")]
pub async fn change_password(
    #[server(default)] old: String,
    #[server(default)] new: String,
    #[server(default)] code: String,
) -> FormResult {
    use backend::account::Changed;
    use backend::auth::password::Password;

    let (backend, caller) = crate::request::signed_in().await?;
    let mut problem = Problem::invalid();
    let new = problem.take("new", Password::chosen(&new), |bad| {
        password_rule(bad).to_owned()
    });
    let Some(new) = new else { return Err(problem) };
    let old = Password::typed(&old);
    match backend::account::change_password(&backend, &caller, &old, &new, &code).await? {
        Changed::Done => {
            let said = Notice::new("Password changed", "All other sessions have ended.");
            done(paths::account(), Some(said))
        }
        Changed::WrongPassword => Err(problem.at("old", "This is not your password.")),
        Changed::Waits(_) => Err(problem.at("old", "Too many wrong tries. Wait a while.")),
        Changed::Refused(refusal) => Err(problem.at("code", crate::sign_in::refused(refusal))),
    }
}

/// Own password; own tokens follow.
#[component]
pub fn AccountPage() -> impl IntoView {
    let form = use_form::<ChangePassword>("");
    view! {
        <Title text="Account"/>
        <Topbar above=Vec::new() here="Account"/>
        <PageHeader title="Account"/>
        <div class="page-body">
            <section class="card form-wide" aria-labelledby="own-password">
                <header><div><h2 id="own-password">"Password"</h2></div></header>
                <PageForm form submit="Change password" class="body stack">
                    <Field name="old" label="Current password" kind=FieldKind::Password
                        required=true autocomplete="current-password"/>
                    <Field name="new" label="New password" kind=FieldKind::Password required=true
                        autocomplete="new-password" maxlength=128
                        hint="12 characters or more, of any kind."/>
                    <Field name="code" label="Code" kind=FieldKind::Code(6) required=true
                        autocomplete="one-time-code"
                        hint="From your authenticator app. Other sessions end."/>
                </PageForm>
            </section>
        </div>
    }
}
