//! The step of an enrolment in which the secret is shown, and what stands there afterwards.

use domain::enrolment::Secret;
use domain::token_type::TokenType;
use domain::{Moves, User};
use leptos::prelude::*;

use super::copy::CopyButton;
use crate::text;
use crate::ui::action::{ActionPage, Dialog, Modal};
use crate::ui::form::{SubmitButton, Weight};
use crate::ui::icon::Icon;
use crate::ui::live::{effect, heard, live};

/// The picture to scan, and the secret for apps without a camera.
pub(super) fn scan(secret: &Secret, token_type: &TokenType, user: &User) -> impl IntoView + use<> {
    let form = match token_type.kind.moves() {
        Some(Moves::Counter) => "Counter based, ".to_owned(),
        Some(Moves::Clock) => format!("Time based, {} s, ", token_type.period),
        None => String::new(),
    };
    let (digits, algorithm) = (token_type.digits.get(), token_type.algorithm.as_str());
    let hint = format!("Shown only now. {form}{digits} digits, {algorithm}.");
    let picture = secret.qr_svg.clone();
    let label = format!("QR code with the secret for {}", user.display_name());
    let ask = format!("Ask {} to scan this code", text::first_name(user));
    let (uri, text) = (secret.uri.clone(), secret.text.clone());
    let qr = qr(&picture, &label);
    // a dialog over a dialog would be one too many
    let full = use_context::<Dialog>()
        .is_none()
        .then(|| view! { <FullScreen picture label/> }.into_any());
    view! {
        <li data-done="">
            <h2>
                {ask}
                <span class="visually-hidden">", shown"</span>
            </h2>
            <div class="scan">
                {qr}
                <div class="stack">
                    <p class="muted">
                        "Any authenticator app works. If the camera does not, the secret can be typed."
                    </p>
                    <div class="field">
                        <span class="label">"Secret"</span>
                        <div class="copybox">
                            <span class="code secret">{text.clone()}</span>
                            <CopyButton secret=text/>
                        </div>
                        <p class="hint">{hint}</p>
                    </div>
                    <div class="row">
                        {full}
                        <a class="link" href=uri rel="external">
                            "Open in an app on this device"
                        </a>
                    </div>
                </div>
            </div>
        </li>
    }
}

fn qr(picture: &str, label: &str) -> impl IntoView + use<> {
    let (picture, label) = (picture.to_owned(), label.to_owned());
    view! { <div class="qr" role="img" aria-label=label inner_html=picture></div> }
}

/// The picture as large as the window, for a camera that is far away. Hidden until it works.
#[component]
fn FullScreen(picture: String, label: String) -> impl IntoView {
    let awake = RwSignal::new(false);
    let open = RwSignal::new(false);
    effect(move |_| awake.set(true));
    let close = Callback::new(move |()| open.set(false));
    let large = live(move || {
        let picture = qr(&picture, &label);
        open.get().then(|| {
            view! { <Modal close><ActionPage title="Scan this code">{picture}</ActionPage></Modal> }
                .into_any()
        })
    });
    view! {
        <button class="btn" data-size="sm" type="button" hidden=move || !awake.get()
            on:click=heard(move |_| open.set(true))>
            <Icon icon=Icon::Maximize2/>
            "Show full screen"
        </button>
        {large}
    }
}

/// The secret is gone from the screen: go on with the app that has it, or start again.
pub(super) fn again() -> impl IntoView {
    view! {
        <li data-done="" id="again">
            <h2>"Secret"<span class="visually-hidden">", shown"</span></h2>
            <div class="callout">
                <Icon icon=Icon::Info/>
                <p>
                    <strong>"The secret is not shown again."</strong>
                    " If the app has it, enter its code below. If not, start again: a new secret is made \
                     and this one is void."
                </p>
                <SubmitButton weight=Weight::Plain name="then" value="again" small=true
                    skip_checks=true>
                    <Icon icon=Icon::RotateCw/>
                    "Start again"
                </SubmitButton>
            </div>
        </li>
    }
}

/// The same on a page of one's own, where nobody else is asked to scan it.
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
