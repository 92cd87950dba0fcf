//! Sends a form in place: what the browser does once the page is awake.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::reply::Outcome;
use super::state::{FormState, new_request_id};
use crate::ask::{Answer, post};
use crate::page::{Notice, Page};
use crate::problem::Problem;

/// Sends the form's fields and shows the answer. While one is on its way, nothing is sent.
pub(super) fn send(
    form: FormState,
    page: Page,
    go: impl Fn(&str) + 'static,
    event: &web_sys::SubmitEvent,
) {
    event.prevent_default();
    if form.pending.with_untracked(Option::is_some) {
        return;
    }
    let Some(element) = event
        .target()
        .and_then(|it| it.dyn_into::<web_sys::HtmlFormElement>().ok())
    else {
        return;
    };
    let Some((body, button)) = fields(&element, event) else {
        return;
    };
    form.pending.set(Some(button));
    spawn_local(async move {
        let answer = form.read(post(form.path, body).await);
        let refused = answer.as_ref().err().cloned();
        // The form may have left the page meanwhile: nothing of it is touched then.
        if form.pending.try_set(None).is_some() {
            return;
        }
        if refused.as_ref().is_some_and(Problem::is_unreached) {
            page.offline.set(true);
        }
        if !refused.as_ref().is_some_and(Problem::is_open) {
            form.request_id.set(new_request_id());
        }
        match leads_to(&answer) {
            Some((to, notice)) => {
                element.reset();
                form.answer.set(None);
                page.notice.set(notice);
                page.deeds.update(|deeds| *deeds += 1);
                go(&to);
            }
            None => {
                form.answer.set(Some(answer));
                match refused {
                    Some(problem) => after_refusal(&element, problem.status),
                    None => page.deeds.update(|deeds| *deeds += 1),
                }
            }
        }
    });
}

/// The fields as a plain post would send them, and the button's own `name=value`.
fn fields(
    element: &web_sys::HtmlFormElement,
    event: &web_sys::SubmitEvent,
) -> Option<(String, String)> {
    let data = web_sys::FormData::new_with_form(element).ok()?;
    let fields = web_sys::UrlSearchParams::new_with_str_sequence_sequence(&data).ok()?;
    let button = event
        .submitter()
        .and_then(|it| it.dyn_into::<web_sys::HtmlButtonElement>().ok());
    let mut pressed = String::new();
    if let Some(button) = button.filter(|button| !button.name().is_empty()) {
        fields.append(&button.name(), &button.value());
        pressed = format!("{}={}", button.name(), button.value());
    }
    Some((String::from(fields.to_string()), pressed))
}

fn leads_to(answer: &Answer) -> Option<(String, Option<Notice>)> {
    Outcome::of(answer.as_ref().ok()?)
}

/// Empties refused secrets, as a page that comes back does, and leads to the first wrong field.
/// Where the server did not decide, they stay: the same may be sent again.
fn after_refusal(element: &web_sys::HtmlFormElement, status: u16) {
    let element = element.clone();
    request_animation_frame(move || {
        if (400..500).contains(&status)
            && let Ok(secrets) = element.query_selector_all("[data-secret]")
        {
            for index in 0..secrets.length() {
                let secret = secrets.item(index).and_then(|it| it.dyn_into().ok());
                if let Some(secret) = secret {
                    web_sys::HtmlInputElement::set_value(&secret, "");
                }
            }
        }
        let wrong = element.query_selector("[aria-invalid=true]").ok().flatten();
        if let Some(wrong) = wrong.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
            drop(wrong.focus());
        }
    });
}
